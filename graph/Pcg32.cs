// PCG32, the XSH-RR variant of M. E. O'Neill's permuted congruential generators ("PCG: A Family of Simple Fast
// Space-Efficient Statistically Good Algorithms for Random Number Generation", 2014): 64 bits of state, 32 of output.

using System.Numerics;

namespace TinyEngine.Ir;

/// <summary>A reproducible source of 32-bit numbers.</summary>
public sealed class Pcg32
{
    private const ulong Multiplier = 6364136223846793005;

    private readonly ulong increment;
    private ulong state;

    /// <summary>A generator; different streams of one seed are different sequences.</summary>
    public Pcg32(ulong seed, ulong stream)
    {
        increment = (stream << 1) | 1;
        Next();
        state += seed;
        Next();
    }

    /// <summary>The next number, uniform over all 32-bit values.</summary>
    public uint Next()
    {
        ulong old = state;
        state = unchecked((old * Multiplier) + increment);
        return BitOperations.RotateRight((uint)(((old >> 18) ^ old) >> 27), (int)(old >> 59));
    }
}
