// Networks whose layers can run row by row, with the shapes at which rows are counted wrongly most easily.

using TinyEngine.Tests.Models;

namespace TinyEngine.Tests.Codegen;

/// <summary>ONNX models by what is odd in them.</summary>
internal static class StreamedModels
{
    /// <summary>A layer: kernel, stride, dilation, padding above and below, channels, and whether each has a filter of its own.</summary>
    private sealed record Layer(int Kernel, int Stride, int Dilation, int Top, int Bottom, int Channels, bool Depthwise = false)
    {
        /// <summary>True where the operand is added to the result.</summary>
        public bool Skip { get; init; }

        /// <summary>The rows of the result.</summary>
        public int Rows(int height) => (height + Top + Bottom - Dilation * (Kernel - 1) - 1) / Stride + 1;
    }

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyDictionary<string, byte[]> All = new Dictionary<string, byte[]>
    {
        ["bottleneck"] = Chain(12, 5, Pointwise(8), Depthwise(3, 1, 8), Pointwise(3)),
        ["bottleneck with a skip"] = Chain(9, 4, Plain(3, 4), Pointwise(4), Depthwise(3, 1, 4), Pointwise(4) with { Skip = true }),
        ["map lower than the kernel"] = Chain(2, 6, Plain(5, 8), Depthwise(7, 1, 8), Pointwise(2)),
        ["map of one row"] = Chain(1, 8, Plain(3, 3), Plain(3, 5), Pointwise(4)),
        ["stride larger than the kernel"] = Chain(17, 4, Plain(3, 8), new Layer(2, 3, 1, 0, 0, 6), Pointwise(8)),
        ["rows that nothing reads"] = Chain(11, 8, Plain(3, 8), new Layer(1, 2, 1, 0, 0, 8), Plain(3, 4), new Layer(1, 3, 1, 0, 0, 8)),
        ["dilation"] = Chain(13, 8, Plain(3, 2), new Layer(3, 1, 3, 3, 3, 8), new Layer(3, 2, 2, 2, 1, 5)),
        ["uneven padding"] = Chain(8, 8, new Layer(4, 1, 1, 3, 0, 4), new Layer(3, 2, 1, 0, 2, 3), new Layer(5, 1, 1, 1, 3, 4)),
        ["rows of padding alone"] = Chain(6, 8, Plain(3, 2) with { Skip = true }, new Layer(1, 1, 1, 0, 2, 8), Plain(3, 8)),
        ["masks within a byte"] = Chain(7, 3, Plain(3, 3), Depthwise(3, 2, 3), Pointwise(5), Plain(3, 7)),
    };

    private static Layer Pointwise(int channels) => new(1, 1, 1, 0, 0, channels);

    private static Layer Plain(int kernel, int channels) => new(kernel, 1, 1, kernel / 2, kernel / 2, channels);

    private static Layer Depthwise(int kernel, int stride, int channels) =>
        new(kernel, stride, 1, kernel / 2, kernel / 2, channels, Depthwise: true);

    /// <summary>Convolutions with limits behind them, then a dense layer.</summary>
    private static byte[] Chain(int height, int width, params Layer[] layers)
    {
        // Limits that some elements pass and others do not; behind a ReLU all of a small map may be 0.
        var model = new OnnxModel().Input("x", 1, 2, height, width).Floats("low", [], -0.5f).Floats("high", [], 0.4f);
        var (at, channels) = ("x", 2);
        for (int i = 0; i < layers.Length; i++)
        {
            var (layer, before) = (layers[i], at);
            model
                .Weights($"w{i}", layer.Channels, layer.Depthwise ? 1 : channels, layer.Kernel, 1)
                .Weights($"b{i}", layer.Channels)
                .Node(
                    "Conv",
                    $"{at} w{i} b{i}",
                    $"c{i}",
                    ("pads", (long[])[layer.Top, 0, layer.Bottom, 0]),
                    ("strides", (long[])[layer.Stride, 1]),
                    ("dilations", (long[])[layer.Dilation, 1]),
                    ("group", layer.Depthwise ? layer.Channels : 1)
                );
            at = $"c{i}";
            if (layer.Skip)
            {
                model.Node("Add", $"{before} {at}", $"s{i}");
                at = $"s{i}";
            }

            model.Node("Clip", $"{at} low high", $"r{i}");
            (at, channels, height) = ($"r{i}", layer.Channels, layer.Rows(height));
        }

        return model
            .Node("Flatten", at, "flat")
            .Weights("w", channels * height * width, 3)
            .Weights("b", 3)
            .Node("Gemm", "flat w b", "y")
            .Output("y")
            .Bytes;
    }
}
