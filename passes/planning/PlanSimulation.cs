// One run of a planned graph over a map of byte owners: who wrote each byte of the arena last. Part of the plan verifier,
// so it shares no code with the planner. Invariant: a value counts as intact only while all of its bytes are its own.

using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>Simulates which value owns each byte while a planned graph runs.</summary>
internal sealed class PlanSimulation(Graph graph, long arenaBytes, IReadOnlyDictionary<Value, Placement> places, List<string> violations)
{
    private const int Nobody = 0;

    private readonly int[] owner = new int[arenaBytes];
    private readonly Dictionary<Value, int> content = [];
    private int contents = Nobody;

    /// <summary>Runs all phases but one: inference skips <see cref="Phase.Train"/>, training skips <see cref="Phase.Predict"/>.</summary>
    public void Run(Phase skipped)
    {
        foreach (var input in Placed(graph.Inputs.Distinct()))
        {
            Write(input);
        }

        foreach (var input in Placed(graph.Inputs))
        {
            Read(input, 0, "the start");
        }

        for (int step = 0; step < graph.Nodes.Length; step++)
        {
            if (graph.Nodes[step].Phase != skipped)
            {
                Step(graph.Nodes[step], step);
            }
        }

        // Inference hands out Outputs after its last step, training TrainOutputs.
        bool trains = skipped == Phase.Predict;
        foreach (var output in Placed(!trains ? graph.Outputs : graph.Trains ? graph.TrainOutputs : []))
        {
            Read(output, Array.FindLastIndex([.. graph.Nodes], n => n.Phase != skipped), "the end");
        }
    }

    private void Step(Node node, int step)
    {
        string at = $"step {step} ({node.Op.Name} '{node.Name}')";
        var reads = Placed(node.Reads.Distinct()).ToList();
        foreach (var place in reads)
        {
            Read(place, step, at);
        }

        if (node.Op.IsView)
        {
            View(node, step, at);
            return;
        }

        if (node.Body is not null)
        {
            Region(node, step, at);
            return;
        }

        var writes = Placed(node.Writes).ToList();
        for (int i = 0; i < writes.Count; i++)
        {
            var others = reads.Where(r => !MayOverwrite(node, writes[i], r) && !GrowsOver(node, writes[i], r)).Concat(writes.Take(i));
            foreach (var other in others.Where(o => Overlap(writes[i], o)))
            {
                violations.Add($"{at}: writes {writes[i].Value} over {other.Value}, which the step uses");
            }
        }

        foreach (var place in writes)
        {
            Alive(place, step, at);
            Write(place);
        }
    }

    /// <summary>Results of a region may lie over its operands: its rows are made and read one after the other, which decides.</summary>
    private void Region(Node node, int step, string at)
    {
        var outside = new Dictionary<Value, (long Offset, int Owner)>();
        foreach (var (operand, inside) in node.Inputs.Zip(node.Body!.Inputs).Where(p => places.ContainsKey(p.First!)))
        {
            outside[inside] = (places[operand!].Offset, content.GetValueOrDefault(operand!, Nobody));
        }

        foreach (var place in Placed(node.Outputs))
        {
            Alive(place, step, at);
            content[place.Value] = ++contents;
            outside[node.Body.Outputs[node.Outputs.IndexOf(place.Value)]] = (place.Offset, contents);
        }

        long block = 0;
        foreach (var place in Placed(node.Writes.Where(v => v == node.Lines)))
        {
            Alive(place, step, at);
            block = place.Offset;
        }

        new RegionSimulation(
            node,
            v => outside.TryGetValue(v, out var place) ? place : null,
            owner,
            () => ++contents,
            block,
            fault => violations.Add($"{at}: {fault}")
        ).Run();
    }

    private void View(Node node, int step, string at)
    {
        if (!places.TryGetValue(node.Input(0), out var operand) || !places.TryGetValue(node.Output, out var view))
        {
            return;
        }

        Alive(view, step, at);
        content[view.Value] = content.GetValueOrDefault(operand.Value, Nobody);
        if (view.Offset != operand.Offset || view.Bytes != operand.Bytes)
        {
            violations.Add($"{at}: the view {view.Value} does not lie on its operand {operand.Value}");
        }
    }

    private void Read(Placement place, int step, string at)
    {
        Alive(place, step, at);
        if (!content.TryGetValue(place.Value, out int expected))
        {
            violations.Add($"{at}: reads {place.Value}, which was not written");
            return;
        }

        int lost = Bytes(place).IndexOfAnyExcept(expected);
        if (lost >= 0)
        {
            violations.Add($"{at}: byte {lost} of {place.Value} is not its own any more");
        }
    }

    private void Write(Placement place)
    {
        content[place.Value] = ++contents;
        Bytes(place).Fill(contents);
    }

