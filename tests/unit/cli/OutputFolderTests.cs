// Compiling into a folder that exists: compile replaces and removes the files that the last compilation listed, and no others.

using System.Text.Json;
using System.Text.RegularExpressions;
using TinyEngine.Compiler;
using TinyEngine.Image;
using TinyEngine.Ir;
using TinyEngine.Tests.Models;

namespace TinyEngine.Tests.Cli;

[Collection("console")]
public sealed class OutputFolderTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tinyengine-cli-");

    private string Output => Path.Combine(folder.FullName, "out");

    public void Dispose() => folder.Delete(recursive: true);

    private CommandLine Compile(string output, params string[] options)
    {
        string model = Path.Combine(folder.FullName, "model.onnx");
        File.WriteAllBytes(model, OnnxModel.Classifier().Bytes);
        return CommandLine.Run(["compile", model, "-o", output, .. options]);
    }

    private void CompileWell(string output, params string[] options)
    {
        var result = Compile(output, options);
        Assert.True(result.Exit == 0, result.Errors);
    }

    [Fact]
    public void Same_options_give_the_same_sources_in_any_folder_and_under_any_budget()
    {
        string other = Path.Combine(folder.FullName, "other");
        CompileWell(Output, "--train", "full", "--update", "residual", "--sram", "200K");
        CompileWell(other, "--sram", "220K", "--flash", "900K", "--update", "residual", "--train", "full");
        string[] reports = ["plan.json", "report.html"];
        var files = Snapshot(Output).Where(f => !reports.Contains(f.Key)).ToList();
        Assert.Equal(files, Snapshot(other).Where(f => !reports.Contains(f.Key)));
        Assert.Contains(
            "\n *   tinyengine compile model.onnx --train full --update residual\n",
            files.Single(f => f.Key == "model.c").Value
        );
        Assert.DoesNotContain(files, f => f.Value.Contains(folder.FullName));
    }

    [Fact]
    public void Only_files_of_the_runtime_carry_a_licence()
    {
        CompileWell(Output);
        var sources = Snapshot(Output).Where(f => Path.GetExtension(f.Key) is ".c" or ".h").ToList();
        Assert.Equal(
            sources.Where(f => f.Key.StartsWith("runtime/") || f.Key.StartsWith("firmware/")).Select(f => f.Key),
            sources.Where(f => f.Value.Contains("SPDX-License-Identifier") || f.Value.Contains("Copyright")).Select(f => f.Key)
        );
    }

    [Fact]
    public void Every_emitted_header_of_the_runtime_is_included_and_every_include_is_there()
    {
        CompileWell(Output);
        var files = Snapshot(Output).Where(f => f.Value != "/").ToList();
        var included = files
            .SelectMany(f => Regex.Matches(f.Value, "#(?:include|define \\w+) "
                + "\"([^\"]+\\.(?:h|def))\"").Select(m => Path.GetFileName(m.Groups[1].Value)))
            .ToHashSet();
        var there = files.Select(f => Path.GetFileName(f.Key)).ToHashSet();
        Assert.Equal([], included.Except(there));
        var headers = there.Where(f => f.StartsWith("te_") && f.EndsWith(".h"));
        Assert.Equal([], headers.Except(included));
        Assert.DoesNotContain("te_softmax_dx.h", there);
    }

    private string Refused(string output, params string[] options)
    {
        var before = Snapshot(folder.FullName);
        var result = Compile(output, options);
        Assert.Equal(1, result.Exit);
        Assert.Equal(before.Where(f => f.Key != "model.onnx"), Snapshot(folder.FullName).Where(f => f.Key != "model.onnx"));
        return Assert.Single(result.ErrorLines);
    }

    /// <summary>Every file below a folder with its text, and every folder.</summary>
    private static SortedDictionary<string, string> Snapshot(string root) =>
        new(
            Directory
                .EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories)
                .ToDictionary(
                    e => Path.GetRelativePath(root, e).Replace('\\', '/'),
                    e => new FileInfo(e).LinkTarget ?? (File.Exists(e) ? File.ReadAllText(e) : "/")
                ),
            StringComparer.Ordinal
        );

    private static string[] Files(string root) => [.. Snapshot(root).Where(e => e.Value != "/").Select(e => e.Key)];

    private static string[] Listed(string root) =>
        [
            .. JsonDocument
                .Parse(File.ReadAllText(Path.Combine(root, "plan.json")))
                .RootElement.GetProperty("files")
                .EnumerateArray()
                .Select(f => f.GetString()!),
        ];

    private void Put(string path, string text)
    {
        string full = Path.Combine(folder.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    [Fact]
    public void Plan_lists_every_file_that_compile_wrote()
    {
        CompileWell(Output, "--train", "full");
        Assert.Equal(Files(Output), Listed(Output));
        Assert.Contains("firmware/startup.c", Listed(Output));
    }

    [Fact]
    public void Recompiling_replaces_what_is_listed_and_leaves_the_rest()
    {
        CompileWell(Output, "--train", "full", "--name", "first");
        string[] foreign = ["main.c", "weights.bin", ".git/HEAD", "build/CMakeCache.txt", "runtime/mine.c", "firmware/notes/a.txt"];
        foreach (string path in foreign)
        {
            Put("out/" + path, path);
        }

        CompileWell(Output, "--train", "none", "--name", "second");
        Assert.Equal(foreign.Concat(Listed(Output)).Order(StringComparer.Ordinal), Files(Output));
        Assert.All(foreign, path => Assert.Equal(path, File.ReadAllText(Path.Combine(Output, path))));
        Assert.DoesNotContain("first.c", Files(Output));
        Assert.DoesNotContain("sgd", string.Join(' ', Files(Output))); // the kernels of training are gone

        // The same as in a folder of its own, but for the path in the recorded command.
        string fresh = Path.Combine(folder.FullName, "fresh");
        CompileWell(fresh, "--train", "none", "--name", "second");
        foreach (string path in Listed(fresh).Where(p => p is not ("plan.json" or "report.html")))
        {
            Assert.Equal(File.ReadAllText(Path.Combine(fresh, path)), File.ReadAllText(Path.Combine(Output, path)));
        }

        Assert.Equal(Listed(fresh), Listed(Output));
    }

    [Fact]
    public void What_lies_beside_is_not_built()
    {
        CompileWell(Output);
        Put("out/main.c", "int main(void) { return 1; }");
        Put("out/runtime/broken.c", "#error this is not of the model");
        Put("out/firmware/te_mine.h", "#error nor is this");
        var run = CommandLine.Run("simulate", Output, "--json");
        Assert.True(run.Exit == 0, run.Output);
    }

    [Fact]
    public void What_was_built_from_earlier_files_is_not_used_and_goes()
    {
        string Weights() =>
            JsonDocument.Parse(CommandLine.Run("simulate", Output, "--json").Output).RootElement.GetProperty("weights_sha256").GetString()!;
        string[] Builds() => [.. Directory.GetDirectories(Path.Combine(Output, "build")).Select(d => Path.GetFileName(d))];
        CompileWell(Output, "--classes", "3");
        (string first, string[] built) = (Weights(), Builds());
        Put("out/build/mine/CMakeCache.txt", "");
        CompileWell(Output);
        Assert.NotEqual(first, Weights());
        Assert.Equal(2, Builds().Length);
        Assert.Contains("mine", Builds());
        Assert.DoesNotContain(Assert.Single(built), Builds());
        CompileWell(Output, "--classes", "3");
        Assert.Equal(first, Weights());
    }

    [Fact]
    public void Folder_that_compile_did_not_write_is_refused_and_says_what_it_holds()
    {
        Put("out/main.c", "mine");
        Assert.Contains(" : error TE0602: ", Refused(Output));
        Assert.Contains("(main.c); take a new folder, or an empty one", Refused(Output));
        string[] plans =
        [
            "{}", "[]", "", """{"files": []}""", """{"files": ["main.c"]}""", """{"files": ["plan.json", "../model.onnx"]}""",
            """{"files": ["plan.json", "/main.c"]}""", """{"files": ["plan.json", 3]}""", """{"model": 3}""",
        ];
        foreach (string plan in plans)
        {
            Put("out/plan.json", plan);
            Assert.Contains("its plan.json was not written by compile, or is damaged", Refused(Output));
        }
    }

    [Fact]
    public void File_of_the_user_where_a_new_file_must_go_is_refused_by_name()
    {
        CompileWell(Output);
        Put("out/other_weights.c", "mine");
        Assert.Contains(
            "compile must write other_weights.c, but what stands there is not from compile",
            Refused(Output, "--name", "other")
        );
        Directory.CreateDirectory(Path.Combine(Output, "third.c"));
        Assert.Contains("third.c", Refused(Output, "--name", "third"));
        File.Delete(Path.Combine(Output, "report.html"));
        Directory.CreateDirectory(Path.Combine(Output, "report.html"));
        Assert.Contains("report.html", Refused(Output));
    }

    [Fact]
    public void Folder_that_is_a_link_is_written_through()
    {
        string link = Path.Combine(folder.FullName, "link");
        Directory.CreateDirectory(Output);
        Directory.CreateSymbolicLink(link, Output);
        CompileWell(link);
        CompileWell(link, "--name", "other");
        Assert.Equal(Output, new DirectoryInfo(link).LinkTarget);
        Assert.Equal(Listed(link), Files(Output));
        File.CreateSymbolicLink(Path.Combine(folder.FullName, "dangling"), "nowhere");
        Assert.Contains("it is a link to nowhere", Refused(Path.Combine(folder.FullName, "dangling")));
    }

    [Fact]
    public void Interrupted_compilation_is_recognized_and_repaired()
    {
        CompileWell(Output, "--name", "first");
        string[] first = Listed(Output);
        // As after the first few files of another compilation: a list of old and new, and leftovers in the staging folder.
        var files = first.Append("second.c").Order(StringComparer.Ordinal);
        Put("out/plan.json", JsonSerializer.Serialize(new { incomplete = true, files }));
        Put("out/second.c", "new");
        Put("out/.compile.new/second.h", "never moved");
        Put("out/main.c", "mine");
        Assert.Contains("was interrupted: compile again", Assert.Single(CommandLine.Run("simulate", Output).ErrorLines));
        CompileWell(Output, "--name", "third");
        Assert.Equal(Listed(Output).Append("main.c").Order(StringComparer.Ordinal), Files(Output));
        Assert.Equal(0, CommandLine.Run("simulate", Output).Exit);

        // Or before anything was moved: an empty folder but for the staging one.
        string empty = Path.Combine(folder.FullName, "empty");
        Put("empty/.compile.new/a.c", "");
        CompileWell(empty);
        Assert.Equal(Listed(empty), Files(empty));
    }

    [Fact]
    public void Folder_that_cannot_be_completed_stays_refused_until_it_is()
    {
        CompileWell(Output, "--name", "first");
        // A file whose place turns out not to be writable: its parent is a file.
        EmittedFile[] files = [new("plan.json", "{\"files\": [\"a/b.c\", \"plan.json\"]}"), new("a/b.c", "")];
        Put("out/a", "mine");
        var error = Assert.Throws<DiagnosticException>(() => OutputFolder.Write(files, Output));
        Assert.Contains("compile must write a, but", Assert.Single(error.Diagnostics).Message);
        Assert.Equal("mine", File.ReadAllText(Path.Combine(Output, "a")));
        Assert.Equal(0, CommandLine.Run("plan", Output).Exit);
    }

    [Fact]
    public void Folder_of_a_compiler_without_lists_loses_only_what_that_compiler_wrote()
    {
        CompileWell(Output, "--name", "first");
        var plan = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(Path.Combine(Output, "plan.json")))!.AsObject();
        plan.Remove("files");
        Put("out/plan.json", plan.ToJsonString());
        Put("out/runtime/te_kernel_of_old.c", "#error of an older runtime");
        Put("out/main.c", "mine");
        Put("out/runtime/mine.c", "mine");
        Put("out/firmware/board.ld", "mine");
        CompileWell(Output, "--name", "second");
        Assert.Equal(Listed(Output).Concat(["main.c", "runtime/mine.c", "firmware/board.ld"]).Order(StringComparer.Ordinal), Files(Output));
    }

    [Fact]
    public void Compilations_into_one_folder_take_turns()
    {
        var compilations = Enumerable
            .Range(0, 3)
            .Select(i => ModelCompiler.Compile(OnnxModel.Classifier().Bytes, new CompileOptions { Name = $"model{i}" }))
            .ToList();
        Parallel.For(0, 24, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i => OutputFolder.Write(compilations[i % 3].Files, Output));
        Assert.Equal(Listed(Output), Files(Output));
        var last = compilations.Single(c =>
            c.Report!.Model == PlanReport.FromJson(File.ReadAllText(Path.Combine(Output, "plan.json"))).Model
        );
        Assert.All(last.Files, f => Assert.Equal(f.Content, File.ReadAllText(Path.Combine(Output, f.Path))));
    }

    [Fact]
    public async Task Lock_that_is_missing_for_a_moment_is_waited_for()
    {
        // As where another compilation removes the staging folder, and a third one makes it again, while the lock is opened.
        string staging = Directory.CreateDirectory(Path.Combine(Output, ".compile.new")).FullName;
        string link = Path.Combine(staging, "lock");
        File.CreateSymbolicLink(link, Path.Combine(staging, "missing", "lock"));
        EmittedFile[] files = [new("plan.json", "{\"files\": [\"a.c\", \"plan.json\"]}"), new("a.c", "")];
        var written = Task.Run(() => OutputFolder.Write(files, Output));
        await Task.WhenAny(written, Task.Delay(200));
        File.Delete(link);
        await written;
        Assert.Equal(["a.c", "plan.json"], Files(Output));
    }
}
