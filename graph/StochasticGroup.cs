// The stochastic step of int8 weights, 32 weights of an output channel at a time. Where all |delta| are below 2^-k, the bits of k random
// words, ANDed, say which weights are candidates, each with probability 2^-k; a candidate takes a step with probability |delta| * 2^k.
// So each weight moves by its delta on average, and most of them cost no random number. te_step_group.h is the same in C.

namespace TinyEngine.Ir;

/// <summary>Rounds the deltas of a group of weights to whole steps.</summary>
public static class StochasticGroup
{
    /// <summary>The most weights of a group.</summary>
    public const int Size = 32;

    private const int Rarest = 64;

    /// <summary>The step of each weight: the whole number below or above its delta in magnitude, of the same sign.</summary>
    /// <param name="deltas">At most <see cref="Size"/> steps in codes, each within +-2^30.</param>
    /// <param name="channel">The random bits of the first weight of the output channel, <see cref="Generator.At"/>.</param>
    /// <param name="first">Number of the group's first weight in its channel.</param>
    public static int[] Round(ReadOnlySpan<float> deltas, uint channel, int first)
    {
        uint group = (uint)(first / Size * (Size + Rarest));
        float largest = 0;
        foreach (float delta in deltas)
        {
            largest = Math.Max(largest, Math.Abs(delta));
        }

        int k = Rarity(largest);
        uint candidates = Candidates(channel, group, k, uint.MaxValue >> (Size - deltas.Length));
        var steps = new int[deltas.Length];
        for (int i = 0; i < deltas.Length; i++)
        {
            if ((candidates >> i & 1) != 0)
            {
                steps[i] = Math.Sign(deltas[i]) * Steps(Math.Abs(deltas[i]), k, Generator.Word(channel, group + (uint)i));
            }
        }

        return steps;
    }

    /// <summary>The largest k of 0 .. 64 for which largest &lt; 2^-k; 0 if there is none.</summary>
    private static int Rarity(float largest) => largest == 0 ? Rarest : Math.Clamp(-1 - MathF.ILogB(largest), 0, Rarest);

    private static uint Candidates(uint channel, uint group, int k, uint weights)
    {
        for (int j = 0; j < k; j++)
        {
            weights &= Generator.Word(channel, group + (uint)(Size + j));
        }

        return weights;
    }

    private static int Steps(float size, int k, uint bits)
    {
        int whole = k == 0 ? (int)size : 0;
        return whole + (bits >> 8 < (uint)MathF.ScaleB(size - whole, 24 + k) ? 1 : 0);
    }
}
