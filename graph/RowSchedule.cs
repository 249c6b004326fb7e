// The order in which a streamed region makes rows. A row of the region's last result is pulled: every row that it reads is made right
// before it, and nothing is made twice. From that order follow the rows that a line buffer must hold, and how far a result may grow over
// an operand that the region consumes.

namespace TinyEngine.Ir;

/// <summary>One step of a region: the node of the body by index, and the row that it makes.</summary>
public readonly record struct RowStep(int Node, int Row);

/// <summary>The rows of one operand that a row of a node's result reads; rows outside the map are padding.</summary>
/// <param name="Stride">Rows of the operand from one result row to the next.</param>
/// <param name="First">The first row read for row 0; negative in padding.</param>
/// <param name="Span">Rows from the first to the last that are read.</param>
/// <param name="Height">Rows of the operand.</param>
/// <param name="Results">Rows of the result.</param>
public readonly record struct RowWindow(int Stride, int First, int Span, int Height, int Results)
{
    /// <summary>The first row of the operand that is read for a result row or any later one; the height if none is.</summary>
    public int Begin(int row) => (int)Math.Clamp((long)row * Stride + First, 0, Height);

    /// <summary>The row behind the last one that is read for a result row.</summary>
    public int End(int row) => (int)Math.Clamp((long)row * Stride + First + Span, 0, Height);

    /// <summary>True where each result row reads the row of its own number, and no other; rows of padding alone break it.</summary>
    public bool IsSameRow => this is { Stride: 1, First: 0, Span: 1 } && Height == Results;

    /// <summary>True unless a result row reads padding alone.</summary>
    public bool Reads(int row) => Begin(row) < End(row);
}

/// <summary>The order of rows of a region.</summary>
public sealed class RowSchedule
{
    private readonly Graph body;
    private readonly Dictionary<Value, int> producer = [];
    private readonly List<(int Operand, RowWindow Window)>[] operands;
    private readonly int?[] puller;
    private readonly int?[] followed;
    private readonly int[] tails;
    private readonly int[] made;
    private readonly int[] rings;
    private readonly List<RowStep> steps = [];

    private RowSchedule(Graph body)
    {
        this.body = body;
        int count = body.Nodes.Length;
        (made, rings, tails) = (new int[count], new int[count], new int[count]);
        (puller, followed) = (new int?[count], new int?[count]);
        operands = [.. Enumerable.Range(0, count).Select(_ => new List<(int, RowWindow)>())];
        int[] depth = new int[count];
        for (int i = 0; i < count; i++)
        {
            var node = body.Nodes[i];
            foreach (var operand in node.Inputs.OfType<Value>().Distinct().Where(producer.ContainsKey))
            {
                int from = producer[operand];
                var window = Window(node, operand);
                operands[i].Add((from, window));
                depth[i] = Math.Max(depth[i], depth[from] + 1);
            }

            // The longest way comes first: it makes the rows that shorter ways, such as a residual connection, then find.
            operands[i] = [.. operands[i].OrderByDescending(o => depth[o.Operand])];
            foreach (var result in node.Outputs)
            {
                producer[result] = i;
            }
        }

        // A node that nobody in the body reads, such as a copy of channels for the backward pass, keeps up with the node it reads.
        var read = operands.SelectMany(o => o.Select(p => p.Operand)).ToHashSet();
        for (int i = 0; i < count - 1; i++)
        {
            followed[i] = !read.Contains(i) && operands[i] is [var (from, window)] && window.IsSameRow ? from : null;
        }
    }

    /// <summary>All steps in their order.</summary>
    public IReadOnlyList<RowStep> Steps => steps;

    /// <summary>By node of the body: the rows that its line buffer must hold.</summary>
    public IReadOnlyList<int> Rings => rings;

    /// <summary>By node of the body: the reader in whose loop its rows are made; null for the last node.</summary>
    public IReadOnlyList<int?> Pullers => puller;

    /// <summary>
    /// The nodes that a node waits for, in the order in which it has their rows made, and the rows that it reads of each.
    /// </summary>
    public IEnumerable<(int Operand, RowWindow Window)> Pulls(int node) => operands[node].Where(o => puller[o.Operand] == node);

    /// <summary>
    /// By node of the body: the node right behind whose rows it makes its own, since nobody in the body reads it; else null.
    /// </summary>
    public IReadOnlyList<int?> Followed => followed;

    /// <summary>By node of the body: the rows that are made once the last node is complete, which only readers outside need.</summary>
    public IReadOnlyList<int> Tails => tails;

    /// <summary>The schedule of a body whose last node makes the result that is pulled.</summary>
    /// <returns>
    /// The schedule, or null if a node has two readers neither of which always finds its rows made by the other, or none but does not
    /// read the rows of one other node, each once.
    /// </returns>
    /// <exception cref="DiagnosticException">TE0202: a node does not run row by row.</exception>
    public static RowSchedule? Of(Graph body)
    {
        var schedule = new RowSchedule(body);
        return schedule.Run() ? schedule : null;
    }

