// Chooses the order of execution. Phases stay in order (forward, predict, train); within a phase a list scheduler takes the
// ready node that leaves the fewest bytes alive. The given order is kept unless a greedy order has a lower peak.
// Invariant: operands come before readers, and readers of a parameter's old value before the node that changes it.

using System.Collections.Immutable;
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
        var given = graph with { Stage = Stage.Scheduled, Nodes = InPhases(graph.Nodes) };
        var greedy = new ListScheduler(given);
        // MinBy returns the first of equals, so the given order wins ties.
        return new[] { given, greedy.Order(c => (c.After, c.During)), greedy.Order(c => (c.During, c.After)) }
            .MinBy(g => Lifetimes.Of(g).PeakBytes)!;
    }

    /// <summary>
    /// Nodes in the order of phases. A forward node that a pass added among those of the training step, such as the copy of channels that a
    /// gradient needs, goes right behind the last node it reads from, so that what it reads can die there.
    /// </summary>
    private static ImmutableArray<Node> InPhases(ImmutableArray<Node> nodes)
    {
        var ordered = new List<Node>();
        var latest = Phase.Forward;
        foreach (var node in nodes)
        {
            latest = latest > node.Phase ? latest : node.Phase;
            int place = latest == node.Phase ? ordered.Count : ordered.FindLastIndex(n => n.Writes.Intersect(node.Reads).Any()) + 1;
            ordered.Insert(place, node);
        }

        return [.. ordered.OrderBy(n => n.Phase)];
    }
}
