// Splits training samples in two, class by class, so that every class keeps its share in both parts. Invariant: the split
// depends on nothing but the labels, the share and the seed, and every class keeps at least one training sample.

using TinyEngine.Ir;

namespace TinyEngine.Data;

/// <summary>Holds out part of a data set for validation.</summary>
public static class HoldOut
{
    // Epochs take the generator's streams from 0 on (SampleOrder); splits take streams that no epoch reaches.
    private const ulong FirstStream = 1UL << 32;

    /// <summary>The part that is kept and the part that is held out, each in the order of the data set.</summary>
    /// <param name="data">The data set.</param>
    /// <param name="share">Share of every class to hold out, above 0 and below 1; rounded to whole samples, half to even.</param>
    /// <param name="seed">The run's seed.</param>
    /// <exception cref="DiagnosticException">TE0717: nothing would be held out.</exception>
    public static (Dataset Kept, Dataset Held) Split(Dataset data, double share, uint seed)
    {
        var held = new SortedSet<int>();
        foreach (var members in Enumerable.Range(0, data.Count).GroupBy(i => data.Labels[i]))
        {
            int[] samples = [.. members];
            int count = Math.Min((int)Math.Round(share * samples.Length), samples.Length - 1);
            held.UnionWith(
                SampleOrder.Shuffled(samples.Length, new Pcg32(seed, FirstStream + (ulong)members.Key)).Take(count).Select(i => samples[i])
            );
        }

        return held.Count > 0
            ? (data.Select([.. Enumerable.Range(0, data.Count).Where(i => !held.Contains(i))]), data.Select([.. held]))
            : throw DataDiagnostics.NoValidation.Failure(
                $"a share of {share} of {data.Count} training samples leaves no sample of any class for validation"
            );
    }
}
