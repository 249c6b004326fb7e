// Random nodes of every kernel with a row form: convolutions, pools, sums, elementwise functions, and their gradients.

using TinyEngine.Ir;
using TinyEngine.Tests.Training;

namespace TinyEngine.Tests;

/// <summary>Nodes with contents of their operands.</summary>
internal static class RowCases
{
    private static readonly Func<Random, (Op Op, NodeForm Form, TensorType? Result, Tensor?[] Operands)>[] Makers =
    [
        r => Conv(r, quantized: true),
        r => Conv(r, quantized: false),
        MixedConv,
        r => Conv(r, quantized: true, depthwise: true),
        r => Conv(r, quantized: false, depthwise: true),
        r => Transposed(r, quantized: true),
        r => Transposed(r, quantized: false),
        r => Average(r, 0),
        r => Average(r, 1),
        r => Average(r, 2),
        r => Max(r, codes: true),
        r => Max(r, codes: false),
        r => ConvDx(r, null),
        r => ConvDx(r, DType.I8),
        r => ConvDx(r, DType.I16),
        r => InParts(r, () => Conv(r, quantized: true)),
        r => InParts(r, () => Conv(r, quantized: false)),
        r => InParts(r, () => ConvDx(r, null)),
        r => InParts(r, () => ConvDx(r, DType.I8)),
        r => InParts(r, () => ConvDx(r, DType.I16)),
        r => AverageDx(r, null),
        r => AverageDx(r, DType.I8),
        r => AverageDx(r, DType.I16),
        MaxDx,
        Sum,
        Elementwise,
        Gate,
        Gather,
        r => ConvDx(r, DType.I8, BlockTensors.Pointwise),
        r => ConvDx(r, DType.I8, BlockTensors.Depthwise),
        r => ConvDx(r, DType.I16, BlockTensors.Pointwise),
        r => ConvDx(r, DType.I16, BlockTensors.Depthwise),
        r => InParts(r, () => ConvDx(r, DType.I8, BlockTensors.Pointwise)),
        r => InParts(r, () => Conv(r, quantized: true, geometry: BlockTensors.Pointwise), 4),
        r => Conv(r, quantized: true, geometry: BlockTensors.Pointwise),
        Rows(1, DType.I8, channels: 8),
        Rows(2, DType.I8, channels: 8),
        r => Conv(r, quantized: false, geometry: g => ManyChannels(g, depthwise: false)),
        r => Conv(r, quantized: false, geometry: g => ManyChannels(g, depthwise: true)),
        r => Conv(r, quantized: true, geometry: g => ManyChannels(g, depthwise: false)),
        r => Conv(r, quantized: true, geometry: g => ManyChannels(g, depthwise: true)),
        ManyChannelsDx,
        r => CodesDx(r, BlockTensors.Pointwise),
        r => InParts(r, () => CodesDx(r, BlockTensors.Pointwise)),
        r => CodesDx(r, UndilatedDepthwise),
        .. Enumerable.Range(0, 6).SelectMany(kind => new[] { Rows(kind, DType.I8), Rows(kind, DType.I16) }),
    ];

    /// <summary>The node and the operands of a seed; kinds follow one another in a fixed order.</summary>
    public static (Node Node, Tensor?[] Operands) Of(int seed)
    {
        var random = new Random(seed);
        var (op, form, result, operands) = Makers[seed % Makers.Length](random);
        Value?[] inputs = [.. operands.Select((t, i) => t is null ? null : Tensors.Input($"operand{i}", t.Type))];
        var shape = new GraphBuilder().Emit(op, "shape", inputs, form.Masked(false)).Type.Shape;
        var type = result is null or { Block: not null } ? result : result with { Shape = shape };
        return (NativeKernels.Selected(new GraphBuilder().EmitNode(op, $"case{seed}", inputs, form, type)), operands);
    }

    private static (Op, NodeForm, TensorType?, Tensor?[]) Conv(
        Random random,
        bool quantized,
        bool depthwise = false,
        Func<Random, (Attributes, int[], int[], int[])>? geometry = null
    )
    {
        var (attributes, x, w, _) = (geometry ?? BlockTensors.Geometry)(random);
        if (depthwise)
        {
            int channels = random.Next(2, 5);
            (x[3], w[0], w[3]) = (channels, channels, 1);
            attributes = attributes.With("group", channels);
        }

        var form = attributes.Masked(random.Next(2) == 1);
        form = random.Next(2) == 0 ? form : form.Clamped(0, 0.5);
        if (!quantized)
        {
            return (Conv2d.Op, form, null, [Real(random, x), Real(random, w), random.Next(2) == 0 ? null : Real(random, w[0])]);
        }

        float[] scales = [.. Enumerable.Range(0, w[0]).Select(_ => 0.001f + 0.01f * random.NextSingle())];
        return (
            Conv2d.Op,
            form,
            Tensors.Codes(0.02f, random.Next(-128, 128), 1),
            [
                BlockTensors.Codes(Tensors.Codes(0.1f, random.Next(-128, 128), x), random),
                BlockTensors.Codes(Tensors.Weights(scales, w), random),
                Tensors.Random(Tensors.Biases([.. scales.Select(s => 0.1f * s)]), random, 1000),
            ]
        );
    }

