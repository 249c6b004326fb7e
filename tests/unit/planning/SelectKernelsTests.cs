// Kernel selection: what a node gets, that equal tables are one value, and that every node without a kernel is named.

using TinyEngine.Ir;
using TinyEngine.Passes;

namespace TinyEngine.Tests.Planning;

/// <summary>Tests of <see cref="SelectKernels"/>.</summary>
public sealed class SelectKernelsTests
{
    [Fact]
    public void Gives_kernels_and_scratch()
    {
        var builder = new GraphBuilder();
        var x = PlanningGraphs.Input("x", 2, 6);
        var y = builder.Emit(Reshape.Op, "flat", [builder.Emit(Softmax.Op, "soft", [x])], Attributes.Empty.With("shape", [12]));
        var graph = SelectKernels.Run(PlanningGraphs.Of(builder, [x], y), PlanningGraphs.Kernels);

        Assert.Equal(Stage.Selected, graph.Stage);
        Assert.Equal("te_softmax_f32_ref", graph.Nodes[0].Kernel!.Symbol);
        Assert.Equal(24, graph.Nodes[0].Scratch!.Type.Bytes);
        Assert.Null(graph.Nodes[1].Kernel);
    }

    [Fact]
    public void Shares_equal_tables()
    {
        var graph = Lookups(4);
        var nodes = SelectKernels.Run(graph, PlanningGraphs.Kernels).Nodes;
        Assert.Same(nodes[0].Tables[0], nodes[1].Tables[0]);
        Assert.NotSame(nodes[0].Tables[0], nodes[2].Tables[0]);
    }

    [Fact]
    public void Says_how_many_nodes_have_no_kernel()
    {
        // The only lookup row wants more than one element.
        var graph = Lookups(1);
        var failure = Assert.Throws<DiagnosticException>(() => SelectKernels.Run(graph, PlanningGraphs.Kernels));
        var only = Assert.Single(failure.Diagnostics);
        Assert.Equal(("TE0603", "a", 3), (only.Code, only.Node, only.Nodes));
    }

    [Theory]
    [InlineData("cortex-m3", "te_first")]
    [InlineData("cortex-m7", "te_second")]
    [InlineData("cortex-m55", "te_first")]
    public void Takes_the_cheapest_row_and_of_equals_the_first(string target, string symbol)
    {
        string Row(string name, string core, string cost, string packing = "-") =>
            $"KERNEL({name}, softmax, te_softmax, IN(f32, x) OUT(f32, y), {core}, \"\", \"0\", -1, \"-\", none, "
            + $"\"{cost}\", {packing}, \"\")\n";
        var kernels = KernelTable.Parse(
            Row("te_first", "any", "10 * rows * columns")
                + Row("te_second", "dsp", "10 * rows * columns - 2 * columns * fpu * (1 - mve)")
                + Row("te_other_packing", "any", "1", "tiles")
        );
        var builder = new GraphBuilder();
        var x = PlanningGraphs.Input("x", 2, 6);
        var y = builder.Emit(Softmax.Op, "soft", [x]);
        var graph = PlanningGraphs.Of(builder, [x], y) with { Target = Target.Find(target)! };
        Assert.Equal(symbol, SelectKernels.Run(graph, kernels).Nodes[0].Kernel!.Symbol);
    }

    /// <summary>Three lookups of raw samples, of which the first two mean the same.</summary>
    private static Graph Lookups(int count)
    {
        var builder = new GraphBuilder();
        var x = new Value("x", new TensorType(DType.U8, Shape.Of(count)), ValueKind.Input);
        var codes = new TensorType(DType.I8, x.Type.Shape, new QuantParams(0.5f, 0));
        var results = new[] { ("a", 0.25), ("b", 0.25), ("c", 0.5) }
            .Select(l => builder.Emit(Lookup.Op, l.Item1, [x], Attributes.Empty.With("scale", l.Item2).With("offset", 0.0), codes))
            .ToArray();
        return PlanningGraphs.Of(builder, [x], results);
    }
}
