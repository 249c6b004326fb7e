// The commands that the pages tell a reader to type are run here: every block fenced as `sh`, page by page, in a new folder that holds
// the samples and the command; then the C program and the C# of README.md. Blocks without a language are not run.

using System.Diagnostics;
using TinyEngine.Device;

namespace TinyEngine.Docs.Tests;

/// <summary>A folder in which commands of a page run.</summary>
public sealed class Workplace : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tinyengine-docs-");

    public Workplace()
    {
        Directory.CreateSymbolicLink(System.IO.Path.Combine(Path, "samples"), System.IO.Path.Combine(Page.Root, "samples"));
        string command = System.IO.Path.Combine(Path, "tinyengine");
        File.WriteAllText(
            command,
            $"#!/bin/sh\nexec dotnet '{System.IO.Path.Combine(AppContext.BaseDirectory, "tinyengine.dll")}' \"$@\"\n"
        );
        Run("chmod +x tinyengine");
    }

    public string Path => folder.FullName;

    /// <summary>Runs lines of shell; fails with what they printed.</summary>
    public void Run(string lines)
    {
        var start = new ProcessStartInfo("sh", ["-e", "-x", "-c", lines])
        {
            WorkingDirectory = Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var shell = Process.Start(start)!;
        var errors = shell.StandardError.ReadToEndAsync();
        string output = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        Assert.True(shell.ExitCode == 0, $"exit code {shell.ExitCode}\n{errors.Result}\n{output}");
    }

    public void Dispose() => folder.Delete(recursive: true);
}

public sealed class CommandTests
{
    public static TheoryData<string> Pages => [.. Page.All.Where(p => p.Blocks("sh").Any()).Select(p => p.Path)];

    private static bool HasTools => new Toolchain() is var t && t.ArmCompiler.Path is not null && t.Qemu.Path is not null;

    [Theory]
    [MemberData(nameof(Pages))]
    public void Commands_of_a_page_work(string path)
    {
        var page = Page.Read(path);
        using var place = new Workplace();
        if (page.Blocks("c").FirstOrDefault() is { } program)
        {
            File.WriteAllText(Path.Combine(place.Path, "main.c"), program);
        }

        foreach (string block in page.Blocks("sh"))
        {
            place.Run(HasTools ? block : WithoutEmulation(block));
        }
    }

    [Fact]
    public void Pages_with_commands_are_found() => Assert.Contains("README.md", Pages);

    [Fact]
    public void Command_that_fails_is_noticed()
    {
        using var place = new Workplace();
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => place.Run("./tinyengine inspect no-such-model.onnx\necho after"));
    }

    [Fact]
    public async Task Api_of_the_page_is_what_the_test_runs()
    {
        string source = File.ReadAllText(Path.Combine(Page.Root, "tests", "docs", "ApiSnippet.cs"));
        var lines = source
            .Split('\n')
            .SkipWhile(l => l.Trim() != "// begin")
            .Skip(1)
            .TakeWhile(l => l.Trim() != "// end")
            .Select(l => l.Length > 8 ? l[8..] : "");
        Assert.Equal(string.Join('\n', lines) + "\n", Assert.Single(Page.Read("README.md").Blocks("csharp")));

        using var place = new Workplace();
        string before = Directory.GetCurrentDirectory();
        Directory.SetCurrentDirectory(place.Path); // no other test of this class uses it: tests of a class run one after the other
        try
        {
            Assert.True((await ApiSnippet.RunAsync()).AccuracyAfter > 0.5);
        }
        finally
        {
            Directory.SetCurrentDirectory(before);
        }
    }

    [Fact]
    public void Links_lead_to_files()
    {
        foreach (var page in Page.All)
        {
            string folder = Path.GetDirectoryName(Path.Combine(Page.Root, page.Path))!;
            Assert.Equal([], page.Links.Where(l => !Path.Exists(Path.Combine(folder, l))).Select(l => $"{page.Path}: {l}"));
        }
    }

    private static string WithoutEmulation(string block) =>
        string.Join(
            '\n',
            block.Replace("\\\n", " ").Split('\n').Where(l => !l.StartsWith("./tinyengine emulate", StringComparison.Ordinal))
        );
}