    /// <summary>So many channels that kernels may make some at a time.</summary>
    private static (Attributes, int[], int[], int[]) ManyChannels(Random random, bool depthwise)
    {
        var (attributes, x, w, y) = BlockTensors.Geometry(random);
        x[3] = random.Next(8, 20);
        (w[0], w[3]) = depthwise ? (x[3], 1) : (random.Next(8, 20), x[3]);
        return (attributes.With("group", depthwise ? x[3] : 1), x, w, y);
    }

    private static (Op, NodeForm, TensorType?, Tensor?[]) ManyChannelsDx(Random random)
    {
        var (attributes, x, w, y) = BlockTensors.Geometry(random);
        (x[3], w[0]) = (random.Next(8, 20), random.Next(8, 20));
        (w[3], y[3]) = (x[3], w[0]);
        attributes = attributes.With("group", 1).With("input", x);
        return (Conv2dDx.Op, attributes, null, [TrainingKernelCases.Gradient(random, y), Real(random, w)]);
    }

    /// <summary>A real gradient and weights in codes.</summary>
    private static (Op, NodeForm, TensorType?, Tensor?[]) CodesDx(Random random, Func<Random, (Attributes, int[], int[], int[])> geometry)
    {
        var (attributes, x, w, y) = geometry(random);
        var weights = BlockTensors.Codes(Tensors.Weights(BlockTensors.Scales(random, w[0]), w), random);
        return (Conv2dDx.Op, attributes.With("input", x), null, [TrainingKernelCases.Gradient(random, y), weights]);
    }

    private static (Attributes, int[], int[], int[]) UndilatedDepthwise(Random random)
    {
        var (attributes, x, w, y) = BlockTensors.Depthwise(random);
        while (x[3] < 8 || attributes.Ints("dilations").Any(d => d > 1))
        {
            (attributes, x, w, y) = BlockTensors.Depthwise(random);
        }

        return (attributes, x, w, y);
    }

    private static (Op, NodeForm, TensorType?, Tensor?[]) MixedConv(Random random)
    {
        var (attributes, x, w, _) = BlockTensors.Geometry(random);
        return (
            Conv2d.Op,
            attributes.Masked().Clamped(min: 0),
            null,
            [Real(random, x), BlockTensors.Codes(Tensors.Weights(BlockTensors.Scales(random, w[0]), w), random), Real(random, w[0])]
        );
    }

    /// <summary>The adjoint of a random convolution: its input is that one's output.</summary>
    private static (Op, NodeForm, TensorType?, Tensor?[]) Transposed(Random random, bool quantized)
    {
        var (attributes, x, w, y) = BlockTensors.Geometry(random);
        var form = attributes.With("output", [x[1], x[2]]).Masked(random.Next(2) == 1);
        return quantized
            ? (
                Conv2dTranspose.Op,
                form,
                Tensors.Codes(0.02f, random.Next(-128, 128), 1),
                [
                    BlockTensors.Codes(Tensors.Codes(0.1f, random.Next(-128, 128), y), random),
                    BlockTensors.Codes(Tensors.Codes(0.004f, 0, w), random),
                    Tensors.Random(Tensors.Biases([.. Enumerable.Repeat(0.1f * 0.004f, x[3])]), random, 1000),
                ]
            )
            : (Conv2dTranspose.Op, form, null, [Real(random, y), Real(random, w), Real(random, x[3])]);
    }

