// Small models of single operators, in the forms of several opsets, against ONNX Runtime: through the whole compiler, then
// evaluated by the reference and, node by node, by the C kernels.

using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using TinyEngine.Codegen.C;
using TinyEngine.Compiler;
using TinyEngine.Ir;
using TinyEngine.Tests.Codegen;

namespace TinyEngine.Tests.Models;

public sealed class OperatorImportTests
{
    private static readonly CompileOptions Options = new() { Name = "m", Train = TrainMode.None, Io = Passes.BoundaryType.Float32 };

    private static readonly Dictionary<string, OperatorModel> Real = new()
    {
        ["concat of channels"] = new OperatorModel(13, 1, 3, 4, 5).Real("w", [2, 3, 1, 1]).Node("Conv", "x w", "a").Node("Concat", "a x a", "y", ("axis", 1)),
        ["concat of rows, negative axis"] = new OperatorModel(11, 1, 3, 4, 5).Real("w", [3, 3, 1, 1]).Node("Conv", "x w", "a").Node("Concat", "a x", "y", ("axis", -2)),
        ["concat of a matrix"] = new OperatorModel(13, 2, 5).Real("c", [2, 3]).Node("Concat", "x c", "y", ("axis", 1)),
        ["slice, attributes"] = new OperatorModel(9, 1, 3, 6, 5).Real("w", [4, 3, 1, 1]).Node("Conv", "x w", "a").Node("Slice", "a", "y", ("starts", (int[])[1, -4]), ("ends", (int[])[3, 100]), ("axes", (int[])[1, 3])),
        ["slice, steps"] = new OperatorModel(13, 1, 3, 6, 5).Real("w", [4, 3, 1, 1]).Ints("s", 0, 1).Ints("e", long.MaxValue, -1).Ints("a", 2, -1).Ints("t", 2, 3)
            .Node("Conv", "x w", "c").Node("Slice", "c s e a t", "y"),
        ["slice, one operand"] = new OperatorModel(13, 4, 6).Ints("s", 1).Ints("e", 3).Node("Slice", "x s e", "y"),
        ["split, attribute"] = new OperatorModel(11, 1, 5, 3, 4).Real("w", [5, 5, 1, 1]).Node("Conv", "x w", "c").Node("Split", "c", "a b", ("axis", 1), ("split", (int[])[2, 3])).Node("Concat", "b a", "y", ("axis", 1)),
        ["split, operand, parts unused"] = new OperatorModel(13, 1, 5, 3, 4).Real("w", [5, 5, 1, 1]).Ints("n", 1, 3, 1).Node("Conv", "x w", "c").Node("Split", "c n", "a y b", ("axis", 1)),
        ["split, equal parts"] = new OperatorModel(18, 6, 5).Node("Split", "x", "a b c", ("axis", 0), ("num_outputs", 3)).Node("Add", "a c", "y"),
        ["pad, attribute"] = new OperatorModel(9, 1, 3, 4, 5).Real("w", [2, 3, 3, 3]).Node("Pad", "x", "p", ("pads", (int[])[0, 0, 1, 2, 0, 0, 2, 0]), ("value", 0.5)).Node("Conv", "p w", "y"),
        ["pad of channels"] = new OperatorModel(13, 1, 3, 4, 5).Real("w", [2, 3, 1, 1]).Ints("p", 0, 1, 0, 0, 0, 2, 0, 0).Node("Conv", "x w", "c").Node("Pad", "c p", "y"),
        ["pad, axes"] = new OperatorModel(18, 1, 3, 4, 5).Real("w", [2, 3, 1, 1]).Ints("p", 2, 1, 0, 1).Scalar("v", -1.5f).Ints("a", 3, -2).Node("Conv", "x w", "c").Node("Pad", "c p v a", "y"),
        ["upsample"] = new OperatorModel(9, 1, 3, 4, 5).Real("w", [2, 3, 1, 1]).Floats("s", 1, 1, 2, 3).Node("Conv", "x w", "c").Node("Upsample", "c s", "y", ("mode", "nearest")),
        ["resize, asymmetric"] = new OperatorModel(11, 1, 3, 4, 5).Real("w", [2, 3, 1, 1]).Floats("r").Floats("s", 1, 1, 2, 2).Node("Conv", "x w", "c")
            .Node("Resize", "c r s", "y", ("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor")),
        ["resize, sizes"] = new OperatorModel(13, 1, 3, 4, 5).Real("w", [2, 3, 1, 1]).Ints("n", 1, 2, 12, 20).Node("Conv", "x w", "c").Node("Resize", "c - - n", "y"),
        ["max pool"] = new OperatorModel(12, 1, 3, 6, 5).Node("MaxPool", "x", "y", ("kernel_shape", (int[])[3, 2]), ("strides", (int[])[2, 1]), ("pads", (int[])[1, 0, 1, 1])),
        ["batch normalization first"] = Normalized(new OperatorModel(15, 1, 3, 4, 5), "x", "n").Node("Relu", "n", "r").Real("w", [2, 3, 1, 1]).Node("Conv", "r w", "y"),
        ["batch normalization behind an add"] = Normalized(new OperatorModel(13, 1, 3, 4, 5).Real("w", [3, 3, 1, 1]).Node("Conv", "x w", "c").Node("Add", "c x", "a"), "a", "y"),
        ["batch normalization of a matrix"] = Normalized(new OperatorModel(13, 4, 3), "x", "y"),
        ["layer normalization"] = new OperatorModel(17, 3, 7).Real("s", [7], 1).Real("b", [7]).Node("LayerNormalization", "x s b", "y"),
        ["layer normalization, no shift, two axes"] = new OperatorModel(17, 2, 3, 4).Real("s", [3, 4], 1).Node("LayerNormalization", "x s", "y", ("axis", 1), ("epsilon", 0.01)),
        ["layer normalization of a map"] = new OperatorModel(17, 1, 3, 4, 5).Real("w", [2, 3, 1, 1]).Real("s", [2, 4, 5], 1).Real("b", [2, 4, 5]).Node("Conv", "x w", "c").Node("LayerNormalization", "c s b", "y", ("axis", 1)),
        ["layer normalization of channels"] = new OperatorModel(17, 1, 3, 4, 5).Real("w", [2, 3, 1, 1]).Real("s", [2], 1).Real("b", [2]).Node("Conv", "x w", "c")
            .Node("Transpose", "c", "t", ("perm", (int[])[0, 2, 3, 1])).Node("LayerNormalization", "t s b", "n").Node("Transpose", "n", "y", ("perm", (int[])[0, 3, 1, 2])),
        ["instance normalization"] = new OperatorModel(6, 2, 3, 4, 5).Real("s", [3], 1).Real("b", [3]).Node("InstanceNormalization", "x s b", "y"),
        ["group normalization"] = new OperatorModel(21, 1, 6, 4, 5).Real("s", [6], 1).Real("b", [6]).Node("GroupNormalization", "x s b", "y", ("num_groups", 2)),
        ["group normalization, parameters per group"] = new OperatorModel(18, 1, 6, 4, 5).Real("s", [2], 1).Real("b", [2]).Node("GroupNormalization", "x s b", "y", ("num_groups", 2)),
        ["transposed convolution"] = new OperatorModel(11, 1, 4, 3, 5).Real("w", [4, 3, 3, 2]).Real("b", [3]).Node("ConvTranspose", "x w b", "c", ("strides", (int[])[2, 3]), ("pads", (int[])[1, 0, 0, 1]), ("output_padding", (int[])[1, 2])).Node("Relu", "c", "y"),
        ["transposed convolution, groups and dilation"] = new OperatorModel(11, 1, 4, 3, 5).Real("w", [4, 3, 2, 3]).Node("ConvTranspose", "x w", "y", ("group", 2), ("dilations", (int[])[2, 1])),
        ["transposed convolution, same"] = new OperatorModel(11, 1, 2, 3, 5).Real("w", [2, 3, 3, 4]).Node("ConvTranspose", "x w", "y", ("strides", (int[])[2, 2]), ("auto_pad", "SAME_UPPER")),
        ["transposed convolution, output shape"] = new OperatorModel(11, 1, 2, 3, 5).Real("w", [2, 3, 3, 3]).Node("ConvTranspose", "x w", "y", ("strides", (int[])[2, 2]), ("output_shape", (int[])[6, 10])),
        ["transposed convolution, batch normalization"] = Normalized(new OperatorModel(13, 1, 4, 3, 5).Real("w", [4, 2, 2, 2]).Node("ConvTranspose", "x w", "c", ("group", 2)), "c", "y", 4),
    };