    private void Alive(Placement place, int step, string at)
    {
        if (step >= 0 && (step < place.First || step > place.Last))
        {
            violations.Add($"{at}: uses {place.Value} outside its lifetime [{place.First}, {place.Last}]");
        }
    }

    private IEnumerable<Placement> Placed(IEnumerable<Value> values) => values.Where(places.ContainsKey).Select(v => places[v]);

    private Span<int> Bytes(Placement place) => owner.AsSpan((int)place.Offset, (int)place.Bytes);

    private static bool Overlap(Placement a, Placement b) => a.Offset < b.End && b.Offset < a.End;

    /// <summary>True where a kernel that writes in order never overwrites bytes of operand 0 that it still has to read.</summary>
    private static bool GrowsOver(Node node, Placement write, Placement read) =>
        node.Outputs.FirstOrDefault() == write.Value
        && read.Value == node.Input(0)
        && node.Inputs.Count(v => v == read.Value) == 1
        && node.Kernel?.Writes switch
        {
            ResultOrder.Pixels => node.Op.SlidingWindow(node) is { } windows && GrowsByPixel(windows, write, read),
            ResultOrder.Rows => GrowsByRow(node.Call!, write, read),
            ResultOrder.Anywhere => true,
            _ => false,
        };

    /// <summary>
    /// Blocks are stored one after the other; each is complete before it is stored. The taps of all windows say which result row reads a
    /// row of the operand last, up to its last block; a kernel without windows reads row by row.
    /// </summary>
    private static bool GrowsByRow(KernelCall call, Placement write, Placement read)
    {
        var lastReader = new int[RowCall.RowsOf(read.Value.Type.Shape)];
        if (call.Request.Fields.Any(f => f.Name == "stride_h"))
        {
            int Field(string name) => (int)call.Request.IntegerField(name);
            var (inH, outH) = (Field("in_h"), Field("out_h"));
            for (int row = 0; row < lastReader.Length; row++)
            {
                for (int kh = 0; kh < Field("kernel_h"); kh++)
                {
                    int made = row % outH * Field("stride_h") - Field("pad_top") + kh * Field("dilation_h");
                    lastReader[row] = made >= 0 && made < inH ? row / outH * inH + made : lastReader[row];
                }
            }
        }
        else
        {
            lastReader = [.. Enumerable.Range(0, lastReader.Length)];
        }

        var type = write.Value.Type;
        long readRow = read.Bytes / lastReader.Length, writeRow = write.Bytes / RowCall.RowsOf(type.Shape);
        long before = type.Block is { } block ? writeRow - write.Bytes / (type.Count / block) : 0;
        return lastReader
            .Select((last, row) => (Begin: read.Offset + row * readRow, Written: write.Offset + last * writeRow + before))
            .All(r => Math.Max(r.Begin, write.Offset) >= Math.Min(r.Begin + readRow, r.Written));
    }

    /// <summary>Every pixel's window is looked at, then its result is written, byte by byte.</summary>
    private static bool GrowsByPixel(ConvGeometry g, Placement write, Placement read)
    {

        long inputPixel = read.Bytes / ((long)g.Batch * g.InH * g.InW), outputPixel = write.Bytes / ((long)g.Batch * g.OutH * g.OutW);
        long written = write.Offset;
        for (int n = 0; n < g.Batch; n++)
        {
            for (int oh = 0; oh < g.OutH; oh++)
            {
                for (int ow = 0; ow < g.OutW; ow++)
                {
                    written += outputPixel;
                    for (int kh = 0; kh < g.KernelH; kh++)
                    {
                        for (int kw = 0; kw < g.KernelW; kw++)
                        {
                            int ih = oh * g.StrideH - g.PadTop + kh * g.DilationH, iw = ow * g.StrideW - g.PadLeft + kw * g.DilationW;
                            long tap = read.Offset + (((long)n * g.InH + ih) * g.InW + iw) * inputPixel;
                            bool inside = ih >= 0 && ih < g.InH && iw >= 0 && iw < g.InW;
                            if (inside && tap < written && tap + inputPixel > write.Offset)
                            {
                                return false;
                            }
                        }
                    }
                }
            }
        }

        return true;
    }

    /// <summary>
    /// True where the kernel's row lets the first result replace this operand, from the same first byte on, and no other operand shows the
    /// same bytes.
    /// </summary>
    private static bool MayOverwrite(Node node, Placement write, Placement read) =>
        node.Call is { InPlace: >= 0 and var index }
        && write.Value == node.Output
        && read.Value == node.Optional(index)
        && write.Offset == read.Offset
        && write.Bytes <= read.Bytes
        && node.Inputs.Count(v => v == read.Value) == 1;
}
