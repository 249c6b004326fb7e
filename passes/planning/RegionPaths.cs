// Ways through the forward phase of a graph as sequences of single nodes and regions, each with the bytes that are alive in it: in a
// region what is alive across it, its operands and results, and its lines, less what a result saves by growing over an operand.

using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>Finds regions that lower the peak of live bytes.</summary>
internal sealed class RegionPaths
{
    /// <summary>The most nodes of a region.</summary>
    private const int Longest = 40;

    /// <summary>Estimated instructions around a call for one row, and around a region.</summary>
    private const int CallCost = 60,
        RegionCost = 2000;

    /// <summary>More than any way costs in instructions.</summary>
    private const double HighCost = 1e12;

    /// <summary>Shares of the peak from which on a step is near it, way by way.</summary>
    private static readonly double[] Near = [1, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.35];

    private readonly Graph graph;
    private readonly Lifetimes lifetimes;
    private readonly Dictionary<Value, Value> roots;
    private readonly Dictionary<Value, (int First, int Last)> spans = [];
    private readonly HashSet<Value> kept;
    private readonly List<Stride>[] strides;

    /// <summary>Looks at every run of forward nodes that can be a region.</summary>
    public RegionPaths(Graph graph)
    {
        this.graph = graph;
        lifetimes = Lifetimes.Of(graph);
        roots = graph.ViewRoots();
        kept = [.. graph.Outputs.Concat(graph.TrainOutputs).Select(Root)];
        var inputs = graph.Inputs.ToHashSet();
        foreach (var (value, first, last) in lifetimes.Groups.SelectMany(g => g.Members))
        {
            // An input is there before the first step.
            var root = Root(value);
            var span = spans.GetValueOrDefault(root, (First: inputs.Contains(root) ? -1 : first, Last: last));
            spans[root] = (span.First, Math.Max(span.Last, last));
        }

        int forward = graph.Nodes.Count(n => n.Phase == Phase.Forward);
        strides = [.. Enumerable.Range(0, forward).Select(i => new List<Stride> { new(i, i, null, lifetimes.Live[i]) })];
        bool[] streams = [.. graph.Nodes.Take(forward).Select(TinyEngine.Passes.Region.Streams)];
        long peak = lifetimes.Live.Take(forward).DefaultIfEmpty(0).Max();
        for (int first = 0; first < forward; first++)
        {
            long lines = 0;
            for (int last = first; last < Math.Min(forward, first + Longest) && streams[last] && lines < peak; last++)
            {
                if (last > first && Region(first, last) is { } region)
                {
                    lines = region.Lines.Bytes;
                    strides[first].Add(new Stride(first, last, region, Live(region)) { Cost = Cost(region) });
                }
            }
        }
    }

    /// <summary>A step of a way: one node, or a region.</summary>
    private sealed record Stride(int First, int Last, Region? Region, long Live)
    {
        /// <summary>Estimated instructions beside those of whole calls.</summary>
        public double Cost { get; init; }
    }

    /// <summary>The region of these nodes, or null.</summary>
    public Region? Region(int first, int last) =>
        TinyEngine.Passes.Region.Of(
            graph,
            first,
            last,
            v => kept.Contains(Root(v)) ? graph.Nodes.Length : spans.GetValueOrDefault(Root(v)).Last
        );

    /// <summary>The least that the largest step of all phases can have alive.</summary>
    public long Peak
    {
        get
        {
            double least = Ways((peak, stride) => Math.Max(peak, stride.Live))[0].Cost;
            return Math.Max((long)least, lifetimes.Live.Skip(strides.Length).DefaultIfEmpty(0).Max());
        }
    }

    /// <summary>
    /// The regions of different ways, none of which has a larger peak than the best way, or than training has anyway. The first way has the
    /// fewest instructions. Placement may need more bytes than are alive, so the others leave it more and more room: as few steps as
    /// possible, and of those ways the one of the fewest instructions, come near the peak.
    /// </summary>
    public IEnumerable<IReadOnlyList<Region>> Candidates()
    {
        double limit = Peak;
        var seen = new HashSet<string>();
        foreach (double near in Near)
        {
            var way = Ways((cost, stride) => cost + Cost(stride, near * limit));
            var regions = new List<Region>();
            for (int at = 0; at < strides.Length; at = way[at].Next!.Last + 1)
            {
                regions.AddRange(way[at].Next!.Region is { } region ? [region] : []);
            }

            if (seen.Add(string.Join(' ', regions.Select(r => $"{r.First}-{r.Last}"))))
            {
                yield return regions;
            }
        }

        double Cost(Stride stride, double high) =>
            stride.Live > limit ? double.PositiveInfinity
            : stride.Live > high ? stride.Cost + (HighCost * (stride.Last - stride.First + 1))
            : stride.Cost;
    }

    /// <summary>From every node to the end of the forward phase: the least cost and the first stride of that way.</summary>
    private (double Cost, Stride? Next)[] Ways(Func<double, Stride, double> add)
    {
        var ways = new (double Cost, Stride? Next)[strides.Length + 1];
        for (int at = strides.Length - 1; at >= 0; at--)
        {
            ways[at] = strides[at].Select(s => (Cost: add(ways[s.Last + 1].Cost, s), Next: (Stride?)s)).MinBy(w => w.Cost);
        }

        return ways;
    }

    private double Cost(Region region)
    {
        long rows = graph.Nodes[region.First..(region.Last + 1)]
            .Where(n => n.Call is not null)
            .Sum(n => Math.Max(0, n.Call!.InstructionsByRow(n, graph.Target) - n.Call.Instructions(graph.Target)));
        return RegionCost + (double)CallCost * region.Rows.Steps.Count + rows;
    }

    private Value Root(Value value) => roots.GetValueOrDefault(value, value);

    private long Live(Region region)
    {
        var nodes = graph.Nodes[region.First..(region.Last + 1)];
        var operands = nodes
            .SelectMany(n => n.Reads)
            .Select(Root)
            .Where(v => spans.TryGetValue(v, out var s) && s.First < region.First)
            .ToHashSet();
        long across = lifetimes.Groups.Sum(g =>
            g.Members.Where(m =>
                    Root(m.Value) is var root
                    && !operands.Contains(root)
                    && spans[root].First < region.First
                    && spans[root].Last > region.Last
                )
                .Select(m => m.AlignedBytes)
                .DefaultIfEmpty(0)
                .Max()
        );
        long saved = operands
            .Where(o => spans[o].Last <= region.Last && !kept.Contains(o))
            .SelectMany(o => region.Results.Select(r => Saved(region, o, r)))
            .DefaultIfEmpty(0)
            .Max();
        return across + operands.Concat(region.Results).Sum(v => MemoryPlan.Align(v.Type.Bytes)) + region.Lines.Bytes - saved;
    }

    /// <summary>The bytes that a result saves by growing over an operand of the region.</summary>
    private static long Saved(Region region, Value operand, Value result)
    {
        if (result.Type.DType == DType.Bit)
        {
            return 0;
        }

        long lead = MemoryPlan.Align(region.Rows.Lead(operand, result));
        var (old, grown) = (MemoryPlan.Align(operand.Type.Bytes), MemoryPlan.Align(result.Type.Bytes));
        return Math.Max(0, old + grown - Math.Max(lead + old, grown));
    }
}
