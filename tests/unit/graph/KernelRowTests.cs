// The columns of kernels.def that are expressions.

using TinyEngine.Ir;

namespace TinyEngine.Tests.Graphs;

public sealed class KernelRowTests
{
    private const string Text = """
        KERNEL(te_a_ref, a, te_rows, IN(i8, x) OUT(i8, y) SCRATCH(i8, s), any, "", "100 * rows + call_rows", "(rows == 7) - 1", "-", none, "0", "-", "")
        """;

    private static readonly KernelRow Row = KernelTable.Parse(Text).Rows.Single();

    [Fact]
    public void Scratch_tells_a_field_named_rows_from_the_rows_of_a_call() =>
        Assert.Equal(702, Row.ScratchBytes(new KernelRequest("a", "te_rows", [KernelField.Int("rows", 7)], []), 2));

    [Theory]
    [InlineData(7, 0)]
    [InlineData(6, -1)]
    public void In_place_depends_on_fields(int rows, int operand)
    {
        var request = new KernelRequest("a", "te_rows", [KernelField.Int("rows", rows)], []);
        Assert.Equal(operand, new KernelCall(Row, request, []).InPlace);
    }
}
