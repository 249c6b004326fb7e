// A list scheduler: orders nodes one by one, each time taking the ready node of least cost, where the cost is the bytes
// alive while it runs and after it. Sharing in place is not counted; the caller compares orders by their true peak.
// Invariant: every order respects operands, phases and the given order of reads and changes of a parameter. O(n^2).

using System.Collections.Immutable;
using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>What running a node next would do to the number of live bytes.</summary>
/// <param name="After">Change once the node has run and its dead operands are gone.</param>
/// <param name="During">Change while the node runs.</param>
internal readonly record struct ScheduleCost(long After, long During);

/// <summary>Greedy orders of the nodes of one graph, which must be in phase and dependency order.</summary>
internal sealed class ListScheduler
{
    private readonly Graph graph;
    private readonly Dictionary<Value, Value> roots;
    private readonly Value[][] reads;
    private readonly Value[][] writes;
    private readonly List<int>[] successors;
    private readonly int[] predecessors;
    private readonly HashSet<Value> arena;
    private readonly Dictionary<Value, int> uses = [];

    /// <summary>Analyses the dependencies of a graph.</summary>
    public ListScheduler(Graph graph)
    {
        this.graph = graph;
        roots = Lifetimes.ViewRoots(graph);
        reads = [.. graph.Nodes.Select(n => n.Reads.Select(Root).Distinct().ToArray())];
        writes = [.. graph.Nodes.Select(n => n.Outputs.Where(v => Root(v) == v).ToArray())];
        arena = [.. graph.ArenaInputs, .. writes.SelectMany(w => w)];
        successors = [.. graph.Nodes.Select(_ => new List<int>())];
        predecessors = new int[graph.Nodes.Length];
        AddDependencies();
        // What the caller gets back is never freed: it counts one reader that never runs.
        foreach (var value in reads.SelectMany(r => r).Concat(graph.Outputs.Concat(graph.TrainOutputs).Select(Root)))
        {
            uses[value] = uses.GetValueOrDefault(value) + 1;
        }
    }

    /// <summary>The graph in the greedy order under a key of the cost; ties go to the given order.</summary>
    public Graph Order(Func<ScheduleCost, (long, long)> key)
    {
        var left = new Dictionary<Value, int>(uses);
        var waiting = (int[])predecessors.Clone();
        var pending = Enumerable.Range(0, graph.Nodes.Length).ToList();
        var nodes = ImmutableArray.CreateBuilder<Node>(pending.Count);
        while (pending.Count > 0)
        {
            // Pending nodes keep the given order, so the first one has the current phase.
            var phase = graph.Nodes[pending[0]].Phase;
            int next = pending.Where(i => waiting[i] == 0 && graph.Nodes[i].Phase == phase).MinBy(i => key(Cost(i, left)));
            pending.Remove(next);
            nodes.Add(graph.Nodes[next]);
            foreach (var value in reads[next])
            {
                left[value]--;
            }

            foreach (int successor in successors[next])
            {
                waiting[successor]--;
            }
        }

        return graph with { Nodes = nodes.ToImmutable() };
    }

    private Value Root(Value value) => Lifetimes.Root(value, roots);

    private static long Bytes(Value value) => MemoryPlan.Align(value.Type.Bytes);

    private ScheduleCost Cost(int index, Dictionary<Value, int> left)
    {
        long made = writes[index].Sum(Bytes);
        long scratch = graph.Nodes[index].Scratch is { } s ? Bytes(s) : 0;
        long unread = writes[index].Where(v => !uses.ContainsKey(v)).Sum(Bytes);
        long dead = reads[index].Where(v => left[v] == 1 && arena.Contains(v)).Sum(Bytes);
        return new ScheduleCost(made - unread - dead, made + scratch);
    }

    private void AddDependencies()
    {
        var producer = new Dictionary<Value, int>();
        var changer = new Dictionary<Value, int>();
        var readers = new Dictionary<Value, List<int>>();
        for (int i = 0; i < graph.Nodes.Length; i++)
        {
            var node = graph.Nodes[i];
            // Results need their producer, views included, so this goes by value and not by root.
            Depend(i, node.Reads.Where(producer.ContainsKey).Select(v => producer[v]));
            Depend(i, reads[i].Where(changer.ContainsKey).Select(v => changer[v]));
            if (node.Op.Mutates >= 0)
            {
                var changed = Root(node.Input(node.Op.Mutates));
                Depend(i, readers.GetValueOrDefault(changed, []));
                readers.Remove(changed);
                changer[changed] = i;
            }

            foreach (var value in reads[i])
            {
                (readers.TryGetValue(value, out var list) ? list : readers[value] = []).Add(i);
            }

            foreach (var value in node.Outputs)
            {
                producer[value] = i;
            }
        }
    }

    private void Depend(int node, IEnumerable<int> on)
    {
        foreach (int before in on)
        {
            successors[before].Add(node);
            predecessors[node]++;
        }
    }
}
