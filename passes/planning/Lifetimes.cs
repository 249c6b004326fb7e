// Finds when every arena value is alive in the given order of nodes, and which values share storage: views with their
// operand, and results that a kernel may write over an operand that dies there. Decides no offsets and changes no order.
// Invariant: nodes stand in phase order, so a value made in the forward phase and read in training lives across prediction.

using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>Lifetimes and storage sharing of the arena values of one order of nodes.</summary>
public sealed class Lifetimes
{
    private Lifetimes(IReadOnlyList<AliasGroup> groups, IReadOnlyList<Overlap> overlaps, int steps)
    {
        (Groups, Overlaps) = (groups, overlaps);
        for (int step = 0; step < steps; step++)
        {
            long live = groups.Sum(g => g.BytesAt(step)) - overlaps.Where(o => o.Result.First == step).Sum(o => o.Saved);
            if (live > PeakBytes)
            {
                (PeakBytes, PeakStep) = (live, step);
            }
        }
    }

    /// <summary>All groups, in order of the first appearance of a member; every arena value is in exactly one.</summary>
    public IReadOnlyList<AliasGroup> Groups { get; }

    /// <summary>Pairs of groups that may share bytes in the step where one dies and the other begins.</summary>
    public IReadOnlyList<Overlap> Overlaps { get; }

    /// <summary>Largest sum of aligned live bytes over all steps: no plan for this order and sharing is smaller.</summary>
    public long PeakBytes { get; }

    /// <summary>The first step in which that sum is reached.</summary>
    public int PeakStep { get; }

    /// <summary>Lifetimes of a graph with kernels, from <see cref="Stage.Selected"/> on, whose nodes are in phase order.</summary>
    public static Lifetimes Of(Graph graph)
    {
        var roots = ViewRoots(graph);
        var arena = Spans(graph, roots);
        var groups = new SortedDictionary<int, List<Lifetime>>();
        var groupOf = new Dictionary<Value, int>();
        for (int i = 0; i < arena.Count; i++)
        {
            // A root appears before its views, so its group exists when a view comes.
            int group = groupOf.GetValueOrDefault(Root(arena[i].Value, roots), i);
            groupOf.Add(arena[i].Value, group);
            (groups.TryGetValue(group, out var members) ? members : groups[group] = []).Add(arena[i]);
        }

        var kept = graph.Outputs.Concat(graph.TrainOutputs).ToHashSet();
        for (int step = 0; step < graph.Nodes.Length; step++)
        {
            if (Overwritten(graph.Nodes[step], step) is { } operand)
            {
                Merge(groupOf[graph.Nodes[step].Output], groupOf[operand]);
            }
        }

        var byRoot = groups.ToDictionary(g => g.Key, g => new AliasGroup(g.Value));
        var overlaps = graph.Nodes.Select((node, step) => Overlapping(node, step)).OfType<Overlap>().ToList();
        return new Lifetimes([.. groups.Keys.Select(g => byRoot[g])], overlaps, Math.Max(1, graph.Nodes.Length));

        // The result may grow over operand 0 where the whole group of the operand dies in the very step the result's begins.
        Overlap? Overlapping(Node node, int step)
        {
            if (node.Kernel is not { WritesByPixel: true } || node.Op.Sweep(node) is not { } windows
                || !groupOf.TryGetValue(node.Input(0), out int from) || !groupOf.TryGetValue(node.Output, out int to) || from == to)
            {
                return null;
            }

            var (operand, result) = (byRoot[from], byRoot[to]);
            long lead = MemoryPlan.Align(windows.Lead(windows.InC * (long)node.Input(0).Type.DType.ElementBytes(), windows.OutC * (long)node.Output.Type.DType.ElementBytes()));
            bool meetOnlyHere = operand.Last == step && result.First == step && operand.Members.All(m => m.Value.Type.Bytes == node.Input(0).Type.Bytes && !kept.Contains(m.Value));
            var overlap = new Overlap(operand, result, lead);
            return meetOnlyHere && lead < result.Bytes && overlap.Saved > 0 && node.Reads.Count(v => groupOf.TryGetValue(v, out int g) && g == from) == 1 ? overlap : null;
        }

        Value? Overwritten(Node node, int step)
        {
            int index = node.Kernel?.InPlace ?? -1;
            if (index < 0 || node.Outputs.Length == 0 || node.Optional(index) is not { } operand || !groupOf.TryGetValue(operand, out int group))
            {
                return null;
            }

            // A second operand in the same storage would be overwritten while the kernel still reads it.
            bool alone = node.Reads.Count(v => groupOf.TryGetValue(v, out int g) && g == group) == 1;
            bool dies = groups[group].TrueForAll(m => m.Last <= step && !kept.Contains(m.Value));
            return alone && dies && node.Output.Type.Bytes <= operand.Type.Bytes ? operand : null;
        }

        void Merge(int from, int into)
        {
            groups[into].AddRange(groups[from]);
            groups[from].ForEach(m => groupOf[m.Value] = into);
            groups.Remove(from);
        }
    }

    /// <summary>For every view the value whose bytes it shows, through chains of views.</summary>
    internal static Dictionary<Value, Value> ViewRoots(Graph graph)
    {
        var roots = new Dictionary<Value, Value>();
        foreach (var view in graph.Nodes.Where(n => n.Op.IsView))
        {
            roots[view.Output] = Root(view.Input(0), roots);
        }

        return roots;
    }

    /// <summary>The value whose bytes a value shows: itself where it is not a view.</summary>
    internal static Value Root(Value value, Dictionary<Value, Value> roots) => roots.GetValueOrDefault(value, value);

    /// <summary>The spans of all arena values, in order of appearance.</summary>
    private static List<Lifetime> Spans(Graph graph, Dictionary<Value, Value> roots)
    {
        var first = graph.ArenaInputs.Distinct().ToDictionary(v => v, _ => 0);
        var last = new Dictionary<Value, int>(first);
        for (int step = 0; step < graph.Nodes.Length; step++)
        {
            foreach (var value in graph.Nodes[step].Writes)
            {
                first.Add(value, step);
                last.Add(value, step);
            }

            foreach (var value in graph.Nodes[step].Reads.Where(last.ContainsKey))
            {
                last[value] = step;
            }
        }

        int inferenceEnd = 0;
        for (int step = 0; step < graph.Nodes.Length; step++)
        {
            inferenceEnd = graph.Nodes[step].Phase == Phase.Train ? inferenceEnd : step;
        }

        KeepUntil(graph.Outputs, inferenceEnd);
        KeepUntil(graph.TrainOutputs, graph.Nodes.Length - 1);
        return [.. graph.Values.Where(v => first.ContainsKey(Root(v, roots))).Select(v => new Lifetime(v, first[v], last[v]))];

        void KeepUntil(IEnumerable<Value> values, int step)
        {
            foreach (var value in values.Where(last.ContainsKey))
            {
                last[value] = Math.Max(last[value], step);
            }
        }
    }
}
