// The order in which an epoch visits the samples (docs/data.md): the same list for the host and the device, because
// it is computed once, here.

using TinyEngine.Ir;

namespace TinyEngine.Data;

/// <summary>The order of samples.</summary>
public static class SampleOrder
{
    /// <summary>The sample numbers of an epoch: Fisher-Yates over 0..n-1, i from n-1 down to 1, j = u32 mod (i+1).</summary>
    /// <param name="count">Number of samples.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">The epoch, from 0: the stream of the generator.</param>
    /// <param name="shuffle">False: 0, 1, 2 ...</param>
    public static int[] OfEpoch(int count, ulong seed, int epoch, bool shuffle) =>
        shuffle ? Shuffled(count, new Pcg32(seed, (ulong)epoch)) : [.. Enumerable.Range(0, count)];

    /// <summary>The numbers 0..n-1 in a random order.</summary>
    public static int[] Shuffled(int count, Pcg32 random)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        for (int i = count - 1; i >= 1; i--)
        {
            int j = (int)(random.Next() % (uint)(i + 1));
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }

    /// <summary>The first <paramref name="steps"/> sample numbers, wrapping into further epochs.</summary>
    /// <param name="count">Number of samples, at least 1.</param>
    /// <param name="steps">Length of the sequence.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="shuffle">False: every epoch is 0, 1, 2 ...</param>
    public static IEnumerable<int> OfSteps(int count, int steps, ulong seed, bool shuffle)
    {
        for (int epoch = 0; steps > 0; epoch++)
        {
            foreach (int sample in OfEpoch(count, seed, epoch, shuffle).Take(steps))
            {
                yield return sample;
            }

            steps -= Math.Min(steps, count);
        }
    }
}
