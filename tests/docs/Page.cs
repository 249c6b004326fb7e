// A page of documentation as the tests read it: its fenced blocks by language, and its links.

using System.Text.RegularExpressions;

namespace TinyEngine.Docs.Tests;

/// <summary>A Markdown page of the repository.</summary>
internal sealed partial record Page(string Path, string Text)
{
    public static string Root { get; } = FindRoot();

    public static Page Read(string path) => new(path, File.ReadAllText(System.IO.Path.Combine(Root, path)));

    /// <summary>README, docs and the pages of samples.</summary>
    public static IEnumerable<Page> All =>
        new[] { "README.md", "DESIGN.md" }
            .Concat(
                new[] { "docs", "samples" }
                    .SelectMany(d => Directory.EnumerateFiles(System.IO.Path.Combine(Root, d), "*.md", SearchOption.AllDirectories))
                    .Select(f => System.IO.Path.GetRelativePath(Root, f))
            )
            .Order(StringComparer.Ordinal)
            .Select(Read);

    /// <summary>Blocks fenced with this language, in order.</summary>
    public IEnumerable<string> Blocks(string language) =>
        Fence().Matches(Text).Where(m => m.Groups[1].Value == language).Select(m => m.Groups[2].Value);

    /// <summary>Targets of links to files of the repository, without anchors.</summary>
    public IEnumerable<string> Links =>
        Link()
            .Matches(Text)
            .Select(m => m.Groups[1].Value.Split('#')[0])
            .Where(t => t.Length > 0 && !t.Contains("://", StringComparison.Ordinal));

    private static string FindRoot()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(System.IO.Path.Combine(folder, "TinyEngine.sln")))
        {
            folder =
                System.IO.Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("TinyEngine.sln is not above the tests");
        }

        return folder;
    }

    [GeneratedRegex("^```([a-z]*)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
