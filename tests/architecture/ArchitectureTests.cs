// The house rules that a compiler does not check: which project may know which, where packages live, how files are named,
// and that nothing of one machine is committed.

using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace TinyEngine.Architecture.Tests;

public sealed partial class ArchitectureTests
{
    private static readonly string Root = FindRoot();

    /// <summary>DESIGN.md section 1: cli, device -> compiler -> { onnx, passes, codegen/c -> codegen/image } -> graph.</summary>
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["TinyEngine.Ir"] = [],
        ["TinyEngine.Onnx"] = ["TinyEngine.Ir"],
        ["TinyEngine.Passes"] = ["TinyEngine.Ir"],
        ["TinyEngine.Image"] = ["TinyEngine.Ir"],
        ["TinyEngine.Codegen.C"] = ["TinyEngine.Ir", "TinyEngine.Image"],
        ["TinyEngine.Compiler"] = ["TinyEngine.Ir", "TinyEngine.Onnx", "TinyEngine.Passes", "TinyEngine.Image", "TinyEngine.Codegen.C"],
        ["TinyEngine.Device"] = ["TinyEngine.Compiler"],
        ["TinyEngine.Cli"] = ["TinyEngine.Compiler", "TinyEngine.Device"],
    };

    private static readonly Dictionary<string, string[]> Packages = new()
    {
        ["TinyEngine.Onnx"] = ["Google.Protobuf", "Grpc.Tools"],
        ["TinyEngine.Compiler"] = ["YamlDotNet"],
        ["TinyEngine.Device"] = ["ScottPlot", "SkiaSharp"],
        ["TinyEngine.Cli"] = ["System.CommandLine", "Spectre.Console"],
    };

    [Fact]
    public void Projects_reference_only_along_the_arrows()
    {
        foreach (var project in Projects("graph", "passes", "frontend", "codegen"))
        {
            string name = Path.GetFileNameWithoutExtension(project);
            Assert.True(Arrows.ContainsKey(name), $"{name} is not in the drawing of DESIGN.md");
            var references = Items(project, "ProjectReference").Select(r => Path.GetFileNameWithoutExtension(r.Replace('\\', '/')));
            Assert.Equal([], references.Except(Arrows[name]).Select(r => $"{name} -> {r}"));
        }
    }

    [Fact]
    public void Packages_live_in_their_own_room()
    {
        foreach (var project in Projects("graph", "passes", "frontend", "codegen"))
        {
            string name = Path.GetFileNameWithoutExtension(project);
            Assert.Equal(
                [],
                Items(project, "PackageReference").Except(Packages.GetValueOrDefault(name, [])).Select(p => $"{name} uses {p}")
            );
        }
    }

    [Fact]
    public void Files_are_named_for_what_they_are_and_fit_a_few_screens()
    {
        var sources = Tracked().Where(f => f.EndsWith(".cs") || f.EndsWith(".c") || f.EndsWith(".h")).ToList();
        Assert.Equal([], sources.Where(f => Vague().IsMatch(Path.GetFileNameWithoutExtension(f))));
        Assert.Equal([], sources.Where(f => File.ReadLines(Path.Combine(Root, f)).Count() > 450));
    }

    [Fact]
    public void Sources_open_with_what_they_are()
    {
        Assert.Equal(
            [],
            Tracked().Where(f => f.EndsWith(".cs")).Where(f => !File.ReadLines(Path.Combine(Root, f)).First().StartsWith("//"))
        );
    }

    [Fact]
    public void No_path_of_a_machine_is_committed()
    {
        var text = Tracked().Where(f => !f.EndsWith(".onnx") && !f.EndsWith(".npz") && !f.EndsWith(".png"));
        Assert.Equal([], text.Where(f => MachinePath().IsMatch(File.ReadAllText(Path.Combine(Root, f)))));
    }

    private static IEnumerable<string> Projects(params string[] folders) =>
        folders.SelectMany(f => Directory.EnumerateFiles(Path.Combine(Root, f), "*.csproj", SearchOption.AllDirectories));

    private static IEnumerable<string> Items(string project, string item) =>
        XDocument.Load(project).Descendants(item).Select(e => e.Attribute("Include")!.Value);

    private static IEnumerable<string> Tracked()
    {
        using var git = Process.Start(new ProcessStartInfo("git", "ls-files") { WorkingDirectory = Root, RedirectStandardOutput = true })!;
        var files = git.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        git.WaitForExit();
        return files.Where(f => File.Exists(Path.Combine(Root, f)));
    }

    private static string FindRoot()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "TinyEngine.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("TinyEngine.sln is not above the tests");
        }

        return folder;
    }

    [GeneratedRegex("(Utils?|Helpers?|Manager|Common)$")]
    private static partial Regex Vague();

    [GeneratedRegex("(^|[^A-Za-z0-9_.-])/(work|farm|root|home)/[A-Za-z0-9]", RegexOptions.Multiline)]
    private static partial Regex MachinePath();
}
