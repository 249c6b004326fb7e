// Makes saved activations again in the backward pass instead of keeping them, while the training step is over budget. Of the values that
// wait at the peak the one that frees the most bytes for each multiplication comes first, which makes depthwise layers the first choice:
// their results are as large as others and cost little. A layer runs again before its weights change and by the same kernel, so every
// result stays what it was.

using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>Recomputation of activations (the trade of Chen et al., Training Deep Nets with Sublinear Memory Cost, 2016).</summary>
public static class Recompute
{
    private const string Suffix = ".again";

    /// <summary>Runs on a scheduled graph, whose stage stays.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="budget">Bytes that the arena may have.</param>
    public static Graph Run(Graph graph, long budget)
    {
        var chosen = new List<Value>();
        var small = graph;
        while (Over(small, budget) is { } peak && Best(small, peak) is { } next)
        {
            chosen.Add(next.Value);
            small = next.Graph;
        }

        if (Over(small, budget) is not null)
        {
            return small;
        }

        // A later choice may free so much that an earlier one was not needed: the most expensive go first.
        var producers = graph.Producers();
        foreach (var value in chosen.OrderByDescending(v => producers[v].Op.Macs(producers[v])).ToList())
        {
            var fewer = chosen.Where(v => v != value).ToList();
            if (WithRepeated(graph, fewer) is { } spared && Over(spared, budget) is null)
            {
                (chosen, small) = (fewer, spared);
            }
        }

        return small;
    }

    /// <summary>True for a node that makes an activation again.</summary>
    public static bool IsRepeated(Node node) => node.Phase == Phase.Train && node.Name.EndsWith(Suffix, StringComparison.Ordinal);

    /// <summary>MACs that a training step spends on layers that run again; they keep their numbers in the training phase.</summary>
    public static long Macs(Graph graph) => graph.Nodes.Where(n => n is { Phase: Phase.Train, Layer: not null }).Sum(n => n.Op.Macs(n));

    /// <summary>The step of the training phase with most bytes alive, if they are more than the budget.</summary>
    private static int? Over(Graph graph, long budget)
    {
        var (step, bytes) = TrainingPeak(graph, Lifetimes.Of(graph));
        return bytes > budget ? step : null;
    }

    private static (int Step, long Bytes) TrainingPeak(Graph graph, Lifetimes lifetimes) =>
        graph.Nodes.Select((n, i) => (Step: i, Bytes: n.Phase == Phase.Train ? lifetimes.Live[i] : 0)).DefaultIfEmpty().MaxBy(s => s.Bytes);

    /// <summary>
    /// The graph with one more node that runs again, so that fewer bytes are alive at the peak and nowhere more; or null.
    /// </summary>
    private static (Value Value, Graph Graph)? Best(Graph graph, int peak)
    {
        long live = Lifetimes.Of(graph).Live[peak];
        var readers = graph.Nodes.SelectMany((n, i) => n.Reads.Distinct().Select(v => (v, i))).ToLookup(p => p.v, p => p.i);
        return graph
            .Nodes.Where(n => n is { Phase: Phase.Forward, Call: not null, Op.Mutates: < 0 } && n.Output.Type.IsQuantized)
            .Where(n => !graph.TrainOutputs.Contains(n.Output))
            .OrderByDescending(n => n.Output.Type.Bytes / (double)Math.Max(1, n.Op.Macs(n)))
            .Select(n => (Value: n.Output, Graph: Repeated(graph, n, [.. readers[n.Output]], peak)!))
            .Where(c => c.Graph is not null && Lowers(c.Graph, peak, live))
            .Select(c => ((Value, Graph)?)c)
            .FirstOrDefault();
    }

    /// <summary>The graph in which the makers of these values run again, or null.</summary>
    private static Graph? WithRepeated(Graph graph, IEnumerable<Value> values)
    {
        foreach (var value in values)
        {
            var readers = graph.Nodes.Select((n, i) => (n, i)).Where(p => p.n.Reads.Contains(value)).Select(p => p.i).ToList();
            if (Repeated(graph, graph.Nodes.First(n => n.Outputs.Contains(value)), readers, -1) is not { } next)
            {
                return null;
            }

            graph = next;
        }

        return graph;
    }

    /// <summary>True where less is alive at the peak. Nodes run again behind it, so that its step has the same index.</summary>
    private static bool Lowers(Graph graph, int peak, long live)
    {
        var lifetimes = Lifetimes.Of(graph);
        return lifetimes.Live[peak] < live && TrainingPeak(graph, lifetimes).Bytes <= live;
    }

    /// <summary>The graph in which a node runs again before its first reader of the training phase, which is behind the peak.</summary>
    private static Graph? Repeated(Graph graph, Node node, IReadOnlyList<int> readers, int peak)
    {
        var late = readers.Where(i => graph.Nodes[i].Phase == Phase.Train).ToList();
        if (
            late.Count == 0
            || late[0] <= peak
            || late.Any(i => graph.Nodes[i].Op.IsView)
            || readers.Any(i => graph.Nodes[i].Op.IsView)
            || graph.Nodes.Take(late[0]).Any(n => n.Op.Mutates >= 0 && node.Reads.Contains(n.Input(n.Op.Mutates)))
        )
        {
            return null;
        }

        var value = node.Output;
        var again = new Value(value.Name + Suffix, value.Type, ValueKind.Result);
        var repeated = node with { Name = node.Name + Suffix, Phase = Phase.Train, Outputs = [again], KeepsMask = false, Call = null };
        if (KernelCall.Bind(node.Kernel!, repeated, node.Call!.Request) is not { } call)
        {
            return null;
        }

        Value? Again(Value? v) => v == value ? again : v;
        var nodes = graph
            .Nodes.Select(
                (n, i) =>
                    !late.Contains(i)
                        ? n
                        : n with
                        {
                            Inputs = [.. n.Inputs.Select(Again)],
                            Call = n.Call! with { Arguments = [.. n.Call.Arguments.Select(Again)] },
                        }
            )
            .ToList();
        nodes.Insert(late[0], repeated with { Call = call });
        return graph with { Nodes = [.. nodes] };
    }
}