    private static readonly Dictionary<string, OperatorModel> Quantized = new()
    {
        ["concat, two scales"] = Convolved("a", 0.03f, 4, "b", 0.02f, -9).Node("Concat", "a b", "c", ("axis", 1)).Qdq("c", "y", 0.03f, 4),
        ["concat, one scale"] = Convolved("a", 0.03f, 4, "b", 0.03f, 4).Node("Concat", "a b", "c", ("axis", 1)).Qdq("c", "y", 0.03f, 4),
        ["slice"] = Convolved("a", 0.03f, 4, "b", 0.02f, -9).Ints("s", 1).Ints("e", 3).Ints("axes", 3).Node("Slice", "a s e axes", "c").Qdq("c", "y", 0.03f, 4),
        ["pad"] = Convolved("a", 0.03f, 4, "b", 0.02f, -9).Ints("p", 0, 0, 1, 0, 0, 0, 0, 2).Node("Pad", "a p", "c").Qdq("c", "y", 0.03f, 4),
        ["transposed convolution"] = new OperatorModel(13, 1, 4, 3, 5).Qdq("x", "xq", 0.008f, 3).Codes("w", 4, 3, 3, 2).Scalar("ws", 0.004f).Node("DequantizeLinear", "w ws", "wd")
            .Real("b", [3]).Node("ConvTranspose", "xq wd b", "c", ("strides", (int[])[2, 2])).Node("Relu", "c", "r").Qdq("r", "y", 0.01f, -128),
        ["transposed convolution, scales per channel"] = new OperatorModel(13, 1, 4, 3, 5).Qdq("x", "xq", 0.008f, 3).Codes("w", 4, 3, 3, 2).Real("ws", [3], 1.1).Node("DequantizeLinear", "w ws", "wd", ("axis", 1))
            .Node("ConvTranspose", "xq wd", "c", ("strides", (int[])[2, 2])).Qdq("c", "y", 2f, 0),
    };

