// Memory planning: plans pass the verifier, respect the lower bound, are repeatable, and share storage where they should.

using CsCheck;
using TinyEngine.Ir;
using TinyEngine.Passes;

namespace TinyEngine.Tests.Planning;

/// <summary>Tests of <see cref="PlanMemory"/> and <see cref="Lifetimes"/>.</summary>
public sealed class PlanMemoryTests
{
    [Fact]
    public void Random_plans_are_correct() =>
        PlanningGraphs.RandomPlanned.Sample(graph =>
        {
            Assert.Empty(VerifyPlan.Violations(graph));
            Assert.Equal(graph.Plan!.Placements.Select(p => p.First).Order(), graph.Plan.Placements.Select(p => p.First));
        });

    [Fact]
    public void Same_graph_gives_same_plan() =>
        PlanningGraphs.Random.Sample(
            graph =>
            {
                var (a, b) = (PlanningGraphs.Plan(graph), PlanningGraphs.Plan(graph));
                Assert.Equal(a.Nodes.Select(n => n.Name), b.Nodes.Select(n => n.Name));
                Assert.Equal(
                    a.Plan!.Placements.Select(p => (p.Value.Name, p.Offset)),
                    b.Plan!.Placements.Select(p => (p.Value.Name, p.Offset))
                );
            },
            iter: 30
        );

    [Fact]
    public void Lower_bound_is_the_largest_sum_of_live_bytes() =>
        PlanningGraphs.Random.Sample(graph =>
        {
            // Without in-place rules storage is shared by views only, so liveness can be counted naively.
            var planned = PlanningGraphs.Plan(graph, PlanningGraphs.ApartKernels);
            long largest = Enumerable.Range(0, planned.Nodes.Length).Max(step => LiveBytes(planned, step));
            Assert.Equal(largest, planned.Plan!.LowerBound);
            Assert.Equal(largest, LiveBytes(planned, planned.Plan.PeakStep));
        });

    [Fact]
    public void Sharing_in_place_never_raises_the_bound() =>
        PlanningGraphs.Random.Sample(graph =>
            Assert.True(
                PlanningGraphs.PlanAsGiven(graph).Plan!.LowerBound
                    <= PlanningGraphs.PlanAsGiven(graph, PlanningGraphs.ApartKernels).Plan!.LowerBound
            )
        );

    [Fact]
    public void Small_graphs_reach_the_best_possible_arena() =>
        PlanningGraphs
            .Random.Where(g => g.Nodes.Length <= 6)
            .Sample(
                graph =>
                {
                    var planned = PlanningGraphs.Plan(graph);
                    Assert.Equal(BestOfAllOrders(Lifetimes.Of(planned)), planned.Plan!.ArenaBytes);
                },
                iter: 50
            );

    /// <summary>
    /// Two inputs shrink in place to a quarter and leave holes that are each too small for the next result. So the bound is not reached by
    /// any order of placing, and the search, which cannot know, gives up in a fraction of a second.
    /// </summary>
    [Fact]
    public void Seven_nodes_whose_bound_is_out_of_reach_are_planned_at_once()
    {
        var builder = new GraphBuilder();
        var (x, z) = (PlanningGraphs.Input("x", 64, 1), PlanningGraphs.Input("z", 64, 1));
        Value[] codes =
        [
            .. new[] { x, z }.Select(v =>
                builder.Emit(Quantize.Op, v.Name + ".codes", [v], type: v.Type with { DType = DType.I8, Quant = new QuantParams(1, 0) })
            ),
        ];
        Value[] sums =
        [
            .. codes.Select(q => builder.Emit(ChannelSum.Op, q.Name + ".sum", [builder.Emit(Dequantize.Op, q.Name + ".real", [q])])),
        ];
        var graph = PlanningGraphs.Of(builder, [x, z], builder.Emit(Add.Op, "y", [sums[0], sums[1]]));
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var plan = PlanningGraphs.PlanAsGiven(graph).Plan!;
        Assert.Equal((512, 576), (plan.LowerBound, plan.ArenaBytes));
        Assert.True(watch.Elapsed.TotalSeconds < 1, $"{watch.Elapsed}");
    }

    [Fact]
    public void Elementwise_chain_is_one_buffer()
    {
        var builder = new GraphBuilder();
        var x = PlanningGraphs.Input("x", 100);
        var y = x;
        for (int i = 0; i < 6; i++)
        {
            y = i == 3 ? builder.Emit(Reshape.Op, "view", [y], Attributes.Empty.With("shape", [1, 100]))
                : builder.Emit(Clamp.Op, $"clamp{i}", [y], Attributes.Empty.Clamped(min: (double)i));
        }

        var plan = PlanningGraphs.Plan(PlanningGraphs.Of(builder, [x], y)).Plan!;
        Assert.Equal(400, plan.ArenaBytes);
        Assert.All(plan.Placements, p => Assert.Equal(0, p.Offset));
    }

