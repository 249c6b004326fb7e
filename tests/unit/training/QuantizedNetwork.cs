// A small int8 network (one convolution, then the head) and its dequantized twin: the same real numbers in fp32, clamped where
// the codes saturate. Multipliers are 1 and 2, so that the int8 forward pass rounds nothing and both compute the same.

using TinyEngine.Ir;
using static TinyEngine.Tests.Training.Tensors;

namespace TinyEngine.Tests.Training;

/// <summary>The int8 graph, its twin, and an input of each.</summary>
internal sealed record QuantizedNetwork(Graph Quantized, Graph Float, Tensor Codes, Tensor Reals)
{
    private const float InputScale = 0.5f, OutputScale = 0.0625f;

    /// <summary>Names of the layer's parameters.</summary>
    public const string Weights = "layer.w", Bias = "layer.b";

    /// <summary>A network of random weights; <paramref name="outputZero"/> near an end of int8 makes results saturate.</summary>
    public static QuantizedNetwork Create(int seed, int inputZero = 5, int outputZero = -9)
    {
        var random = new Random(seed);
        float[] scales = [.. Enumerable.Range(0, 4).Select(c => c % 2 == 0 ? 0.125f : 0.25f)];
        Value[] codes =
        [
            Constant(Weights, Weights8(scales), random),
            Constant(Bias, Biases([.. scales.Select(s => s * InputScale)]), random, 20),
        ];
        Value[] head = [Constant("head.w", Real(3, 36), random), Constant("head.b", Real(3), random)];
        var range = ((-128 - outputZero) * OutputScale, (127 - outputZero) * OutputScale);
        var geometry = Attributes.Empty.With("pads", [1, 1, 1, 1]).With("strides", [2, 2]);

        var inputType = Tensors.Codes(InputScale, inputZero, 1, 5, 4, 2);
        var input = Random(inputType, random);
        var quantized = Network(Input("x", inputType), codes, head, geometry, Tensors.Codes(OutputScale, outputZero, 1, 3, 3, 4));
        var real = Network(Input("x", Real(1, 5, 4, 2)), [.. codes.Select(Dequantized)], head,
            geometry.Clamped((double)range.Item1, (double)range.Item2), null);
        return new QuantizedNetwork(quantized, real, input, Dequantized(Value.Constant("x", input)).Data!);
    }

    /// <summary>The real values of a constant.</summary>
    private static Value Dequantized(Value v) =>
        Value.Constant(v.Name, new Tensor(TensorType.F32(v.Type.Shape), [.. Enumerable.Range(0, (int)v.Type.Count).Select(v.Data!.Real)]));

    private static TensorType Weights8(float[] scales) => Tensors.Weights(scales, 4, 3, 2, 2);

    private static Graph Network(Value x, Value[] layer, Value[] head, NodeForm geometry, TensorType? result)
    {
        var builder = new GraphBuilder();
        var y = builder.Emit(Conv2d.Op, "layer", [x, .. layer], geometry, result);
        var flat = builder.Emit(Reshape.Op, "flat", [y], Attributes.Empty.With("shape", [1, 36]));
        return TrainedGraph.Forward(builder, x, builder.Emit(Dense.Op, "head", [flat, .. head]));
    }
}
