// The plan verifier finds every fault seeded into a correct plan.

using CsCheck;
using TinyEngine.Ir;
using TinyEngine.Passes;

namespace TinyEngine.Tests.Planning;

/// <summary>Tests of <see cref="VerifyPlan"/>.</summary>
public sealed class VerifyPlanTests
{
    [Fact]
    public void Returns_a_correct_plan_unchanged()
    {
        var graph = Planned();
        Assert.Same(graph, VerifyPlan.Run(graph));
    }

    [Fact]
    public void Finds_missing_plan() => Finds(Planned() with { Plan = null }, "there is no plan");

    [Fact]
    public void Finds_overlap() => Finds(Move("b", p => p with { Offset = Place("a").Offset }), "over \"a\"");

    [Fact]
    public void Finds_partial_overlap() => Finds(Move("b", p => p with { Offset = Place("a").Offset + 8 }), "over \"a\"");

    [Fact]
    public void Finds_overlap_with_a_value_that_is_only_read_later() =>
        Finds(Move("soft.scratch", p => p with { Offset = Place("a").Offset }), "of \"a\" is not its own");

    [Fact]
    public void Finds_misalignment() => Finds(Move("b", p => p with { Offset = p.Offset + 4 }), "misaligned");

    [Fact]
    public void Finds_place_outside_the_arena() =>
        Finds(Move("b", p => p with { Offset = Planned().Plan!.ArenaBytes }), "outside the arena");

    [Fact]
    public void Finds_negative_offset() => Finds(Move("b", p => p with { Offset = -8 }), "outside the arena");

    [Fact]
    public void Finds_wrong_size() => Finds(Move("b", p => p with { Bytes = p.Bytes - 8 }), "and needs 64");

    [Fact]
    public void Finds_short_lifetime() => Finds(Move("a", p => p with { Last = p.First }), "outside its lifetime");

    [Fact]
    public void Finds_missing_place() => Finds(With(p => [.. p.Where(q => q.Value.Name != "b")]), "\"b\" has no place");

    [Fact]
    public void Finds_second_place() => Finds(With(p => [.. p, p[0]]), "has a second place");

    [Fact]
    public void Finds_foreign_place() =>
        Finds(With(p => [.. p, new Placement(PlanningGraphs.Input("other", 1), 0, 4, 0, 0)]), "\"other\" is not an arena value");

    [Fact]
    public void Finds_moved_view() => Finds(Move("view", p => p with { Offset = Place("c").Offset }), "does not lie on its operand");

    [Fact]
    public void Finds_arena_below_the_bound()
    {
        var graph = Planned();
        Finds(graph with { Plan = graph.Plan! with { LowerBound = graph.Plan.ArenaBytes + 8 } }, "below its lower bound");
    }

    [Fact]
    public void Finds_every_live_value_moved_onto_another() =>
        PlanningGraphs.RandomPlanned.Sample(
            graph =>
            {
                var groups = Lifetimes.Of(graph).Groups;
                var pairs =
                    from a in groups
                    from b in groups
                    where a != b
                    from m in a.Members
                    from n in b.Members
                    where Collide(graph, m, n)
                    select (a, n);
                foreach (var (group, over) in pairs)
                {
                    long offset = graph.Plan!.Find(over.Value)!.Offset;
                    var moved = group.Members.Select(m => m.Value).ToHashSet();
                    var faulty = graph with
                    {
                        Plan = graph.Plan with
                        {
                            // Room above, so that nothing is found only because it leaves the arena.
                            ArenaBytes = graph.Plan.ArenaBytes * 2,
                            Placements = [.. graph.Plan.Placements.Select(p => moved.Contains(p.Value) ? p with { Offset = offset } : p)],
                        },
                    };
                    Assert.NotEmpty(VerifyPlan.Violations(faulty));
                }
            },
            iter: 50
        );

    [Fact]
    public void Simulates_training_without_prediction()
    {
        // A value that only prediction writes does not exist in a training step.
        var builder = new GraphBuilder();
        var x = PlanningGraphs.Input("x", 4, 4);
        var a = builder.Emit(Softmax.Op, "a", [x]);
        builder.Phase = Phase.Predict;
        var y = builder.Emit(Softmax.Op, "y", [a]);
        builder.Phase = Phase.Train;
        var wrong = builder.Emit(ChannelSum.Op, "wrong", [y]);
        var graph = PlanningGraphs.PlanAsGiven(PlanningGraphs.Of(builder, [x], y) with { TrainOutputs = [wrong] });
        Finds(graph, "reads \"y\", which was not written");
    }

    private static void Finds(Graph graph, string fault) =>
        Assert.Contains(fault, Assert.Throws<InvalidOperationException>(() => VerifyPlan.Run(graph)).Message, StringComparison.Ordinal);

    /// <summary>True where a step of every run writes the second value between the write and the last read of the first.</summary>
    private static bool Collide(Graph graph, Lifetime kept, Lifetime written) =>
        kept.First < written.First && written.First < kept.Last
        && graph.Nodes[written.First] is { Phase: Phase.Forward, Op.IsView: false }
        && graph.Nodes[kept.Last].Reads.Contains(kept.Value);

    private static Graph Planned()
    {
        var builder = new GraphBuilder();
        var x = PlanningGraphs.Input("x", 4, 4);
        var a = builder.Emit(Softmax.Op, "a", [x]);
        var b = builder.Emit(Softmax.Op, "b", [a]);
        var c = builder.Emit(Softmax.Op, "soft", [b], outputName: "c");
        var view = builder.Emit(Reshape.Op, "view", [a], Attributes.Empty.With("shape", [16]));
        var d = builder.Emit(Reshape.Op, "flat", [c], Attributes.Empty.With("shape", [16]));
        return PlanningGraphs.PlanAsGiven(PlanningGraphs.Of(builder, [x], builder.Emit(Add.Op, "sum", [d, view])));
    }

    private static Placement Place(string name) => Planned().Plan!.Placements.Single(p => p.Value.Name == name);

    private static Graph Move(string name, Func<Placement, Placement> change) =>
        With(places => [.. places.Select(p => p.Value.Name == name ? change(p) : p)]);

    private static Graph With(Func<IReadOnlyList<Placement>, Placement[]> change)
    {
        var graph = Planned();
        return graph with { Plan = graph.Plan! with { Placements = [.. change(graph.Plan.Placements)] } };
    }
}
