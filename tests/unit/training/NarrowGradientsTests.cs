// The pass that stores gradients in blocks: which gradients, where converts stand, under which scales; and that it changes nothing
// but rounding.

using TinyEngine.Ir;
using TinyEngine.Passes;
using static TinyEngine.Tests.Training.Tensors;

namespace TinyEngine.Tests.Training;

public sealed class NarrowGradientsTests
{
    [Theory]
    [InlineData(DType.F32, "residual.f32")]
    [InlineData(DType.I8, "residual.i8")]
    public void Graph_of_a_residual_network_equals_golden(DType mantissa, string name)
    {
        var graph = Residual();
        graph = mantissa == DType.F32 ? graph : NarrowGradients.Run(graph, mantissa);
        string text = Printer.Print(Verifier.Verify(FuseUpdates.Run(graph)), data: false);
        Golden.Equal(Golden.Beside(name + ".golden"), text);
    }

    [Fact]
    public void Gradients_of_int8_layers_are_all_in_blocks()
    {
        var graph = NarrowGradients.Run(Residual(), DType.I8);
        var wide = graph.Nodes.Where(n =>
            n.Phase == Phase.Train && n.Outputs.Length > 0 && n.Output.Type is { Block: null, Shape.Rank: 4 } && n.Op is not Conv2dDw
        );
        Assert.Empty(wide.Select(n => n.Name));
        // The residual's sum is read under no scale: by the add, and by two products with weights of different scales.
        Assert.Contains(graph.Nodes, n => n.Op is Add && n.Phase == Phase.Train && n.Output.Type.Block is not null);
        Assert.All(
            graph.Nodes.Where(n => n.Op is Conv2dDx && n.Output.Type.Block is not null),
            n => Assert.Equal(BlockFormat.FoldedScale(n.Input(1).Type, n.Input(0).Type.Shape), n.Input(0).Type.Quant)
        );
    }

    [Fact]
    public void Gradients_in_double_precision_do_not_change()
    {
        var real = Residual();
        var narrow = NarrowGradients.Run(real, DType.I8);
        var input = Random(real.Inputs[0].Type, new Random(4), 100);
        var (expected, actual) = (
            TrainedGraph.Step(real, input, 1, 0.1, Numerics.Double),
            TrainedGraph.Step(narrow, input, 1, 0.1, Numerics.Double)
        );
        Assert.All(Gradients(real, expected).Zip(Gradients(narrow, actual)), p => Assert.Equal(p.First, p.Second));
    }

    [Theory]
    [InlineData(DType.I8, 7)]
    [InlineData(DType.I16, 15)]
    public void Gradients_in_blocks_are_near_those_in_fp32(DType mantissa, int bits)
    {
        // Each rounding is within 2^-bits of the largest element of its row; five follow each other on the longest way. Inputs are taken
        // together, because the gradient of one may nearly cancel.
        double tolerance = 5 * Math.Pow(2, -bits);
        var real = Residual();
        var narrow = NarrowGradients.Run(real, mantissa);
        var fp32 = Numerics.For(Target.Default);
        var pairs = Enumerable
            .Range(0, 10)
            .SelectMany(seed =>
            {
                var input = Random(real.Inputs[0].Type, new Random(seed), 100);
                return Gradients(real, TrainedGraph.Step(real, input, 1, 0.1, fp32))
                    .Zip(Gradients(narrow, TrainedGraph.Step(narrow, input, 1, 0.1, fp32)))
                    .Index();
            });
        foreach (var parameter in pairs.GroupBy(p => p.Index, p => p.Item))
        {
            double length = Math.Sqrt(parameter.Sum(p => p.First.Sum(v => v * v))),
                error = Math.Sqrt(parameter.Sum(p => p.First.Zip(p.Second, (e, a) => (e - a) * (e - a)).Sum()));
            Assert.True(error <= tolerance * length, $"parameter {parameter.Key}: an error of {error} in gradients of length {length}");
        }
    }

