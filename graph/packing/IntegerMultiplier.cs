// Requantization by one integer product, where it gives the codes of the definition for every sum that can occur. The definition rounds
// the fp32 product of sum and multiplier; its code is a monotone step function of the sum, so an integer form whose steps to all codes
// lie at the same sums is equal everywhere. With e = shift:
//
//     code = ((2 * zero + 1) * 2^e + hi32(sum * M)) >> (e + 1)
//
// Each step lies between two neighbouring sums and gives an interval for M; the middle of what all steps leave is taken.

namespace TinyEngine.Ir;

/// <summary>The sums of a channel and how they become codes.</summary>
/// <param name="Multiplier">The fp32 factor of the definition, not negative.</param>
/// <param name="Zero">Zero point of the result.</param>
/// <param name="Least">The least sum that can occur.</param>
/// <param name="Most">The largest sum that can occur.</param>
/// <param name="Low">The smallest code that differs from smaller ones.</param>
/// <param name="High">The largest code that differs from larger ones.</param>
public sealed record IntegerMultiplier(float Multiplier, int Zero, long Least, long Most, int Low, int High)
{
    /// <summary>The largest shift.</summary>
    public const int MaxShift = 14;

    /// <summary>The largest shift of at most <see cref="MaxShift"/> at which 31 bits hold the multiplier; -1 if there is none.</summary>
    public int LargestShift
    {
        get
        {
            int shift = MaxShift;
            while (shift >= 0 && Math.ScaleB(Multiplier, 33 + shift) >= 1L << 31)
            {
                shift--;
            }

            return shift;
        }
    }

    /// <summary>The code of all sums, or null where there are several.</summary>
    public int? OnlyCode => Code(Least) == Code(Most) ? Code(Least) : null;

    /// <summary>M for this shift, or null if none gives the codes of the definition for all sums.</summary>
    public int? Find(int shift)
    {
        if (shift < 0)
        {
            return null;
        }

        var (low, high) = (1L, (long)int.MaxValue);
        void AtLeast(long sum, long bound)
        {
            (low, high) =
                sum > 0 ? (Math.Max(low, -FloorDivide(-bound, sum)), high)
                : sum < 0 ? (low, Math.Min(high, FloorDivide(-bound, -sum)))
                : bound <= 0 ? (low, high)
                : (1, 0);
        }

        void Below(long sum, long bound) => AtLeast(-sum, 1 - bound);

        int first = Code(Least), last = Code(Most);
        for (int code = first; code <= last + 1 && low <= high; code++)
        {
            long bound = (((long)code << (shift + 1)) - ((2L * Zero + 1) << shift)) << 32;
            long reached = code == first ? Least : code > last ? Most + 1 : FirstSum(code);
            if (code <= last && code > Low)
            {
                AtLeast(reached, bound);
            }

            if (code > first && code <= High)
            {
                Below(reached - 1, bound);
            }
        }

        return low <= high ? (int)(low + (high - low) / 2) : null;
    }

    /// <summary>The code of the definition, clamped to the codes that matter.</summary>
    private int Code(long sum) => (int)Math.Clamp(MathF.Round(sum * Multiplier, MidpointRounding.ToEven) + Zero, Low, High);

    /// <summary>The first sum with at least this code, which some sum above the least has.</summary>
    private long FirstSum(int code)
    {
        long sum = Math.Clamp((long)Math.Ceiling((code - Zero - 0.5) / Multiplier), Least + 1, Most);
        while (Code(sum) < code)
        {
            sum++;
        }

        while (sum - 1 > Least && Code(sum - 1) >= code)
        {
            sum--;
        }

        return sum;
    }

    /// <summary>The quotient by a positive number, rounded down.</summary>
    private static long FloorDivide(long a, long b) => (a / b) - (a % b < 0 ? 1 : 0);
}
