// The meaning of inputs and outputs for the caller: codes of uint8 and int8, and the layout of maps that the model computes
// on as the file has them. Through the emitted C, against ONNX Runtime.

using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using TinyEngine.Compiler;
using TinyEngine.Data;
using TinyEngine.Ir;
using TinyEngine.Onnx.Proto;
using TinyEngine.Passes;

namespace TinyEngine.Tests.Models;

public sealed class BoundaryTests : IDisposable
{
    private static readonly CompileOptions Options = new() { Name = "m", Train = TrainMode.None };

    private readonly HostInference host = new();

    public void Dispose() => host.Dispose();

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task Codes_at_the_boundary_are_the_files_own(bool isUnsigned, bool isTransposed)
    {
        var type = isUnsigned ? TensorProto.Types.DataType.Uint8 : TensorProto.Types.DataType.Int8;
        int shift = isUnsigned ? 128 : 0;
        var model = new OnnxModel()
            .TypedInput("x", type, isTransposed ? [1, 4, 5, 3] : [1, 3, 4, 5])
            .Floats("x.s", [], 0.02f)
            .Bytes8("x.z", [], isUnsigned, [shift - 9]);
        model = (isTransposed ? model.Node("Transpose", "x", "t", ("perm", (long[])[0, 3, 1, 2])) : model.Node("Identity", "x", "t"))
            .Node("DequantizeLinear", "t x.s x.z", "xd")
            .QuantizedWeights("w", 0.008f, 2, 3, 3, 3)
            .Node("Conv", "xd w.dq", "c")
            .Floats("y.s", [], 0.05f)
            .Bytes8("y.z", [], isUnsigned, [shift + 4])
            .Node("QuantizeLinear", "c y.s y.z", "y")
            .Output("y", type);
        byte[] codes = new byte[60];
        new Random(5).NextBytes(codes);
        int[] extents = isTransposed ? [1, 4, 5, 3] : [1, 3, 4, 5];
        using var session = OnnxRuntimeReference.Open(model.Bytes);
        using var results = session.Run([
            isUnsigned
                ? NamedOnnxValue.CreateFromTensor("x", new DenseTensor<byte>(codes, extents))
                : NamedOnnxValue.CreateFromTensor("x", new DenseTensor<sbyte>((sbyte[])(Array)codes, extents)),
        ]);
        int[] expected = isUnsigned
            ? [.. results[0].AsTensor<byte>().Select(c => c - 128)]
            : [.. results[0].AsTensor<sbyte>().Select(c => (int)c)];

        var (compilation, actual) = await host.RunAsync(
            model.Bytes,
            Options,
            new NpyArray(isUnsigned ? NpyType.UInt8 : NpyType.Int8, extents, codes)
        );
        var plan = compilation.Report!;
        Assert.Equal(
            ("i8", isUnsigned, -9, "nhwc"),
            (plan.Input.Dtype, plan.Input.Unsigned, plan.Input.ZeroPoint!.Value, plan.Input.Layout)
        );
        Assert.Equal(isUnsigned, plan.Output.Unsigned);
        Assert.Equal(Nhwc(expected, 2, 2, 3), Enumerable.Range(0, actual.Count).Select(i => (int)actual.IntegerAt(i)));

        // Real numbers go in and out where they are asked for.
        float[] reals = [.. codes.Select(c => 0.02f * ((isUnsigned ? c : (sbyte)c) - (shift - 9)))];
        (compilation, actual) = await host.RunAsync(model.Bytes, Options with { Io = BoundaryType.Float32 }, NpyArray.Of(reals, extents));
        plan = compilation.Report!;
        Assert.Equal(("f32", "f32", false), (plan.Input.Dtype, plan.Output.Dtype, plan.Input.Unsigned));
        Assert.Equal(Nhwc(expected, 2, 2, 3).Select(c => 0.05f * (c - 4)), Enumerable.Range(0, actual.Count).Select(actual.SingleAt));
    }

    [Theory]
    [InlineData(3, 3, 3)]
    [InlineData(3, 5, 7)]
    [InlineData(1, 4, 4)]
    public async Task Map_that_is_flattened_first_keeps_the_layout_of_the_file(int channels, int height, int width)
    {
        long features = channels * height * width;
        byte[] model = new OnnxModel()
            .Input("x", 1, channels, height, width)
            .Node("Flatten", "x", "f")
            .Weights("w", features, 4)
            .Node("Gemm", "f w", "y")
            .Output("y")
            .Bytes;
        float[] x = [.. Enumerable.Range(0, (int)features).Select(i => (i * 37 % 101 / 50f) - 1)];
        using var session = OnnxRuntimeReference.Open(model);
        float[] expected = [.. OnnxRuntimeReference.Run(session, x)];
        foreach (var (layout, data, shape) in new[]
        {
            (SampleLayout.Nchw, x, new[] { 1, channels, height, width }),
            (SampleLayout.Nhwc, Nhwc(x, channels, height, width), [1, height, width, channels]),
        })
        {
            var (compilation, actual) = await host.RunAsync(model, Options, NpyArray.Of(data, shape), layout);
            Assert.Equal("nchw", compilation.Report!.Input.Layout);
            Assert.Null(compilation.Report.Output.Layout);
            Assert.All(expected, (e, i) => Assert.Equal(e, actual.SingleAt(i), 1e-5));
        }
    }

