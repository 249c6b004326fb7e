// The integer form of requantization against the definition, sum by sum; and what it finds where there is nothing to find.

using TinyEngine.Ir;

namespace TinyEngine.Tests.PackedForms;

public sealed class IntegerMultiplierTests
{
    private const int Count = 100;

    [Fact]
    public void Every_sum_has_the_code_of_the_definition()
    {
        int found = 0;
        for (int seed = 0; seed < Count; seed++)
        {
            var channel = Channel(new Random(seed));
            for (int shift = channel.LargestShift; shift >= 0; shift -= 5)
            {
                if (channel.Find(shift) is { } multiplier)
                {
                    found++;
                    Assert.DoesNotContain(Sums(channel), sum => Definition(channel, sum) != Integer(channel, multiplier, shift, sum));
                }
            }
        }

        Assert.True(found > Count / 2, $"{found} of {Count} channels");
    }

    [Fact]
    public void Where_none_is_found_none_near_the_exact_one_is_right()
    {
        var missing = Enumerable
            .Range(0, 20 * Count)
            .Select(seed => Channel(new Random(seed)))
            .Where(c => c.LargestShift >= 0 && c.Find(c.LargestShift) is null)
            .Take(4)
            .ToList();
        Assert.Equal(4, missing.Count);
        foreach (var channel in missing)
        {
            int shift = channel.LargestShift;
            int exact = (int)Math.Min(int.MaxValue - 50, Math.ScaleB(channel.Multiplier, 33 + shift));
            Assert.All(
                Enumerable.Range(exact - 50, 101),
                m => Assert.Contains(Sums(channel), sum => Definition(channel, sum) != Integer(channel, m, shift, sum))
            );
        }
    }

    [Theory]
    [InlineData(0f, 14)]
    [InlineData(0.00001f, 14)]
    [InlineData(0.0156f, 4)]
    [InlineData(0.016f, 3)]
    [InlineData(0.2f, 0)]
    [InlineData(0.25f, -1)]
    public void The_largest_shift_leaves_31_bits(float multiplier, int shift) =>
        Assert.Equal(shift, new IntegerMultiplier(multiplier, 0, 0, 0, -128, 127).LargestShift);

    private static IntegerMultiplier Channel(Random random)
    {
        int spread = random.Next(10, 60_000), middle = random.Next(-spread, spread);
        float multiplier = (float)(random.Next(20, 400) / (double)spread * (1 + random.NextDouble()));
        var (low, high) = random.Next(2) == 0 ? (-128, 127) : (random.Next(-128, 0), random.Next(0, 128));
        return new IntegerMultiplier(Math.Min(multiplier, 0.9f), random.Next(-128, 128), middle - spread, middle + spread, low, high);
    }

    private static IEnumerable<int> Sums(IntegerMultiplier channel) =>
        Enumerable.Range((int)channel.Least, (int)(channel.Most - channel.Least + 1));

    private static int Definition(IntegerMultiplier channel, int sum) =>
        (int)Math.Clamp(Numerics.For(Target.Default).Requantize(sum, channel.Multiplier, channel.Zero), channel.Low, channel.High);

    private static int Integer(IntegerMultiplier channel, int multiplier, int shift, int sum)
    {
        long code = (((2L * channel.Zero + 1) << shift) + ((long)sum * multiplier >> 32)) >> (shift + 1);
        return (int)Math.Clamp(code, channel.Low, channel.High);
    }
}
