// Random nodes for kernels that read constants in a packed form: layers of odd shapes, with any clamp, masks and biases that train.

using TinyEngine.Ir;
using TinyEngine.Tests.Training;

namespace TinyEngine.Tests.PackedForms;

/// <summary>Nodes, each with a kernel that need not be the cheapest, and the contents of the operands that it takes.</summary>
internal static class PackedCases
{
    private static readonly Func<Random, Node>[] Makers =
    [
        r => Pointwise(r, r.Next(1, 9)),
        r => Pointwise(r, r.Next(9, 25)),
        r => Pointwise(r, r.Next(25, 120)),
        ManyInputs,
        Windows,
        Stem,
        r => Depthwise(r, 3),
        r => Depthwise(r, 5),
        r => Depthwise(r, 7),
        SameSize,
        Dense,
        Sum,
    ];

    /// <summary>
    /// Nodes with kernels, this many for each packed kernel if some thousand seeds give them, and the contents of the operands that the
    /// kernel takes.
    /// </summary>
    public static IReadOnlyList<(Node Node, Tensor?[] Operands)> Of(int each)
    {
        const int Seeds = 6000;
        var missing = NativeKernels.Table.Rows.Where(r => PackedForm.Find(r.Packing) is not null).ToDictionary(r => r, _ => each);
        var cases = new List<(Node, Tensor?[])>();
        for (int seed = 0; seed < Seeds && missing.Count > 0; seed++)
        {
            var random = new Random(7919 * seed);
            var node = Makers[seed % Makers.Length](random);
            var plain = node.Op.Request(node);
            foreach (var row in missing.Keys.Where(r => r.Family == plain.Family).ToList())
            {
                if (row.Packed(node, plain) is { } packed && KernelCall.Bind(row, node, packed) is { } call && row.Holds(packed))
                {
                    var operands = row.Parameters.Zip(call.Arguments).Where(p => p.First.IsOperand).Select(p => Content(p.Second, random));
                    cases.Add((node with { Call = call }, [.. operands]));
                    missing[row]--;
                    if (missing[row] == 0)
                    {
                        missing.Remove(row);
                    }
                }
            }
        }

        return cases;
    }

    private static Tensor? Content(Value? value, Random random) =>
        value is null ? null
        : value.Data ?? (value.Type.DType == DType.I32 ? Tensors.Random(value.Type, random, 3000) : BlockTensors.Codes(value.Type, random));

    private static Node Pointwise(Random random, int inputs)
    {
        int[] x = [random.Next(1, 3), random.Next(1, 8), random.Next(1, 8), inputs];
        return Layer(random, Conv2d.Op, Attributes.Empty, x, [random.Next(1, 20), 1, 1, inputs]);
    }

    /// <summary>More inputs than scratch holds at a time, and mostly more results than sums.</summary>
    private static Node ManyInputs(Random random)
    {
        int inputs = 4 * random.Next(83, 200);
        int[] x = [1, random.Next(1, 3), random.Next(1, 4), inputs];
        return Layer(random, Conv2d.Op, Attributes.Empty, x, [random.Next(60, 80), 1, 1, inputs], reach: 12);
    }

    private static Node Windows(Random random)
    {
        int inputs = random.Next(1, 10), kernel = random.Next(1, 6), width = random.Next(1, 6);
        int[] x = [random.Next(1, 3), random.Next(kernel, 12), random.Next(width, 12), inputs];
        var attributes = Attributes
            .Empty.With("strides", [random.Next(1, 3), random.Next(1, 3)])
            .With("pads", [random.Next(kernel), random.Next(width), random.Next(kernel), random.Next(width)]);
        return Layer(random, Conv2d.Op, attributes, x, [random.Next(1, 12), kernel, width, inputs]);
    }

    private static Node Stem(Random random)
    {
        int[] x = [1, random.Next(4, 20), random.Next(4, 20), 3];
        var attributes = Attributes.Empty.With("strides", [random.Next(1, 3), random.Next(1, 3)]).With("pads", [0, 1, 1, random.Next(2)]);
        return Layer(random, Conv2d.Op, attributes, x, [random.Next(1, 17), 3, 3, 3]);
    }