    [Theory]
    [InlineData(false, "nchw")]
    [InlineData(true, "nhwc")]
    public void Layout_of_maps_follows_the_file(bool isLast, string layout)
    {
        // A file with channels last says so by the transposes around its layers.
        var model = new OnnxModel().Input("x", 1, 4, 3, 5).Node("Relu", "x", "r");
        model = isLast
            ? model
                .Node("Transpose", "r", "t", ("perm", (long[])[0, 3, 1, 2]))
                .Weights("w", 2, 5, 1, 1)
                .Node("Conv", "t w", "c")
                .Node("Transpose", "c", "y", ("perm", (long[])[0, 2, 3, 1]))
            : model.Node("Neg", "r", "y");
        var plan = ModelCompiler.Compile(model.Output("y").Bytes, Options).Report!;
        Assert.Equal((layout, layout), (plan.Input.Layout, plan.Output.Layout));
    }

    [Theory]
    [InlineData("TE0114", "int16 activations")]
    [InlineData("TE0114", "integers that are no codes")]
    [InlineData("TE0114", "codes that nothing dequantizes")]
    [InlineData("TE0401", "codes of two meanings")]
    [InlineData("TE0401", "zero points of a computed tensor that differ")]
    [InlineData("TE0114", "output type of four bits")]
    public void Codes_that_cannot_be_are_diagnosed(string code, string what)
    {
        var bytes = TensorProto.Types.DataType.Uint8;
        var model = what switch
        {
            "int16 activations" => new OnnxModel(21)
                .Input("x", 1, 4)
                .Floats("s", [], 0.1f)
                .Node("QuantizeLinear", "x s", "q", ("output_dtype", 5))
                .Node("DequantizeLinear", "q s", "y"),
            "output type of four bits" => new OnnxModel(21)
                .Input("x", 1, 4)
                .Floats("s", [], 0.1f)
                .Node("QuantizeLinear", "x s", "q", ("output_dtype", 22))
                .Node("DequantizeLinear", "q s", "y"),
            "integers that are no codes" => new OnnxModel().TypedInput("x", bytes, 1, 4).Floats("a", [], 1).Node("Add", "x a", "y"),
            "codes that nothing dequantizes" => new OnnxModel().TypedInput("x", bytes, 1, 4).Node("Flatten", "x", "y"),
            "codes of two meanings" => new OnnxModel()
                .TypedInput("x", bytes, 1, 4)
                .Floats("s", [], 0.1f)
                .Floats("t", [], 0.2f)
                .Node("DequantizeLinear", "x s", "a")
                .Node("DequantizeLinear", "x t", "b")
                .Node("Add", "a b", "y"),
            _ => new OnnxModel()
                .Input("x", 1, 2)
                .Floats("s", [2], 0.1f, 0.1f)
                .Unsigned8("z", [2], 1, 2)
                .Node("QuantizeLinear", "x s z", "q")
                .Node("DequantizeLinear", "q s z", "y"),
        };
        Assert.Equal(
            code,
            Assert
                .Single(Assert.Throws<DiagnosticException>(() => ModelCompiler.Compile(model.Output("y").Bytes, Options)).Diagnostics)
                .Code
        );
    }

    [Fact]
    public void Quantizer_without_a_zero_point_is_unsigned_unless_it_says_otherwise()
    {
        int Zero(OnnxModel model) =>
            ModelCompiler
                .Compile(
                    model
                        .Node("DequantizeLinear", "q s", "d")
                        .Node("Relu", "d", "r")
                        .Node("QuantizeLinear", "r s", "p")
                        .Node("DequantizeLinear", "p s", "y")
                        .Output("y")
                        .Bytes,
                    Options with
                    {
                        StopAfter = "shift-codes",
                    }
                )
                .Graph.Nodes[0]
                .Output.Type.ZeroPoint;
        Assert.Equal(-128, Zero(new OnnxModel().Input("x", 1, 4).Floats("s", [], 0.1f).Node("QuantizeLinear", "x s", "q")));
        Assert.Equal(
            0,
            Zero(new OnnxModel(21).Input("x", 1, 4).Floats("s", [], 0.1f).Node("QuantizeLinear", "x s", "q", ("output_dtype", 3)))
        );
    }

    private static T[] Nhwc<T>(T[] nchw, int channels, int height, int width) =>
        [.. from p in Enumerable.Range(0, height * width) from c in Enumerable.Range(0, channels) select nchw[(c * height * width) + p]];
}
