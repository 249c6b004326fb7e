// Small models of single operators, in the forms of several opsets, against ONNX Runtime: through the whole compiler, then
// evaluated by the reference and, node by node, by the C kernels.

using System.Diagnostics;
using TinyEngine.Compiler;
using TinyEngine.Image;
using TinyEngine.Ir;
using TinyEngine.Onnx;
using TinyEngine.Tests.Codegen;

using static TinyEngine.Tests.Models.OperatorModels;

namespace TinyEngine.Tests.Models;

public sealed class OperatorImportTests
{
    /// <summary>Nothing streams, since nodes are looked at one by one.</summary>
    private static readonly CompileOptions Options = new()
    {
        Name = "m",
        Train = TrainMode.None,
        Io = Passes.BoundaryType.Float32,
        PatchLayers = 0,
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
        Assert.Equal(
            name.EndsWith("per channel", StringComparison.Ordinal) ? 2 : 1,
            graph.Nodes.Count(n => n.Op is Quantize && !n.Input(0).Type.IsQuantized)
        );
    }

    /// <summary>
    /// Real and quantized, everything with a gradient on the way: the training step plans, and its kernels equal the reference.
    /// </summary>
    [CompilerTheory("gcc")]
    [InlineData(false)]
    [InlineData(true)]
    public void Network_of_all_trains(bool quantized)
    {
        var model = Network(quantized);
        var compilation = ModelCompiler.Compile(
            model.Bytes,
            Options with
            {
                Io = Passes.BoundaryType.Auto,
                Train = TrainMode.Parse("full"),
            }
        );
        CompileInC(compilation.Files);
        var graph = compilation.Graph;
        string[] expected =
        [
            "conv2d_transpose",
            "slice",
            "place",
            "max_pool2d",
            "normalize",
            "normalize_dx",
            "max_pool2d_dx",
            "conv2d_update",
            quantized ? "dequantize" : "add",
        ];
        Assert.Empty(expected.Except(graph.Nodes.Select(n => n.Op.Name)));
        Assert.Equal(
            quantized,
            graph.Nodes.Any(n => n.Kernel?.Symbol == "te_conv2d_update_i8_f32_ref")
                && graph.Nodes.Any(n => n.Kernel?.Symbol == "te_conv2d_f32_i8_ref")
        );
        Assert.Equal(4, graph.Nodes.Count(n => n.Op is Conv2dUpdate));
        var random = new Random(3);
        var input = graph.Inputs[0].Type;
        var interpreter = new Interpreter(Numerics.For(graph.Target))
        {
            [graph.Inputs[0]] = new Ir.Tensor(
                input,
                [
                    .. Enumerable
                        .Range(0, (int)input.Count)
                        .Select(_ => input.IsQuantized ? random.Next(-128, 128) : (double)(float)random.NextDouble()),
                ]
            ),
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
        using var process = Process.Start(
            new ProcessStartInfo(
                "sh",
                ["-c", "gcc -std=c99 -Wall -Wextra -pedantic -Wconversion -Wvla -Werror -Iruntime -fsyntax-only *.c runtime/*.c"]
            )
            {
                WorkingDirectory = folder,
                RedirectStandardError = true,
            }
        )!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Directory.Delete(Path.GetDirectoryName(folder)!, recursive: true);
        Assert.True(process.ExitCode == 0, errors);
    }

    /// <summary>Convolution, max pool, transposed convolution, concatenation, slice, normalization, head.</summary>
    private static OnnxModel Network(bool quantized)
    {
        var model = Model(17, 1, 3, 6, 5);
        string Layer(string name, long[] w)
        {
            _ = quantized
                ? model.Codes(name + "_c", w).Floats(name + "_ws", [], 0.004f).Node("DequantizeLinear", $"{name}_c {name}_ws", name + "_w")
                : model.Weights(name + "_w", w);
            return $"{name}_w {name}_b";
        }

        string Coded(string tensor)
        {
            _ = quantized ? model.Quantized(tensor, 0.02f, 3, tensor + "_d") : model;
            return quantized ? tensor + "_d" : tensor;
        }

        string x = Coded("x");
        model.Node("Conv", $"{x} {Layer("stem", [4, 3, 3, 3])}", "a", ("pads", (long[])[1, 1, 1, 1])).Weights("stem_b", 4);
        string a = Coded("a");
        model.Node("MaxPool", a, "m", ("kernel_shape", (long[])[2, 1]), ("strides", (long[])[2, 1]));
        string m = Coded("m");
        model.Node("ConvTranspose", $"{m} {Layer("up", [4, 2, 2, 1])}", "u", ("strides", (long[])[2, 1])).Weights("up_b", 2);
        string u = Coded("u");
        model.Node("Concat", $"{u} {a}", "j", ("axis", 1));
        string j = Coded("j");
        model.Longs("s", 1).Longs("e", 6).Longs("axes", 1).Node("Slice", $"{j} s e axes", "k");
        string k = Coded("k");
        model.Node("Conv", $"{k} {Layer("next", [4, 5, 1, 1])}", "n").Weights("next_b", 4);
        string n = Coded("n");
        return model
            .Node("InstanceNormalization", $"{n} g h", "i")
            .Weights("g", [4], around: 1)
            .Weights("h", 4)
            .Node("GlobalAveragePool", "i", "p")
            .Node("Flatten", "p", "f")
            .Weights("head_w", 3, 4)
            .Node("Gemm", "f head_w", "y", ("transB", 1));
    }

    [Theory]
    [InlineData("reflect")]
    [InlineData("edge")]
    public void Pad_of_another_mode_is_diagnosed(string mode) =>
        Fails("TE0105", Model(13, 1, 3, 4, 5).Longs("p", 0, 0, 1, 1, 0, 0, 1, 1).Node("Pad", "x p", "y", ("mode", mode)));

    [Fact]
    public void Resize_by_a_fraction_is_diagnosed() =>
        Fails("TE0105", Model(13, 1, 3, 4, 5).Longs("n", 1, 3, 6, 5).Node("Resize", "x - - n", "y"));

    [Fact]
    public void Slice_backwards_is_diagnosed() =>
        Fails("TE0105", Model(13, 4, 6).Longs("s", 3).Longs("e", 0).Longs("a", 0).Longs("t", -1).Node("Slice", "x s e a t", "y"));

    /// <summary>
    /// A pool has no value where its window lies in padding alone; a convolution has its bias there, a mean that counts padding 0.
    /// </summary>
    [Theory]
    [InlineData("MaxPool", 0, 1, 2, false)]
    [InlineData("AveragePool", 0, 1, 2, false)]
    [InlineData("MaxPool", 0, 1, 1, true)]
    [InlineData("MaxPool", 0, 6, 4, false)] // taps before the map and behind it
    [InlineData("AveragePool", 1, 1, 2, true)]
    public void Window_of_padding_alone_is_diagnosed(string op, long countsPadding, long dilation, long pad, bool isRead)
    {
        var model = Model(19, 1, 3, 4, 5)
            .Node(
                op,
                "x",
                "y",
                [
                    ("kernel_shape", new long[] { 2, 2 }),
                    ("pads", new[] { pad, pad, pad, pad }),
                    ("dilations", new[] { dilation, dilation }),
                    .. countsPadding == 1 ? new (string, object)[] { ("count_include_pad", 1L) } : [],
                ]
            );
        if (isRead)
        {
            Assert.NotNull(OnnxImporter.Import(model.Output("y").Bytes, "m", new Dictionary<string, int>(), OperatorSet.Core));
        }
        else
        {
            Fails("TE0105", model);
        }
    }

    [Fact]
    public void Windows_of_padding_alone_are_found()
    {
        var random = new Random(3);
        for (int i = 0; i < 2000; i++)
        {
            int extent = random.Next(1, 7),
                kernel = random.Next(1, 5),
                stride = random.Next(1, 5),
                dilation = random.Next(1, 5),
                before = random.Next(6),
                after = random.Next(6);
            bool expected = false;
            for (int start = -before; start + dilation * (kernel - 1) < extent + after; start += stride)
            {
                expected |= Enumerable.Range(0, kernel).All(k => start + k * dilation is var at && (at < 0 || at >= extent));
            }

            Assert.Equal(
                expected,
                Windows.HoldPaddingAlone(Shape.Of(1, 1, 1, extent), [1, kernel], [1, stride], [1, dilation], [0, before, 0, after])
            );
        }
    }

    [Fact]
    public void Slice_of_nothing_is_diagnosed() => Fails("TE0105", Model(13, 4, 6).Longs("s", 3).Longs("e", 2).Node("Slice", "x s e", "y"));

    [Fact]
    public void Split_that_does_not_fill_is_diagnosed() =>
        Fails("TE0105", Model(13, 4, 6).Longs("n", 1, 2).Node("Split", "x n", "y z"));

    [Theory]
    [InlineData("Softmax", 2)]
    [InlineData("Softmax", -3)]
    [InlineData("Flatten", 3)]
    [InlineData("Flatten", -3)]
    [InlineData("Concat", -3)]
    public void Axis_that_is_not_there_is_diagnosed(string op, long axis) =>
        Fails("TE0105", Model(13, 4, 6).Node(op, "x", "y", ("axis", axis)));

    [Theory]
    [InlineData(0, -2)]
    [InlineData(1, 2)]
    public void Axes_given_twice_or_not_there_are_diagnosed(long first, long second) =>
        Fails("TE0105", Model(13, 4, 6).Longs("a", first, second).Node("ReduceSum", "x a", "y"));

    [Theory]
    [InlineData("ReduceSum", 13)]
    [InlineData("ReduceMean", 18)]
    [InlineData("ReduceMax", 18)]
    [InlineData("ReduceMin", 20)]
    public void Axes_as_an_attribute_where_they_are_an_operand_are_diagnosed(string op, int opset) =>
        Fails("TE0105", Model(opset, 4, 6).Node(op, "x", "y", ("axes", (long[])[1])));

    [Fact]
    public void Concat_of_other_extents_is_diagnosed() =>
        Fails("TE0202", Model(13, 2, 5).Weights("c", 3, 3).Node("Concat", "x c", "y", ("axis", 1)));

    [Fact]
    public void Normalization_of_volumes_is_diagnosed() =>
        Fails("TE0105", Model(6, 1, 3).Weights("s", 3).Weights("b", 3).Node("InstanceNormalization", "x s b", "y"));

    public static TheoryData<long, long[]> Biases()
    {
        var data = new TheoryData<long, long[]>();
        foreach (long rows in new long[] { 1, 3 })
        {
            foreach (long[] extents in new long[][] { [], [1], [3], [4], [1, 1], [1, 4], [3, 1], [3, 4], [4, 1] })
            {
                data.Add(rows, extents);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Biases))]
    public void Bias_of_a_dense_layer_is_broadcast_or_diagnosed(long rows, long[] extents)
    {
        var model = Model(13, rows, 5).Weights("w", 5, 4).Weights("b", extents).Node("Gemm", "x w b", "y", ("beta", 2f));
        if (extents.Length == 0 || (extents[^1] is 1 or 4 && (extents.Length == 1 || extents[0] == 1 || extents[0] == rows)))
        {
            AssertEqual(model, 1e-6);
        }
        else
        {
            Fails("TE0202", model);
        }
    }

    [Theory]
    [InlineData("HardSigmoid", 11, "hard_swish")]
    [InlineData("Sigmoid", 7, "silu")]
    public void Function_times_its_operand_is_one_function(string function, int opset, string whole)
    {
        OnnxModel Product(string operands, string result = "y") =>
            Model(opset, 1, 3, 4, 5)
                .Weights("w", 3, 3, 1, 1)
                .Node("Conv", "x w", "c")
                .Node(function, "c", "g", function == "Sigmoid" ? [] : [("alpha", 1f / 6), ("beta", 0.5f)])
                .Node("Mul", operands, result);
        // Functions of the runtime are right to a few units in the last place, so C is compared elsewhere.
        string[] Operators(OnnxModel model) => [.. AssertEqual(model, 1e-6, inC: false).Nodes.Select(n => n.Op.Name)];
        Assert.Equal(["conv2d", whole], Operators(Product("c g")));
        Assert.Equal(["conv2d", whole], Operators(Product("g c")));
        Assert.DoesNotContain(whole, Operators(Product("g x")));
        Assert.DoesNotContain(whole, Operators(Product("g c", "p").Node("Add", "g p", "y")));
    }

    [Fact]
    public void Hard_swish_takes_as_few_bytes_from_every_opset()
    {
        long Bytes(int opset, Func<OnnxModel, OnnxModel> swish) =>
            ModelCompiler
                .Compile(
                    swish(Model(opset, 1, 3, 8, 8).Weights("w", 8, 3, 3, 3).Node("Conv", "x w", "c"))
                        .Weights("v", 4, 8, 1, 1)
                        .Node("Conv", "s v", "d")
                        .Node("GlobalAveragePool", "d", "p")
                        .Node("Flatten", "p", "f")
                        .Weights("u", 4, 3)
                        .Node("Gemm", "f u", "y")
                        .Bytes,
                    Options with
                    {
                        Train = TrainMode.Parse("full")!,
                    }
                )
                .Report!.Sram.Total;
        long whole = Bytes(17, m => m.Node("HardSwish", "c", "s"));
        Assert.All(
            [11, 13],
            opset =>
                Assert.Equal(
                    whole,
                    Bytes(opset, m => m.Node("HardSigmoid", "c", "g", ("alpha", 1f / 6), ("beta", 0.5f)).Node("Mul", "c g", "s"))
                )
        );
    }

    [Theory]
    [InlineData("x b")]
    [InlineData("x x2")]
    [InlineData("x wide")]
    public void Extremes_that_are_no_clamp_are_diagnosed(string operands) =>
        Fails(
            "TE0105",
            Model(13, 1, 3)
                .Floats("b", [3], 1, 2, 3)
                .Floats("wide", [2, 3], 1, 1, 1, 1, 1, 1)
                .Node("Neg", "x", "x2")
                .Node("Max", operands, "y")
        );

    private static void Fails(string code, OnnxModel model) =>
        Assert.All(
            Assert.Throws<DiagnosticException>(() => ModelCompiler.Compile(model.Bytes, Options)).Diagnostics,
            d => Assert.Equal(code, d.Code)
        );

    /// <summary>A model of one input x and one output y.</summary>
    /// <summary>
    /// Compiles, evaluates in the reference and (<paramref name="inC"/>) in C, and compares; <paramref name="mostly"/> allows ties of
    /// rounding to differ.
    /// </summary>
    private static Graph AssertEqual(OnnxModel model, double tolerance, bool mostly = false, bool inC = true)
    {
        using var session = OnnxRuntimeReference.Open(model.Bytes);
        int[] shape = session.InputMetadata["x"].Dimensions;
        var random = new Random(3);
        float[] x = [.. Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(_ => (float)(2 * random.NextDouble() - 1))];
        var graph = ModelCompiler.Compile(model.Bytes, Options).Graph;
        var interpreter = new Interpreter(Numerics.For(graph.Target));
        interpreter[graph.Inputs[0]] = Laid(
            new Ir.Tensor(TensorType.F32(Shape.Of(shape)), [.. x.Select(v => (double)v)]),
            graph.Inputs[0].Type.Shape
        );
        interpreter.Infer(graph);
        if (inC)
        {
            using var native = new NativeKernels(graph.Nodes, integerRequantize: false);
            foreach (var node in graph.Nodes.Where(n => n.Kernel is not null))
            {
                Assert.Equal(
                    interpreter[node.Output].Data,
                    native.Evaluate(node, [.. node.Inputs.Select(v => v is null ? null : interpreter[v])])[0].Data
                );
            }
        }

        var y = OnnxRuntimeReference.Run(session, x);
        var actual = interpreter[graph.Outputs[0]];
        var expected = Laid(
            new Ir.Tensor(TensorType.F32(Shape.Of(y.Dimensions.ToArray())), [.. y.Select(v => (double)v)]),
            actual.Type.Shape
        );
        int different = expected
            .Data.Zip(actual.Data)
            .Count(p => Math.Abs(p.First - p.Second) > tolerance * Math.Max(1, Math.Abs(p.First)));
        Assert.True(different <= (mostly ? expected.Data.Length / 100 : 0), $"{different} of {expected.Data.Length} differ");
        return graph;
    }

    /// <summary>An NCHW tensor as the compiler lays it out: in NHWC, unless nothing in the model asks for that.</summary>
    private static Ir.Tensor Laid(Ir.Tensor content, Shape shape) =>
        content.Type.Shape.Equals(shape) ? content : content.Permute(Layouts.NchwToNhwc).As(TensorType.F32(shape));
}
