// Finds when every arena value is alive in the given order of nodes, and which values share storage: views with their
// operand, and results that a kernel may write over an operand that dies there. Decides no offsets and changes no order.
// Invariant: nodes stand in phase order, so a value made in the forward phase and read in training lives across prediction.

using System.Collections.Immutable;
using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>Lifetimes and storage sharing of the arena values of one order of nodes.</summary>
public sealed class Lifetimes
{
    private Lifetimes(
        IReadOnlyList<AliasGroup> groups,
        IReadOnlyList<Overlap> overlaps,
        Dictionary<Value, (Value Operand, long Lead)> shared,
        int steps
    )
    {
        (Groups, Overlaps, Shared) = (groups, overlaps, shared);
        var changes = new long[steps + 1];
        foreach (var group in groups)
        {
            group.AddChanges(changes);
        }

        var saved = overlaps.ToLookup(o => o.Result.First, o => o.Saved);
        var live = ImmutableArray.CreateBuilder<long>(steps);
        long apart = 0;
        for (int step = 0; step < steps; step++)
        {
            apart += changes[step];
            live.Add(apart - saved[step].Sum());
            if (live[step] > PeakBytes)
            {
                (PeakBytes, PeakStep) = (live[step], step);
            }
        }

        Live = live.MoveToImmutable();
    }

    /// <summary>All groups, in order of the first appearance of a member; every arena value is in exactly one.</summary>
    public IReadOnlyList<AliasGroup> Groups { get; }

    /// <summary>Pairs of groups that may share bytes in the step where one dies and the other begins.</summary>
    public IReadOnlyList<Overlap> Overlaps { get; }

    /// <summary>By step: the sum of aligned live bytes, less those that overlaps save.</summary>
    public ImmutableArray<long> Live { get; }

    /// <summary>
    /// The values that may share bytes with one that is alive together with them, that value, and the bytes by which they must begin before
    /// it: views, results in place (both begin where the operand does), and results that grow over an operand.
    /// </summary>
    public IReadOnlyDictionary<Value, (Value Operand, long Lead)> Shared { get; }

    /// <summary>Largest sum of aligned live bytes over all steps: no plan for this order and sharing is smaller.</summary>
    public long PeakBytes { get; }

    /// <summary>The first step in which that sum is reached.</summary>
    public int PeakStep { get; }

    /// <summary>Lifetimes of a graph with kernels, from <see cref="Stage.Selected"/> on, whose nodes are in phase order.</summary>
    public static Lifetimes Of(Graph graph)
    {
        var roots = graph.ViewRoots();
        var arena = Spans(graph, roots);
        var sharing = new List<Sharing>();
        var groupOf = new Dictionary<Value, Sharing>();
        var kept = graph.Outputs.Concat(graph.TrainOutputs).ToHashSet();
        foreach (var lifetime in arena)
        {
            // A root appears before its views, so its group exists when a view comes.
            if (!groupOf.TryGetValue(Root(lifetime.Value, roots), out var group))
            {
                sharing.Add(group = new Sharing { Place = sharing.Count });
            }

            groupOf.Add(lifetime.Value, group);
            group.Add(lifetime, kept.Contains(lifetime.Value));
        }

        var shared = new Dictionary<Value, (Value Operand, long Lead)>();
        for (int step = 0; step < graph.Nodes.Length; step++)
        {
            var node = graph.Nodes[step];
            if (node.Op.IsView && groupOf.ContainsKey(node.Output))
            {
                shared.Add(node.Output, (node.Input(0), 0));
            }
            else if (Overwritten(node, step) is { } operand)
            {
                Merge(groupOf[operand], groupOf[node.Output]);
                shared.Add(node.Output, (operand, 0));
            }
        }

        var byMembers = sharing.Where(s => s.Members.Count > 0).OrderBy(s => s.Place).ToDictionary(s => s, s => new AliasGroup(s.Members));
        var overlaps = graph.Nodes.Select((node, step) => Overlapping(node, step)).OfType<Overlap>().ToList();
        foreach (var (operand, result, lead) in overlaps)
        {
            shared.Add(result.Members.MinBy(m => m.First).Value, (operand.Members.MaxBy(m => m.Last).Value, lead));
        }

        return new Lifetimes([.. byMembers.Values], overlaps, shared, Math.Max(1, graph.Nodes.Length));

        // A result may grow over an operand where the whole group of the operand dies in the very step in which the result's begins.
        Overlap? Overlapping(Node node, int step) =>
            Growth.Leads(node).Select(l => Overlap(node, step, l.Operand, l.Result, l.Lead)).OfType<Overlap>().MaxBy(o => o.Saved);

        Overlap? Overlap(Node node, int step, Value over, Value grown, long bytes)
        {
            if (!groupOf.TryGetValue(over, out var from) || !groupOf.TryGetValue(grown, out var to) || from == to)
            {
                return null;
            }

            var (operand, result) = (byMembers[from], byMembers[to]);
            bool meetOnlyHere =
                operand.Last == step
                && result.First == step
                && operand.Members.All(m => m.Value.Type.Bytes == over.Type.Bytes && !kept.Contains(m.Value));
            var overlap = new Overlap(operand, result, MemoryPlan.Align(bytes));
            return
                meetOnlyHere
                && overlap.Lead < result.Bytes
                && overlap.Saved > 0
                && node.Reads.Count(v => groupOf.TryGetValue(v, out var g) && g == from) == 1
                ? overlap
                : null;
        }

        Value? Overwritten(Node node, int step)
        {
            int index = node.Call?.InPlace ?? -1;
            if (
                index < 0
                || node.Outputs.Length == 0
                || node.Optional(index) is not { } operand
                || !groupOf.TryGetValue(operand, out var group)
            )
            {
                return null;
            }

            // A second operand in the same storage would be overwritten while the kernel still reads it.
            bool alone = node.Reads.Count(v => groupOf.TryGetValue(v, out var g) && g == group) == 1;
            return alone && group.Last <= step && !group.IsKept && node.Output.Type.Bytes <= operand.Type.Bytes ? operand : null;
        }

        // The storage keeps the place of the operand. Members of the smaller group move, so that a chain costs no more than its length.
        void Merge(Sharing operand, Sharing result)
        {
            var (larger, smaller) = operand.Members.Count > result.Members.Count ? (operand, result) : (result, operand);
            larger.Place = operand.Place;
            smaller.Members.ForEach(m => groupOf[m.Value] = larger);
            larger.Take(smaller);
        }
    }

    /// <summary>The values of one storage, while they are being collected.</summary>
    private sealed class Sharing
    {
        /// <summary>Place among the groups.</summary>
        public required int Place { get; set; }

        /// <summary>The values; none once another group has taken them.</summary>
        public List<Lifetime> Members { get; } = [];

        /// <summary>The last step that needs one of them.</summary>
        public int Last { get; private set; }

        /// <summary>True where the caller gets one of them back.</summary>
        public bool IsKept { get; private set; }

        /// <summary>Adds a value.</summary>
        public void Add(Lifetime member, bool isKept)
        {
            Members.Add(member);
            (Last, IsKept) = (Math.Max(Last, member.Last), IsKept || isKept);
        }

        /// <summary>Takes the values of another group.</summary>
        public void Take(Sharing other)
        {
            Members.AddRange(other.Members);
            (Last, IsKept) = (Math.Max(Last, other.Last), IsKept || other.IsKept);
            other.Members.Clear();
        }
    }

    /// <summary>The value whose bytes a value shows: itself if it is not a view.</summary>
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
