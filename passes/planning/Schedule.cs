// Chooses the order of execution. Phases stay in order (forward, predict, train); within a phase a list scheduler takes the
// ready node that leaves the fewest bytes alive. The given order is kept unless a greedy order has a lower peak.
// Invariant: operands come before readers, and readers of a parameter's old value before the node that changes it.

using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>Scheduling for the smallest peak of live bytes.</summary>
public static class Schedule
{
    /// <summary>
    /// Runs on a graph with kernels, whose nodes are in dependency order; the result is at <see cref="Stage.Scheduled"/>.
    /// </summary>
    public static Graph Run(Graph graph)
    {
        var given = graph with { Stage = Stage.Scheduled, Nodes = [.. graph.Nodes.OrderBy(n => n.Phase)] };
        var greedy = new ListScheduler(given);
        // MinBy returns the first of equals, so the given order wins ties.
        return new[] { given, greedy.Order(c => (c.After, c.During)), greedy.Order(c => (c.During, c.After)) }
            .MinBy(g => Lifetimes.Of(g).PeakBytes)!;
    }
}
