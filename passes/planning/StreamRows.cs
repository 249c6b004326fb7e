// Forms regions: runs of forward nodes whose rows are made one after the other, so that line buffers of some rows replace whole maps.
// Which runs, is a shortest path through the forward phase: every step on the way is a node or a region, with the bytes that are alive
// in it. What decides is the largest step; among ways that are equal in this, fewer calls. A way counts once it is placed, since places
// may need more than the live bytes. Regions compute what their nodes computed, in another order. Nodes keep their order.

using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>Streaming of rows.</summary>
public static class StreamRows
{
    /// <summary>A plan this little above its live bytes is good enough: no other way is tried.</summary>
    private const double CloseToBound = 1.01;

    /// <summary>Runs on a scheduled graph, whose stage stays.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="layers">
    /// The layers from the input on that form one region; 0 for no region; null for the regions of the least arena.
    /// </param>
    /// <exception cref="DiagnosticException">TE0604: these layers cannot form a region.</exception>
    public static Graph Run(Graph graph, int? layers) =>
        Lone(
            layers switch
            {
                0 => graph,
                null => Best(graph),
                { } count => WithFirst(graph, count),
            }
        );

    /// <summary>Rows that the caller hands out are read in a region, be it one that makes nothing else of them.</summary>
    private static Graph Lone(Graph graph)
    {
        var lone = Enumerable.Range(0, graph.Nodes.Length).Where(i => IsHandedOut(graph.Nodes[i])).ToList();
        return lone.Count == 0 ? graph : Form(graph, [.. lone.Select(i => new RegionPaths(graph).Region(i, i)!)]);
    }

    private static bool IsHandedOut(Node node) => !node.Op.HasKernel && !node.Op.IsView && node.Body is null;

    /// <summary>
    /// The bytes alive at the peak of the graph that <see cref="Run"/> makes, or a little less; nothing is placed for it.
    /// </summary>
    /// <param name="graph">A scheduled graph.</param>
    /// <param name="layers">As for <see cref="Run"/>.</param>
    public static long Bound(Graph graph, int? layers) =>
        layers is null ? new RegionPaths(graph).Peak : Lifetimes.Of(Run(graph, layers)).PeakBytes;

    private static Graph Best(Graph graph)
    {
        long whole = Lifetimes.Of(graph).PeakBytes;
        var (best, arena) = (graph, long.MaxValue);
        foreach (var path in new RegionPaths(graph).Candidates().Where(p => p.Count > 0))
        {
            var formed = Form(graph, path);
            var lifetimes = Lifetimes.Of(formed);
            if (lifetimes.PeakBytes >= Math.Min(arena, whole))
            {
                continue;
            }

            long placed = Arena(formed, lifetimes);
            (best, arena) = placed < arena ? (formed, placed) : (best, arena);
            if (placed <= lifetimes.PeakBytes * CloseToBound)
            {
                break;
            }
        }

        // Whole maps need at least their live bytes, so they are placed only where that could be less.
        return arena < whole || arena < Arena(graph, Lifetimes.Of(graph)) ? best : graph;
    }

    private static long Arena(Graph graph, Lifetimes lifetimes) =>
        new ArenaPacking(lifetimes.Groups, lifetimes.Overlaps).Solve(lifetimes.PeakBytes).Height;

    private static Graph WithFirst(Graph graph, int count)
    {
        int last = -1;
        for (int i = 0; i < graph.Nodes.Length && count > 0; i++)
        {
            (last, count) = graph.Nodes[i].Layer is null ? (last, count) : (i, count - 1);
        }

        int fault = Enumerable.Range(0, last + 1).FirstOrDefault(i => !Region.Streams(graph.Nodes[i]), -1);
        var region = count == 0 && fault < 0 ? new RegionPaths(graph).Region(0, last) : null;
        return region is not null
            ? Form(graph, [region])
            : throw new DiagnosticException(
                Diagnostics.BadOption.At(
                    OptionName.PatchLayers,
                    count > 0 ? "the model has fewer layers in its forward phase"
                        : fault >= 0 ? $"'{graph.Nodes[fault].Name}' ({graph.Nodes[fault].Op.Name}) does not run row by row"
                        : "these layers do not make their rows in one order"
                )
            );
    }

    private static Graph Form(Graph graph, IReadOnlyList<Region> regions)
    {
        var nodes = new List<Node>();
        int next = 0;
        foreach (var region in regions)
        {
            nodes.AddRange(graph.Nodes[next..region.First]);
            nodes.Add(region.Form(graph));
            next = region.Last + 1;
        }

        return graph with
        {
            Nodes = [.. nodes, .. graph.Nodes[next..]],
        };
    }
}
