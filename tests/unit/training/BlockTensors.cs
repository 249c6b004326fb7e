// Random gradients in block floating point and what their operators read beside them.

using TinyEngine.Ir;

namespace TinyEngine.Tests.Training;

/// <summary>Makers of tensors for the tests of block floating point.</summary>
internal static class BlockTensors
{
    /// <summary>The extents of a small map, or of a matrix.</summary>
    public static int[] Map(Random random) => random.Next(3) == 0 ? [random.Next(1, 4), random.Next(1, 9)]
        : [random.Next(1, 3), random.Next(1, 5), random.Next(1, 5), random.Next(1, 9)];

    /// <summary>A random convolution: attributes and the extents of input, weights and output.</summary>
    public static (Attributes Attributes, int[] X, int[] W, int[] Y) Geometry(Random random)
    {
        while (true)
        {
            int groups = random.Next(1, 4), inPerGroup = random.Next(1, 4), outPerGroup = random.Next(1, 3);
            int[] x = [random.Next(1, 3), random.Next(1, 8), random.Next(1, 8), groups * inPerGroup];
            int[] w = [groups * outPerGroup, random.Next(1, 5), random.Next(1, 5), inPerGroup];
            var attributes = Attributes
                .Empty.With("group", groups)
                .With("strides", [random.Next(1, 4), random.Next(1, 4)])
                .With("dilations", [random.Next(1, 4), random.Next(1, 3)])
                .With("pads", [random.Next(w[1]), random.Next(w[2]), random.Next(w[1]), random.Next(w[2])]);
            var (pads, dilations) = (attributes.Ints("pads"), attributes.Ints("dilations"));
            if (x[1] + pads[0] + pads[2] > dilations[0] * (w[1] - 1) && x[2] + pads[1] + pads[3] > dilations[1] * (w[2] - 1))
            {
                return (attributes, x, w, ConvGeometry.Of(Shape.Of(x), Shape.Of(w), attributes, "").OutShape(4).ToArray());
            }
        }
    }

    /// <summary>A random 1x1 convolution of stride 1 with channels by fours.</summary>
    public static (Attributes Attributes, int[] X, int[] W, int[] Y) Pointwise(Random random)
    {
        int[] x = [random.Next(1, 3), random.Next(1, 5), random.Next(1, 8), 4 * random.Next(2, 5)];
        int[] w = [random.Next(4, 14), 1, 1, x[3]];
        return (Attributes.Empty, x, w, [x[0], x[1], x[2], w[0]]);
    }

    /// <summary>A random depthwise convolution of four channels or more.</summary>
    public static (Attributes Attributes, int[] X, int[] W, int[] Y) Depthwise(Random random)
    {
        var (attributes, x, w, y) = Geometry(random);
        int channels = random.Next(4, 10);
        (x[3], w[0], w[3], y[3]) = (channels, channels, 1, channels);
        return (attributes.With("group", channels), x, w, y);
    }

    /// <summary>Scales of weights over many magnitudes; some channels all but dead.</summary>
    public static float[] Scales(Random random, int count) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ => (float)(Math.Pow(10, random.Next(-3, 1)) * (random.NextDouble() + 0.1) * (random.Next(8) == 0 ? 1e-7 : 1))),
        ];

    /// <summary>A block type, with a scale or without.</summary>
    public static TensorType Result(DType mantissa, int[] shape, Random random) =>
        Cut(BlockFormat.Type(mantissa, Shape.Of(shape), random.Next(2) == 0 ? null : Folded(shape, random)), random);

    private static QuantParams Folded(int[] shape, Random random) =>
        BlockFormat.FoldedScale(Tensors.Weights(Scales(random, shape[^1]), shape[^1], 1), Shape.Of(shape));

    /// <summary>A type whose rows are cut into some number of equal blocks, as those of large maps are.</summary>
    public static TensorType Cut(TensorType type, Random random)
    {
        int pixels = type.Shape.Rank == 4 ? type.Shape[2] : 1;
        int[] parts = [.. Enumerable.Range(1, pixels).Where(k => pixels % k == 0)];
        return type with { Block = pixels / parts[random.Next(parts.Length)] * type.Shape[-1] };
    }

    /// <summary>Codes over the whole range, -128 included.</summary>
    public static Tensor Codes(TensorType type, Random random) =>
        new(type, [.. Enumerable.Range(0, (int)type.Count).Select(_ => (double)random.Next(-128, 128))]);

    /// <summary>Activations with any zero point.</summary>
    public static Tensor Activations(int[] shape, Random random) =>
        Codes(Tensors.Codes((float)(random.NextDouble() + 0.01), random.Next(-128, 128), shape), random);

    /// <summary>
    /// Mantissas over the whole range or few bits of it, a quarter zero as a mask leaves them, some rows all zero; exponents near each
    /// other, far apart, or at the ends of their range.
    /// </summary>
    public static Tensor Random(TensorType type, Random random)
    {
        int max = random.Next(3) == 0 ? 3 : BlockFormat.MantissaMax(type),
            block = type.Block!.Value;
        int centre = random.Next(5) switch
        {
            0 => BlockFormat.ExponentMin,
            1 => BlockFormat.ExponentMax,
            _ => random.Next(-30, 10),
        },
            spread = new[] { 0, 3, 12, 60 }[random.Next(4)];
        int[] exponents =
        [
            .. Enumerable
                .Range(0, (int)type.Count / block)
                .Select(_ => Math.Clamp(centre + random.Next(-spread, spread + 1), BlockFormat.ExponentMin, BlockFormat.ExponentMax)),
        ];
        bool[] zero = [.. exponents.Select(_ => random.Next(6) == 0)];
        return new Tensor(
            type,
            [
                .. Enumerable
                    .Range(0, (int)type.Count)
                    .Select(i =>
                        zero[i / block] || random.Next(4) == 0 ? 0.0
                        : random.Next(2) == 0 ? random.Next(-max, max + 1)
                        : max * (random.Next(2) * 2 - 1)
                    ),
            ],
            [.. exponents.Select((e, b) => zero[b] ? BlockFormat.ExponentMin : e)]
        );
    }

    /// <summary>fp32 gradients of any magnitude, with zeros, denormals, infinities and NaN.</summary>
    public static Tensor Reals(int[] shape, Random random)
    {
        double magnitude = Math.Pow(10, random.Next(-44, 38));
        bool wild = random.Next(4) == 0;
        return new Tensor(
            Tensors.Real(shape),
            [
                .. Enumerable
                    .Range(0, (int)Shape.Of(shape).Count)
                    .Select(_ =>
                        random.Next(wild ? 8 : 1000) switch
                        {
                            0 => 0.0,
                            1 => double.NaN,
                            2 => float.PositiveInfinity,
                            3 => float.NegativeInfinity,
                            4 => 1e-42f,
                            _ => (double)(float)(magnitude * (2 * random.NextDouble() - 1) * Math.Pow(2, -random.Next(12))),
                        }
                    ),
            ]
        );
    }
}
