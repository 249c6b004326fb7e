// Chooses the order of execution. Phases stay in order (forward, predict, train); within a phase a list scheduler takes the
// ready node that leaves the fewest bytes alive. A phase keeps the given order, in which what is written over has no later reader, unless
// another order has a lower peak there.
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
        var scheduler = new ListScheduler(given);
        Graph[] orders =
        [
            scheduler.ReadersFirst(),
            given,
            scheduler.Order(c => (c.After, c.During)),
            scheduler.Order(c => (c.During, c.After)),
        ];
        var live = orders.Select(g => g.Nodes.Zip(Lifetimes.Of(g).Live, (node, bytes) => (Node: node, Bytes: bytes)).ToList()).ToList();
        // What one phase keeps for another does not depend on the order within either, so each phase takes its best order; the first of
        // equals.
        var best = Enum.GetValues<Phase>().Select(p => live.Select(o => o.Where(n => n.Node.Phase == p)).MinBy(Peak)!);
        return given with { Nodes = [.. best.SelectMany(nodes => nodes.Select(n => n.Node))] };
    }

    private static long Peak(IEnumerable<(Node Node, long Bytes)> nodes) => nodes.Select(n => n.Bytes).DefaultIfEmpty().Max();

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
