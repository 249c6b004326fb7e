// The small models of OperatorImportTests: one operator each, or a few, in the forms of several opsets.

namespace TinyEngine.Tests.Models;

internal static class OperatorModels
{
    public static readonly Dictionary<string, OnnxModel> Real = new()
    {
        ["concat of channels"] = Model(13, 1, 3, 4, 5)
            .Weights("w", 2, 3, 1, 1)
            .Node("Conv", "x w", "a")
            .Node("Concat", "a x a", "y", ("axis", 1)),
        ["concat of rows, negative axis"] = Model(11, 1, 3, 4, 5)
            .Weights("w", 3, 3, 1, 1)
            .Node("Conv", "x w", "a")
            .Node("Concat", "a x", "y", ("axis", -2)),
        ["concat of a matrix"] = Model(13, 2, 5).Weights("c", 2, 3).Node("Concat", "x c", "y", ("axis", 1)),
        ["slice, attributes"] = Model(9, 1, 3, 6, 5)
            .Weights("w", 4, 3, 1, 1)
            .Node("Conv", "x w", "a")
            .Node("Slice", "a", "y", ("starts", (long[])[1, -4]), ("ends", (long[])[3, 100]), ("axes", (long[])[1, 3])),
        ["slice, steps"] = Model(13, 1, 3, 6, 5)
            .Weights("w", 4, 3, 1, 1)
            .Longs("s", 0, 1)
            .Longs("e", long.MaxValue, -1)
            .Longs("a", 2, -1)
            .Longs("t", 2, 3)
            .Node("Conv", "x w", "c")
            .Node("Slice", "c s e a t", "y"),
        ["slice, one operand"] = Model(13, 4, 6).Longs("s", 1).Longs("e", 3).Node("Slice", "x s e", "y"),
        ["split, attribute"] = Model(11, 1, 5, 3, 4)
            .Weights("w", 5, 5, 1, 1)
            .Node("Conv", "x w", "c")
            .Node("Split", "c", "a b", ("axis", 1), ("split", (long[])[2, 3]))
            .Node("Concat", "b a", "y", ("axis", 1)),
        ["split, operand, parts unused"] = Model(13, 1, 5, 3, 4)
            .Weights("w", 5, 5, 1, 1)
            .Longs("n", 1, 3, 1)
            .Node("Conv", "x w", "c")
            .Node("Split", "c n", "a y b", ("axis", 1)),
        ["split, equal parts"] = Model(18, 6, 5).Node("Split", "x", "a b c", ("axis", 0), ("num_outputs", 3)).Node("Add", "a c", "y"),
        ["pad, attribute"] = Model(9, 1, 3, 4, 5)
            .Weights("w", 2, 3, 3, 3)
            .Node("Pad", "x", "p", ("pads", (long[])[0, 0, 1, 2, 0, 0, 2, 0]), ("value", 0.5f))
            .Node("Conv", "p w", "y"),
        ["pad of channels"] = Model(13, 1, 3, 4, 5)
            .Weights("w", 2, 3, 1, 1)
            .Longs("p", 0, 1, 0, 0, 0, 2, 0, 0)
            .Node("Conv", "x w", "c")
            .Node("Pad", "c p", "y"),
        ["pad, axes"] = Model(18, 1, 3, 4, 5)
            .Weights("w", 2, 3, 1, 1)
            .Longs("p", 2, 1, 0, 1)
            .Floats("v", [], -1.5f)
            .Longs("a", 3, -2)
            .Node("Conv", "x w", "c")
            .Node("Pad", "c p v a", "y"),
        ["upsample"] = Model(9, 1, 3, 4, 5)
            .Weights("w", 2, 3, 1, 1)
            .Floats("s", [4], 1, 1, 2, 3)
            .Node("Conv", "x w", "c")
            .Node("Upsample", "c s", "y", ("mode", "nearest")),
        ["resize, asymmetric"] = Model(11, 1, 3, 4, 5)
            .Weights("w", 2, 3, 1, 1)
            .Floats("r", [0])
            .Floats("s", [4], 1, 1, 2, 2)
            .Node("Conv", "x w", "c")
            .Node("Resize", "c r s", "y", ("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor")),
        ["resize, sizes"] = Model(13, 1, 3, 4, 5)
            .Weights("w", 2, 3, 1, 1)
            .Longs("n", 1, 2, 12, 20)
            .Node("Conv", "x w", "c")
            .Node("Resize", "c - - n", "y"),
        ["largest over a map"] = Model(11, 1, 3, 4, 5)
            .Weights("w", 2, 3, 1, 1)
            .Node("Conv", "x w", "c")
            .Node("ReduceMax", "c", "y", ("axes", (long[])[2, -1])),
        ["smallest of the channels, not kept"] = Model(18, 1, 3, 4, 5)
            .Weights("w", 2, 3, 1, 1)
            .Longs("a", 1)
            .Node("Conv", "x w", "c")
            .Node("ReduceMin", "c a", "r", ("keepdims", 0))
            .Node("Flatten", "r", "y"),
        ["smallest of all"] = Model(20, 4, 6).Node("ReduceMin", "x", "y"),
        ["largest of nothing"] = Model(18, 4, 6)
            .Node("Abs", "x", "a")
            .Node("ReduceMax", "a", "y", ("noop_with_empty_axes", 1)),
        ["max pool"] = Model(12, 1, 3, 6, 5)
            .Node("MaxPool", "x", "y", ("kernel_shape", (long[])[3, 2]), ("strides", (long[])[2, 1]), ("pads", (long[])[1, 0, 1, 1])),
        ["batch normalization first"] = Normalized(Model(15, 1, 3, 4, 5), "x", "n")
            .Node("Relu", "n", "r")
            .Weights("w", 2, 3, 1, 1)
            .Node("Conv", "r w", "y"),
        ["batch normalization behind an add"] = Normalized(
            Model(13, 1, 3, 4, 5).Weights("w", 3, 3, 1, 1).Node("Conv", "x w", "c").Node("Add", "c x", "a"),
            "a",
            "y"
        ),
        ["batch normalization of a matrix"] = Normalized(Model(13, 4, 3), "x", "y"),
        ["layer normalization"] = Model(17, 3, 7).Weights("s", [7], around: 1).Weights("b", 7).Node("LayerNormalization", "x s b", "y"),
        ["layer normalization, no shift, two axes"] = Model(17, 2, 3, 4)
            .Weights("s", [3, 4], around: 1)
            .Node("LayerNormalization", "x s", "y", ("axis", 1), ("epsilon", 0.01f)),
        ["layer normalization of a map"] = Model(17, 1, 3, 4, 5)
            .Weights("w", 2, 3, 1, 1)
            .Weights("s", [2, 4, 5], around: 1)
            .Weights("b", 2, 4, 5)
            .Node("Conv", "x w", "c")
            .Node("LayerNormalization", "c s b", "y", ("axis", 1)),
        ["layer normalization of channels"] = Model(17, 1, 3, 4, 5)
            .Weights("w", 2, 3, 1, 1)
            .Weights("s", [2], around: 1)
            .Weights("b", 2)
            .Node("Conv", "x w", "c")
            .Node("Transpose", "c", "t", ("perm", (long[])[0, 2, 3, 1]))
            .Node("LayerNormalization", "t s b", "n")
            .Node("Transpose", "n", "y", ("perm", (long[])[0, 3, 1, 2])),
        ["instance normalization"] = Model(6, 2, 3, 4, 5)
            .Weights("s", [3], around: 1)
            .Weights("b", 3)
            .Node("InstanceNormalization", "x s b", "y"),
        ["group normalization"] = Model(21, 1, 6, 4, 5)
            .Weights("s", [6], around: 1)
            .Weights("b", 6)
            .Node("GroupNormalization", "x s b", "y", ("num_groups", 2)),
        ["group normalization, parameters per group"] = Model(18, 1, 6, 4, 5)
            .Weights("s", [2], around: 1)
            .Weights("b", 2)
            .Node("GroupNormalization", "x s b", "y", ("num_groups", 2)),
        ["transposed convolution"] = Model(11, 1, 4, 3, 5)
            .Weights("w", 4, 3, 3, 2)
            .Weights("b", 3)
            .Node(
                "ConvTranspose",
                "x w b",
                "c",
                ("strides", (long[])[2, 3]),
                ("pads", (long[])[1, 0, 0, 1]),
                ("output_padding", (long[])[1, 2])
            )
            .Node("Relu", "c", "y"),
        ["transposed convolution, groups and dilation"] = Model(11, 1, 4, 3, 5)
            .Weights("w", 4, 3, 2, 3)
            .Node("ConvTranspose", "x w", "y", ("group", 2), ("dilations", (long[])[2, 1])),
        ["transposed convolution, same"] = Model(11, 1, 2, 3, 5)
            .Weights("w", 2, 3, 3, 4)
            .Node("ConvTranspose", "x w", "y", ("strides", (long[])[2, 2]), ("auto_pad", "SAME_UPPER")),
        ["transposed convolution, output shape"] = Model(11, 1, 2, 3, 5)
            .Weights("w", 2, 3, 3, 3)
            .Node("ConvTranspose", "x w", "y", ("strides", (long[])[2, 2]), ("output_shape", (long[])[6, 10])),
        ["max with numbers"] = Model(13, 1, 3, 4, 5)
            .Floats("a", [], -0.25f)
            .Floats("b", [1, 1], -0.5f)
            .Weights("w", 2, 3, 1, 1)
            .Node("Conv", "x w", "c")
            .Node("LeakyRelu", "c", "l")
            .Node("Max", "a l b", "y"),
        ["min with equal numbers"] = Model(8, 1, 3, 4, 5).Floats("a", [3, 1, 1], 0.25f, 0.25f, 0.25f).Node("Min", "x a", "y"),
        ["max of one operand"] = Model(12, 1, 5).Node("Max", "x", "m").Node("Min", "m m", "n").Node("Relu", "n", "y"),
        ["transposed convolution, batch normalization"] = Normalized(
            Model(13, 1, 4, 3, 5).Weights("w", 4, 2, 2, 2).Node("ConvTranspose", "x w", "c", ("group", 2)),
            "c",
            "y",
            4
        ),
    };

