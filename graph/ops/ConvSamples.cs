// Samples of conv2d: every geometry, real and on codes.

using static TinyEngine.Ir.OperatorSample;

namespace TinyEngine.Ir;

/// <summary>Nodes on which convolutions are tested.</summary>
internal static class ConvSamples
{
    private static readonly Attributes None = Attributes.Empty;

    /// <summary>Strides, pads, dilations and groups, each real and on codes.</summary>
    public static IEnumerable<OperatorSample> All()
    {
        (string Name, int[] X, int[] W, Attributes A)[] shapes =
        [
            ("1x1", [1, 3, 4, 3], [5, 1, 1, 3], None),
            ("3x3 padded, batch 2", [2, 5, 4, 2], [3, 3, 3, 2], None.With("pads", [1, 1, 1, 1])),
            ("stride 2, uneven pads", [1, 6, 7, 2], [3, 3, 2, 2], None.With("strides", [2, 3]).With("pads", [0, 1, 2, 0])),
            ("dilation", [1, 7, 8, 2], [2, 3, 2, 2], None.With("dilations", [2, 3]).With("pads", [1, 2, 0, 1])),
            ("groups", [2, 4, 4, 6], [4, 3, 3, 3], None.With("group", 2).With("pads", [1, 0, 1, 0])),
            ("depthwise", [1, 5, 5, 4], [4, 3, 3, 1], None.With("group", 4).With("pads", [1, 1, 1, 1]).With("strides", [2, 2])),
            ("depthwise multiplier 2", [1, 4, 5, 3], [6, 2, 3, 1], None.With("group", 3).With("pads", [0, 1, 1, 1])),
            ("kernel wider than the map", [1, 2, 2, 2], [2, 5, 5, 2], None.With("pads", [2, 2, 2, 2])),
        ];
        foreach (var (name, x, w, a) in shapes)
        {
            yield return new(name, a, null, Fp32(x), Fp32(w), Fp32(w[0]));
            yield return Quantized(name + ", int8", a, x, w);
        }

        foreach (var sample in InParts([1, 3, 3, 5], [3, 2, 2, 5]))
        {
            yield return sample;
        }

        yield return new("no bias", None, null, Fp32(1, 2, 2, 3), Fp32(2, 1, 1, 3), null);
        yield return new(
            "clamped",
            None.Clamped(-0.4, 0.6).Masked(),
            null,
            Fp32(1, 4, 4, 2),
            Fp32(3, 2, 2, 2),
            Fp32(3)
        );
        yield return Quantized("clamped, int8", None.Clamped(0.0, 1.5), [1, 3, 2, 2], [2, 2, 2, 2]);
    }

    /// <summary>Layers that read the weights of some input channels apart: the first two, and of codes also a list.</summary>
    public static IEnumerable<OperatorSample> InParts(int[] x, int[] w)
    {
        var list = WeightParts.List(None, [1, w[^1] - 1]);
        int[] rest = [.. w[..^1], w[^1] - 2];
        int[] part = [.. w[..^1], 2];
        yield return new("weights in two parts", None, null, Fp32(x), Fp32(rest), Fp32(w[0]), Fp32(part));
        foreach (var (name, form) in new[] { ("the first channels", None), ("listed channels", list) })
        {
            var whole = Quantized($"weights in two parts, {name}, int8", form, x, rest);
            yield return whole.With(Int8Weights(whole.Operands[1]!.Quant!.Scales, part));
        }
    }

    /// <summary>A layer on codes whose multipliers are 1 and 2, so that results are exact.</summary>
    public static OperatorSample Quantized(string name, NodeForm form, int[] x, int[] w)
    {
        float[] scales = [.. Enumerable.Range(0, w[0]).Select(c => c % 2 == 0 ? 0.125f : 0.25f)];
        return new(
            name,
            form.Masked(),
            Int8(0.0625f, -9, 1),
            Int8(0.5f, 5, x),
            Int8Weights(scales, w),
            Int32Biases([.. scales.Select(s => s * 0.5f)])
        );
    }
}
