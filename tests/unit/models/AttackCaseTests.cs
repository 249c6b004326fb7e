// Small models that once got a wrong answer or none, each with the right one. A row of the table is checked here or by the test of its
// subject; a new row, which neither checks, fails.

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
        ["qdq-head-matmul-add"] = name => Assert.Equal([18, 3], Table.Compiled(name, "head").Report!.Trained.Select(t => t.Elements)),
        ["head-without-bias-gemm"] = name => Assert.Equal(["h"], Table.Compiled(name, "head").Report!.Trained.Select(t => t.Name)),
        ["unnamed-dimension"] = name => Assert.Contains("Dims x:0=N", Assert.Single(Table.Compiled(name).Notes).Message),
    };

    private const string Numbers = "unit/models/NumberCaseTests.cs", Names = "unit/codegen/NameTests.cs";

    /// <summary>Rows that tests of their subject check.</summary>
    private static readonly Dictionary<string, string> Elsewhere = new()
    {
        ["gemm-bias-per-row"] = Numbers,
        ["uint8-activations-conv"] = Numbers,
        ["qdq-flatten-gemm-per-channel"] = Numbers,
        ["flatten-first-3x3x3"] = Numbers,
        ["names-macros"] = Names,
        ["names-cpp"] = Names,
    };

    public static TheoryData<string> Rows => [.. Checks.Keys];

    [SharedTheory("cases/attack")]
    [MemberData(nameof(Rows))]
    public void Case_is_answered_as_the_table_says(string name) => Checks[name](name);

    [SharedFact]
    public void Every_row_of_the_table_is_checked() => Table.IsCovered(Checks.Keys, Elsewhere);

    /// <summary>The bound is many times what an idle machine needs; a quadratic sort took 22 s there.</summary>
    private static void IsCompiledInTime(string name)
    {
        var watch = Stopwatch.StartNew();
        Assert.NotEmpty(Table.Compiled(name).Files);
        Assert.True(watch.Elapsed.TotalSeconds < 30, $"{watch.Elapsed}");
    }
}