    public static readonly Dictionary<string, OnnxModel> Quantized = new()
    {
        ["flatten before a matrix product"] = Map()
            .Node("Flatten", "m", "f")
            .Matrix("v", 20, 3, axis: 1)
            .Node("MatMul", "f v.dq", "g")
            .Quantized("g", 0.06f, 3, "y"),
        ["flatten before a dense layer stored as [in, out]"] = Map()
            .Node("Flatten", "m", "f")
            .Matrix("v", 20, 3, axis: null)
            .Node("Gemm", "f v.dq", "g")
            .Quantized("g", 0.06f, 3, "y"),
        ["reshape before a dense layer stored as [in, out]"] = Map()
            .Longs("s", 1, -1)
            .Node("Reshape", "m s", "f")
            .Matrix("v", 20, 3, axis: 1)
            .Node("Gemm", "f v.dq", "g")
            .Quantized("g", 0.06f, 3, "y"),
        ["reshape before a dense layer stored as [out, in]"] = Map()
            .Longs("s", 0, 20)
            .Node("Reshape", "m s", "f")
            .Matrix("v", 3, 20, axis: 0)
            .Node("Gemm", "f v.dq", "g", ("transB", 1))
            .Quantized("g", 0.06f, 3, "y"),
        ["max of codes"] = Map().Floats("a", [], -0.31f).Node("Max", "m a", "r").Quantized("r", 0.02f, -5, "y"),
        ["max with a quantized number"] = Map()
            .Bytes8("a", [], -100)
            .Floats("a.s", [], 0.01f)
            .Node("DequantizeLinear", "a a.s", "a.dq")
            .Node("Max", "m a.dq", "r")
            .Quantized("r", 0.02f, -5, "y"),
        ["largest over a map of codes"] = Map().Node("ReduceMax", "m", "r", ("axes", (long[])[2, 3])).Quantized("r", 0.02f, -5, "y"),
        ["smallest channel of codes, not kept"] = Map()
            .Node("ReduceMin", "m", "r", ("axes", (long[])[1]), ("keepdims", 0))
            .Quantized("r", 0.02f, -5, "y"),
        ["mish of codes"] = Map(18).Node("Mish", "m", "r").Quantized("r", 0.03f, 2, "y"),
        ["silu of codes"] = Map().Node("Sigmoid", "m", "g").Node("Mul", "m g", "r").Quantized("r", 0.03f, 2, "y"),
        ["hard swish of codes, a dequantize for each reader"] = Map()
            .Node("DequantizeLinear", "c.q c.s c.z", "m2")
            .Node("HardSigmoid", "m", "g")
            .Node("Mul", "g m2", "r")
            .Quantized("r", 0.03f, 2, "y"),
        ["concat, two scales"] = Convolved("a", 0.03f, 4, "b", 0.02f, -9)
            .Node("Concat", "a b", "c", ("axis", 1))
            .Quantized("c", 0.03f, 4, "y"),
        ["concat, one scale"] = Convolved("a", 0.03f, 4, "b", 0.03f, 4)
            .Node("Concat", "a b", "c", ("axis", 1))
            .Quantized("c", 0.03f, 4, "y"),
        ["slice"] = Convolved("a", 0.03f, 4, "b", 0.02f, -9)
            .Longs("s", 1)
            .Longs("e", 3)
            .Longs("axes", 3)
            .Node("Slice", "a s e axes", "c")
            .Quantized("c", 0.03f, 4, "y"),
        ["pad"] = Convolved("a", 0.03f, 4, "b", 0.02f, -9)
            .Longs("p", 0, 0, 1, 0, 0, 0, 0, 2)
            .Node("Pad", "a p", "c")
            .Quantized("c", 0.03f, 4, "y"),
        ["transposed convolution"] = Model(13, 1, 4, 3, 5)
            .Quantized("x", 0.008f, 3, "xq")
            .Codes("w", 4, 3, 3, 2)
            .Floats("ws", [], 0.004f)
            .Node("DequantizeLinear", "w ws", "wd")
            .Weights("b", 3)
            .Node("ConvTranspose", "xq wd b", "c", ("strides", (long[])[2, 2]))
            .Node("Relu", "c", "r")
            .Quantized("r", 0.01f, -128, "y"),
        ["transposed convolution, scales per channel"] = Model(13, 1, 4, 3, 5)
            .Quantized("x", 0.008f, 3, "xq")
            .Codes("w", 4, 3, 3, 2)
            .Weights("ws", [3], around: 1.1f)
            .Node("DequantizeLinear", "w ws", "wd", ("axis", 1))
            .Node("ConvTranspose", "xq wd", "c", ("strides", (long[])[2, 2]))
            .Quantized("c", 2f, 0, "y"),
    };

