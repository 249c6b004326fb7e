// How a parameter's stored order follows from its order in the ONNX file: a reshape and a permutation of dimensions,
// hence a bijection that can be undone when weights are hashed, saved or exported. One tensor has one packing, and
// every kernel that touches it supports that one; there is no second copy.

using System.Collections.Immutable;

namespace TinyEngine.Ir;

/// <summary>stored = permute(reshape(onnx, <paramref name="OnnxShape"/>), <paramref name="Permutation"/>).</summary>
/// <param name="OnnxShape">Shape (possibly refined) under which the ONNX order is read.</param>
/// <param name="Permutation">Stored dimension i is ONNX dimension <c>Permutation[i]</c>.</param>
public sealed record Packing(Shape OnnxShape, ImmutableArray<int> Permutation)
{
    /// <summary>Elements in stored order, from elements in ONNX order.</summary>
    public double[] Pack(double[] onnx) => new Tensor(TensorType.F32(OnnxShape), onnx).Permute(Permutation).Data;

    /// <summary>Elements in ONNX order, from elements in stored order.</summary>
    public double[] Unpack(double[] stored) =>
        new Tensor(TensorType.F32(OnnxShape.Permute(Permutation)), stored).Permute(Shape.Inverse(Permutation)).Data;

    /// <inheritdoc/>
    public bool Equals(Packing? other) =>
        other is not null && OnnxShape.Equals(other.OnnxShape) && Permutation.SequenceEqual(other.Permutation);

    /// <inheritdoc/>
    public override int GetHashCode() => Permutation.Aggregate(OnnxShape.GetHashCode(), HashCode.Combine);
}
