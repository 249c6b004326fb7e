// Nodes on which the gradient rules of transposed convolution, max pool and normalization are checked.

using TinyEngine.Ir;
using static TinyEngine.Tests.Training.GradientCases;
using static TinyEngine.Tests.Training.Tensors;

namespace TinyEngine.Tests.Training;

/// <summary>Cases of layers beside conv2d and dense.</summary>
internal static class LayerGradientCases
{
    private static readonly Attributes None = Attributes.Empty;

    /// <summary>Transposed convolutions of any geometry, fp32 and int8 (whose multiplier is 1, so that results are exact).</summary>
    public static IEnumerable<GradientCase> Transposed()
    {
        (string Name, int[] X, int[] W, int[] Output, Attributes A)[] shapes =
        [
            ("1x1", [1, 3, 2, 3], [3, 1, 1, 2], [3, 2], None),
            ("stride 2, padded, batch 2", [2, 3, 2, 2], [2, 3, 3, 3], [5, 3], None.With("strides", [2, 2]).With("pads", [1, 1, 1, 1])),
            (
                "output padding, uneven strides and pads",
                [1, 3, 4, 2],
                [2, 3, 2, 3],
                [7, 9],
                None.With("strides", [3, 2]).With("pads", [2, 0, 1, 0])
            ),
            ("dilation", [1, 3, 3, 2], [2, 2, 3, 2], [5, 5], None.With("dilations", [2, 2]).With("pads", [0, 1, 0, 1])),
            ("groups", [1, 2, 3, 4], [4, 2, 2, 3], [4, 6], None.With("group", 2).With("strides", [2, 2])),
            ("depthwise", [1, 3, 3, 3], [3, 3, 3, 1], [5, 5], None.With("group", 3).With("strides", [2, 2]).With("pads", [1, 1, 1, 1])),
        ];
        foreach (var (name, x, w, output, a) in shapes)
        {
            int channels = w[3] * a.Int("group", 1);
            var attributes = a.With("output", output);
            yield return Case(Conv2dTranspose.Op, name, attributes, null, Real(x), Real(w), Real(channels));
            yield return Case(Conv2dTranspose.Op, name + ", int8", attributes.With("mask", 1), Codes(0.0625f, -9, 1),
                Codes(0.5f, 5, x), Codes(0.125f, 0, w), Biases([.. Enumerable.Repeat(0.0625f, channels)]));
        }

        yield return Case(Conv2dTranspose.Op, "no bias", None.With("output", [2, 2]), null, Real(1, 2, 2, 3), Real(3, 1, 1, 2), null);
        yield return Case(
            Conv2dTranspose.Op,
            "clamped",
            None.With("output", [4, 4]).With("strides", [2, 2]).With("min", -0.4).With("max", 0.6).With("mask", 1),
            null,
            Real(1, 2, 2, 2),
            Real(2, 2, 2, 3),
            Real(3)
        );
    }

    /// <summary>Max pools whose elements keep a distance of more than two steps, so that none changes the maximum.</summary>
    public static IEnumerable<GradientCase> MaxPool()
    {
        (string Name, int[] X, Attributes A)[] shapes =
        [
            ("2x2", [2, 4, 4, 2], None.With("kernel", [2, 2]).With("strides", [2, 2])),
            ("overlapping, uneven pads", [1, 5, 4, 2], None.With("kernel", [3, 2]).With("pads", [1, 0, 0, 1])),
            (
                "dilated",
                [1, 5, 6, 2],
                None.With("kernel", [2, 3]).With("dilations", [2, 2]).With("strides", [2, 1]).With("pads", [1, 1, 1, 2])
            ),
            ("global", [1, 3, 5, 3], None.With("kernel", [3, 5])),
        ];
        foreach (var (name, x, a) in shapes)
        {
            yield return Apart(Case(MaxPool2d.Op, name, a, null, Real(x)), 0.01);
            yield return Apart(Case(MaxPool2d.Op, name + ", int8", a, Codes(0.5f, -5, 1), Codes(0.5f, -5, x)), 3);
        }
    }

    private static GradientCase Apart(GradientCase c, double distance)
    {
        var type = c.Operands[0]!.Type;
        double[] content = [.. Enumerable.Range(0, (int)type.Count).Select(i => (i - type.Count / 2) * distance)];
        new Random(5).Shuffle(content);
        return c with { Operands = [new Tensor(type, content)] };
    }

    /// <summary>Layer, instance and group normalization.</summary>
    public static IEnumerable<GradientCase> Normalized() =>
    [
        Case(Normalize.Op, "layer", Groups(3, 1, 7), null, Real(3, 7)),
        Case(Normalize.Op, "instance", Groups(2, 3, 1), null, Real(2, 3, 2, 3)),
        Case(Normalize.Op, "group", Groups(2, 2, 3), null, Real(2, 2, 3, 6)),
        Case(Normalize.Op, "large epsilon", Groups(1, 1, 6).With("epsilon", 0.5), null, Real(1, 6)),
    ];

    private static Attributes Groups(int outer, int groups, int channels) =>
        None.With("outer", outer).With("groups", groups).With("channels", channels);
}
