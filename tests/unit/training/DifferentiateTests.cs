// The properties of autodiff that do not depend on operators: accumulation over several readers, zero points, padding, saturation; and
// that it builds only what some update needs.

using System.Collections.Immutable;
using TinyEngine.Ir;
using TinyEngine.Passes;
using static TinyEngine.Tests.Training.Tensors;

namespace TinyEngine.Tests.Training;

public sealed class DifferentiateTests
{
    [Fact]
    public void Gradient_of_value_read_by_three_is_sum_of_all()
    {
        var random = new Random(3);
        var builder = new GraphBuilder();
        var x = Input("x", Real(1, 3, 3, 2));
        var y = builder.Emit(Conv2d.Op, "first", [x, Constant("first.w", Real(2, 1, 1, 2), random), Constant("first.b", Real(2), random)]);
        var second = builder.Emit(
            Conv2d.Op,
            "second",
            [y, Constant("second.w", Real(2, 3, 3, 2), random), null],
            Attributes.Empty.With("pads", [1, 1, 1, 1])
        );
        var sum = builder.Emit(
            Add.Op,
            "outer",
            [builder.Emit(Add.Op, "inner", [y, second]), builder.Emit(Clamp.Op, "relu", [y], Attributes.Empty.Clamped(min: 0.0))]
        );
        var flat = builder.Emit(Reshape.Op, "flat", [sum], Attributes.Empty.With("shape", [1, 18]));
        var head = builder.Emit(Dense.Op, "head", [flat, Constant("head.w", Real(3, 18), random), Constant("head.b", Real(3), random)]);
        var graph = TrainedGraph.Differentiated(TrainedGraph.Forward(builder, x, head), TrainScheme.All);
        var input = Random(x.Type, random);

        Assert.Equal(2, TrainedGraph.Backward(graph).Count(n => n.Op is Add));
        var after = TrainedGraph.Step(graph, input, 1, 1, Numerics.Double);
        foreach (var p in graph.OfKind(ValueKind.Parameter))
        {
            for (int i = 0; i < p.Data!.Data.Length; i++)
            {
                double gradient = p.Data.Data[i] - after[p].Data[i];
                Assert.Equal((Loss(p, i, 1e-5) - Loss(p, i, -1e-5)) / 2e-5, gradient, 1e-8);
            }
        }

        double Loss(Value parameter, int index, double by)
        {
            var interpreter = new Interpreter(Numerics.Double) { [x] = input, [graph.TrainInputs[0]] = Of(graph.TrainInputs[0].Type, 1) };
            interpreter[parameter].Data[index] += by;
            return interpreter
                .Run(graph.Nodes.TakeWhile(n => n.Op is not Conv2dDx and not Conv2dDw and not ChannelSum))[graph.TrainOutputs[0]]
                .Data[0];
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(-128)]
    public void Weight_gradient_with_zero_point_subtracts_it(int zero)
    {
        var network = QuantizedNetwork.Create(1, inputZero: zero);
        var (dw, expected) = (
            Gradient(network.Quantized, network.Codes, QuantizedNetwork.Weights),
            Gradient(network.Float, network.Reals, QuantizedNetwork.Weights)
        );
        Assert.Contains(expected, g => Math.Abs(g) > 0.1);
        Assert.All(dw.Zip(expected), p => Assert.Equal(p.Second, p.First, 1e-9));
    }

    [Fact]
    public void Gradient_with_padding_is_that_of_a_map_padded_with_zeros()
    {
        var random = new Random(5);
        var (w, dy) = (Constant("w", Weights([0.5f, 0.25f], 2, 3, 2, 3), random), Constant("dy", Real(1, 4, 4, 2), random));
        var x = Constant("x", Codes(0.5f, 7, 1, 4, 3, 3), random);
        var padded = Value.Constant("padded", Tensor.Zeros(Codes(0.5f, 7, 1, 6, 5, 3)));
        Array.Fill(padded.Data!.Data, 7);
        for (int i = 0; i < x.Data!.Data.Length; i++)
        {
            padded.Data.Data[Inside(i)] = x.Data.Data[i];
        }

        var (dx, dw) = Gradients(x, Attributes.Empty.With("pads", [2, 2, 0, 0]));
        var (dxPadded, dwPadded) = Gradients(padded, Attributes.Empty);
        Assert.Equal(dwPadded, dw);
        Assert.Equal(Enumerable.Range(0, dx.Length).Select(i => dxPadded[Inside(i)]), dx);

        int Inside(int i) => (i / 9 + 2) * 15 + i / 3 % 3 * 3 + 6 + i % 3;

        (double[] Dx, double[] Dw) Gradients(Value map, Attributes attributes)
        {
            var node = new GraphBuilder().EmitNode(Conv2d.Op, "conv", [map, w], attributes, Codes(0.25f, 0, 1, 4, 4, 2));
            var builder = new GraphBuilder();
            var results = Conv2d.Op.Gradient(new GradientRequest(node, [dy], [true, true], builder));
            var interpreter = new Interpreter(Numerics.Double).Run(builder.Nodes);
            return (interpreter[results[0]!].Data, interpreter[results[1]!].Data);
        }
    }

    [Fact]
    public void Gradient_at_an_end_of_the_range_of_a_result_is_zero()
    {
        var network = QuantizedNetwork.Create(2, outputZero: 120);
        var graph = TrainedGraph.Differentiated(network.Quantized, TrainScheme.All);
        var after = TrainedGraph.Step(graph, network.Codes, 0, 0, Numerics.Double);
        var layer = graph.Nodes.Single(n => n.Name == "layer");
        var loss = graph.Nodes.Single(n => n.Op is SoftmaxCrossEntropy);

        // The same layer with room for every code tells which results lie at or beyond an end; a code exactly at it counts as outside.
        var wide = new Value("wide", layer.Output.Type with { DType = DType.I32 }, ValueKind.Result);
        var codes = Conv2d.Op.Evaluate(layer with { Outputs = [wide] }, [.. layer.Inputs.Select(v => after[v!])], Numerics.Double)[0].Data;
        Assert.Contains(codes, c => c > 127);
        Assert.Contains(codes, c => c == 127);
        Assert.Contains(codes, c => c < 127);

        var (dlogits, head) = (after[loss.Outputs[2]].Data, TrainedGraph.Parameter(graph, "head.w").Data!.Data);
        var expected = new double[4];
        for (int i = 0; i < codes.Length; i++)
        {
            expected[i % 4] += codes[i] is >= 127 or <= -128 ? 0 : Enumerable.Range(0, 3).Sum(k => dlogits[k] * head[k * 36 + i]);
        }

        Assert.All(
            Gradient(network.Quantized, network.Codes, QuantizedNetwork.Bias).Zip(expected),
            p => Assert.Equal(p.Second, p.First, 1e-12)
        );
    }

    [Fact]
    public void Mask_of_a_real_clamp_is_the_derivative_of_relu6_in_PyTorch()
    {
        var x = Value.Constant("x", new Tensor(TensorType.F32(Shape.Of(1, 7)), [-1, 0, 0.5, 5.5, 6, 7, double.NaN]));
        var builder = new GraphBuilder();
        builder.Emit(Clamp.Op, "relu6", [x], NodeForm.Plain.Clamped(0, 6).Masked());
        var node = builder.Nodes[0];
        double[] mask = Clamp.Op.Evaluate(node, [x.Data], Numerics.Double)[1].Data;
        Assert.Equal([0, 0, 1, 1, 0, 0, 1], mask);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Training_of_last_layer_only_builds_no_gradient_below(bool fused)
    {
        var graph = TrainedGraph.Differentiated(ThreeLayers(), new TrainScheme(1, 1));
        graph = fused ? FuseUpdates.Run(graph) : graph;
        var backward = TrainedGraph.Backward(graph);

        // The head's step needs its own gradients and the gradient to its input; the last layer needs no gradient to its input.
        Assert.Equal(
            fused ? ["flat.dx", "head.dx"] : ["flat.dx", "head.dw", "head.dx", "layer2.dw"],
            backward.Select(n => n.Name).Where(n => n.EndsWith(".dx") || n.EndsWith(".dw")).Order()
        );
        Assert.DoesNotContain(backward, n => n.Name.Contains("layer0") || n.Name.Contains("layer1"));
        Assert.Equal(["head.b", "head.w", "layer2.b", "layer2.w"], graph.OfKind(ValueKind.Parameter).Select(v => v.Name).Order());
        Assert.Equal(["layer0.b", "layer0.w", "layer1.b", "layer1.w"], graph.OfKind(ValueKind.Constant).Select(v => v.Name).Order());
        Assert.All(graph.Nodes.Where(n => n.Name is "layer0" or "layer1"), n => Assert.Single(n.Outputs));
        Assert.Empty(Unused(graph));
    }

    [Fact]
    public void Training_of_biases_only_builds_no_weight_gradient_but_the_heads()
    {
        var graph = TrainedGraph.Differentiated(ThreeLayers(), new TrainScheme(2, 0));
        Assert.Equal(["head.dw"], graph.Nodes.Where(n => n.Op is Conv2dDw).Select(n => n.Name));
        Assert.Equal(["head.dx", "layer2.dx"], graph.Nodes.Where(n => n.Op is Conv2dDx).Select(n => n.Name).Order());
        Assert.Equal(["head.b", "head.w", "layer1.b", "layer2.b"], graph.OfKind(ValueKind.Parameter).Select(v => v.Name).Order());
        Assert.Empty(Unused(graph));
    }

    [Fact]
    public void Training_of_head_only_builds_no_gradient_to_features()
    {
        var graph = TrainedGraph.Differentiated(ThreeLayers(), new TrainScheme(0, 0));
        Assert.DoesNotContain(graph.Nodes, n => n.Op is Conv2dDx or ApplyMask);
        Assert.All(graph.Nodes.Where(n => n.Op is Conv2d && n.Name != "head"), n => Assert.Single(n.Outputs));
        Assert.Empty(Unused(graph));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Input_gradient_of_trained_layer_reads_weights_before_their_update(bool fused)
    {
        var graph = TrainedGraph.Differentiated(ThreeLayers(), TrainScheme.All);
        graph = fused ? FuseUpdates.Run(graph) : graph;
        foreach (var dx in graph.Nodes.Where(n => n.Op is Conv2dDx))
        {
            var update = graph.Nodes.Single(n => n.Op.Mutates == 0 && n.Input(0) == dx.Input(1));
            Assert.True(graph.Nodes.IndexOf(dx) < graph.Nodes.IndexOf(update), $"{dx.Name} reads updated weights");
        }
    }

    [Fact]
    public void Training_across_operator_without_gradient_names_it_and_what_can_be_trained()
    {
        var forward = ThreeLayers(opaque: true);
        var error = Assert.Throws<DiagnosticException>(() => TrainedGraph.Differentiated(forward, TrainScheme.All));
        var diagnostic = Assert.Single(error.Diagnostics);
        Assert.Equal("TE0301", diagnostic.Code);
        Assert.Contains("last:2", diagnostic.Message);
        Assert.NotEmpty(TrainedGraph.Backward(TrainedGraph.Differentiated(forward, new TrainScheme(2, 2))));
    }

    [Fact]
    public void Training_of_more_layers_than_there_are_is_diagnosed()
    {
        var error = Assert.Throws<DiagnosticException>(() => TrainedGraph.Differentiated(ThreeLayers(), new TrainScheme(4, 4)));
        Assert.Equal("TE0303", Assert.Single(error.Diagnostics).Code);
    }

    /// <summary>
    /// Three convolutions with activations, and a head; with an operator that has no gradient after the first on request.
    /// </summary>
    private static Graph ThreeLayers(bool opaque = false)
    {
        var random = new Random(11);
        var builder = new GraphBuilder();
        var x = Input("x", Real(1, 4, 4, 2));
        var y = x;
        for (int layer = 0; layer < 3; layer++)
        {
            var name = $"layer{layer}";
            y = builder.Emit(Conv2d.Op, name, [y, Constant(name + ".w", Real(2, 3, 3, 2), random), Constant(name + ".b", Real(2), random)],
                Attributes.Empty.With("pads", [1, 1, 1, 1]).Clamped(min: 0.0));
            y = opaque && layer == 0 ? builder.Emit(new Opaque(), "opaque", [y]) : y;
        }

        var flat = builder.Emit(Reshape.Op, "flat", [y], Attributes.Empty.With("shape", [1, 32]));
        return TrainedGraph.Forward(
            builder,
            x,
            builder.Emit(Dense.Op, "head", [flat, Constant("head.w", Real(3, 32), random), Constant("head.b", Real(3), random)])
        );
    }

    /// <summary>The identity, without a gradient.</summary>
    private sealed class Opaque : Op
    {
        public override string Name => "opaque";

        public override ImmutableArray<TensorType> Infer(Node node) => [node.Input(0).Type];

        public override KernelRequest Request(Node node) => throw new InvalidOperationException("only differentiated");

        public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics) => [operands[0]!];
    }

    /// <summary>Nodes none of whose results anything reads.</summary>
    private static IEnumerable<string> Unused(Graph graph)
    {
        var read = graph.Nodes.SelectMany(n => n.Reads).Concat(graph.Outputs).Concat(graph.TrainOutputs).ToHashSet();
        return graph.Nodes.Where(n => n.Op.Mutates < 0 && !n.Outputs.Any(read.Contains)).Select(n => n.Name);
    }

    /// <summary>The gradient that the sgd of a parameter takes in a training step.</summary>
    private static double[] Gradient(Graph forward, Tensor input, string parameter)
    {
        var graph = TrainedGraph.Differentiated(forward, TrainScheme.All);
        var after = TrainedGraph.Step(graph, input, 0, 0, Numerics.Double);
        return after[graph.Nodes.Single(n => n.Op is Sgd && n.Input(0).Name == parameter).Input(1)].Data;
    }
}
