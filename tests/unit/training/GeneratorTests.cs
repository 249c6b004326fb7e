// The generator of stochastic rounding: uniform bits, independent over element, tensor, update and seed (chi-square tests with
// fixed seeds), and the probability of rounding up.

using TinyEngine.Ir;

namespace TinyEngine.Tests.Training;

public sealed class GeneratorTests
{
    private const int Draws = 1 << 17;

    /// <summary>Streams of bits, each along one coordinate of the key.</summary>
    private static readonly Dictionary<string, Func<uint, uint>> Streams = new()
    {
        ["elements"] = i => Generator.At(Generator.Key(1, 2, 3), i),
        ["elements of another key"] = i => Generator.At(Generator.Key(0, 0, 0), i),
        ["tensors"] = i => Generator.At(Generator.Key(1, i, 3), 5),
        ["updates"] = i => Generator.At(Generator.Key(1, 2, i), 5),
        ["seeds"] = i => Generator.At(Generator.Key(i, 2, 3), 5),
        ["tensors and elements"] = i => Generator.At(Generator.Key(1, i & 511, 3), i >> 9),
        ["updates and elements"] = i => Generator.At(Generator.Key(1, 2, i & 511), i >> 9),
    };

    public static TheoryData<string> Names() => [.. Streams.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Bits_along_one_coordinate_are_uniform(string stream)
    {
        foreach (int shift in new[] { 0, 8, 16, 24 })
        {
            AssertEven(256, i => Streams[stream](i) >> shift & 255);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Bits_of_neighbours_are_independent(string stream)
    {
        foreach (uint distance in new uint[] { 1, 2, 256, 65536 })
        {
            AssertEven(4096, i => Streams[stream](i) >> 26 << 6 | Streams[stream](i + distance) >> 26);
            AssertEven(4096, i => (Streams[stream](i) >> 8 & 63) << 6 | Streams[stream](i + distance) >> 8 & 63);
        }
    }

    [Theory]
    [InlineData(0.01f)]
    [InlineData(0.5f)]
    [InlineData(0.999f)]
    [InlineData(-0.25f)]
    [InlineData(-3.7f)]
    [InlineData(1000.125f)]
    public void Round_stochastic_on_average_is_the_value(float value)
    {
        double mean = Enumerable
            .Range(0, Draws)
            .Average(i => Generator.RoundStochastic(value, Generator.At(Generator.Key(7, 0, 0), (uint)i)));
        double fraction = value - Math.Floor(value);
        Assert.InRange(mean - value, -4 * Math.Sqrt(fraction * (1 - fraction) / Draws), 4 * Math.Sqrt(fraction * (1 - fraction) / Draws));
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(-5f)]
    [InlineData(1073741824f)]
    public void Round_stochastic_of_integer_is_the_integer(float value) =>
        Assert.All(new uint[] { 0, 1, 255, 256, uint.MaxValue }, bits => Assert.Equal(value, Generator.RoundStochastic(value, bits)));

    /// <summary>Chi-square over equally likely bins, within five standard deviations of its mean.</summary>
    private static void AssertEven(int bins, Func<uint, uint> bin)
    {
        var counts = new int[bins];
        for (uint i = 0; i < Draws; i++)
        {
            counts[bin(i)]++;
        }

        double expected = (double)Draws / bins, chi = counts.Sum(c => (c - expected) * (c - expected) / expected);
        Assert.InRange(chi, bins - 1 - 5 * Math.Sqrt(2.0 * (bins - 1)), bins - 1 + 5 * Math.Sqrt(2.0 * (bins - 1)));
    }
}