    public static TheoryData<string> RealNames => [.. Real.Keys];

    public static TheoryData<string> QuantizedNames => [.. Quantized.Keys];

    [CompilerTheory("gcc")]
    [MemberData(nameof(RealNames))]
    public void Operator_of_reals_equals_OnnxRuntime(string name) => AssertEqual(Real[name], 1e-5);

    [CompilerTheory("gcc")]
    [MemberData(nameof(QuantizedNames))]
    public void Operator_of_codes_equals_OnnxRuntime(string name)
    {
        var graph = AssertEqual(Quantized[name], 1e-5, mostly: true);
        Assert.Equal(name.EndsWith("per channel", StringComparison.Ordinal) ? 2 : 1, graph.Nodes.Count(n => n.Op is Quantize && !n.Input(0).Type.IsQuantized));
    }

    /// <summary>Real and quantized, everything with a gradient on the way: the training step plans, and its kernels equal the reference.</summary>
    [CompilerTheory("gcc")]
    [InlineData(false)]
    [InlineData(true)]
    public void Network_of_all_trains(bool quantized)
    {
        var model = Network(quantized);
        var compilation = ModelCompiler.Compile(model.Bytes, Options with { Io = Passes.BoundaryType.Auto, Train = TrainMode.Parse("full")! });
        CompileInC(compilation.Files);
        var graph = compilation.Graph;
        string[] expected = ["conv2d_transpose", "slice", "place", "max_pool2d", "normalize", "normalize_dx", "max_pool2d_dx", "conv2d_update", quantized ? "dequantize" : "add"];
        Assert.Empty(expected.Except(graph.Nodes.Select(n => n.Op.Name)));
        Assert.Equal(quantized, graph.Nodes.Any(n => n.Kernel?.Symbol == "te_conv2d_update_i8_f32_ref") && graph.Nodes.Any(n => n.Kernel?.Symbol == "te_conv2d_f32_i8_ref"));
        Assert.Equal(4, graph.Nodes.Count(n => n.Op is Conv2dUpdate));
        var random = new Random(3);
        var input = graph.Inputs[0].Type;
        var interpreter = new Interpreter(Numerics.For(graph.Target))
        {
            [graph.Inputs[0]] = new Ir.Tensor(input, [.. Enumerable.Range(0, (int)input.Count).Select(_ => input.IsQuantized ? random.Next(-128, 128) : (double)(float)random.NextDouble())]),
            [graph.TrainInputs[0]] = new Ir.Tensor(graph.TrainInputs[0].Type, [1]),
            [graph.TrainInputs[1]] = new Ir.Tensor(graph.TrainInputs[1].Type, [0.01f]),
        };
        using var native = new NativeKernels(graph.Nodes, integerRequantize: false);
        foreach (var node in graph.Nodes.Where(n => n.Phase != Phase.Predict))
        {
            interpreter.Run([node]);
            if (node.Kernel is not null && node.Op.Mutates < 0 && node.Op is not SoftmaxCrossEntropy)
            {
                var actual = native.Evaluate(node, [.. node.Inputs.Select(v => v is null ? null : interpreter[v])]);
                Assert.All(node.Outputs.Zip(actual), p => Assert.Equal(interpreter[p.First].Data, p.Second.Data));
            }
        }
    }