    public static OnnxModel Model(int opset, params long[] input) => new OnnxModel(opset).Input("x", input).Output("y");

    public static OnnxModel Normalized(OnnxModel model, string from, string to, int channels = 3) =>
        model
            .Weights("gamma", [channels], around: 1.5f)
            .Weights("beta", channels)
            .Weights("mean", channels)
            .Weights("variance", [channels], around: 1.5f)
            .Node("BatchNormalization", $"{from} gamma beta mean variance", to);

    /// <summary>Two int8 convolutions of one input.</summary>
    public static OnnxModel Convolved(string a, float aScale, sbyte aZero, string b, float bScale, sbyte bZero) =>
        Model(13, 1, 3, 4, 5)
            .Quantized("x", 0.008f, 3, "xq")
            .Codes("wa", 4, 3, 1, 1)
            .Codes("wb", 2, 3, 1, 1)
            .Floats("ws", [], 0.008f)
            .Node("DequantizeLinear", "wa ws", "wad")
            .Node("DequantizeLinear", "wb ws", "wbd")
            .Node("Conv", "xq wad", a + "_r")
            .Node("Conv", "xq wbd", b + "_r")
            .Quantized(a + "_r", aScale, aZero, a)
            .Quantized(b + "_r", bScale, bZero, b);

    /// <summary>Codes of a map of 5 channels, 2x2: m.</summary>
    public static OnnxModel Map(int opset = 13) =>
        Model(opset, 1, 3, 2, 2)
            .Quantized("x", 0.008f, 3, "xq")
            .QuantizedWeights("w", 0.008f, 5, 3, 1, 1)
            .Node("Conv", "xq w.dq", "c")
            .Quantized("c", 0.02f, -5, "m");
}