    /// <summary>
    /// A case of one group and two channels or more, with the weights of some in an operand of their own, the last one; their number is a
    /// multiple of the step.
    /// </summary>
    private static (Op, NodeForm, TensorType?, Tensor?[]) InParts(
        Random random,
        Func<(Op Op, NodeForm Form, TensorType? Result, Tensor?[] Operands)> make,
        int step = 1
    )
    {
        var whole = make();
        while (whole.Form.Attributes.Int("group", 1) > 1 || whole.Operands[1]!.Type.Shape[-1] < 2)
        {
            whole = make();
        }

        var (weights, attributes) = (whole.Operands[1]!, whole.Form.Attributes);
        int axis = weights.Type.Shape.Rank - 1, extent = weights.Type.Shape[axis];
        int[] channels = [.. Enumerable.Range(0, step * random.Next(1, extent / step))];
        if (weights.Type.IsQuantized && random.Next(2) == 0)
        {
            channels = [.. channels.Select(c => c + extent - channels.Length)];
            attributes = WeightParts.List(attributes, channels);
        }

        Tensor Of(int[] chosen)
        {
            var type = ChannelOp.Select(weights.Type, axis, chosen);
            var data = new double[type.Count];
            ChannelOp.ForEach(weights.Type.Shape, axis, chosen, (i, at) => data[i] = weights.Data[at]);
            return new Tensor(type, data);
        }

        return (
            whole.Op,
            whole.Form with
            {
                Attributes = attributes,
            },
            whole.Result,
            [whole.Operands[0], Of(WeightParts.Others(extent, channels)), .. whole.Operands[2..], Of(channels)]
        );
    }

    private static (Attributes Attributes, int[] X, int[] Y) Window(Random random)
    {
        var (attributes, x, w, y) = BlockTensors.Geometry(random);
        return (attributes.Without("group").With("kernel", [w[1], w[2]]), x, [y[0], y[1], y[2], x[3]]);
    }

    private static (Op, NodeForm, TensorType?, Tensor?[]) Average(Random random, int kind)
    {
        var (attributes, x, _) = Window(random);
        attributes = random.Next(3) == 0 ? Attributes.Empty.With("kernel", [x[1], x[2]]) : attributes.With("count_include_pad", 1);
        return (
            AveragePool2d.Op,
            attributes,
            kind == 0 ? Tensors.Codes(0.05f, random.Next(-128, 128), 1) : null,
            [kind == 2 ? Real(random, x) : BlockTensors.Activations(x, random)]
        );
    }

    private static (Op, NodeForm, TensorType?, Tensor?[]) Max(Random random, bool codes)
    {
        var (attributes, x, _) = Window(random);
        var input = codes ? BlockTensors.Activations(x, random) : Real(random, x);
        return (MaxPool2d.Op, attributes, codes ? input.Type : null, [input]);
    }

    private static (Op, NodeForm, TensorType?, Tensor?[]) ConvDx(
        Random random,
        DType? mantissa,
        Func<Random, (Attributes, int[], int[], int[])>? geometry = null
    )
    {
        var (attributes, x, w, y) = (geometry ?? BlockTensors.Geometry)(random);
        attributes = attributes.With("input", x);
        var weights = BlockTensors.Codes(Tensors.Weights(BlockTensors.Scales(random, w[0]), w), random);
        if (mantissa is not { } type)
        {
            return (
                Conv2dDx.Op,
                attributes,
                null,
                [TrainingKernelCases.Gradient(random, y), random.Next(2) == 0 ? Real(random, w) : weights]
            );
        }

        var dy = BlockTensors.Cut(BlockFormat.Type(type, Shape.Of(y), BlockFormat.FoldedScale(weights.Type, Shape.Of(y))), random);
        return (Conv2dDx.Op, attributes, BlockTensors.Result(type, x, random), [BlockTensors.Random(dy, random), weights]);
    }

    private static (Op, NodeForm, TensorType?, Tensor?[]) AverageDx(Random random, DType? mantissa)
    {
        var (attributes, x, y) = Window(random);
        attributes = attributes.With("input", x).With("count_include_pad", random.Next(2));
        return mantissa is not { } type
            ? (AveragePool2dDx.Op, attributes, null, [TrainingKernelCases.Gradient(random, y)])
            : (
                AveragePool2dDx.Op,
                attributes,
                BlockTensors.Result(type, x, random),
                [BlockTensors.Random(BlockTensors.Cut(BlockFormat.Type(type, Shape.Of(y), null), random), random)]
            );
    }

    private static (Op, NodeForm, TensorType?, Tensor?[]) MaxDx(Random random)
    {
        var (attributes, x, y) = Window(random);
        var input = random.Next(2) == 0 ? Real(random, x) : BlockTensors.Activations(x, random);
        return (MaxPool2dDx.Op, attributes, null, [TrainingKernelCases.Gradient(random, y), input]);
    }

