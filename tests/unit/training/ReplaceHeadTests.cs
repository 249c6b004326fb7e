// A fresh fp32 head reads averages before they are rounded to codes; a pretrained head reads the codes it was trained on.

using TinyEngine.Ir;
using TinyEngine.Passes;

namespace TinyEngine.Tests.Training;

public sealed class ReplaceHeadTests
{
    [Fact]
    public void Fresh_head_reads_unrounded_averages()
    {
        var graph = ReplaceHead.Run(Classifier(), new HeadChoice(SoftmaxCrossEntropy.Op, 5));

        Assert.Equal(["average_pool2d", "reshape", "dense"], graph.Nodes.Select(n => n.Op.Name));
        Assert.Equal(TensorType.F32(Shape.Of(1, 1, 1, 2)), graph.Nodes[0].Output.Type);
        var interpreter = new Interpreter(Numerics.Double)
        {
            [graph.Inputs[0]] = new Tensor(graph.Inputs[0].Type, [3, 0, 4, 0, 4, 0, 4, 127]),
        };
        interpreter.Infer(graph);
        // codes of scale 0.5 and zero point 3; of scale 1 and zero point 0 the result could only be 0, 1, ...
        Assert.Equal([0.375, 0.5 * (127 - 12) / 4], interpreter[graph.Nodes[0].Output].Data);
    }

    [Fact]
    public void Pretrained_head_reads_its_codes()
    {
        var graph = ReplaceHead.Run(Classifier(), new HeadChoice(SoftmaxCrossEntropy.Op));

        Assert.Equal(["average_pool2d", "reshape", "dequantize", "dense"], graph.Nodes.Select(n => n.Op.Name));
        Assert.True(graph.Nodes[0].Output.Type.IsQuantized);
    }

    [Theory]
    [InlineData(null, false, "w", "b")]
    [InlineData(5, false, "w", "b")]
    [InlineData(null, true, "w_quantized", "b_quantized")]
    public void Real_weights_are_not_called_quantized(int? classes, bool keepsCodes, params string[] expected)
    {
        var graph = ReplaceHead.Run(Classifier(), new HeadChoice(SoftmaxCrossEntropy.Op, classes, keepsCodes));

        Assert.Equal(expected, graph.OfKind(ValueKind.Parameter).Select(v => v.Name));
    }

    [Fact]
    public void Clamp_belongs_to_the_pretrained_head()
    {
        var graph = Classifier(Attributes.Empty.Clamped(min: 0.0));

        Assert.True(ReplaceHead.Run(graph, new HeadChoice(SoftmaxCrossEntropy.Op)).Nodes.Last().Clamp != ClampRange.Open);
        Assert.False(ReplaceHead.Run(graph, new HeadChoice(SoftmaxCrossEntropy.Op, 5)).Nodes.Last().Clamp != ClampRange.Open);
    }

    [Fact]
    public void Head_whose_classes_are_cut_is_none()
    {
        var random = new Random(1);
        var builder = new GraphBuilder();
        var x = Tensors.Input("x", TensorType.F32(Shape.Of(1, 4)));
        var logits = builder.Emit(Dense.Op, "head", [x, Tensors.Constant("w", TensorType.F32(Shape.Of(3, 4)), random), null]);
        var cut = builder.Emit(
            Slice.Op,
            "cut",
            [logits],
            Attributes.Empty.With("starts", [0, 1]).With("steps", [1, 1]).With("sizes", [1, 2])
        );
        var graph = NumberLayers.Run(TrainedGraph.Forward(builder, x, cut));

        Assert.Equal(
            "TE0302",
            Assert
                .Throws<DiagnosticException>(() => ReplaceHead.Run(graph, new HeadChoice(SoftmaxCrossEntropy.Op, 5)))
                .Diagnostics.Single()
                .Code
        );
    }

    [Fact]
    public void Sum_behind_a_product_is_the_bias_of_the_head()
    {
        var random = new Random(1);
        var builder = new GraphBuilder();
        var x = Tensors.Input("x", TensorType.F32(Shape.Of(1, 4)));
        var product = builder.Emit(Dense.Op, "head", [x, Tensors.Constant("w", TensorType.F32(Shape.Of(3, 4)), random), null]);
        var bias = Tensors.Constant("b", TensorType.F32(Shape.Of(3)), random);
        var logits = builder.Emit(Add.Op, "sum", [product, bias]);
        var graph = FoldChannelAffine.Run(NumberLayers.Run(TrainedGraph.Forward(builder, x, logits)));

        var head = Assert.Single(ReplaceHead.Run(graph, new HeadChoice(SoftmaxCrossEntropy.Op)).Nodes);
        Assert.Equal(bias.Data!.Data, head.Input(2).Data!.Data);
        Assert.Equal(Shape.Of(5), ReplaceHead.Run(graph, new HeadChoice(SoftmaxCrossEntropy.Op, 5)).Nodes.Single().Input(2).Type.Shape);
    }

    private static Graph Classifier(NodeForm? head = null)
    {
        var random = new Random(1);
        var builder = new GraphBuilder();
        var x = Tensors.Input("x", Tensors.Codes(0.5f, 3, 1, 2, 2, 2));
        var mean = builder.Emit(AveragePool2d.Op, "mean", [x], Attributes.Empty.With("kernel", [2, 2]), Tensors.Codes(1, 0, 1, 1, 1, 2));
        var features = builder.Emit(Reshape.Op, "features", [mean], Attributes.Empty.With("shape", [1, 2]), Tensors.Codes(1, 0, 1, 2));
        var logits = builder.Emit(
            Dense.Op,
            "head",
            [
                features,
                Tensors.Constant("w_quantized", Tensors.Weights([0.1f, 0.2f, 0.3f], 3, 2), random),
                Tensors.Constant("b_quantized", Tensors.Biases([0.1f, 0.2f, 0.3f]), random),
            ],
            head,
            Tensors.Codes(0.5f, 0, 1, 3)
        );
        return NumberLayers.Run(TrainedGraph.Forward(builder, x, logits));
    }
}
