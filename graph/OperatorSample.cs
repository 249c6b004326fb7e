// A node on which an operator is tried: its gradient against differences, its kernels against the reference. Samples stand beside the
// operator, so an author finds everything about it in one file; the tests take them from the operator set.

using System.Collections.Immutable;

namespace TinyEngine.Ir;

/// <summary>
/// Types and form of a node. Quantized samples use powers of two as scales, so that rounding does nothing and a difference of one
/// code is an exact derivative.
/// </summary>
public sealed record OperatorSample
{
    /// <summary>A sample.</summary>
    /// <param name="name">A name that no other sample of the operator has.</param>
    /// <param name="form">Attributes, clamp and mask of the node.</param>
    /// <param name="result">Type of a quantized result, whose shape follows from the operands; null for a real one.</param>
    /// <param name="operands">Types of the operands; null for one that is left out.</param>
    public OperatorSample(string name, NodeForm form, TensorType? result, params ReadOnlySpan<TensorType?> operands) =>
        (Name, Form, Result, Operands) = (name, form, result, [.. operands]);

    /// <summary>This sample with one operand more.</summary>
    public OperatorSample With(TensorType operand) => this with { Operands = Operands.Add(operand) };

    /// <summary>The name, which no other sample of the operator has.</summary>
    public string Name { get; }

    /// <summary>Attributes, clamp and mask of the node.</summary>
    public NodeForm Form { get; }

    /// <summary>Type of a quantized result; null for a real one.</summary>
    public TensorType? Result { get; }

    /// <summary>Types of the operands.</summary>
    public ImmutableArray<TensorType?> Operands { get; private init; }

    /// <summary>
    /// Makes the content of an operand of its index and of random numbers in [-1, 1] or codes around the zero point: for operators that
    /// have kinks or are not defined everywhere. Null takes the random content.
    /// </summary>
    public Func<int, Tensor, IEnumerable<double>>? Content { get; init; }

    /// <summary>An fp32 type.</summary>
    public static TensorType Fp32(params int[] extents) => TensorType.F32(Shape.Of(extents));

    /// <summary>int8 codes with one scale.</summary>
    public static TensorType Int8(float scale, int zero, params int[] extents) =>
        new(DType.I8, Shape.Of(extents), new QuantParams(scale, zero));

    /// <summary>Symmetric int8 codes with a scale per index of axis 0.</summary>
    public static TensorType Int8Weights(IEnumerable<float> scales, params int[] extents) =>
        new(DType.I8, Shape.Of(extents), new QuantParams([.. scales], 0, 0));

    /// <summary>int32 biases at these scales.</summary>
    public static TensorType Int32Biases(params float[] scales) =>
        new(DType.I32, Shape.Of(scales.Length), new QuantParams([.. scales], 0, 0));

    /// <summary>Distinct contents in random order, further apart than two steps of a difference, so that none changes a maximum.</summary>
    public static IEnumerable<double> Apart(Tensor random)
    {
        double distance = random.Type.IsQuantized ? 3 : 0.01;
        double[] content = [.. Enumerable.Range(0, random.Data.Length).Select(i => (i - random.Data.Length / 2) * distance)];
        new Random(5).Shuffle(content);
        return content;
    }
}
