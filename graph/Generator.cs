// The counter-based generator of stochastic rounding: 32 random bits from (seed, tensor, element, steps so far), without
// state, so that host and device agree in any order of evaluation. te_update.h and te_step_group.h hold the same functions in C.

namespace TinyEngine.Ir;

/// <summary>Random bits by integer mixing.</summary>
public static class Generator
{
    /// <summary>The key of one tensor in one step, after this number of steps.</summary>
    public static uint Key(uint seed, uint tensor, uint steps) => Mix(seed ^ Mix(steps ^ Mix(tensor + 0x9e3779b9u)));

    /// <summary>The bits of one element.</summary>
    public static uint At(uint key, uint element) => Mix(Mix(element + key) ^ (key * 0x85ebca6bu + 0xc2b2ae35u));

    /// <summary>floor(v), or one more with probability of v's fraction: floor(v) + (fraction &gt; r/2^32 in fp32 terms).</summary>
    public static double RoundStochastic(float v, uint bits)
    {
        float floor = MathF.Floor(v);
        return floor + (v - floor > (bits >> 8) * (1f / (1 << 24)) ? 1 : 0);
    }

    /// <summary>Word n of the sequence that starts at the bits of an element.</summary>
    public static uint Word(uint seed, uint n) => Mix(seed + n * 0x9e3779b9u);

    /// <summary>A bijection of 32-bit words in which every input bit changes every output bit with probability near 1/2.</summary>
    private static uint Mix(uint h)
    {
        h ^= h >> 16;
        h *= 0x7feb352du;
        h ^= h >> 15;
        h *= 0x846ca68bu;
        return h ^ (h >> 16);
    }
}