    private static void CompileInC(IReadOnlyList<EmittedFile> files)
    {
        string folder = Path.Combine(Directory.CreateTempSubdirectory("tinyengine-").FullName, "m");
        OutputFolder.Write(files, folder);
        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", "gcc -std=c99 -Wall -Wextra -pedantic -Wconversion -Wvla -Werror -Iruntime -fsyntax-only *.c runtime/*.c"])
        { WorkingDirectory = folder, RedirectStandardError = true })!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Directory.Delete(Path.GetDirectoryName(folder)!, recursive: true);
        Assert.True(process.ExitCode == 0, errors);
    }

    /// <summary>Convolution, max pool, transposed convolution, concatenation, slice, normalization, head.</summary>
    private static OperatorModel Network(bool quantized)
    {
        var model = new OperatorModel(17, 1, 3, 6, 5);
        string Layer(string name, int[] w)
        {
            _ = quantized ? model.Codes(name + "_c", w).Scalar(name + "_ws", 0.004f).Node("DequantizeLinear", $"{name}_c {name}_ws", name + "_w") : model.Real(name + "_w", w);
            return $"{name}_w {name}_b";
        }

        string Coded(string tensor)
        {
            _ = quantized ? model.Qdq(tensor, tensor + "_d", 0.02f, 3) : model;
            return quantized ? tensor + "_d" : tensor;
        }

        string x = Coded("x");
        model.Node("Conv", $"{x} {Layer("stem", [4, 3, 3, 3])}", "a", ("pads", (int[])[1, 1, 1, 1])).Real("stem_b", [4]);
        string a = Coded("a");
        model.Node("MaxPool", a, "m", ("kernel_shape", (int[])[2, 1]), ("strides", (int[])[2, 1]));
        string m = Coded("m");
        model.Node("ConvTranspose", $"{m} {Layer("up", [4, 2, 2, 1])}", "u", ("strides", (int[])[2, 1])).Real("up_b", [2]);
        string u = Coded("u");
        model.Node("Concat", $"{u} {a}", "j", ("axis", 1));
        string j = Coded("j");
        model.Ints("s", 1).Ints("e", 6).Ints("axes", 1).Node("Slice", $"{j} s e axes", "k");
        string k = Coded("k");
        model.Node("Conv", $"{k} {Layer("next", [4, 5, 1, 1])}", "n").Real("next_b", [4]);
        string n = Coded("n");
        return model.Node("InstanceNormalization", $"{n} g h", "i").Real("g", [4], 1).Real("h", [4]).Node("GlobalAveragePool", "i", "p").Node("Flatten", "p", "f")
            .Real("head_w", [3, 4]).Node("Gemm", "f head_w", "y", ("transB", 1));
    }

    [Theory]
    [InlineData("reflect")]
    [InlineData("edge")]
    public void Pad_of_another_mode_is_diagnosed(string mode) =>
        Fails("TE0105", new OperatorModel(13, 1, 3, 4, 5).Ints("p", 0, 0, 1, 1, 0, 0, 1, 1).Node("Pad", "x p", "y", ("mode", mode)));

    [Fact]
    public void Resize_by_a_fraction_is_diagnosed() =>
        Fails("TE0105", new OperatorModel(13, 1, 3, 4, 5).Ints("n", 1, 3, 6, 5).Node("Resize", "x - - n", "y"));

    [Fact]
    public void Slice_backwards_is_diagnosed() =>
        Fails("TE0105", new OperatorModel(13, 4, 6).Ints("s", 3).Ints("e", 0).Ints("a", 0).Ints("t", -1).Node("Slice", "x s e a t", "y"));

    [Fact]
    public void Slice_of_nothing_is_diagnosed() => Fails("TE0105", new OperatorModel(13, 4, 6).Ints("s", 3).Ints("e", 2).Node("Slice", "x s e", "y"));

    [Fact]
    public void Split_that_does_not_fill_is_diagnosed() =>
        Fails("TE0105", new OperatorModel(13, 4, 6).Ints("n", 1, 2).Node("Split", "x n", "y z"));

    [Fact]
    public void Concat_of_other_extents_is_diagnosed() =>
        Fails("TE0202", new OperatorModel(13, 2, 5).Real("c", [3, 3]).Node("Concat", "x c", "y", ("axis", 1)));

    [Fact]
    public void Normalization_of_volumes_is_diagnosed() =>
        Fails("TE0105", new OperatorModel(6, 1, 3).Real("s", [3]).Real("b", [3]).Node("InstanceNormalization", "x s b", "y"));

    private static void Fails(string code, OperatorModel model) =>
        Assert.All(Assert.Throws<DiagnosticException>(() => ModelCompiler.Compile(model.Bytes, Options)).Diagnostics, d => Assert.Equal(code, d.Code));

    private static OperatorModel Normalized(OperatorModel model, string from, string to, int channels = 3) =>
        model.Real("gamma", [channels], 1.5).Real("beta", [channels]).Real("mean", [channels]).Real("variance", [channels], 1.5).Node("BatchNormalization", $"{from} gamma beta mean variance", to);

    /// <summary>Two int8 convolutions of one input.</summary>
    private static OperatorModel Convolved(string a, float aScale, int aZero, string b, float bScale, int bZero) =>
        new OperatorModel(13, 1, 3, 4, 5).Qdq("x", "xq", 0.008f, 3).Codes("wa", 4, 3, 1, 1).Codes("wb", 2, 3, 1, 1).Scalar("ws", 0.008f)
            .Node("DequantizeLinear", "wa ws", "wad").Node("DequantizeLinear", "wb ws", "wbd")
            .Node("Conv", "xq wad", a + "_r").Node("Conv", "xq wbd", b + "_r").Qdq(a + "_r", a, aScale, aZero).Qdq(b + "_r", b, bScale, bZero);

    /// <summary>Compiles, evaluates in the reference and in C, and compares; <paramref name="mostly"/> allows ties of rounding to differ.</summary>
    private static Graph AssertEqual(OperatorModel model, double tolerance, bool mostly = false)
    {
        var random = new Random(3);
        float[] x = [.. Enumerable.Range(0, model.InputShape.Aggregate(1, (a, b) => a * b)).Select(_ => (float)(2 * random.NextDouble() - 1))];
        var graph = ModelCompiler.Compile(model.Bytes, Options).Graph;
        var interpreter = new Interpreter(Numerics.For(graph.Target));
        interpreter[graph.Inputs[0]] = Laid(new Ir.Tensor(TensorType.F32(Shape.Of(model.InputShape)), [.. x.Select(v => (double)v)]), graph.Inputs[0].Type.Shape);
        interpreter.Infer(graph);
        using (var native = new NativeKernels(graph.Nodes, integerRequantize: false))
        {
            foreach (var node in graph.Nodes.Where(n => n.Kernel is not null))
            {
                Assert.Equal(interpreter[node.Output].Data, native.Evaluate(node, [.. node.Inputs.Select(v => v is null ? null : interpreter[v])])[0].Data);
            }
        }

        using var session = new InferenceSession(model.Bytes);
        using var results = session.Run([NamedOnnxValue.CreateFromTensor("x", new DenseTensor<float>(x, model.InputShape))]);
        var y = results[0].AsTensor<float>();
        var actual = interpreter[graph.Outputs[0]];
        var expected = Laid(new Ir.Tensor(TensorType.F32(Shape.Of(y.Dimensions.ToArray())), [.. y.Select(v => (double)v)]), actual.Type.Shape);
        int different = expected.Data.Zip(actual.Data).Count(p => Math.Abs(p.First - p.Second) > tolerance * Math.Max(1, Math.Abs(p.First)));
        Assert.True(different <= (mostly ? expected.Data.Length / 100 : 0), $"{different} of {expected.Data.Length} differ");
        return graph;
    }

    /// <summary>An NCHW tensor as the compiler lays it out: in NHWC, unless nothing in the model asks for that.</summary>
    private static Ir.Tensor Laid(Ir.Tensor content, Shape shape) => content.Type.Shape.Equals(shape) ? content : content.Permute(Layouts.NchwToNhwc).As(TensorType.F32(shape));
}
