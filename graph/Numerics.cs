// The arithmetic of a reference evaluation: fp32 in the order of the kernels, or double precision for gradient checks;
// and how int8 results are requantized on the target.

using System.Numerics;

namespace TinyEngine.Ir;

/// <summary>Arithmetic choices of one evaluation.</summary>
/// <param name="IsDouble">Keep doubles where the types say fp32.</param>
/// <param name="IntegerRequantize">Requantize with the exact integer product, as on cores without FPU.</param>
public sealed record Numerics(bool IsDouble, bool IntegerRequantize)
{
    /// <summary>Double precision: the reference of gradient checks.</summary>
    public static readonly Numerics Double = new(true, false);

    /// <summary>An element of a gradient saturates here, so that the sums of a training step are finite.</summary>
    public const double GradientLimit = 1L << 40;

    private const float MaxMultiplier = 128;

    /// <summary>The arithmetic of the target's kernels.</summary>
    public static Numerics For(Target target) => new(false, !target.HasFpu);

    /// <summary>
    /// True where kernels can bring an accumulator to a code by this factor: below 128, so that its mantissa is an integer shifted to
    /// the right. Factors too small to be normal numbers bring every accumulator to 0, which is its nearest code.
    /// </summary>
    public static bool CanScale(float multiplier) => multiplier is >= 0 and < MaxMultiplier;

    /// <summary>A real result under this arithmetic: rounded to fp32 unless double.</summary>
    public double Round(double value) => IsDouble ? value : (float)value;

    /// <summary>An element of a gradient: saturated, with NaN as 0.</summary>
    public static double Limit(double gradient) => double.IsNaN(gradient) ? 0 : Math.Clamp(gradient, -GradientLimit, GradientLimit);

    /// <summary>
    /// round_half_even(acc * multiplier) + zero: fp32 each step, or the exact product rounded once.
    /// </summary>
    public double Requantize(long acc, float multiplier, int zero) =>
        zero + (IntegerRequantize ? RoundExact(acc, multiplier) : MathF.Round((float)acc * multiplier, MidpointRounding.ToEven));

    /// <summary>a*scaleA + b*scaleB rounded half to even without any intermediate rounding; a and b are integers.</summary>
    public static double RoundSum(long a, float scaleA, long b, float scaleB)
    {
        var (mantissaA, exponentA) = Split(scaleA);
        var (mantissaB, exponentB) = Split(scaleB);
        int exponent = Math.Min(exponentA, exponentB);
        return RoundShifted(((a * mantissaA) << (exponentA - exponent)) + ((b * mantissaB) << (exponentB - exponent)), exponent);
    }

    /// <summary>acc * m rounded half to even without any intermediate rounding.</summary>
    private static double RoundExact(long acc, float m)
    {
        var (mantissa, exponent) = Split(m);
        return RoundShifted(acc * mantissa, exponent);
    }

    /// <summary>value = mantissa * 2^exponent with a 24-bit mantissa.</summary>
    private static (BigInteger Mantissa, int Exponent) Split(float value)
    {
        int bits = BitConverter.SingleToInt32Bits(value);
        return ((bits & 0x7fffff) | 0x800000, (bits >> 23 & 0xff) - 150);
    }

    /// <summary>value * 2^exponent rounded half to even.</summary>
    internal static double RoundShifted(BigInteger value, int exponent)
    {
        if (exponent >= 0)
        {
            return (double)(value << exponent);
        }

        var floor = value >> -exponent;
        var twice = (value - (floor << -exponent)) * 2;
        var one = BigInteger.One << -exponent;
        return (double)(twice > one || (twice == one && !floor.IsEven) ? floor + 1 : floor);
    }
}
