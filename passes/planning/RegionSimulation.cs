// The rows of a region over the map of byte owners: which rows are made and read when, in which slot of a line buffer each lies, and who
// wrote those bytes last. Part of the plan verifier, so the order of rows is found here anew, from windows and `lines` alone.

using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>Simulates one stream node.</summary>
internal sealed class RegionSimulation
{
    private readonly Node region;
    private readonly Graph body;
    private readonly Func<Value, (long Offset, int Owner)?> outside;
    private readonly int[] owner;
    private readonly Func<int> newOwner;
    private readonly Action<string> report;
    private readonly int[] lines;
    private readonly LineBuffers buffers;
    private readonly long block;
    private readonly int[] made;
    private readonly Dictionary<Value, int> producers = [];
    private readonly Dictionary<Value, int> depths = [];
    private readonly Dictionary<(Value Map, int Row), int> rowOwners = [];

    /// <summary>A simulation.</summary>
    /// <param name="region">The stream node.</param>
    /// <param name="outside">Offset and owner of operands and results of the region; null for values that are not in the arena.</param>
    /// <param name="owner">The owner of each byte of the arena.</param>
    /// <param name="newOwner">Gives an owner that no byte has.</param>
    /// <param name="block">Offset of the line buffers.</param>
    /// <param name="report">Takes a violation.</param>
    public RegionSimulation(
        Node region,
        Func<Value, (long Offset, int Owner)?> outside,
        int[] owner,
        Func<int> newOwner,
        long block,
        Action<string> report
    )
    {
        (this.region, this.outside, this.owner, this.newOwner, this.block, this.report) = (region, outside, owner, newOwner, block, report);
        body = StreamOp.Body(region);
        lines = region.Attributes.Ints(StreamOp.LinesName);
        buffers = StreamOp.Lines(region);
        made = new int[body.Nodes.Length];
        for (int i = 0; i < body.Nodes.Length; i++)
        {
            int depth = 1 + body.Nodes[i].Inputs.OfType<Value>().Max(Depth);
            foreach (var result in body.Nodes[i].Outputs)
            {
                (producers[result], depths[result]) = (i, depth);
            }
        }
    }

    /// <summary>Makes every row of the last node, and of every other node whose result the region hands out.</summary>
    public void Run()
    {
        int last = body.Nodes.Length - 1;
        var handedOut = Enumerable.Range(0, last + 1).Where(i => body.Nodes[i].Outputs.Any(body.Outputs.Contains));
        foreach (int node in handedOut.Select(i => Follows(i) ? Producer(body.Nodes[i].Input(0)) : i).Append(last).OrderDescending())
        {
            while (made[node] < Height(node))
            {
                Make(node);
            }
        }
    }

    private int Height(int node) => RowSchedule.RowsOf(body.Nodes[node].Output);

    /// <summary>Makes the next row of a node once the rows it reads exist, and then that of nodes which keep up with it.</summary>
    private void Make(int index)
    {
        int row = made[index];
        var node = body.Nodes[index];
        var read = new List<(long Offset, long Bytes)>();
        // The operand behind the most nodes comes first; what it needs may be all that the others need.
        foreach (var operand in node.Inputs.OfType<Value>().Distinct().OrderByDescending(Depth))
        {
            int end = RowsRead(node, operand, row).End;
            for (int from = Producer(operand); from >= 0 && made[from] < end;)
            {
                Make(from);
            }
        }

        foreach (var operand in node.Inputs.OfType<Value>().Distinct())
        {
            var (first, end) = RowsRead(node, operand, row);
            for (int r = first; r < end; r++)
            {
                if (Row(operand, r) is { } place)
                {
                    Read(node, operand, r, place);
                    read.Add(place);
                }
            }
        }

        Scratch(node);
        foreach (var result in node.Outputs)
        {
            if (Row(result, row) is { } place)
            {
                Write(node, result, row, place, read);
            }
        }

        made[index]++;
        for (int i = index + 1; i < body.Nodes.Length; i++)
        {
            if (Follows(i) && body.Nodes[i].Inputs.Contains(node.Output))
            {
                Make(i);
            }
        }
    }

