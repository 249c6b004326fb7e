// A region of a model image: nested loops over rows, in which each row is made right before it is read for the first time.

using System.Collections.Immutable;
using TinyEngine.Ir;

namespace TinyEngine.Image;

/// <summary>The making of rows of one node, in the loop of the node that reads them.</summary>
/// <param name="Node">Index of the node in the body.</param>
/// <param name="Window">The rows that the reader reads for one of its own; null for the last node of a region.</param>
/// <param name="Pulled">What is made before a row of the node, in this order.</param>
/// <param name="Followers">What is made right behind a row of the node, for the same row.</param>
public sealed record RowLoop(int Node, RowWindow? Window, ImmutableArray<RowLoop> Pulled, ImmutableArray<RowLoop> Followers)
{
    /// <summary>This loop and all within it.</summary>
    public IEnumerable<RowLoop> All => Pulled.Concat(Followers).SelectMany(l => l.All).Prepend(this);

    /// <summary>The nodes in the order in which a row of each is made.</summary>
    public IEnumerable<int> InOrder => [.. Pulled.SelectMany(l => l.InOrder), Node, .. Followers.SelectMany(l => l.InOrder)];
}

/// <summary>A stream node as loops and calls.</summary>
/// <param name="Step">Index of the node in the graph.</param>
/// <param name="Node">The stream node.</param>
/// <param name="Loop">The loop over all rows of the last node.</param>
/// <param name="Tails">Loops that run afterwards, each from a row on, for rows that only readers outside need.</param>
public sealed record ImageRegion(int Step, Node Node, RowLoop Loop, ImmutableArray<(RowLoop Loop, int First)> Tails) : ImageStep(Step, Node)
{
    /// <summary>The calls by node of the body, also of nodes that make no row; null where the caller hands out the rows.</summary>
    public required ImmutableArray<ImageCall?> ByNode { get; init; }

    /// <summary>The nodes that make rows, each once, in the order of their first rows.</summary>
    public IEnumerable<int> Order => Tails.Select(t => t.Loop).Prepend(Loop).SelectMany(l => l.InOrder).Distinct();

    /// <summary>The nodes with a counter of the rows made so far: those that run ahead of their reader.</summary>
    public IEnumerable<int> Counted =>
        Tails.Select(t => t.Loop).Prepend(Loop).SelectMany(l => l.All)
            .Where(l => l.Window is { IsSameRow: false })
            .Select(l => l.Node)
            .Distinct()
            .Order();

    /// <summary>The nested graph.</summary>
    public Graph Body => StreamOp.Body(Node);

    /// <inheritdoc/>
    public override IEnumerable<ImageCall> Calls => Order.Order().Select(node => ByNode[node]).OfType<ImageCall>();

    /// <summary>The region of a stream node.</summary>
    public static ImageRegion Of(int step, Node node)
    {
        var body = StreamOp.Body(node);
        var rows = RowSchedule.Of(body)!;
        return new ImageRegion(
            step,
            node,
            LoopOf(body.Nodes.Length - 1, null),
            [
                .. Enumerable.Range(0, body.Nodes.Length).Where(i => rows.Tails[i] > 0).Reverse()
                    .Select(i => (LoopOf(i, null), RowSchedule.RowsOf(body.Nodes[i].Output) - rows.Tails[i])),
            ]
        )
        {
            ByNode = [.. body.Nodes.Select((n, i) => n.Call is { } call ? CallOf(step, n, i, call) : null)],
        };

        RowLoop LoopOf(int index, RowWindow? window) =>
            new(
                index,
                window,
                [.. rows.Pulls(index).Select(p => LoopOf(p.Operand, p.Window))],
                [.. Enumerable.Range(0, body.Nodes.Length).Where(i => rows.Followed[i] == index).Select(i => LoopOf(i, null))]
            );
    }

    private static ImageCall CallOf(int step, Node node, int index, KernelCall call)
    {
        // The second row says how far pointers move; a map of one row has no second.
        int row = Math.Min(1, RowSchedule.RowsOf(node.Output) - 1);
        return new ImageCall(step, node, call) { Place = index, Rows = RowCall.Of(call, row, row + 1) };
    }
}
