// Small models that were answered wrongly or not at all, each with what is right. A row of the table is checked here, or stands among those
// that are still to come; a new row is neither and fails.

using System.Diagnostics;

namespace TinyEngine.Tests.Models;

public sealed class AttackCaseTests
{
    private static readonly CaseTable Table = new("attack");

    private static readonly Dictionary<string, Action<string>> Checks = new()
    {
        ["node-without-output-relu"] = name => Assert.Equal("TE0117", Table.Refused(name).Code),
        ["extra-output-read-relu"] = name => Assert.Equal(("TE0117", "a"), (Table.Refused(name).Code, Table.Refused(name).Node)),
        ["empty-zero-point-quantize"] = name => Assert.Equal("TE0401", Table.Refused(name).Code),
        ["resize-1x1-to-255x255"] = name => Assert.InRange(Table.Compiled(name).Report!.Flash.Code, 1, 8 * 1024),
        ["reversed-chain-20000"] = IsCompiledInTime,
        ["unnamed-dimension"] = name => Assert.Contains("--dim x:0=N", Assert.Single(Table.Compiled(name).Notes).Message),
    };

    private const string Numbers = "unit/models/NumberCaseTests.cs";

    /// <summary>Rows that tests of their subject check.</summary>
    private static readonly Dictionary<string, string> Elsewhere = new()
    {
        ["gemm-bias-per-row"] = Numbers, ["uint8-activations-conv"] = Numbers, ["qdq-flatten-gemm-per-channel"] = Numbers, ["flatten-first-3x3x3"] = Numbers,
    };

    /// <summary>Rows whose right behaviour is not built, or not checked yet.</summary>
    private static readonly string[] ToCome = ["qdq-head-matmul-add", "names-macros", "names-cpp", "head-without-bias-gemm"];

    public static TheoryData<string> Names => [.. Checks.Keys];

    [SharedTheory("cases/attack")]
    [MemberData(nameof(Names))]
    public void Case_is_answered_as_the_table_says(string name) => Checks[name](name);

    [SharedFact]
    public void Every_row_of_the_table_is_checked_or_to_come() => Table.IsCovered(Checks.Keys, Elsewhere, ToCome);

    /// <summary>Twice the seconds an idle machine needs are a tenth of what sorting took when it was quadratic.</summary>
    private static void IsCompiledInTime(string name)
    {
        var watch = Stopwatch.StartNew();
        Assert.NotEmpty(Table.Compiled(name).Files);
        Assert.True(watch.Elapsed.TotalSeconds < 30, $"{watch.Elapsed}");
    }
}