    private static Func<Random, (Op, NodeForm, TensorType?, Tensor?[])> Rows(int kind, DType mantissa, int channels = 1) =>
        random =>
        {
            var map = BlockTensors.Map(random);
            map[^1] *= channels;
            var plain = BlockTensors.Cut(BlockFormat.Type(mantissa, Shape.Of(map), null), random);
            float[] scales = BlockTensors.Scales(random, map[^1]);
            var scaled = plain with { Quant = BlockFormat.FoldedScale(Tensors.Weights(scales, map[^1], 1), plain.Shape) };
            return kind switch
            {
                0 => (Add.Op, Attributes.Empty, scaled, [BlockTensors.Random(plain, random), BlockTensors.Random(plain, random)]),
                1 => (ApplyMask.Op, Attributes.Empty, scaled, [BlockTensors.Random(plain, random), Mask(random, map)]),
                2 => (ApplyMask.Op, Attributes.Empty, scaled, [BlockTensors.Random(scaled, random), Mask(random, map)]),
                3 => (ConvertOp.Op, Attributes.Empty, scaled, [BlockTensors.Reals(map, random)]),
                4 => (ConvertOp.Op, Attributes.Empty, Tensors.Real(map), [BlockTensors.Random(scaled, random)]),
                _ => (ConvertOp.Op, Attributes.Empty, scaled, new Tensor?[] { BlockTensors.Random(plain, random) }),
            };
        };

    private static (Op, NodeForm, TensorType?, Tensor?[]) Sum(Random random)
    {
        int[] map = [random.Next(1, 3), random.Next(1, 5), random.Next(1, 4), random.Next(1, 3) * 4];
        var form = NodeForm.Plain.Masked(random.Next(2) == 1);
        return random.Next(2) == 0
            ? (
                Add.Op,
                form,
                Tensors.Codes(0.2f, random.Next(-128, 128), 1),
                [BlockTensors.Activations(map, random), BlockTensors.Activations(map, random)]
            )
            : (Add.Op, form.Clamped(min: 0), null, [Real(random, map), Real(random, map)]);
    }

    private static (Op, NodeForm, TensorType?, Tensor?[]) Elementwise(Random random)
    {
        int[] map = [random.Next(1, 3), random.Next(1, 5), random.Next(1, 4), random.Next(1, 3) * 4];
        var parameters = Attributes.Empty.With("alpha", 0.25).With("beta", 0.5);
        return random.Next(6) switch
        {
            0 => (Quantize.Op, NodeForm.Plain.Masked(), Tensors.Codes(0.01f, 3, 1), [Real(random, map)]),
            1 => (Quantize.Op, NodeForm.Plain.Masked(), Tensors.Codes(0.3f, 3, 1), [BlockTensors.Activations(map, random)]),
            2 => (Dequantize.Op, Attributes.Empty, null, [BlockTensors.Activations(map, random)]),
            3 => (Clamp.Op, NodeForm.Plain.Clamped(0, 0.5).Masked(), null, [Real(random, map)]),
            4 => (ApplyMask.Op, Attributes.Empty, null, [TrainingKernelCases.Gradient(random, map), Mask(random, map)]),
            _ => (Unary.All[random.Next(Unary.All.Length)], parameters, null, [Real(random, map)]),
        };
    }

    /// <summary>Products and slopes with an operand that is repeated along some dimensions.</summary>
    private static (Op, NodeForm, TensorType?, Tensor?[]) Gate(Random random)
    {
        int[] map = [random.Next(1, 3), random.Next(1, 5), random.Next(1, 4), random.Next(1, 3) * 4];
        int[] repeated = [.. map.Select(n => random.Next(2) == 0 ? 1 : n)];
        return random.Next(3) switch
        {
            0 => (Mul.Op, NodeForm.Plain.Masked(), null, [Real(random, map), Real(random, repeated[random.Next(4)..])]),
            1 => (Sub.Op, Attributes.Empty, null, [Real(random, map), Real(random, repeated[random.Next(4)..])]),
            _ => (PRelu.Op, Attributes.Empty, null, [Real(random, map), Real(random, map[3])]),
        };
    }

    private static (Op, NodeForm, TensorType?, Tensor?[]) Gather(Random random)
    {
        int[] map = [random.Next(1, 3), random.Next(1, 5), random.Next(1, 4), random.Next(2, 6)];
        var x = random.Next(2) == 0 ? Real(random, map) : BlockTensors.Activations(map, random);
        return (GatherChannels.Op, ChannelOp.Selection(3, [map[3] - 1, 0]), null, [x]);
    }

    private static Tensor Mask(Random random, int[] map)
    {
        var type = new TensorType(DType.Bit, Shape.Of(map));
        return new Tensor(type, [.. Enumerable.Range(0, (int)type.Count).Select(_ => (double)random.Next(2))]);
    }

    private static Tensor Real(Random random, params int[] shape) => Tensors.Random(Tensors.Real(shape), random);
}
