// Short ways to write types, values and random contents in the training tests.

using TinyEngine.Ir;

namespace TinyEngine.Tests.Training;

/// <summary>Makers of test tensors; all random contents come from a seed.</summary>
internal static class Tensors
{
    /// <summary>An fp32 type.</summary>
    public static TensorType Real(params int[] extents) => TensorType.F32(Shape.Of(extents));

    /// <summary>int8 codes with one scale.</summary>
    public static TensorType Codes(float scale, int zero, params int[] extents) =>
        new(DType.I8, Shape.Of(extents), new QuantParams(scale, zero));

    /// <summary>Symmetric int8 codes with a scale per output channel (axis 0).</summary>
    public static TensorType Weights(float[] scales, params int[] extents) =>
        new(DType.I8, Shape.Of(extents), new QuantParams([.. scales], 0, 0));

    /// <summary>int32 biases at these scales.</summary>
    public static TensorType Biases(float[] scales) => new(DType.I32, Shape.Of(scales.Length), new QuantParams([.. scales], 0, 0));

    /// <summary>Random contents: fp32 numbers in [-1, 1], or codes within <paramref name="reach"/> of the zero point.</summary>
    public static Tensor Random(TensorType type, Random random, int reach = 3) =>
        new(
            type,
            [
                .. Enumerable
                    .Range(0, (int)type.Count)
                    .Select(_ =>
                        type.IsQuantized ? type.ZeroPoint + random.Next(-reach, reach + 1) : (double)(float)(2 * random.NextDouble() - 1)
                    ),
            ]
        );

    /// <summary>A graph input.</summary>
    public static Value Input(string name, TensorType type) => new(name, type, ValueKind.Input);

    /// <summary>A constant of random contents.</summary>
    public static Value Constant(string name, TensorType type, Random random, int reach = 3) =>
        Value.Constant(name, Random(type, random, reach));

    /// <summary>A tensor of these elements.</summary>
    public static Tensor Of(TensorType type, params double[] data) => new(type, data);
}
