// The stochastic steps of groups of weights: each weight takes the step below or above its delta, with the probability that makes its
// mean the delta, whatever the others do. Chi-square tests with fixed seeds, within five standard deviations.

using TinyEngine.Ir;

namespace TinyEngine.Tests.Training;

public sealed class StochasticGroupTests
{
    private const int Weights = 64, Updates = 100_000;

    /// <summary>The largest |delta| of a channel and the share of zeros.</summary>
    public static TheoryData<float, double> Channels() =>
        new() { { 0.15f, 0 }, { 0.15f, 0.8 }, { 0.002f, 0 }, { 2e-5f, 0 }, { 0.9f, 0.3 }, { 3.3f, 0 } };

    [Theory]
    [MemberData(nameof(Channels))]
    public void Each_weight_steps_by_its_delta_on_average_and_apart_from_its_neighbours(float largest, double zeros)
    {
        float[] deltas = Deltas(largest, zeros);
        double[] chance = [.. deltas.Select(d => Math.Abs(d) - Math.Floor(Math.Abs(d)))];
        var (one, both) = Counts(deltas);
        AssertMeans([.. chance.Select((p, i) => (p, one[i]))]);
        foreach (var (distance, counts) in both)
        {
            AssertMeans([.. counts.Select((count, i) => (chance[i] * chance[i + distance], count))]);
        }
    }

    /// <summary>How many updates step beyond the whole part of a weight's delta, and of two weights at these distances.</summary>
    private static (int[] One, Dictionary<int, int[]> Both) Counts(float[] deltas)
    {
        var one = new int[Weights];
        var both = new[] { 1, 5, StochasticGroup.Size }.ToDictionary(d => d, d => new int[Weights - d]);
        var beyond = new int[Weights];
        for (uint update = 0; update < Updates; update++)
        {
            uint channel = Generator.At(Generator.Key(3, 2, update), 0);
            for (int first = 0; first < Weights; first += StochasticGroup.Size)
            {
                int[] steps = StochasticGroup.Round(deltas.AsSpan(first, StochasticGroup.Size), channel, first);
                for (int i = 0; i < steps.Length; i++)
                {
                    beyond[first + i] = Math.Abs(steps[i]) - (int)Math.Abs(deltas[first + i]);
                    Assert.InRange(beyond[first + i], 0, 1);
                    Assert.True(steps[i] == 0 || Math.Sign(steps[i]) == Math.Sign(deltas[first + i]));
                }
            }

            for (int i = 0; i < Weights; i++)
            {
                one[i] += beyond[i];
            }

            foreach (var (distance, counts) in both)
            {
                for (int i = 0; i < counts.Length; i++)
                {
                    counts[i] += beyond[i] & beyond[i + distance];
                }
            }
        }

        return (one, both);
    }

    private static float[] Deltas(float largest, double zeros)
    {
        var random = new Random(8);
        float[] deltas =
        [
            .. Enumerable
                .Range(0, Weights)
                .Select(_ => random.NextDouble() < zeros ? 0 : largest * (float)(2 * random.NextDouble() - 1)),
        ];
        deltas[7] = largest;
        deltas[40] = -largest;
        return deltas;
    }

    private static void AssertMeans((double Chance, int Count)[] counts)
    {
        Assert.All(counts.Where(c => c.Chance == 0), c => Assert.Equal(0, c.Count));
        var likely = counts.Where(c => Updates * c.Chance >= 5).ToArray();
        double chi = likely.Sum(c => Math.Pow(c.Count - Updates * c.Chance, 2) / (Updates * c.Chance * (1 - c.Chance)));
        Assert.InRange(chi, likely.Length - 5 * Math.Sqrt(2 * likely.Length), likely.Length + 5 * Math.Sqrt(2 * likely.Length));
    }

    [Fact]
    public void Deltas_too_small_for_any_word_stay()
    {
        float[] deltas = [1e-30f, -float.Epsilon, 0];
        Assert.Equal([0, 0, 0], StochasticGroup.Round(deltas, 5, 0));
    }

    [Fact]
    public void Whole_deltas_are_taken_whole()
    {
        float[] deltas = [-3, 0, 1, 1 << 30, -(1 << 30)];
        for (uint seed = 0; seed < 100; seed++)
        {
            Assert.Equal([-3, 0, 1, 1 << 30, -(1 << 30)], StochasticGroup.Round(deltas, seed, 0));
        }
    }
}