    private static Node Depthwise(Random random, int kernel)
    {
        int channels = random.Next(4, 20), stride = random.Next(1, 3), pad = random.Next(kernel);
        int width = random.Next(kernel, new[] { 20, 36, 68, 130 }[random.Next(4)]);
        int[] x = [random.Next(1, 3), random.Next(kernel, 20), width, random.Next(2) == 0 ? channels : (channels + 7) / 8 * 8];
        var attributes = Attributes
            .Empty.With("group", x[3])
            .With("strides", [stride, stride])
            .With("pads", [pad, random.Next(kernel), random.Next(kernel), pad]);
        return Layer(random, Conv2d.Op, attributes, x, [x[3], kernel, kernel, 1]);
    }

    /// <summary>A depthwise layer whose result may take the place of the operand; many are narrow and tall.</summary>
    private static Node SameSize(Random random)
    {
        int kernel = 3 + 2 * random.Next(3), channels = 4 * random.Next(1, 6);
        int[] x = [1, random.Next(1, 40), random.Next(1, random.Next(2) == 0 ? 6 : 21), channels];
        var pads = Enumerable.Repeat(kernel / 2, 4);
        var attributes = Attributes.Empty.With("group", channels).With("pads", [.. pads]);
        return Layer(random, Conv2d.Op, attributes, x, [channels, kernel, kernel, 1]);
    }

    private static Node Dense(Random random)
    {
        int inputs = random.Next(1, 70);
        return Layer(random, Ir.Dense.Op, Attributes.Empty, [random.Next(1, 3), inputs], [random.Next(1, 30), inputs]);
    }

    private static Node Sum(Random random)
    {
        int[] map = [1, random.Next(1, 6), random.Next(1, 6), random.Next(1, 12)];
        Value Operand(string name) =>
            Tensors.Input(name, Tensors.Codes((float)Math.Pow(2, random.NextDouble() * 6 - 5), random.Next(-128, 128), map));
        return new GraphBuilder().EmitNode(
            Add.Op,
            "sum",
            [Operand("a"), Operand("b")],
            NodeForm.Plain.Masked(random.Next(2) == 0),
            Tensors.Codes((float)Math.Pow(2, random.NextDouble() * 4 - 3), random.Next(-128, 128), map)
        );
    }

    /// <summary>
    /// A layer whose results cover most codes, with weights of at most <paramref name="reach"/>, or any; a third each have no bias, a
    /// constant one, and one that trains.
    /// </summary>
    private static Node Layer(Random random, Op op, NodeForm form, int[] x, int[] w, int reach = 0)
    {
        float[] scales = [.. Enumerable.Range(0, w[0]).Select(_ => 0.001f + 0.01f * random.NextSingle())];
        int taps = w[1..].Aggregate(1, (n, d) => n * d), bias = random.Next(3);
        var operand = Tensors.Input("x", Tensors.Codes(0.1f, random.Next(-128, 128), x));
        var weights = Tensors.Weights(scales, w);
        var codes = Value.Constant("w", reach > 0 ? Tensors.Random(weights, random, reach) : BlockTensors.Codes(weights, random));
        var biases = Tensors.Biases([.. scales.Select(s => 0.1f * s)]);
        Value? b =
            bias == 0 ? null
            : bias == 1 ? Tensors.Constant("b", biases, random, 3000)
            : new Value("b", biases, ValueKind.Parameter);
        form = form.Masked(random.Next(3) == 0);
        form = random.Next(3) == 0 ? form.Clamped(0, 0.5 + random.NextDouble()) : form;
        var shape = new GraphBuilder().Emit(op, "shape", [operand, codes, b], form.Masked(false)).Type.Shape;
        var type = Tensors.Codes(0.02f * (float)Math.Sqrt(taps), random.Next(-128, 128), [.. shape.ToArray()]);
        return new GraphBuilder().EmitNode(op, "layer", [operand, codes, b], form, type);
    }
}
