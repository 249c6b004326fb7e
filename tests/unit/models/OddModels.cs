// Models at the edges of what ONNX allows: shapes of one element, kernels larger than their map, uneven channels and pads,
// names that mean something in C. Small, so that each can be built and run.

namespace TinyEngine.Tests.Models;

/// <summary>Odd models by name.</summary>
internal static class OddModels
{
    /// <summary>Models that are supported: their results are ONNX Runtime's.</summary>
    public static readonly IReadOnlyDictionary<string, Func<OnnxModel>> Supported = new Dictionary<string, Func<OnnxModel>>
    {
        ["map of one pixel"] = () => Conv([1, 3, 1, 1], [5, 3, 3, 3], ("pads", new long[] { 1, 1, 1, 1 })),
        ["kernel larger than the map"] = () => Conv([1, 1, 3, 2], [1, 1, 7, 5], ("pads", new long[] { 3, 2, 3, 2 })),
        ["kernel as large as the map"] = () => Conv([1, 7, 4, 3], [3, 7, 4, 3]),
        ["uneven channels"] = () => Conv([1, 5, 6, 7], [7, 5, 3, 2], ("strides", new long[] { 2, 3 })),
        ["depthwise of seven"] = () => Conv([1, 7, 5, 5], [7, 1, 3, 3], ("group", 7), ("pads", new long[] { 0, 1, 2, 1 })),
        ["depthwise with multiplier"] = () => Conv([1, 3, 5, 5], [6, 1, 3, 3], ("group", 3)),
        ["groups of three"] = () => Conv([1, 6, 4, 4], [9, 2, 1, 1], ("group", 3)),
        ["stride larger than the kernel"] = () => Conv([1, 2, 9, 9], [3, 2, 2, 2], ("strides", new long[] { 4, 5 })),
        ["dilation"] = () => Conv([1, 2, 9, 9], [3, 2, 3, 3], ("dilations", new long[] { 2, 3 }), ("pads", new long[] { 2, 3, 2, 3 })),
        ["padding larger than the kernel"] = () => Conv([1, 1, 2, 2], [2, 1, 1, 1], ("pads", new long[] { 3, 0, 1, 2 })),
        ["same upper"] = () => Conv([1, 2, 7, 8], [3, 2, 3, 4], ("auto_pad", "SAME_UPPER"), ("strides", new long[] { 2, 2 })),
        ["same lower"] = () => Conv([1, 2, 7, 8], [3, 2, 3, 4], ("auto_pad", "SAME_LOWER"), ("strides", new long[] { 2, 2 })),
        ["wide input"] = () => Dense(5000, 2),
        ["wide output"] = () => Dense(2, 5000),
        ["one to one"] = () => Dense(1, 1),
        ["flatten first"] = () =>
            new OnnxModel()
                .Input("x", 1, 2, 3, 3)
                .Node("Flatten", "x", "f")
                .Weights("w", 5, 18)
                .Node("Gemm", "f w", "h", ("transB", 1))
                .Node("Relu", "h", "r")
                .Weights("v", 3, 5)
                .Node("Gemm", "r v", "y", ("transB", 1))
                .Output("y"),
        ["dense of a sequence"] = () =>
            new OnnxModel()
                .Input("x", 1, 3, 4)
                .Weights("w", 4, 5)
                .Node("MatMul", "x w", "m")
                .Weights("b", 5)
                .Node("Add", "m b", "a")
                .Node("Relu", "a", "r")
                .Node("Flatten", "r", "f")
                .Weights("v", 15, 3)
                .Node("MatMul", "f v", "n")
                .Weights("c", 1, 3)
                .Node("Add", "c n", "y")
                .Output("y"),
        ["dense with a matrix of biases"] = () =>
            new OnnxModel()
                .Input("x", 1, 4)
                .Weights("w", 4, 5)
                .Weights("b", 1, 5)
                .Node("Gemm", "x w b", "h")
                .Node("Relu", "h", "r")
                .Weights("v", 5, 3)
                .Weights("c", 1, 3)
                .Node("Gemm", "r v c", "y")
                .Output("y"),
        ["weights that the file reshapes and cuts"] = () =>
            new OnnxModel()
                .Input("x", 1, 4)
                .Weights("w", 20)
                .Longs("s", 5, 4)
                .Node("Reshape", "w s", "m")
                .Node("Gemm", "x m", "h", ("transB", 1))
                .Node("Relu", "h", "r")
                .Weights("v", 5, 6)
                .Longs("p", 3, 3)
                .Node("Split", "v p", "left right", ("axis", 1))
                .Node("MatMul", "r right", "y")
                .Output("y"),
        ["scale and bias of a sequence"] = () =>
            new OnnxModel()
                .Input("x", 1, 3, 4)
                .Weights("w", 4, 5)
                .Node("MatMul", "x w", "m")
                .Weights("s", 5)
                .Node("Mul", "m s", "t")
                .Weights("b", 5)
                .Node("Add", "t b", "a")
                .Node("Flatten", "a", "f")
                .Weights("v", 15, 3)
                .Node("MatMul", "f v", "n")
                .Weights("c", 3)
                .Node("Add", "n c", "y")
                .Output("y"),
        ["matrix of dequantized biases"] = () =>
            Coarse(1, 4)
                .QuantizedWeights("w", 0.015625f, 3, 4)
                .Integers("b", [1, 3], 50, -30, 7)
                .Floats("b.s", [3], 0.0009765625f, 0.001953125f, 0.0009765625f)
                .Integers("b.z", [3], 0, 0, 0)
                .Node("DequantizeLinear", "b b.s b.z", "b.dq", ("axis", 1))
                .Node("Gemm", "x.dq w.dq b.dq", "g", ("transB", 1))
                .Quantized("g", 0.03125f, 3)
                .Node("Identity", "g.dq", "y")
                .Output("y"),
        ["softmax alone"] = () => new OnnxModel().Input("x", 1, 7).Node("Softmax", "x", "y").Output("y"),
        ["input twice"] = () => new OnnxModel().Input("x", 1, 3, 2, 2).Node("Add", "x x", "y").Output("y"),
        ["clip from both sides"] = () =>
            new OnnxModel().Input("x", 1, 5).Floats("a", [], -0.25f).Floats("b", [], 0.5f).Node("Clip", "x a b", "y").Output("y"),
        ["clip from above"] = () => new OnnxModel().Input("x", 1, 5).Floats("b", [], 0.5f).Node("Clip", "x - b", "y").Output("y"),
        ["average pool with padding"] = () =>
            new OnnxModel()
                .Input("x", 1, 3, 5, 5)
                .Node("AveragePool", "x", "y", ("kernel_shape", new long[] { 3, 3 }), ("pads", new long[] { 1, 0, 1, 2 }))
                .Output("y"),
        ["average pool as large as its padded map"] = () =>
            new OnnxModel()
                .Input("x", 1, 3, 4, 4)
                .Node(
                    "AveragePool",
                    "x",
                    "y",
                    ("kernel_shape", new long[] { 4, 4 }),
                    ("strides", new long[] { 3, 3 }),
                    ("pads", new long[] { 1, 1, 0, 0 })
                )
                .Output("y"),
        ["average pool that counts padding"] = () =>
            new OnnxModel()
                .Input("x", 1, 3, 5, 5)
                .Node(
                    "AveragePool",
                    "x",
                    "y",
                    ("kernel_shape", new long[] { 3, 3 }),
                    ("pads", new long[] { 1, 1, 1, 1 }),
                    ("count_include_pad", 1)
                )
                .Output("y"),
        ["dead nodes"] = () => Dense(4, 3).Weights("unused", 3).Node("Relu", "x", "dead").Node("Softmax", "dead", "deader"),
        ["residual"] = () =>
            new OnnxModel()
                .Input("x", 1, 2, 4, 4)
                .Weights("w", 2, 2, 3, 3)
                .Node("Conv", "x w", "c", ("pads", new long[] { 1, 1, 1, 1 }))
                .Node("Relu", "c", "r")
                .Node("Add", "r x", "a")
                .Node("Relu", "a", "y")
                .Output("y"),
        ["names of C"] = () =>
            new OnnxModel()
                .Input("int", 1, 2, 4, 4)
                .Weights("for", 3, 2, 3, 3)
                .Node("Conv", "int for", "*/#error/*")
                .Node("Relu", "*/#error/*", "\\")
                .Node("GlobalAveragePool", "\\", "??/")
                .Node("Flatten", "??/", "s")
                .Weights("\"\n", 4, 3)
                .Node("Gemm", "s \"\n", "arena", ("transB", 1))
                .Node("Softmax", "arena", "é")
                .Output("é"),
        ["names of macros"] = () =>
            new OnnxModel()
                .Input("x", 1, 4)
                .Weights("NULL", 5, 4)
                .Weights("linux", 5)
                .Node("Gemm", "x NULL linux", "unix", ("transB", 1))
                .Node("Relu", "unix", "offsetof")
                .Weights("v", 3, 5)
                .Node("Gemm", "offsetof v", "y", ("transB", 1))
                .Output("y"),
        ["int8 classifier"] = OnnxModel.Classifier,
        ["weights quantized in the graph"] = () =>
            Coarse(1, 2, 4, 4)
                .Weights("w", 3, 2, 3, 3)
                .Quantized("w", 0.00390625f, 0)
                .Node("Conv", "x.dq w.dq", "c")
                .Quantized("c", 0.0625f, 3)
                .Node("Identity", "c.dq", "y")
                .Output("y"),
        ["bias at a scale of its own"] = () =>
            Coarse(1, 2, 4, 4)
                .QuantizedWeights("w", 0.015625f, 3, 2, 3, 3)
                .Integers("b", [3], 5000, -3000, 40)
                .Floats("b.s", [], 0.000244140625f)
                .Integers("b.z", [], 0)
                .Node("DequantizeLinear", "b b.s b.z", "b.dq")
                .Node("Conv", "x.dq w.dq b.dq", "c")
                .Quantized("c", 0.0625f, 3)
                .Node("Identity", "c.dq", "y")
                .Output("y"),
        ["dense with factors"] = () =>
            new OnnxModel()
                .Input("x", 1, 4)
                .Weights("w", 3, 4)
                .Weights("b", 3)
                .Node("Gemm", "x w b", "y", ("transB", 1), ("alpha", 0.5f), ("beta", -2f))
                .Output("y"),
        ["dense of codes with factors"] = () =>
            Coarse(1, 4)
                .QuantizedWeights("w", 0.015625f, 3, 4)
                .Integers("b", [3], 5, -3, 0)
                .Floats("b.s", [3], 0.0009765625f, 0.001953125f, 0.0009765625f)
                .Integers("b.z", [3], 0, 0, 0)
                .Node("DequantizeLinear", "b b.s b.z", "b.dq", ("axis", 0))
                .Node("Gemm", "x.dq w.dq b.dq", "g", ("transB", 1), ("alpha", 0.5f), ("beta", 3f))
                .Quantized("g", 0.03125f, 3)
                .Node("Identity", "g.dq", "y")
                .Output("y"),
        ["slice to the end before opset 10"] = () =>
            new OnnxModel(9)
                .Input("x", 1, 6)
                .Node("Slice", "x", "y", ("axes", new long[] { 1 }), ("starts", new long[] { 2 }), ("ends", new[] { long.MaxValue }))
                .Output("y"),
        ["factor of more dimensions"] = () =>
            new OnnxModel()
                .Input("x", 1, 3, 1)
                .Node("Transpose", "x", "t", ("perm", new long[] { 0, 2, 1 }))
                .Floats("f", [1, 1, 1, 1], 0.5f)
                .Node("Mul", "t f", "y")
                .Output("y"),
        ["convolution beyond the factors of kernels"] = () =>
            Coarse(1, 2, 4, 4)
                .QuantizedWeights("w", 1, 3, 2, 3, 3)
                .Node("Conv", "x.dq w.dq", "c")
                .Quantized("c", 1e-4f, 3)
                .Node("Identity", "c.dq", "y")
                .Output("y"),
        ["dense of one scale beyond the factors of kernels"] = () =>
            Coarse(1, 4)
                .Codes("w", 3, 4)
                .Floats("w.s", [], 1)
                .Bytes8("w.z", [], 0)
                .Node("DequantizeLinear", "w w.s w.z", "w.dq")
                .Integers("b", [3], 5, -3, 0)
                .Floats("b.s", [], 0.0625f)
                .Integers("b.z", [], 0)
                .Node("DequantizeLinear", "b b.s b.z", "b.dq")
                .Node("Gemm", "x.dq w.dq b.dq", "g", ("transB", 1))
                .Quantized("g", 1e-4f, 3)
                .Node("Identity", "g.dq", "y")
                .Output("y"),
        ["transposed convolution beyond the factors of kernels"] = () =>
            Coarse(1, 2, 3, 3)
                .Codes("w", 2, 3, 2, 2)
                .Floats("w.s", [], 1)
                .Bytes8("w.z", [], 0)
                .Node("DequantizeLinear", "w w.s w.z", "w.dq")
                .Node("ConvTranspose", "x.dq w.dq", "c")
                .Quantized("c", 1e-4f, 3)
                .Node("Identity", "c.dq", "y")
                .Output("y"),
        ["addition beyond the factors of kernels"] = () =>
            Coarse(1, 5).Node("Add", "x.dq x.dq", "a").Quantized("a", 1e-4f, 3).Node("Identity", "a.dq", "y").Output("y"),
        ["concatenation beyond the factors of kernels"] = () =>
            Coarse(1, 5)
                .Node("Relu", "x.dq", "r")
                .Quantized("r", 0.0625f, -5)
                .Node("Concat", "x.dq r.dq", "c", ("axis", 1))
                .Quantized("c", 1e-4f, 3)
                .Node("Identity", "c.dq", "y")
                .Output("y"),
    };

