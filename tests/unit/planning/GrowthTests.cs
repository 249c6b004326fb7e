// Gradients that grow row by row over the gradient they are made of: the lead against a walk over all products, and plans that use it.

using CsCheck;
using TinyEngine.Ir;
using TinyEngine.Passes;
using TinyEngine.Tests.Training;

namespace TinyEngine.Tests.Planning;

/// <summary>Tests of <see cref="Growth"/> for kernels that write rows.</summary>
public sealed class GrowthTests
{
    [Fact]
    public void Leads_of_gradients_keep_every_row_that_is_read_and_no_byte_more() =>
        Gen.Int[0, 100_000].Sample(
            seed =>
            {
                var node = Dx(new Random(seed));
                var g = ConvGeometry.Of(node.Output.Type.Shape, node.Input(1).Type.Shape, node.Attributes, "");
                long lead = Assert.Single(Growth.Leads(node)).Lead;
                Assert.True(IsIntact(node, g, lead), $"lead {lead} is too small");
                // A dilated window counts as whole, so only plain ones need every byte.
                Assert.True(lead == 0 || g.DilationH > 1 || !IsIntact(node, g, lead - 1), $"lead {lead} is too large");
            },
            iter: 400
        );

    [Fact]
    public void Kernels_that_write_in_no_order_have_no_lead()
    {
        var builder = new GraphBuilder();
        var (dy, w) = (PlanningGraphs.Input("dy", 1, 4, 4, 2), PlanningGraphs.Input("w", 2, 3, 3, 2));
        var attributes = Attributes.Empty.With("pads", [1, 1, 1, 1]).With("input", [1, 4, 4, 2]);
        var node = NativeKernels.Selected(builder.EmitNode(Conv2dDx.Op, "dx", [dy, w], attributes));
        Assert.Empty(Growth.Leads(node));
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(5, 2)]
    public void Plan_lays_a_gradient_over_the_one_it_is_made_of(int kernel, int pad)
    {
        // Rows of 8 pixels of 8 channels and their exponent.
        var (graph, dy, dx) = Planned(kernel, pad);
        Assert.Empty(VerifyPlan.Violations(graph));
        var (over, result) = (graph.Plan!.Find(dy)!, graph.Plan.Find(dx)!);
        Assert.Equal(MemoryPlan.Align(pad * 65), over.Offset - result.Offset);
    }

    [Fact]
    public void Plan_with_a_lead_one_row_short_is_found()
    {
        var (graph, dy, dx) = Planned(5, 2);
        var places = graph.Plan!.Placements.Select(p => p.Value == dx ? p with { Offset = p.Offset + MemoryPlan.Align(65) } : p);
        var faulty = graph with { Plan = graph.Plan with { Placements = [.. places] } };
        string fault = $"writes {dx} over {dy}, which the step uses";
        Assert.Contains(VerifyPlan.Violations(faulty), v => v.Contains(fault, StringComparison.Ordinal));
    }

    /// <summary>A gradient in blocks of a depthwise layer that keeps the extents of its map.</summary>
    private static (Graph Graph, Value Dy, Value Dx) Planned(int kernel, int pad)
    {
        var builder = new GraphBuilder();
        var map = Shape.Of(1, 8, 8, 8);
        var weights = Tensors.Weights([.. Enumerable.Repeat(1f, 8)], 8, kernel, kernel, 1);
        var w = Value.Constant("w", Tensor.Zeros(weights));
        var type = BlockFormat.Type(DType.I8, map, BlockFormat.FoldedScale(weights, map));
        var dy = new Value("dy", type, ValueKind.Input);
        var attributes = Attributes
            .Empty.With("group", 8)
            .With("pads", [pad, pad, pad, pad])
            .With("input", [1, 8, 8, 8]);
        var dx = builder.Emit(Conv2dDx.Op, "dx", [dy, w], attributes, type with { Quant = null });
        var graph = PlanningGraphs.Plan(PlanningGraphs.Of(builder, [dy], dx), OperatorSet.Core.Kernels);
        return (graph, dy, dx);
    }

    private static Node Dx(Random random)
    {
        var (attributes, x, w, y) = BlockTensors.Geometry(random);
        var mantissa = random.Next(2) == 0 ? DType.I8 : DType.I16;
        var weights = Tensors.Weights(BlockTensors.Scales(random, w[0]), w);
        var dy = BlockTensors.Cut(BlockFormat.Type(mantissa, Shape.Of(y), BlockFormat.FoldedScale(weights, Shape.Of(y))), random);
        return NativeKernels.Selected(
            new GraphBuilder().EmitNode(
                Conv2dDx.Op,
                "dx",
                [Tensors.Input("dy", dy), Tensors.Input("w", weights)],
                attributes.With("input", x),
                BlockTensors.Result(mantissa, x, random)
            )
        );
    }

    /// <summary>
    /// True if a result that starts this much before the operand overwrites no byte that is still read: row after row, what it is made of
    /// is looked at, tap by tap, when all blocks before its last one are stored.
    /// </summary>
    private static bool IsIntact(Node node, ConvGeometry g, long lead)
    {
        var dx = node.Output.Type;
        long dyRow = node.Input(0).Type.Bytes / (g.Batch * g.OutH), dxRow = dx.Bytes / (g.Batch * g.InH);
        long stored = dxRow - dx.Bytes / (dx.Count / dx.Block!.Value);
        return Enumerable
            .Range(0, g.Batch * g.InH)
            .All(row =>
                Enumerable
                    .Range(0, g.Batch * g.OutH)
                    .Where(read => read / g.OutH == row / g.InH
                        && Enumerable.Range(0, g.KernelH).Any(k => read % g.OutH * g.StrideH - g.PadTop + k * g.DilationH == row % g.InH))
                    .All(read => lead + read * dyRow >= row * dxRow + stored)
            );
    }
}
