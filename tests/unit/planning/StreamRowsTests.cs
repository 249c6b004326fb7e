// Regions formed from random networks compute what their nodes computed, their plans pass the check, and the check finds every fault
// seeded into the rows of a region.

using CsCheck;
using TinyEngine.Ir;
using TinyEngine.Passes;

namespace TinyEngine.Tests.Planning;

public sealed class StreamRowsTests
{
    private const int Layers = 4;

    /// <summary>Kernel, stride, padding above and below, kind (plain, depthwise, masked, with a copy of channels), residual.</summary>
    private static readonly Gen<(int Kernel, int Stride, int Top, int Bottom, int Kind, bool Skip)> Layer = Gen.Select(
        Gen.Int[1, 7],
        Gen.Int[1, 3],
        Gen.Int[0, 3],
        Gen.Int[0, 3],
        Gen.Int[0, 3],
        Gen.Bool
    );

    private static readonly Gen<Graph?> Networks = Gen.Select(Layer.Array[2, 7], Gen.Int[1, 24], Gen.Int[1, 9]).Select(Network);

    [Fact]
    public void Regions_of_random_networks_compute_the_same_and_their_plans_are_right() =>
        Networks.Sample(
            graph =>
            {
                if (graph is null)
                {
                    return;
                }

                var plain = Scheduled(graph);
                foreach (var streamed in new[] { StreamRows.Run(plain, null) }.Concat(Forced(plain)))
                {
                    var planned = PlanMemory.Run(Verifier.Verify(streamed));
                    var violations = VerifyPlan.Violations(planned);
                    Assert.True(violations.Count == 0, string.Join('\n', violations) + Printer.Print(planned, data: false));
                    Assert.Empty(Verifier.Violations(planned));
                    Assert.Equal(Results(plain), Results(planned));
                }

                Assert.True(Arena(StreamRows.Run(plain, null)) <= Arena(plain));
            },
            iter: 150
        );

    [Fact]
    public void Plan_is_the_same_every_time() =>
        Networks
            .Where(g => g is not null)
            .Sample(
                graph =>
                    Assert.Equal(
                        Printer.Print(PlanMemory.Run(StreamRows.Run(Scheduled(graph!), null))),
                        Printer.Print(PlanMemory.Run(StreamRows.Run(Scheduled(graph!), null)))
                    ),
                iter: 20
            );

    [Fact]
    public void Ring_that_is_a_row_short_is_found()
    {
        var planned = Block();
        int[] lines = planned.Nodes[0].Attributes.Ints(StreamOp.LinesName);
        Assert.Equal([3, 1, 16], lines);
        lines[0]--;
        var shorter = planned.Nodes[0] with { Attributes = planned.Nodes[0].Attributes.With(StreamOp.LinesName, lines) };
        Finds(planned with { Nodes = [shorter, .. planned.Nodes[1..]] }, "of row 0 of \"a\" is not its own any more");
    }

    [Fact]
    public void Result_over_rows_that_are_still_read_is_found()
    {
        var planned = Block();
        var (x, y) = (planned.Plan!.Find(planned.Inputs[0])!, planned.Plan.Find(planned.Nodes[0].Output)!);
        var lead = Lifetimes.Of(planned).Overlaps.Single(o => o.Result.Members.Any(m => m.Value == y.Value)).Lead;
        Assert.True(lead > 0);
        var roomy = Moved(planned, planned.Plan.Find(planned.Nodes[0].Outputs[1])!, planned.Plan.ArenaBytes);
        var above = Moved(roomy, planned.Plan.Find(planned.Nodes[0].Lines!)!, roomy.Plan!.ArenaBytes);
        var apart = Moved(above, x, 2 * lead);
        Assert.Empty(VerifyPlan.Violations(Moved(apart, y, lead)));
        // One step of alignment nearer than the lead.
        Finds(Moved(apart, y, lead + MemoryPlan.Alignment), "of \"x\" is not its own any more");
    }

    [Fact]
    public void Lines_over_an_operand_are_found()
    {
        var planned = Block();
        var (x, lines) = (planned.Plan!.Find(planned.Inputs[0])!, planned.Plan.Find(planned.Nodes[0].Lines!)!);
        Finds(Moved(planned, lines, x.Offset), "of \"x\" is not its own any more");
    }

    [Fact]
    public void Mask_in_the_lines_is_found()
    {
        var planned = Block();
        var (mask, lines) = (planned.Plan!.Find(planned.Nodes[0].Outputs[1])!, planned.Plan.Find(planned.Nodes[0].Lines!)!);
        Finds(Moved(planned, mask, lines.Offset), "of \"a.1\" is not its own any more");
    }

    private static void Finds(Graph planned, string fault) =>
        Assert.Contains(VerifyPlan.Violations(planned), v => v.Contains(fault, StringComparison.Ordinal));

    private static Graph Moved(Graph planned, Placement place, long offset)
    {
        var plan = planned.Plan!;
        return planned with
        {
            Plan = plan with
            {
                ArenaBytes = Math.Max(plan.ArenaBytes, offset + MemoryPlan.Align(place.Bytes)),
                Placements = [.. plan.Placements.Select(p => p == place ? p with { Offset = offset } : p)],
            },
        };
    }

