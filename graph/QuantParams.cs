// Affine quantization of a tensor: real = scale * (code - zero point), per tensor or per channel along one axis.
// Per-channel quantization is symmetric (zero point 0), as device weights are.

using System.Collections.Immutable;

namespace TinyEngine.Ir;

/// <summary>real = Scale[c] * (code - ZeroPoint); one scale, or one per index of <paramref name="Axis"/>.</summary>
/// <param name="Scales">Positive, finite fp32 scales: one, or as many as the axis has indices.</param>
/// <param name="ZeroPoint">Code of the real value 0.</param>
/// <param name="Axis">The channel axis, or null where one scale serves the whole tensor.</param>
public sealed record QuantParams(ImmutableArray<float> Scales, int ZeroPoint, int? Axis)
{
    /// <summary>Per-tensor parameters.</summary>
    public QuantParams(float scale, int zeroPoint) : this([scale], zeroPoint, null)
    {
    }

    /// <summary>The scale of a per-tensor quantization.</summary>
    public float Scale => Axis is null ? Scales[0] : throw new InvalidOperationException("per-channel scales have no single value");

    /// <summary>The scale of one channel; per-tensor parameters give the same for all.</summary>
    public float ScaleOf(int channel) => Scales[Axis is null ? 0 : channel];

    /// <summary>
    /// The code of a real value: round(real / scale) half to even + zero point in fp32, clamped to <paramref name="type"/> (ONNX
    /// QuantizeLinear).
    /// </summary>
    public double Quantize(double real, DType type, int channel = 0)
    {
        var (min, max) = type.Range();
        float rounded = MathF.Round((float)real / ScaleOf(channel), MidpointRounding.ToEven);
        return float.IsNaN(rounded) ? min : Math.Clamp((double)rounded + ZeroPoint, min, max);
    }

    /// <inheritdoc/>
    public bool Equals(QuantParams? other) =>
        other is not null && Axis == other.Axis && ZeroPoint == other.ZeroPoint && Scales.SequenceEqual(other.Scales);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(ZeroPoint, Axis, Scales.Length, Scales[0]);
}
