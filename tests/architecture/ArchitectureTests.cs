// The house rules that a compiler does not check: which project may know which (DESIGN.md, section 1), where packages live, how
// files are named, and that nothing of one machine is committed.

using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace TinyEngine.Architecture.Tests;

public sealed partial class ArchitectureTests
{
    private static readonly string Root = FindRoot();

    private static readonly Dictionary<string, string[]> Packages = new()
    {
        ["TinyEngine.Onnx"] = ["Google.Protobuf", "Grpc.Tools"],
        ["TinyEngine.Compiler"] = ["YamlDotNet"],
        ["TinyEngine.Exact"] = ["Google.OrTools"],
        ["TinyEngine.Data"] = ["SkiaSharp"],
        ["TinyEngine.Experiments"] = ["ScottPlot"],
        ["TinyEngine.Cli"] = ["System.CommandLine", "Spectre.Console"],
    };

    [Fact]
    public void Projects_reference_exactly_along_the_arrows_of_the_design()
    {
        var drawn = Arrow().Matches(File.ReadAllText(Path.Combine(Root, "DESIGN.md")))
            .ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value.Split(' '));
        foreach (string project in Projects("graph", "passes", "frontend", "codegen"))
        {
            string room = Room(project);
            var references = Items(project, "ProjectReference")
                .Select(r => Room(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(project)!, r.Replace('\\', '/')))));
            Assert.Equal((room, string.Join(' ', drawn.GetValueOrDefault(room, []).Order())), (room, string.Join(' ', references.Order())));
        }
    }

    [Fact]
    public void Every_arrow_is_used()
    {
        foreach (string project in Projects("graph", "passes", "frontend", "codegen"))
        {
            string sources = string.Concat(
                Tracked().Where(f => f.EndsWith(".cs") && Path.GetDirectoryName(f)!.StartsWith(Room(project)))
                    .Select(f => File.ReadAllText(Path.Combine(Root, f)))
            );
            var references = Items(project, "ProjectReference").Select(r => Path.GetFileNameWithoutExtension(r.Replace('\\', '/')));
            Assert.Equal([], references.Where(r => !sources.Contains($"using {r};")).Select(r => $"{Room(project)} -> {r}"));
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
    public void Core_names_no_pack()
    {
        var packs = Projects("tests").Where(p => p.EndsWith("Pack.csproj", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(packs);
        foreach (string pack in packs)
        {
            string project = Path.GetFileNameWithoutExtension(pack);
            string word = Path.GetFileName(Path.GetDirectoryName(pack)!).Split('-')[0];
            var core = Tracked().Where(f => f.Split('/')[0] is "graph" or "passes" or "codegen" or "frontend" or "runtime-c");
            var named = new Regex($@"\b{word}[._]|{Regex.Escape(project)}", RegexOptions.IgnoreCase);
            Assert.Equal([], core.Where(f => named.IsMatch(File.ReadAllText(Path.Combine(Root, f)))));
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
    public void Lines_have_at_most_140_columns() =>
        Assert.Equal([], Tracked().Where(f => f.EndsWith(".cs") || f.EndsWith(".c") || f.EndsWith(".h")).SelectMany(LongLines));

    [Fact]
    public void Sources_open_with_what_they_are()
    {
        Assert.Equal(
            [],
            Tracked().Where(f => f.EndsWith(".cs")).Where(f => !File.ReadLines(Path.Combine(Root, f)).First().StartsWith("//"))
        );
    }

    [Fact]
    public void Tests_are_named_by_sentences_in_lower_words()
    {
        var names = Tracked().Where(f => f.StartsWith("tests/") && f.EndsWith("Tests.cs"))
            .SelectMany(f => TestMethod().Matches(File.ReadAllText(Path.Combine(Root, f))).Select(m => m.Groups[1].Value));
        Assert.Equal([], names.Where(n => !Sentence().IsMatch(n)));
    }

    [Fact]
    public void No_path_of_a_machine_is_committed()
    {
        var text = Tracked().Where(f => !f.EndsWith(".onnx") && !f.EndsWith(".npz") && !f.EndsWith(".png"));
        Assert.Equal([], text.Where(f => MachinePath().IsMatch(File.ReadAllText(Path.Combine(Root, f)))));
    }

    [Fact]
    public void Only_the_command_line_spells_its_options()
    {
        string[] below = ["graph/", "passes/", "codegen/", "frontend/"];
        var sources = Tracked().Where(f => f.EndsWith(".cs") && below.Any(f.StartsWith) && !f.StartsWith("frontend/cli/"));
        var lines = sources.SelectMany(f => File.ReadLines(Path.Combine(Root, f)).Select(line => (File: f, Text: line.Trim())));
        Assert.Equal([], lines.Where(l => !l.Text.StartsWith("//") && Flag().IsMatch(l.Text)).Select(l => $"{l.File}: {l.Text}"));
    }

    /// <summary>The long lines of a file, without those of raw strings: their text is another language's.</summary>
    private static IEnumerable<string> LongLines(string file)
    {
        bool isRaw = false;
        int number = 0;
        foreach (string line in File.ReadLines(Path.Combine(Root, file)))
        {
            number++;
            bool toggles = line.Split("\"\"\"").Length % 2 == 0;
            if (line.Length > 140 && !isRaw && !toggles)
            {
                yield return $"{file}({number}) has {line.Length} columns";
            }

            isRaw ^= toggles && file.EndsWith(".cs");
        }
    }

    private static IEnumerable<string> Projects(params string[] folders) =>
        folders.SelectMany(f => Directory.EnumerateFiles(Path.Combine(Root, f), "*.csproj", SearchOption.AllDirectories));

    /// <summary>The folder of a project, as DESIGN.md names it.</summary>
    private static string Room(string project) => Path.GetRelativePath(Root, Path.GetDirectoryName(project)!);

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

    [GeneratedRegex("^([a-z/]+) +-> ([a-z/ ]+)$", RegexOptions.Multiline)]
    private static partial Regex Arrow();

    // Flags of other programs: linkers get theirs behind -Wl, and every tool is asked for its version.
    [GeneratedRegex(@"""[^""]*(?<![-,\w])--(?!version"")[a-z]")]
    private static partial Regex Flag();

    [GeneratedRegex(@"(?:Fact|Theory)(?:\(.*\))?\](?:\s*\[.*\])*\s*public (?:async )?(?:void|Task) (\w+)\(")]
    private static partial Regex TestMethod();

    // Words after the first are lower, but for names of others and abbreviations.
    [GeneratedRegex("^[A-Z]+[a-z0-9]*(_([a-z0-9]+|[A-Z]+[0-9]*s?|OnnxRuntime|PyTorch|Helium|Onnx))+$")]
    private static partial Regex Sentence();

    [GeneratedRegex("(Utils?|Helpers?|Manager|Common)$")]
    private static partial Regex Vague();

    [GeneratedRegex("(^|[^A-Za-z0-9_.-])/(work|farm|root|home)/[A-Za-z0-9]", RegexOptions.Multiline)]
    private static partial Regex MachinePath();
}