    /// <summary>An inverted bottleneck as one planned region, whose wide layer keeps a mask for a training step.</summary>
    private static Graph Block()
    {
        var builder = new GraphBuilder();
        var x = new Value("x", TensorType.F32(Shape.Of(1, 16, 4, 2)), ValueKind.Input);
        var a = builder.Emit(
            Conv2d.Op,
            "a",
            [x, Weights(8, 1, 2), null],
            Attributes.Empty.Clamped(min: 0.0).Masked(true) with
            {
                Layer = 0,
            }
        );
        var b = builder.Emit(Conv2d.Op, "b", [a, Weights(8, 3, 1), null], new NodeForm(Pads(1, 1).With("group", 8)) { Layer = 1 });
        var c = builder.Emit(Conv2d.Op, "c", [b, Weights(6, 1, 8), null], new NodeForm(Attributes.Empty) { Layer = 2 });
        builder.Phase = Phase.Train;
        var wide = builder.Emit(Conv2d.Op, "wide", [c, Weights(8, 1, 6), null]);
        var masked = builder.Emit(ApplyMask.Op, "masked", [wide, builder.Nodes[0].Outputs[1]]);
        var graph = PlanningGraphs.Of(builder, [x], c) with { TrainOutputs = [masked] };
        return PlanMemory.Run(StreamRows.Run(Scheduled(graph), 3));
    }

    /// <summary>Regions of the first layers, as many as can form one.</summary>
    private static IEnumerable<Graph> Forced(Graph plain)
    {
        for (int layers = 1; layers <= Layers; layers++)
        {
            Graph? formed = null;
            try
            {
                formed = StreamRows.Run(plain, layers);
            }
            catch (DiagnosticException e)
            {
                Assert.Equal("TE0604", e.Diagnostics[0].Code);
            }

            if (formed is not null)
            {
                yield return formed;
            }
        }
    }

    private static Graph Scheduled(Graph graph) => Schedule.Run(SelectKernels.Run(graph, OperatorSet.Core.Kernels));

    private static long Arena(Graph scheduled) => PlanMemory.Run(scheduled).Plan!.ArenaBytes;

    private static double[][] Results(Graph graph)
    {
        var random = new Random(3);
        var interpreter = new Interpreter(Numerics.Double);
        var input = graph.Inputs[0];
        interpreter[input] = new Tensor(input.Type, [.. Enumerable.Range(0, (int)input.Type.Count).Select(_ => random.NextDouble() - 0.5)]);
        interpreter.TrainStep(graph);
        return [.. graph.Outputs.Concat(graph.TrainOutputs).Select(v => interpreter[v].Data)];
    }

    private static Graph? Network((int Kernel, int Stride, int Top, int Bottom, int Kind, bool Skip)[] layers, int height, int width)
    {
        var builder = new GraphBuilder();
        var x = new Value("x", TensorType.F32(Shape.Of(1, height, width, 3)), ValueKind.Input);
        var (current, saved) = (x, new List<Value>());
        foreach (var (kernel, stride, top, bottom, kind, skip) in layers)
        {
            if (RowSchedule.RowsOf(current) + top + bottom < kernel)
            {
                return null;
            }

            var before = current;
            int channels = current.Type.Shape[3],
                filters = kind == 1 ? channels
                : skip ? channels
                : 2 + (kernel % 3);
            var attributes = Pads(top, bottom).With("strides", [stride, 1]).With("group", kind == 1 ? channels : 1);
            var form = kind == 2 ? attributes.Clamped(min: 0.0).Masked(true) : new NodeForm(attributes);
            string name = $"n{builder.Nodes.Count}";
            current = builder.Emit(
                Conv2d.Op,
                name,
                [current, Weights(filters, kernel, kind == 1 ? 1 : channels), null],
                form with
                {
                    Layer = builder.Nodes.Count,
                }
            );
            saved.AddRange(kind == 2 ? [builder.Nodes[^1].Outputs[1]] : []);
            saved.AddRange(kind == 3 ? [builder.Emit(GatherChannels.Op, name + ".part", [current], ChannelOp.Selection(3, [1, 0]))] : []);
            current =
                skip && before != x && before.Type.Equals(current.Type) ? builder.Emit(Add.Op, name + ".sum", [current, before]) : current;
        }

        builder.Phase = Phase.Train;
        var kept = saved
            .Select(
                (v, i) =>
                    v.Type.DType != DType.Bit
                        ? builder.Emit(Clamp.Op, $"kept{i}", [v])
                        : builder.Emit(ApplyMask.Op, $"kept{i}", [Value.Constant($"dy{i}", Ones(v.Type.Shape)), v])
            )
            .ToArray();
        return PlanningGraphs.Of(builder, [x], current) with { TrainOutputs = [.. kept] };
    }

    private static Attributes Pads(int top, int bottom) => Attributes.Empty.With("pads", [top, 0, bottom, 0]);

    private static Tensor Ones(Shape shape) => new(TensorType.F32(shape), [.. Enumerable.Repeat(1.0, (int)shape.Count)]);

    private static Value Weights(int filters, int kernel, int channels)
    {
        var shape = Shape.Of(filters, kernel, 1, channels);
        return Value.Constant(
            "w",
            new Tensor(TensorType.F32(shape), [.. Enumerable.Range(0, (int)shape.Count).Select(i => ((i * 7 % 11) - 5) / 8.0)])
        );
    }
}
