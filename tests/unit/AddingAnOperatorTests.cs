// docs/adding-an-operator.md, followed literally: its blocks are put into a copy of the sources, its commands are run, and the tests that
// cover every operator run on the result. Only the room of the IR is built again; the other assemblies use the new one.

using System.Diagnostics;
using System.Text.RegularExpressions;
using TinyEngine.Tests.Codegen;

namespace TinyEngine.Tests;

public sealed partial class AddingAnOperatorTests : IDisposable
{
    private const string PagePath = "docs/adding-an-operator.md";

    private readonly DirectoryInfo copy = Directory.CreateTempSubdirectory("tinyengine-recipe-");

    private static readonly string Page = File.ReadAllText(Path.Combine(SharedModels.Root, PagePath));

    /// <summary>A block of the page: the file it goes into, and the line before which it goes; null for a new file.</summary>
    private sealed record Block(string File, string? Before, string Text);

    public void Dispose() => copy.Delete(recursive: true);

    [Theory]
    [InlineData("A pointwise function", 4, 25)]
    [InlineData("A reduction with a gradient", 8, int.MaxValue)]
    public void Recipes_touch_few_files(string section, int files, int lines)
    {
        var blocks = Blocks(Section(section)).ToList();
        Assert.InRange(blocks.Select(b => b.File).Distinct().Count(), 1, files);
        Assert.InRange(blocks.Sum(b => b.Text.Count(c => c == '\n')), 1, lines);
    }

    [CompilerFact("gcc", "bash", "arm-none-eabi-gcc", "qemu-system-arm")]
    public void Operators_of_the_page_work_by_the_page_alone()
    {
        foreach (string folder in new[] { "graph", "runtime-c", "tests/toy-pack/runtime-c", "tests/unit/native" })
        {
            Copy(Path.Combine(SharedModels.Root, folder), Path.Combine(copy.FullName, folder));
        }

        // Files of the root that the build of a room reads, and the file by which tests find the root.
        string[] settings = [.. Directory.EnumerateFiles(SharedModels.Root, "Directory.*").Select(f => Path.GetFileName(f))];
        foreach (string file in settings.Concat([".editorconfig", "global.json", "TinyEngine.sln"]))
        {
            File.Copy(Path.Combine(SharedModels.Root, file), Path.Combine(copy.FullName, file));
        }

        foreach (var block in Blocks(Page))
        {
            Put(block);
        }

        Assert.All(Commands().ToList(), command => Run("bash", "-c", command));
        Run("dotnet", "build", "graph", "-c", "Release", "-v", "quiet", "-nologo", "-nodeReuse:false");
        string bin = Path.Combine(copy.FullName, "tests", "unit", "bin");
        Copy(AppContext.BaseDirectory, bin);
        File.Copy(
            Path.Combine(copy.FullName, "graph", "bin", "Release", "net10.0", "TinyEngine.Ir.dll"),
            Path.Combine(bin, "TinyEngine.Ir.dll"),
            true
        );
        string output = Run(
            "dotnet",
            "test",
            Path.Combine(bin, "TinyEngine.Tests.dll"),
            "--filter",
            "FullyQualifiedName~GradientTests|FullyQualifiedName~CaseKernelTests|FullyQualifiedName~ConformanceTests"
                + "|FullyQualifiedName~ElementwiseKernelTests|FullyQualifiedName~NotANumberTests"
                + "|FullyQualifiedName~Every_function_of_one_number"
                + "|FullyQualifiedName~Table_has_one_row"
        );
        // Two gradient tests for each sample: two of the function, four of the reduction.
        int passed = int.Parse(Passed().Match(output).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(passed > 20, output);
    }

    private static string Section(string title) => Page.Split("\n## ").Single(s => s.StartsWith(title + "\n", StringComparison.Ordinal));

    private static IEnumerable<Block> Blocks(string text) =>
        BlockText()
            .Matches(text)
            .Select(m => new Block(m.Groups[1].Value, m.Groups[2].Success ? m.Groups[2].Value : null, m.Groups[3].Value));

    /// <summary>The commands between the recipes' blocks.</summary>
    private static IEnumerable<string> Commands() =>
        Page.Split('\n').Where(l => l.StartsWith("runtime-c/measure.sh -u te_", StringComparison.Ordinal));

    private void Put(Block block)
    {
        string path = Path.Combine(copy.FullName, block.File);
        if (block.Before is null)
        {
            Assert.False(File.Exists(path), $"{block.File} is not new");
            File.WriteAllText(path, block.Text);
            return;
        }

        string[] lines = File.ReadAllLines(path);
        int at = Array.FindIndex(lines, l => l.Trim() == block.Before);
        Assert.True(at >= 0, $"{block.File} has no line {block.Before}");
        Assert.DoesNotContain(lines[(at + 1)..], l => l.Trim() == block.Before);
        File.WriteAllText(path, string.Join('\n', [.. lines[..at], block.Text.TrimEnd('\n'), .. Ending(block), .. lines[at..]]) + "\n");
    }

    /// <summary>The empty line at the end of a block, where it has one.</summary>
    private static string[] Ending(Block block) => block.Text.EndsWith("\n\n", StringComparison.Ordinal) ? [""] : [];

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string relative = Path.GetRelativePath(from, file);
            if (!relative.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(to, relative))!);
                File.Copy(file, Path.Combine(to, relative));
            }
        }
    }

    private string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = copy.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TINYENGINE_OPERATORS"] = "thresholded_relu,reduce_sum_square";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}\n{output}\n{errors.Result}");
        return output;
    }

    [GeneratedRegex(
        """^\*\*`([^`]+)`\*\*(?: \(new\)|, before `([^`]+)`):\n\n```[a-z]+\n(.*?)^```$""",
        RegexOptions.Multiline | RegexOptions.Singleline
    )]
    private static partial Regex BlockText();

    [GeneratedRegex(@"Passed:\s+(\d+)")]
    private static partial Regex Passed();
}
