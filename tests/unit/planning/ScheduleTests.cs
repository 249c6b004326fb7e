// Scheduling: every order is legal, no order is worse than the given one, and a better one is found where it is plain.

using CsCheck;
using TinyEngine.Ir;
using TinyEngine.Passes;

namespace TinyEngine.Tests.Planning;

/// <summary>Tests of <see cref="Schedule"/>.</summary>
public sealed class ScheduleTests
{
    [Fact]
    public void Keeps_dependencies_and_phases_and_is_never_worse() => PlanningGraphs.Random.Sample(graph =>
    {
        var selected = SelectKernels.Run(graph, PlanningGraphs.Kernels);
        var scheduled = Schedule.Run(selected);
        Assert.Equal(Stage.Scheduled, scheduled.Stage);
        Assert.Equal(selected.Nodes.ToHashSet(), scheduled.Nodes.ToHashSet());
        Assert.Equal(scheduled.Nodes.Select(n => n.Phase).Order(), scheduled.Nodes.Select(n => n.Phase));
        Assert.True(Lifetimes.Of(scheduled).PeakBytes <= Lifetimes.Of(selected).PeakBytes);

        var known = graph.Inputs.Concat(graph.TrainInputs).ToHashSet();
        foreach (var node in scheduled.Nodes)
        {
            Assert.All(node.Reads.Where(v => v.Kind == ValueKind.Result), v => Assert.Contains(v, known));
            known.UnionWith(node.Outputs);
        }
    });

    [Fact]
    public void Reduces_each_branch_before_the_next()
    {
        // Given: all wide branches first, then their sums. Better: one branch at a time.
        var builder = new GraphBuilder();
        var x = PlanningGraphs.Input("x", 64, 4);
        var wide = Enumerable.Range(0, 5).Select(i => builder.Emit(Softmax.Op, $"wide{i}", [x])).ToList();
        var sums = wide.Select((w, i) => builder.Emit(ChannelSum.Op, $"sum{i}", [w])).ToArray();
        var graph = PlanningGraphs.Of(builder, [x], sums);

        Assert.Equal((6 * 1024) + 16, PlanningGraphs.PlanAsGiven(graph).Plan!.LowerBound);
        Assert.InRange(PlanningGraphs.Plan(graph).Plan!.LowerBound, 2 * 1024, (2 * 1024) + (5 * 16) + 16);
    }

    [Fact]
    public void Keeps_readers_on_their_side_of_an_update()
    {
        // Branch by branch is the better order, and there 'next' could run first and 'first' before 'old'.
        var builder = new GraphBuilder { Phase = Phase.Train };
        var x = PlanningGraphs.Input("x", 64, 4);
        var lr = new Value("lr", TensorType.F32(Shape.Of(1)), ValueKind.Input, role: ValueRole.Rate);
        var w = new Value("w", TensorType.F32(Shape.Of(4)), ValueKind.Parameter, Tensor.Zeros(TensorType.F32(Shape.Of(4))));
        var wide = Enumerable.Range(0, 3).Select(i => builder.Emit(Softmax.Op, $"wide{i}", [x])).ToList();
        var sums = wide.Select((v, i) => builder.Emit(ChannelSum.Op, $"sum{i}", [v])).ToArray();
        var view = builder.Emit(Reshape.Op, "view", [w], Attributes.Empty.With("shape", [4]));
        var old = builder.Emit(Add.Op, "old", [sums[2], view]);
        builder.EmitNode(Sgd.Op, "first", [w, sums[1], lr]);
        var next = builder.Emit(Add.Op, "next", [sums[0], w]);
        builder.EmitNode(Sgd.Op, "second", [w, next, lr]);
        var selected = SelectKernels.Run(
            PlanningGraphs.Of(builder, [x]) with
            {
                TrainInputs = [lr],
                TrainOutputs = [old],
            },
            PlanningGraphs.Kernels
        );

        var scheduled = Schedule.Run(selected);
        Assert.True(Lifetimes.Of(scheduled).PeakBytes < Lifetimes.Of(selected).PeakBytes);
        Assert.Equal(
            ["old", "first", "next", "second"],
            scheduled.Nodes.Where(n => n.Reads.Contains(w) || n.Reads.Contains(view)).Select(n => n.Name).Where(n => n != "view")
        );
    }
}
