// A list scheduler: orders nodes one by one, each time taking the ready node of least cost, where the cost is the bytes
// alive while it runs and after it. Sharing in place is not counted; the caller compares orders by their true peak.
// Invariant: every order respects operands, phases and the given order of reads and changes of a parameter.

using System.Collections.Immutable;
using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>The effect on the number of live bytes if a node runs next.</summary>
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
    private readonly ILookup<Value, int> readers;

    /// <summary>Analyses the dependencies of a graph.</summary>
    public ListScheduler(Graph graph)
    {
        this.graph = graph;
        roots = graph.ViewRoots();
        reads = [.. graph.Nodes.Select(n => n.Reads.Select(Root).Distinct().ToArray())];
        writes = [.. graph.Nodes.Select(n => n.Outputs.Where(v => Root(v) == v).ToArray())];
        arena = [.. graph.ArenaInputs, .. writes.SelectMany(w => w)];
        readers = Enumerable.Range(0, reads.Length).SelectMany(i => reads[i].Select(v => (v, i))).ToLookup(p => p.v, p => p.i);
        successors = [.. graph.Nodes.Select(_ => new List<int>())];
        predecessors = new int[graph.Nodes.Length];
        AddDependencies();
        // Results for the caller are never freed: each counts one reader that never runs.
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
        var keys = new ((long, long) Cost, int Index)[waiting.Length];
        var ready = Enum.GetValues<Phase>().ToDictionary(p => p, _ => new SortedSet<((long, long) Cost, int Index)>());
        var done = new bool[waiting.Length];
        var nodes = ImmutableArray.CreateBuilder<Node>(waiting.Length);
        foreach (int i in Enumerable.Range(0, waiting.Length).Where(i => waiting[i] == 0))
        {
            Enter(i);
        }

        for (int first = 0; first < waiting.Length;)
        {
            if (done[first])
            {
                first++;
                continue;
            }

            // Nodes keep the given order, so the first that is left is of the current phase.
            var candidates = ready[graph.Nodes[first].Phase];
            int next = candidates.Min.Index;
            candidates.Remove(keys[next]);
            done[next] = true;
            nodes.Add(graph.Nodes[next]);
            foreach (var value in reads[next])
            {
                if (--left[value] == 1)
                {
                    // Its last reader frees it now.
                    foreach (int reader in readers[value].Where(r => !done[r] && waiting[r] == 0))
                    {
                        ready[graph.Nodes[reader].Phase].Remove(keys[reader]);
                        Enter(reader);
                    }
                }
            }

            foreach (int successor in successors[next].Where(s => --waiting[s] == 0))
            {
                Enter(successor);
            }
        }

        return graph with { Nodes = nodes.ToImmutable() };

        void Enter(int i)
        {
            // Nothing is gained by waiting with a node that makes nothing.
            var cost = Cost(i, left);
            keys[i] = (cost is { During: 0, After: <= 0 } ? (long.MinValue, 0) : key(cost), i);
            ready[graph.Nodes[i].Phase].Add(keys[i]);
        }
    }

    /// <summary>
    /// The given order, but a node that may write over an operand comes behind the other readers of that operand if all of them can run
    /// before it; nodes that only consume their results, such as the step of a bias, run with them. So the operand dies where it is
    /// written over.
    /// </summary>
    public Graph ReadersFirst()
    {
        var waiting = (int[])predecessors.Clone();
        var done = new bool[waiting.Length];
        var nodes = ImmutableArray.CreateBuilder<Node>(waiting.Length);
        for (int i = 0; i < waiting.Length; i++)
        {
            var others = Overwritable(graph.Nodes[i]).SelectMany(v => readers[Root(v)]).Where(r => r != i && !done[r]).ToList();
            if (!done[i] && others.All(r => waiting[r] == 0 && graph.Nodes[r].Phase == graph.Nodes[i].Phase))
            {
                others.ForEach(TakeWithConsumers);
            }

            Take(i);
        }

        return graph with { Nodes = nodes.ToImmutable() };

        void TakeWithConsumers(int i)
        {
            Take(i);
            foreach (int consumer in successors[i].Where(s => waiting[s] == 0 && writes[s].Length == 0))
            {
                Take(consumer);
            }
        }

        void Take(int i)
        {
            if (!done[i])
            {
                done[i] = true;
                nodes.Add(graph.Nodes[i]);
                successors[i].ForEach(s => waiting[s]--);
            }
        }
    }

    /// <summary>The operand that a node may write its result over, by the row of its kernel.</summary>
    private static IEnumerable<Value> Overwritable(Node node) =>
        node.Call is { InPlace: >= 0 and var index } && node.Optional(index) is { } operand
            ? [operand]
            : Growth.Leads(node).Select(l => l.Operand);

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
                // Once something has changed the step cannot be refused, and the loss decides whether it is.
                Depend(i, graph.TrainOutputs.Where(producer.ContainsKey).Select(v => producer[v]));
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
