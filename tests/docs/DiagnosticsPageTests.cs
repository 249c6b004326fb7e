// docs/diagnostics.md is made from the tables of codes, so that it is complete and says what the code says.
// TINYENGINE_UPDATE_GOLDEN=1 writes it anew.

using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using TinyEngine.Cli;
using TinyEngine.Data;
using TinyEngine.Device;
using TinyEngine.Experiments;
using TinyEngine.Ir;
using TinyEngine.Tests;

namespace TinyEngine.Docs.Tests;

public sealed partial class DiagnosticsPageTests
{
    private static readonly (string Prefix, string Title)[] Sections =
    [
        ("TE01", "Import"),
        ("TE02", "Shapes"),
        ("TE03", "Training"),
        ("TE04", "Quantization"),
        ("TE05", "Memory"),
        ("TE06", "Command and emission"),
        ("TE07", "Data, builds and runs"),
    ];

    private static readonly (Type Type, string Path)[] Tables =
    [
        (typeof(Diagnostics), "graph/Diagnostics.cs"),
        (typeof(DataDiagnostics), "frontend/data/DataDiagnostics.cs"),
        (typeof(DeviceDiagnostics), "frontend/device/DeviceDiagnostics.cs"),
        (typeof(ExperimentDiagnostics), "frontend/experiments/ExperimentDiagnostics.cs"),
    ];

    [Fact]
    public void Page_is_made_from_the_tables() => Golden.Equal(Path.Combine(Page.Root, "docs", "diagnostics.md"), Print());

    [Fact]
    public void Every_code_is_one_row_and_has_a_section()
    {
        var codes = Rows().Select(r => r.Code).ToList();
        Assert.Equal(codes.Distinct(), codes);
        Assert.Equal([], codes.Where(c => !Sections.Any(s => c.StartsWith(s.Prefix, StringComparison.Ordinal))));
        Assert.Equal(Tables.Sum(t => Fields(t.Type).Count()), codes.Count);
        Assert.Contains("TE0101", codes);
        Assert.Contains("TE0701", codes);
    }

    [Fact]
    public void Pages_name_only_codes_that_exist()
    {
        var known = Rows().Select(r => r.Code).ToHashSet();
        Assert.Equal(
            [],
            Page.All.SelectMany(p =>
                Code().Matches(p.Text).Select(m => m.Value).Where(c => !known.Contains(c)).Select(c => $"{p.Path}: {c}")
            )
        );
    }

    private sealed record Row(string Code, string Meaning, string Message, Severity Severity);

    private static IEnumerable<FieldInfo> Fields(Type table) => table.GetFields(BindingFlags.Public | BindingFlags.Static);

    private static IEnumerable<Row> Rows() => Tables
        .SelectMany(table =>
        {
            var meanings = Meanings(table.Path);
            return
                from field in Fields(table.Type)
                let rule = (DiagnosticRule)field.GetValue(null)!
                select new Row(rule.Code, meanings[field.Name], OptionName.Spell(rule.Text, CommandOptions.Spelled), rule.Severity);
        })
        .OrderBy(r => r.Code, StringComparer.Ordinal);

    /// <summary>The summary of each field of a source file.</summary>
    private static Dictionary<string, string> Meanings(string path) =>
        Field().Matches(File.ReadAllText(Path.Combine(Page.Root, path)))
            .ToDictionary(m => m.Groups[2].Value, m => CommentLine().Replace(m.Groups[1].Value, " ").Trim());

    private static string Print()
    {
        var page = new StringBuilder("""
            # Diagnostics

            Every problem has a stable code, is printed as `MODEL : error TE0105: text` (with `--json` as an object with `code`, `severity`,
            `node`, `message`), and ends the command with exit code 1; notes do not. Problems of a scheme file are those of its lines,
            `FILE(4): error TE0306: text` (with `--json` also `file`, `line`). All problems of a step are reported at once. Made from
            the tables in `graph/` and `frontend/` by `tests/docs`. {0}, {1}, ... are placeholders.

            """.ReplaceLineEndings("\n"));
        foreach (var (prefix, title) in Sections)
        {
            page.Append($"\n## {title}\n\n| code | meaning | message |\n| --- | --- | --- |\n");
            foreach (var row in Rows().Where(r => r.Code.StartsWith(prefix, StringComparison.Ordinal)))
            {
                string severity = row.Severity == Severity.Error ? "" : $" ({row.Severity.ToString().ToLowerInvariant()})";
                string message = row.Message is "" or "{0}" ? "says what and where" : row.Message.Replace("|", "\\|");
                page.Append($"| {row.Code} | {row.Meaning.TrimEnd('.')}{severity} | {message} |\n");
            }
        }

        return page.ToString();
    }

    [GeneratedRegex(
        @"/// <summary>((?:(?!</summary>).)+)</summary>\s+public static readonly DiagnosticRule (\w+)",
        RegexOptions.Singleline
    )]
    private static partial Regex Field();

    [GeneratedRegex(@"\s*\n\s*///\s*")]
    private static partial Regex CommentLine();

    [GeneratedRegex(@"\bTE0[0-9]{3}\b")]
    private static partial Regex Code();
}
