// Scheduling: every order is legal, no order is worse than the given one, and a better one is found where it is plain.

using CsCheck;
using TinyEngine.Ir;
using TinyEngine.Passes;
using Xunit;

namespace TinyEngine.Tests.Planning;

public sealed class ScheduleTests
{
    [Fact]
    public void KeepsDependenciesAndPhasesAndIsNeverWorse() => PlanningGraphs.Random.Sample(graph =>
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
    public void ReducesEachBranchBeforeTheNext()
    {
        // Given: all wide branches first, then their sums. Better: one branch at a time.
        var builder = new GraphBuilder();
        var x = PlanningGraphs.Input("x", 64, 4);
        var wide = Enumerable.Range(0, 5).Select(i => builder.Emit(Softmax.Op, $"wide{i}", [x])).ToList();
        var sums = wide.Select((w, i) => builder.Emit(ChannelSum.Op, $"sum{i}", [w])).ToArray();
        var graph = PlanningGraphs.Of(builder, [x], sums);

        Assert.Equal(6 * 1024, PlanningGraphs.PlanAsGiven(graph).Plan!.LowerBound);
        Assert.InRange(PlanningGraphs.Plan(graph).Plan!.LowerBound, 2 * 1024, (2 * 1024) + (5 * 16) + 16);
    }

    [Fact]
    public void KeepsReadersOnTheirSideOfAnUpdate()
    {
        var builder = new GraphBuilder { Phase = Phase.Train };
        var x = PlanningGraphs.Input("x", 64);
        var lr = new Value("lr", TensorType.F32(Shape.Of(1)), ValueKind.Input);
        var w = new Value("w", x.Type, ValueKind.Parameter, Tensor.Zeros(x.Type));
        var view = builder.Emit(Reshape.Op, "view", [w], Attributes.Empty.With("shape", [64]));
        var old = builder.Emit(Add.Op, "old", [x, view]);
        builder.EmitNode(Sgd.Op, "first", [w, x, lr]);
        var next = builder.Emit(Add.Op, "next", [x, w]);
        builder.EmitNode(Sgd.Op, "second", [w, next, lr]);
        var graph = PlanningGraphs.Of(builder, [x]) with { TrainInputs = [lr], TrainOutputs = [old] };

        var scheduler = Schedule.Run(SelectKernels.Run(graph, PlanningGraphs.Kernels));
        Assert.Equal(["old", "first", "next", "second"], scheduler.Nodes.Select(n => n.Name).Where(n => n != "view"));
    }
}