    [Fact]
    public void A_shrunk_group_frees_its_tail()
    {
        // The codes lie on the first quarter of the real input; the dequantized values need more than the rest.
        var builder = new GraphBuilder();
        var x = PlanningGraphs.Input("x", 64);
        var codes = builder.Emit(Quantize.Op, "codes", [x], type: x.Type with { DType = DType.I8, Quant = new QuantParams(1, 0) });
        var y = builder.Emit(Dequantize.Op, "y", [codes]);
        var plan = PlanningGraphs.Plan(PlanningGraphs.Of(builder, [x], y)).Plan!;
        Assert.Equal(256 + 64, plan.ArenaBytes);
        Assert.Equal(plan.Find(x)!.Offset, plan.Find(codes)!.Offset);
    }

    [Fact]
    public void Outputs_and_later_read_operands_are_not_overwritten()
    {
        var builder = new GraphBuilder();
        var x = PlanningGraphs.Input("x", 16);
        var a = builder.Emit(Clamp.Op, "a", [x]);
        var b = builder.Emit(Clamp.Op, "b", [a]);
        var c = builder.Emit(Add.Op, "c", [b, b]);
        var plan = PlanningGraphs.Plan(PlanningGraphs.Of(builder, [x], a, c)).Plan!;
        Assert.Equal(plan.Find(x)!.Offset, plan.Find(a)!.Offset);
        Assert.Equal(3, new[] { a, b, c }.Select(v => plan.Find(v)!.Offset).Distinct().Count());
    }

    [Fact]
    public void Three_hundred_values_are_planned()
    {
        var builder = new GraphBuilder();
        var x = PlanningGraphs.Input("x", 1, 6, 6, 8);
        var pool = new List<Value> { x };
        for (int i = 0; i < 300; i++)
        {
            var a = pool[pool.Count - 1 - (i * 7 % Math.Min(pool.Count, 9))];
            pool.Add(i % 3 == 0 ? builder.Emit(ChannelSum.Op, $"n{i}", [a]) : builder.Emit(Softmax.Op, $"n{i}", [pool[i / 2]]));
        }

        var scheduled = Schedule.Run(SelectKernels.Run(PlanningGraphs.Of(builder, [x], pool[^1]), PlanningGraphs.Kernels));
        Assert.Empty(VerifyPlan.Violations(PlanMemory.Run(scheduled)));
    }

    /// <summary>Aligned bytes of all storage written up to a step and still needed in it or later.</summary>
    private static long LiveBytes(Graph graph, int step)
    {
        var storage = new Dictionary<Value, Value>();
        foreach (var node in graph.Nodes.Where(n => n.Op.IsView))
        {
            storage[node.Output] = storage.GetValueOrDefault(node.Input(0), node.Input(0));
        }

        Value Of(Value v) => storage.GetValueOrDefault(v, v);
        int predictEnd = graph.Nodes.ToList().FindLastIndex(n => n.Phase != Phase.Train);
        var written = graph.Inputs.Concat(graph.Nodes.Take(step + 1).SelectMany(n => n.Writes)).Select(Of);
        var needed = graph
            .Nodes.Skip(step)
            .SelectMany(n => n.Reads)
            .Concat(graph.Nodes[step].Writes)
            .Concat(graph.TrainOutputs)
            .Concat(step <= predictEnd ? graph.Outputs : [])
            .Concat(step == 0 ? graph.Inputs : [])
            .Select(Of);
        return written
            .Intersect(needed)
            .Where(v => v.Kind == ValueKind.Result || graph.Inputs.Contains(v))
            .Sum(v => MemoryPlan.Align(v.Type.Bytes));
    }

    /// <summary>The smallest arena over all orders of lowest-fit placement, some of which are optimal.</summary>
    private static long BestOfAllOrders(Lifetimes lifetimes)
    {
        var groups = lifetimes.Groups;
        long best = long.MaxValue;
        Extend([], 0);
        return best;

        void Extend(List<(AliasGroup Group, long Offset)> placed, long height)
        {
            if (height >= best || best == lifetimes.PeakBytes)
            {
                return;
            }

            if (placed.Count == groups.Count)
            {
                best = height;
                return;
            }

            foreach (var group in groups.Where(g => placed.TrueForAll(p => p.Group != g)))
            {
                var candidates = placed.Select(p => p.Offset + p.Group.BytesBeside(group)).Append(0).Order();
                long offset = candidates.First(o => placed.TrueForAll(p => Apart(p.Group, p.Offset, group, o)));
                placed.Add((group, offset));
                Extend(placed, Math.Max(height, offset + group.Bytes));
                placed.RemoveAt(placed.Count - 1);
            }
        }

        static bool Apart(AliasGroup a, long aOffset, AliasGroup b, long bOffset) =>
            a.Members.All(m =>
                b.Members.All(n => !m.Meets(n) || aOffset + m.AlignedBytes <= bOffset || bOffset + n.AlignedBytes <= aOffset)
            );
    }
}
