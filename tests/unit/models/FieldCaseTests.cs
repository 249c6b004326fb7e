// Patterns of models as people bring them, each with the results that are right. A row of the table is checked here, or stands among those
// that are still to come; a new row is neither and fails.

using TinyEngine.Ir;

namespace TinyEngine.Tests.Models;

public sealed class FieldCaseTests
{
    private static readonly CaseTable Table = new("field");

    private static readonly Dictionary<string, Action<string>> Checks = new()
    {
        ["c05-view-dynamic-batch"] = name => Table.Computes(name, 1e-4),
        ["c07-named-batch-inspect"] = name =>
        {
            Table.Computes(name, 1e-4);
            Assert.Equal("TE0204", Assert.Single(Table.Compiled(name).Notes).Code);
        },
        ["c08-gru-last-step"] = name =>
            Assert.Equal(("TE0103", "operator GRU is not supported"), (Table.Refused(name).Code, Table.Refused(name).Message)),
        ["c10-qlinearconv"] = name => Assert.Contains("export it in QDQ form", Table.Refused(name).Message),
        ["c16-two-outputs"] = name => Assert.Equal("TE0601", Table.Refused(name).Code),
        ["c17-bilinear-resize"] = name => Assert.Contains("mode linear", Table.Refused(name).Message),
        ["c19-dynamic-quantization"] = name => Assert.Equal(Diagnostics.DynamicQuantization.Code, Table.Refused(name).Code),
    };

    private const string Numbers = "unit/models/NumberCaseTests.cs";

    /// <summary>Rows that tests of their subject check.</summary>
    private static readonly Dictionary<string, string> Elsewhere = new()
    {
        ["c01-uint8-qdq-cnn"] = Numbers,
        ["c02-uint8-torch-qat"] = Numbers,
        ["c09-sigmoid-bce"] = "unit/training/ModelEndTests.cs",
        ["c13-max-leaky"] = Numbers,
    };

    /// <summary>Rows whose right behaviour is not built yet.</summary>
    private static readonly string[] ToCome =
    [
        "c03-conv1d-har",
        "c04-conv1d-int8-qdq",
        "c06-external-data",
        "c11-uint8-input-cast",
        "c12-qcdq-int4",
        "c14-swap-height-width",
        "c15-conv1d-as-conv2d",
        "c18-torch-groupnorm",
    ];

    public static TheoryData<string> Names => [.. Checks.Keys];

    [SharedTheory("cases/field")]
    [MemberData(nameof(Names))]
    public void Case_is_answered_as_the_table_says(string name) => Checks[name](name);

    [SharedFact]
    public void Every_row_of_the_table_is_checked_or_to_come() => Table.IsCovered(Checks.Keys, Elsewhere, ToCome);
}