    /// <summary>The rows of an operand that a node reads for a row of its result.</summary>
    /// <exception cref="DiagnosticException">TE0202: the node does not run row by row.</exception>
    public static RowWindow Window(Node node, Value operand) =>
        FindWindow(node, operand)
        ?? throw new DiagnosticException(
            Diagnostics.ShapeMismatch.At(node.Name, "stream", $"{node.Op.Name} does not run row by row")
        );

    /// <summary>As <see cref="Window"/>; null where the node does not run row by row.</summary>
    public static RowWindow? FindWindow(Node node, Value operand)
    {
        int height = RowsOf(operand),
            results = RowsOf(node.Output);
        if (node.Op.SlidingWindow(node) is { } g)
        {
            // Weights, and any other operand that is no map, are read whole.
            return operand == node.Inputs[0]
                ? new RowWindow(g.StrideH, -g.PadTop, (g.KernelH - 1) * g.DilationH + 1, height, results)
                : new RowWindow(0, 0, height, height, results);
        }

        return height == results ? new RowWindow(1, 0, 1, height, results)
            : operand.Type.Shape.Rank == 4 && height == 1 ? new RowWindow(0, 0, 1, 1, results)
            : null;
    }

    /// <summary>The rows of a map: its second dimension, 1 for a vector.</summary>
    public static int RowsOf(Value map) => map.Type.Shape.Rank == 4 ? map.Type.Shape[1] : 1;

    /// <summary>
    /// The least bytes by which a result must start before an operand of the region that dies in it, so that no row is overwritten before
    /// its last reader has run; at least 0.
    /// </summary>
    public long Lead(Value operand, Value result)
    {
        long operandRow = operand.Type.Bytes / RowsOf(operand), resultRow = result.Type.Bytes / RowsOf(result);
        int writer = producer[result], needed = RowsOf(operand);
        var reading = body.Nodes.Select(n => n.Inputs.Contains(operand) ? Window(n, operand) : (RowWindow?)null).ToList();
        long lead = 0;
        // From the end to the start: a step that writes may itself still read. Once no row is needed, all of the operand is free.
        foreach (var (node, row) in steps.AsEnumerable().Reverse())
        {
            needed = reading[node] is { } window && window.Reads(row) ? Math.Min(needed, window.Begin(row)) : needed;
            if (node == writer && needed < RowsOf(operand))
            {
                lead = Math.Max(lead, (row + 1) * resultRow - needed * operandRow);
            }
        }

        return lead;
    }

    private bool Run()
    {
        int last = body.Nodes.Length - 1;
        var read = operands.SelectMany(o => o.Select(p => p.Operand)).ToHashSet();
        if (Enumerable.Range(0, last).Any(i => !read.Contains(i) && followed[i] is null) || !Complete(last))
        {
            return false;
        }

        // Results that the region hands out are complete, also rows that nobody in it reads.
        foreach (int node in body.Outputs.Select(o => followed[producer[o]] ?? producer[o]).Distinct().OrderDescending())
        {
            tails[node] = RowsOf(body.Nodes[node].Output) - made[node];
            if (!Complete(node))
            {
                return false;
            }
        }

        MeasureRings();
        return true;
    }

    private bool Complete(int node)
    {
        while (made[node] < RowsOf(body.Nodes[node].Output))
        {
            if (!Make(node))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Makes the next row of a node, after the rows that it reads.</summary>
    private bool Make(int node)
    {
        int row = made[node];
        foreach (var (operand, window) in operands[node])
        {
            for (int end = window.End(row); made[operand] < end;)
            {
                puller[operand] ??= node;
                if (puller[operand] != node || !Make(operand))
                {
                    return false;
                }
            }
        }

        steps.Add(new RowStep(node, row));
        made[node]++;
        for (int follower = node + 1; follower < followed.Length; follower++)
        {
            if (followed[follower] == node && !Make(follower))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>From the end to the start: a ring holds the rows from the first that is still read to the one that is made.</summary>
    private void MeasureRings()
    {
        int[] needed = [.. body.Nodes.Select(n => RowsOf(n.Output))];
        foreach (var (node, row) in steps.AsEnumerable().Reverse())
        {
            rings[node] = Math.Max(rings[node], row - Math.Min(needed[node], row) + 1);
            foreach (var (operand, window) in operands[node].Where(o => o.Window.Reads(row)))
            {
                needed[operand] = Math.Min(needed[operand], window.Begin(row));
            }
        }

        foreach (int node in body.Outputs.Select(o => producer[o]).Where(n => body.Outputs.Contains(body.Nodes[n].Output)))
        {
            rings[node] = RowsOf(body.Nodes[node].Output);
        }
    }
}