    /// <summary>True for a node, not the last, whose result nobody in the body reads.</summary>
    private bool Follows(int index) => index < body.Nodes.Length - 1 && !body.Nodes.Any(n => n.Inputs.Contains(body.Nodes[index].Output));

    /// <summary>The most nodes on a way from the operands of the region to a value.</summary>
    private int Depth(Value value) => depths.GetValueOrDefault(value);

    /// <summary>Index of the node of the body that makes a value, or -1.</summary>
    private int Producer(Value value) => producers.GetValueOrDefault(value, -1);

    /// <summary>The rows of an operand from the first tap to the row behind the last, without padding.</summary>
    private static (int First, int End) RowsRead(Node node, Value operand, int row)
    {
        int height = RowSchedule.RowsOf(operand);
        if (node.Op.SlidingWindow(node) is not { } g)
        {
            return height == 1 ? (0, 1) : (row, row + 1);
        }

        if (operand != node.Inputs[0])
        {
            return (0, height);
        }

        // A window in padding reads nothing; rows before it are made all the same.
        int top = row * g.StrideH - g.PadTop,
            end = Math.Clamp(top + (g.KernelH - 1) * g.DilationH + 1, 0, height);
        return (Math.Clamp(top, 0, end), end);
    }

    /// <summary>The bytes of a row: in the line buffer of the node that makes it, or in the whole map; null outside the arena.</summary>
    private (long Offset, long Bytes)? Row(Value map, int row)
    {
        int rows = RowSchedule.RowsOf(map);
        long elements = map.Type.Count / rows;
        // A row of a mask may begin within a byte.
        long start = map.Type.DType == DType.Bit ? row * elements / 8 : map.Type.DType.Bytes(row * elements);
        long end = map.Type.DType.Bytes((row + 1) * elements);
        if (outside(map) is { } whole)
        {
            return (whole.Offset + start, end - start);
        }

        int node = Producer(map);
        return node < 0 || buffers.Offsets[node] is not { } ring
            ? null
            : (block + ring + row % lines[node] * (map.Type.Bytes / rows), map.Type.Bytes / rows);
    }

    private void Read(Node node, Value operand, int row, (long Offset, long Bytes) place)
    {
        int expected = body.Inputs.Contains(operand) ? outside(operand)!.Value.Owner : rowOwners.GetValueOrDefault((operand, row), -1);
        int lost = Bytes(place).IndexOfAnyExcept(expected);
        if (lost >= 0)
        {
            report($"{node.Op.Name} '{node.Name}' in '{region.Name}': byte {lost} of row {row} of {operand} is not its own any more");
        }
    }

    private void Write(Node node, Value result, int row, (long Offset, long Bytes) place, List<(long Offset, long Bytes)> read)
    {
        bool inPlace = node.Call is { InPlace: >= 0 } && node.Op.SlidingWindow(node) is null;
        bool apart = read.All(r =>
            r.Offset >= place.Offset + place.Bytes
            || place.Offset >= r.Offset + r.Bytes
            || (inPlace && r.Offset == place.Offset && r.Bytes >= place.Bytes)
        );
        if (!apart)
        {
            report($"{node.Op.Name} '{node.Name}' in '{region.Name}': writes row {row} of {result} over rows that the call reads");
        }

        // Whole results have one owner; a mask's first byte may hold bits of the row before.
        int writer = outside(result)?.Owner ?? newOwner();
        rowOwners[(result, row)] = writer;
        Bytes(place).Fill(writer);
    }

    private void Scratch(Node node)
    {
        if (node.Scratch is { } scratch)
        {
            Bytes((block + buffers.ScratchOffset, scratch.Type.Bytes)).Fill(newOwner());
        }
    }

    private Span<int> Bytes((long Offset, long Bytes) place) => owner.AsSpan((int)place.Offset, (int)place.Bytes);
}