    /// <summary>Models that may or may not be supported: nothing but a diagnosis or a result is allowed.</summary>
    public static readonly IReadOnlyDictionary<string, Func<OnnxModel>> Hostile = new Dictionary<string, Func<OnnxModel>>
    {
        ["kernel larger than the padded map"] = () => Conv([1, 1, 3, 3], [1, 1, 5, 5]),
        ["huge stride"] = () => Conv([1, 1, 3, 3], [1, 1, 2, 2], ("strides", new long[] { 60000, 60000 })),
        ["huge dilation"] = () => Conv([1, 1, 3, 3], [1, 1, 2, 2], ("dilations", new long[] { 65535, 65535 })),
        ["huge padding"] = () => Conv([1, 1, 3, 3], [1, 1, 2, 2], ("pads", new long[] { 1 << 30, 1 << 30, 1 << 30, 1 << 30 })),
        ["padding beyond 32 bits"] = () => Conv([1, 1, 3, 3], [1, 1, 2, 2], ("pads", new[] { long.MaxValue, 0, long.MinValue, 0 })),
        ["negative padding"] = () => Conv([1, 1, 3, 3], [1, 1, 2, 2], ("pads", new long[] { -1, -1, -1, -1 })),
        ["huge group"] = () => Conv([1, 4, 3, 3], [4, 1, 2, 2], ("group", int.MaxValue)),
        ["group of zero"] = () => Conv([1, 4, 3, 3], [4, 1, 2, 2], ("group", 0)),
        ["attribute of another type"] = () => Conv([1, 4, 3, 3], [4, 4, 2, 2], ("strides", 2)),
        ["no channels"] = () => Conv([1, 2, 3, 3], [0, 2, 2, 2]),
        ["empty kernel"] = () => Conv([1, 2, 3, 3], [2, 2, 0, 0]),
        ["empty dense"] = () => Dense(4, 0),
        ["empty scale"] = () =>
            new OnnxModel()
                .Input("x", 1, 4)
                .Floats("s", [0])
                .Bytes8("z", [0])
                .Node("QuantizeLinear", "x s z", "q")
                .Node("DequantizeLinear", "q s z", "y")
                .Output("y"),
        ["scale of zero"] = () => new OnnxModel().Input("x", 1, 4).Quantized("x", 0, 0).Node("Relu", "x.dq", "y").Output("y"),
        ["scale that is not a number"] = () =>
            new OnnxModel().Input("x", 1, 4).Quantized("x", float.NaN, 0).Node("Relu", "x.dq", "y").Output("y"),
        ["batch of two"] = () => Conv([2, 3, 4, 4], [5, 3, 3, 3]),
        ["batch of two, dense"] = () =>
            new OnnxModel().Input("x", 2, 4).Weights("w", 3, 4).Node("Gemm", "x w", "y", ("transB", 1)).Output("y"),
        ["scalar"] = () => new OnnxModel().Input("x").Node("Relu", "x", "y").Output("y"),
        ["vector"] = () => new OnnxModel().Input("x", 4).Node("Relu", "x", "y").Output("y"),
        ["softmax of a vector"] = () => new OnnxModel().Input("x", 4).Node("Softmax", "x", "y", ("axis", 0)).Output("y"),
        ["rank of three"] = () => new OnnxModel().Input("x", 1, 2, 3).Node("Relu", "x", "y").Output("y"),
        ["rank of five"] = () => new OnnxModel().Input("x", 1, 2, 3, 2, 2).Node("Softmax", "x", "y").Output("y"),
        ["rank of nine"] = () => new OnnxModel().Input("x", 1, 1, 1, 1, 1, 1, 1, 1, 1).Node("Relu", "x", "y").Output("y"),
        ["identity"] = () => new OnnxModel().Input("x", 1, 4).Node("Identity", "x", "y").Output("y"),
        ["reshape only"] = () => new OnnxModel().Input("x", 1, 4).Longs("s", 2, 2).Node("Reshape", "x s", "y").Output("y"),
        ["flatten of the last axis"] = () => new OnnxModel().Input("x", 1, 4, 3).Node("Flatten", "x", "y", ("axis", 3)).Output("y"),
        ["constant output"] = () => new OnnxModel().Input("x", 1, 4).Weights("w", 1, 4).Node("Relu", "w", "y").Output("y"),
        ["input without reader"] = () => new OnnxModel().Input("x", 1, 4).Weights("w", 1, 4).Node("Add", "w w", "y").Output("y"),
        ["output that is the input"] = () => new OnnxModel().Input("x", 1, 4).Node("Relu", "x", "y").Output("x"),
        ["output that is an initializer"] = () => new OnnxModel().Input("x", 1, 4).Weights("w", 4).Node("Relu", "x", "y").Output("w"),
        ["weights that are not numbers"] = () =>
            new OnnxModel()
                .Input("x", 1, 3)
                .Floats("w", [2, 3], float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1, 0, -1)
                .Node("Gemm", "x w", "y", ("transB", 1))
                .Output("y"),
        ["clip that is not a number"] = () =>
            new OnnxModel().Input("x", 1, 5).Floats("a", [], float.NaN).Node("Clip", "x a", "y").Output("y"),
        ["clip of nothing"] = () =>
            new OnnxModel().Input("x", 1, 5).Floats("a", [], 1).Floats("b", [], -1).Node("Clip", "x a b", "y").Output("y"),
        ["pool without a kernel"] = () => new OnnxModel().Input("x", 1, 3, 5, 5).Node("MaxPool", "x", "y").Output("y"),
        ["pool of padding alone"] = () =>
            new OnnxModel()
                .Input("x", 1, 3, 5, 5)
                .Node("AveragePool", "x", "y", ("kernel_shape", new long[] { 2, 2 }), ("pads", new long[] { 3, 3, 3, 3 }))
                .Output("y"),
        ["max pool with ceiling"] = () =>
            new OnnxModel()
                .Input("x", 1, 3, 6, 6)
                .Node("MaxPool", "x", "y", ("kernel_shape", new long[] { 3, 3 }), ("strides", new long[] { 2, 2 }), ("ceil_mode", 1))
                .Output("y"),
        ["pool kernel of zero"] = () =>
            new OnnxModel().Input("x", 1, 3, 5, 5).Node("AveragePool", "x", "y", ("kernel_shape", new long[] { 0, 2 })).Output("y"),
        ["reshape to too much"] = () =>
            new OnnxModel().Input("x", 1, 4).Longs("s", 1L << 40, 1L << 40).Node("Reshape", "x s", "y").Output("y"),
        ["reshape to zero and the rest"] = () =>
            new OnnxModel().Input("x", 1, 4).Longs("s", 0, -1).Node("Reshape", "x s", "y", ("allowzero", 1)).Output("y"),
        ["transpose of no dimensions"] = () =>
            new OnnxModel().Input("x", 1, 4).Node("Transpose", "x", "y", ("perm", new long[] { 0, 0 })).Output("y"),
        ["transpose that stays"] = () =>
            new OnnxModel().Input("x", 1, 3, 4, 5).Node("Transpose", "x", "y", ("perm", new long[] { 0, 3, 2, 1 })).Output("y"),
        ["normalization alone"] = () =>
            new OnnxModel()
                .Input("x", 1, 3, 4, 4)
                .Weights("g", 3)
                .Weights("b", 3)
                .Weights("m", 3)
                .Floats("v", [3], 1, 2, 3)
                .Node("BatchNormalization", "x g b m v", "y")
                .Output("y"),
        ["normalization of a negative variance"] = () =>
            new OnnxModel()
                .Input("x", 1, 3, 4, 4)
                .Weights("w", 3, 3, 1, 1)
                .Node("Conv", "x w", "c")
                .Weights("g", 3)
                .Weights("b", 3)
                .Weights("m", 3)
                .Floats("v", [3], -1, 2, 3)
                .Node("BatchNormalization", "c g b m v", "y")
                .Output("y"),
        ["weights that are computed"] = () =>
            new OnnxModel().Input("x", 1, 4, 3, 3).Weights("w", 4, 4, 2, 2).Node("Relu", "w", "v").Node("Conv", "x v", "y").Output("y"),
        ["no operands"] = () => new OnnxModel().Input("x", 1, 4).Node("Relu", "-", "y").Output("y"),
        ["same node twice"] = () => new OnnxModel().Input("x", 1, 4).Node("Relu", "x", "y").Node("Relu", "x", "y").Output("y"),
        ["output twice"] = () => new OnnxModel().Input("x", 1, 4).Node("Relu", "x", "y").Output("y").Output("y"),
        ["broadcast"] = () => new OnnxModel().Input("x", 1, 3, 2, 2).Weights("w", 3, 1, 1).Node("Add", "x w", "y").Output("y"),
    };

    private static OnnxModel Conv(long[] input, long[] weights, params (string, object)[] attributes) =>
        new OnnxModel().Input("x", input).Weights("w", weights).Weights("b", weights[0]).Node("Conv", "x w b", "y", attributes).Output("y");

    /// <summary>Codes with a step of 1/16.</summary>
    private static OnnxModel Coarse(params long[] input) => new OnnxModel().Input("x", input).Quantized("x", 0.0625f, -5);

    private static OnnxModel Dense(long inputs, long outputs) =>
        new OnnxModel()
            .Input("x", 1, inputs)
            .Weights("w", outputs, inputs)
            .Weights("b", outputs)
            .Node("Gemm", "x w b", "y", ("transB", 1))
            .Output("y");
}
