// Layout changes that import rules insert: transposes between ONNX's NCHW and the device's NHWC. A pass cancels or sinks
// them, or permutes the constants (also those behind a DequantizeLinear), which remember it as their packing.

using System.Collections.Immutable;

namespace TinyEngine.Ir;

/// <summary>Transposes and reshapes of values at import.</summary>
public static class Layouts
{
    /// <summary>NCHW to NHWC.</summary>
    public static readonly ImmutableArray<int> NchwToNhwc = [0, 2, 3, 1];

    /// <summary>NHWC to NCHW.</summary>
    public static readonly ImmutableArray<int> NhwcToNchw = [0, 3, 1, 2];

    /// <summary>The value (rank 4) in NHWC order; weights OIHW become OHWI by the same permutation.</summary>
    public static Value ToNhwc(ImportRequest r, Value value) => Permute(r, value, NchwToNhwc);

    /// <summary>The value (rank 4) in NCHW order.</summary>
    public static Value ToNchw(ImportRequest r, Value value) => Permute(r, value, NhwcToNchw);

    /// <summary>The value with its dimensions permuted.</summary>
    public static Value Permute(ImportRequest r, Value value, ImmutableArray<int> permutation) =>
        r.Builder.Emit(Transpose.Op, value.Name, [value], Attributes.Empty.With("perm", permutation.Select(p => (long)p)));

    /// <summary>
    /// The value under another shape of as many elements; itself where the shape is the same. A real constant is reshaped at once.
    /// </summary>
    public static Value Reshaped(ImportRequest r, Value value, Shape shape) =>
        value.Type.Shape.Equals(shape) ? value
        : value is { IsConstant: true, Packing: null, Type.IsQuantized: false }
            ? Value.Constant(value.Name, value.Data!.As(value.Type with { Shape = shape }))
        : r.Builder.Emit(Reshape.Op, value.Name, [value], Attributes.Empty.With("shape", shape.ToArray()));

    /// <summary>A constant with its dimensions permuted, and the packing that says so.</summary>
    public static Value PermuteConstant(Value constant, IReadOnlyList<int> permutation)
    {
        var packing = constant.Packing is null ? new Packing(constant.Type.Shape, [.. permutation])
            : new Packing(constant.Packing.OnnxShape, [.. permutation.Select(p => constant.Packing.Permutation[p])]);
        return Value.Constant(constant.Name, constant.Data!.Permute(permutation), packing);
    }
}