    [Fact]
    public void Gradients_of_a_model_without_int8_layers_are_diagnosed()
    {
        var graph = TrainedGraph.Differentiated(QuantizedNetwork.Create(1).Float, TrainScheme.All);
        Assert.Equal(
            "TE0304",
            Assert.Single(Assert.Throws<DiagnosticException>(() => NarrowGradients.Run(graph, DType.I8)).Diagnostics).Code
        );
    }

    [Fact]
    public void Gradients_of_the_head_alone_stay_fp32()
    {
        var graph = TrainedGraph.Differentiated(QuantizedNetwork.Create(1).Quantized, new TrainScheme(0, 0));
        Assert.Equal(Printer.Print(graph), Printer.Print(NarrowGradients.Run(graph, DType.I8)));
    }

    /// <summary>The gradients that the updates take, without frozen channels, which do not step.</summary>
    private static IEnumerable<double[]> Gradients(Graph graph, Interpreter after) => graph.Nodes.Where(n => n.Op is Sgd).Select(n =>
    {
        var gradient = after[n.Input(1)].Data;
        var steps = Update.Steps(n);
        return gradient.Select((g, i) => n.Input(0).Type.IsQuantized && steps[i / (gradient.Length / steps.Length)] == 0 ? 0 : g).ToArray();
    });

    /// <summary>
    /// conv a, then conv b and a depthwise conv c beside it on the same map; a + b + c, average, head; all layers trained.
    /// </summary>
    private static Graph Residual()
    {
        var random = new Random(5);
        var builder = new GraphBuilder();
        var x = Input("x", Codes(0.5f, 3, 1, 6, 5, 2));
        Value Layer(string name, Value from, float[] scales, int kernel, int inputs, int groups, int stride)
        {
            var shape = from.Type.Shape;
            float inputScale = from.Type.ScaleOf(0);
            var weights = Constant(name + ".w", Weights(scales, scales.Length, kernel, kernel, inputs), random, 127);
            var bias = Constant(name + ".b", Biases([.. scales.Select(s => s * inputScale)]), random, 20);
            return builder.Emit(
                Conv2d.Op,
                name,
                [from, weights, bias],
                Attributes.Empty.With("pads", [1, 1, 1, 1]).With("strides", [stride, stride]).With("group", groups),
                Codes(0.25f, -9, 1, (shape[1] - 1) / stride + 1, (shape[2] - 1) / stride + 1, scales.Length)
            );
        }

        var a = Layer("a", x, [0.01f, 0.03f, 0.002f, 0.02f], 3, 2, 1, 2);
        var b = Layer("b", a, [0.02f, 0.01f, 0.005f, 0.03f], 3, 4, 1, 1);
        var c = Layer("c", a, [0.05f, 0.01f, 0.02f, 1e-9f], 3, 1, 4, 1);
        var ab = builder.Emit(Add.Op, "ab", [a, b], type: Codes(0.3f, 0, 1, 3, 3, 4));
        var sum = builder.Emit(Add.Op, "abc", [ab, c], type: Codes(0.4f, 0, 1, 3, 3, 4));
        var mean = builder.Emit(AveragePool2d.Op, "mean", [sum], Attributes.Empty.With("kernel", [3, 3]), Codes(0.2f, 0, 1, 1, 1, 4));
        var flat = builder.Emit(Reshape.Op, "flat", [mean], Attributes.Empty.With("shape", [1, 4]), Codes(0.2f, 0, 1, 4));
        var features = builder.Emit(Dequantize.Op, "real", [flat]);
        var logits = builder.Emit(
            Dense.Op,
            "head",
            [features, Constant("head.w", Real(3, 4), random), Constant("head.b", Real(3), random)]
        );
        return TrainedGraph.Differentiated(TrainedGraph.Forward(builder, x, logits), TrainScheme.All);
    }
}
