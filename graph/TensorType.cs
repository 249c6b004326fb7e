// The type of every value in the IR: element type, shape, and how codes stand for real numbers.
// An operator means the same real-valued function whatever the type; only rounding follows the type.

namespace TinyEngine.Ir;

/// <summary>Element type, shape and, for quantized integers, the affine map to real values.</summary>
/// <param name="DType">Element type.</param>
/// <param name="Shape">Shape; activations are NHWC from the canonical stage on.</param>
/// <param name="Quant">Quantization, or null where the elements are the values themselves.</param>
/// <param name="Block">
/// Block floating point (<see cref="BlockFormat"/>): this number of consecutive elements are mantissas under one exponent, and Quant is the
/// scale per channel or null. Storage is block after block, each its exponent, as wide as a mantissa, then its mantissas. Null for ordinary
/// tensors.
/// </param>
public sealed record TensorType(DType DType, Shape Shape, QuantParams? Quant = null, int? Block = null)
{
    /// <summary>Number of elements.</summary>
    public long Count => Shape.Count;

    /// <summary>Bytes of storage, without alignment.</summary>
    public long Bytes => DType.Bytes(Block is { } block ? Count + Count / block : Count);

    /// <summary>True for integer codes that stand for real numbers by an affine map alone.</summary>
    public bool IsQuantized => Quant is not null && Block is null;

    /// <summary>An fp32 type.</summary>
    public static TensorType F32(Shape shape) => new(DType.F32, shape);

    /// <summary>The scale of one channel of real values: the quantization scale, or 1 for plain values.</summary>
    public float ScaleOf(int channel) => Quant?.ScaleOf(channel) ?? 1f;

    /// <summary>The channel, for <see cref="ScaleOf"/>, that an element belongs to; 0 where one scale serves all.</summary>
    public int ChannelOf(int index) => Quant?.Axis is { } axis ? index / Shape.Strides()[axis] % Shape[axis] : 0;

    /// <summary>The code of real 0, which is also what padding holds.</summary>
    public int ZeroPoint => Quant?.ZeroPoint ?? 0;

    /// <summary>The largest magnitude of a code less the zero point.</summary>
    public double Reach => Math.Max(DType.Range().Max - ZeroPoint, ZeroPoint - DType.Range().Min);
}
