// Small models whose plans have the forms that real ones have: chains of results that overlap, skips, branches, regions that shrink.

using TinyEngine.Tests.Models;
using TinyEngine.Tests.Training;

namespace TinyEngine.Tests.Planning;

/// <summary>Models for tests of placement.</summary>
internal static class StandInModels
{
    /// <summary>All models by name.</summary>
    public static readonly IReadOnlyDictionary<string, Func<byte[]>> All = new Dictionary<string, Func<byte[]>>
    {
        ["separable chain"] = () => Separable(4, 8, 12),
        ["long separable chain"] = () => Separable(9, 4, 12),
        ["inverted bottlenecks"] = () => Bottlenecks([(4, 2, true), (4, 1, true), (6, 2, false), (6, 1, true), (8, 2, false)]),
        ["bottlenecks of one size"] = () => Bottlenecks([(4, 1, true), (4, 1, true), (4, 1, true)]),
        ["two branches"] = Branches,
        ["dense layers"] = () => SmallNetworks.Dense(1, 24, 48, 12, 48, 24, 4),
        ["convolutions"] = () => SmallNetworks.Classifier(2, 12, 6, 4),
        ["random, quantized"] = () => new RandomNetwork(11).Quantized(new QuantizerChoice(false, false, true)).Bytes,
        ["random, quantized in other ways"] = () => new RandomNetwork(23).Quantized(new QuantizerChoice(true, true, false)).Bytes,
    };

    /// <summary>A convolution, then depthwise and 1x1 ones of the same size: every result overlaps its operand but for a lead.</summary>
    private static byte[] Separable(int blocks, int channels, int size)
    {
        var model = new OnnxModel().Input("x", 1, 1, 2 * size, 2 * size);
        string at = Conv(model, "x", "stem", [channels, 1, 3, 3], 2, 1);
        for (int i = 0; i < blocks; i++)
        {
            at = Conv(model, at, $"dw{i}", [channels, 1, 3, 3], 1, channels);
            at = Conv(model, at, $"pw{i}", [channels, channels, 1, 1], 1, 1);
        }

        return Classes(model, at, channels);
    }

    /// <summary>Blocks that widen, convolve depthwise and narrow again; those with a skip add their operand where it fits.</summary>
    private static byte[] Bottlenecks((int Channels, int Stride, bool Skips)[] blocks)
    {
        var model = new OnnxModel().Input("x", 1, 3, 24, 24);
        string at = Conv(model, "x", "stem", [4, 3, 3, 3], 2, 1);
        int channels = 4;
        for (int i = 0; i < blocks.Length; i++)
        {
            var (to, stride, skips) = blocks[i];
            string expanded = Conv(model, at, $"expand{i}", [4 * channels, channels, 1, 1], 1, 1);
            string windowed = Conv(model, expanded, $"dw{i}", [4 * channels, 1, 3, 3], stride, 4 * channels);
            string projected = Conv(model, windowed, $"project{i}", [to, 4 * channels, 1, 1], 1, 1);
            if (skips && stride == 1 && to == channels)
            {
                model.Node("Add", $"{projected} {at}", $"add{i}");
                projected = $"add{i}";
            }

            (at, channels) = (projected, to);
        }

        return Classes(model, at, channels);
    }

    private static byte[] Branches()
    {
        var model = new OnnxModel().Input("x", 1, 2, 12, 12);
        string stem = Conv(model, "x", "stem", [6, 2, 3, 3], 1, 1);
        string narrow = Conv(model, stem, "narrow", [3, 6, 1, 1], 1, 1);
        string wide = Conv(model, Conv(model, stem, "left", [4, 6, 3, 3], 1, 1), "wide", [5, 4, 3, 3], 1, 1);
        model.Node("Concat", $"{narrow} {wide}", "both", ("axis", 1));
        return Classes(model, Conv(model, "both", "join", [6, 8, 1, 1], 1, 1), 6);
    }

    private static string Conv(OnnxModel model, string x, string name, long[] weights, int stride, int groups)
    {
        long pad = weights[2] / 2;
        model
            .Weights(name + ".w", weights)
            .Weights(name + ".b", weights[0])
            .Node(
                "Conv",
                $"{x} {name}.w {name}.b",
                name,
                ("pads", new[] { pad, pad, pad, pad }),
                ("strides", new long[] { stride, stride }),
                ("group", groups)
            )
            .Node("Relu", name, name + ".relu");
        return name + ".relu";
    }

    private static byte[] Classes(OnnxModel model, string at, int channels) =>
        model
            .Node("GlobalAveragePool", at, "pool")
            .Node("Flatten", "pool", "flat")
            .Weights("fc.w", 3, channels)
            .Weights("fc.b", 3)
            .Node("Gemm", "flat fc.w fc.b", "y", ("transB", 1))
            .Output("y")
            .Bytes;
}
