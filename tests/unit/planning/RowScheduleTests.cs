// The order of rows in a region: hand-made cases, and random chains with residual connections whose line buffers are run on tags:
// every row that a call reads must still lie in its ring, and a ring one row shorter must lose one.

using CsCheck;
using TinyEngine.Ir;

namespace TinyEngine.Tests.Planning;

public sealed class RowScheduleTests
{
    /// <summary>Kernel, stride, dilation and padding above and below, for each layer of a chain.</summary>
    private static readonly Gen<(int Kernel, int Stride, int Dilation, int Top, int Bottom)> Layers =
        Gen.Select(Gen.Int[1, 7], Gen.Int[1, 3], Gen.Int[1, 2], Gen.Int[0, 3], Gen.Int[0, 3]);

    [Fact]
    public void Lines_of_an_inverted_residual_block_are_windows_of_their_readers()
    {
        var builder = new GraphBuilder();
        var x = Map(16, 4);
        var stem = Layer(builder, x, 3, 2, 1, 1, 0);
        var wide = Layer(builder, stem, 1, 1, 1, 0, 0);
        var depthwise = Layer(builder, wide, 3, 1, 1, 1, 1);
        var narrow = Layer(builder, depthwise, 1, 1, 1, 0, 0);
        builder.Emit(Add.Op, "sum", [narrow, stem]);
        var schedule = RowSchedule.Of(Body(builder, x))!;
        // The residual connection reads a row of the stem one behind the newest: two rows.
        Assert.Equal([2, 3, 1, 1, 8], schedule.Rings);
        Assert.Equal([1, 2, 3, 4, null], schedule.Pullers);
    }

    [Fact]
    public void Rings_of_random_chains_hold_every_row_that_is_read_and_none_more()
    {
        Gen.Select(Layers.Array[1, 6], Gen.Int[6, 24], Gen.Bool.Array[6]).Sample(
            sample =>
            {
                var (layers, height, skips) = sample;
                var body = Chain(layers, height, skips);
                if (body is null || RowSchedule.Of(body) is not { } schedule)
                {
                    return;
                }

                Assert.Equal([], Lost(body, schedule.Steps, schedule.Rings));
                // A dilated window counts as whole, so only plain ones need every row and every byte.
                bool isPlain = layers.All(l => l.Dilation == 1);
                for (int node = 0; isPlain && node < body.Nodes.Length - 1; node++)
                {
                    int[] shorter = [.. schedule.Rings];
                    shorter[node]--;
                    Assert.True(shorter[node] <= 0 || Lost(body, schedule.Steps, shorter).Count > 0, $"node {node} holds a row in vain");
                }

                Assert.Equal(schedule.Steps.Count, schedule.Steps.Distinct().Count());
                long lead = schedule.Lead(body.Inputs[0], body.Outputs[0]);
                Assert.True(IsIntact(body, schedule.Steps, lead), $"lead {lead} is too small");
                Assert.True(!isPlain || lead == 0 || !IsIntact(body, schedule.Steps, lead - 1), $"lead {lead} is too large");
            },
            iter: 300
        );
    }

    [Fact]
    public void Node_that_mixes_rows_is_diagnosed()
    {
        var builder = new GraphBuilder();
        var x = Map(4, 4);
        builder.Emit(Reshape.Op, "flat", [x], Attributes.Empty.With("shape", [1, 48]));
        var fault = Assert.Throws<DiagnosticException>(() => RowSchedule.Window(builder.Nodes[0], x));
        Assert.Equal("TE0202", fault.Diagnostics[0].Code);
    }

    /// <summary>The rows that steps read after another row took their place in the ring.</summary>
    private static List<string> Lost(Graph body, IReadOnlyList<RowStep> steps, IReadOnlyList<int> rings)
    {
        var lost = new List<string>();
        var slots = rings.Select(r => new int[Math.Max(1, r)]).ToList();
        slots.ForEach(s => Array.Fill(s, -1));
        foreach (var (index, row) in steps)
        {
            var node = body.Nodes[index];
            foreach (var operand in node.Inputs.OfType<Value>().Where(v => v.Kind == ValueKind.Result))
            {
                int from = body.Nodes.ToList().FindIndex(n => n.Output == operand);
                foreach (int read in RowsRead(node, operand, row).Where(r => slots[from][r % slots[from].Length] != r))
                {
                    lost.Add($"{node.Name} row {row} reads row {read} of {operand}");
                }
            }

            slots[index][row % slots[index].Length] = row;
        }

        return lost;
    }

    /// <summary>True if a result that starts this much before the operand of the region overwrites no byte that is still read.</summary>
    private static bool IsIntact(Graph body, IReadOnlyList<RowStep> steps, long lead)
    {
        var (x, y) = (body.Inputs[0], body.Outputs[0]);
        long xRow = x.Type.Bytes / RowSchedule.RowsOf(x), yRow = y.Type.Bytes / RowSchedule.RowsOf(y);
        long written = 0;
        foreach (var (index, row) in steps)
        {
            var node = body.Nodes[index];
            if (node.Output == y)
            {
                written = (row + 1) * yRow;
            }

            if (node.Inputs.Contains(x) && RowsRead(node, x, row).Any(r => r * xRow + lead < written))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The rows of an operand that one result row reads, tap by tap.</summary>
    private static IEnumerable<int> RowsRead(Node node, Value operand, int row) =>
        node.Op.SlidingWindow(node) is not { } g || operand != node.Input(0) ? [row]
        : Enumerable.Range(0, g.KernelH).Select(k => row * g.StrideH - g.PadTop + k * g.DilationH).Where(r => r >= 0 && r < g.InH);

    private static Graph? Chain((int Kernel, int Stride, int Dilation, int Top, int Bottom)[] layers, int height, bool[] skips)
    {
        var builder = new GraphBuilder();
        Value x = Map(height, 3), current = x;
        for (int i = 0; i < layers.Length; i++)
        {
            var (kernel, stride, dilation, top, bottom) = layers[i];
            if (RowSchedule.RowsOf(current) + top + bottom <= dilation * (kernel - 1))
            {
                return null;
            }

            var before = current;
            current = Layer(builder, current, kernel, stride, dilation, top, bottom);
            if (skips[i] && before != x && current.Type.Shape.Equals(before.Type.Shape))
            {
                current = builder.Emit(Add.Op, $"sum{i}", [current, before]);
            }
        }

        return Body(builder, x);
    }

    private static Value Map(int height, int width) => new("x", TensorType.F32(Shape.Of(1, height, width, 3)), ValueKind.Input);

    private static Graph Body(GraphBuilder builder, Value x) =>
        new()
        {
            Name = "body",
            Stage = Stage.Canonical,
            Inputs = [x],
            Nodes = [.. builder.Nodes],
            Outputs = [builder.Nodes[^1].Output],
        };

    private static Value Layer(GraphBuilder builder, Value x, int kernel, int stride, int dilation, int top, int bottom)
    {
        var weights = Value.Constant("w", new Tensor(TensorType.F32(Shape.Of(3, kernel, 1, 3)), new double[9 * kernel]));
        var attributes = Attributes.Empty.With("pads", [top, 0, bottom, 0]).With("strides", [stride, 1]).With("dilations", [dilation, 1]);
        return builder.Emit(Conv2d.Op, $"conv{builder.Nodes.Count}", [x, weights, null], attributes);
    }
}
