// The expected lists come from a program written for that purpose, apart from the product; the first numbers of PCG32
// are those of its author's demonstration (seed 42, stream 54).

using TinyEngine.Data;
using TinyEngine.Experiments;
using TinyEngine.Image;
using TinyEngine.Ir;

namespace TinyEngine.Device.Tests;

public sealed class SampleOrderTests
{
    [Fact]
    public void Pcg32_matches_published_numbers()
    {
        var random = new Pcg32(42, 54);
        uint[] expected = [0xa15c02b7, 0x7b47f409, 0xba1d3330, 0x83d2f293, 0xbfa4784b, 0xcbed606e];
        Assert.Equal(expected, expected.Select(_ => random.Next()));
    }

    [Theory]
    [InlineData(0, 0, new[] { 5, 4, 9, 1, 2, 6, 0, 3, 7, 8 })]
    [InlineData(0, 1, new[] { 0, 5, 6, 9, 8, 3, 1, 4, 2, 7 })]
    [InlineData(7, 3, new[] { 6, 3, 5, 0, 2, 9, 7, 8, 4, 1 })]
    public void Epoch_matches_golden_order(ulong seed, int epoch, int[] expected) =>
        Assert.Equal(expected, SampleOrder.OfEpoch(10, seed, epoch, shuffle: true));

    [Fact]
    public void Steps_wrap_into_further_epochs()
    {
        int[] expected =
        [
            .. SampleOrder.OfEpoch(10, 0, 0, true),
            .. SampleOrder.OfEpoch(10, 0, 1, true),
            .. SampleOrder.OfEpoch(10, 0, 2, true)[..3],
        ];
        Assert.Equal(expected, SampleOrder.OfSteps(10, 23, 0, shuffle: true));
        Assert.Equal([0, 1, 0], SampleOrder.OfSteps(2, 3, 0, shuffle: false));
    }

    [Fact]
    public void Learning_rate_follows_its_schedule()
    {
        Assert.Equal(0.1f, LearningRate.At(RateSchedule.Constant, 0.1f, 99, 100));
        Assert.Equal(0.1f, LearningRate.At(RateSchedule.Cosine, 0.1f, 0, 100));
        Assert.Equal(0.05f, LearningRate.At(RateSchedule.Cosine, 0.1f, 50, 100), 1e-7f);
        Assert.Equal([0.1f, 0.1f * 0.1f, 0.1f * 0.01f], new[] { 49, 50, 75 }.Select(s => LearningRate.At(RateSchedule.Step, 0.1f, s, 100)));
    }
}
