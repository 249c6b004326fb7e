// Held-out samples, the decisions taken from their accuracy, and the advice on learning rates: pure functions of their arguments.

using TinyEngine.Data;
using TinyEngine.Experiments;
using TinyEngine.Ir;

namespace TinyEngine.Device.Tests;

public sealed class ValidationTests
{
    // Sample i is the byte i; classes 0, 1, 2 have 40, 10 and 1 samples.
    private static readonly Dataset Data = new([.. Enumerable.Range(0, 51).Select(i => (byte)i)],
        [.. Enumerable.Range(0, 51).Select(i => i == 50 ? 2 : i % 5 == 0 ? 1 : 0)]);

    [Fact]
    public void Split_keeps_the_share_of_every_class_and_all_samples()
    {
        var (kept, held) = HoldOut.Split(Data, 0.2, 7);
        Assert.Equal([8, 2, 0], Enumerable.Range(0, 3).Select(c => held.Labels.Count(l => l == c)));
        Assert.Equal(Data.Samples, kept.Samples.Concat(held.Samples).Order());
        Assert.Equal(kept.Samples, kept.Samples.Order());
        Assert.All(held.Samples.Zip(held.Labels), p => Assert.Equal(Data.Labels[p.First], p.Second));
    }

    [Fact]
    public void Split_follows_the_seed_alone()
    {
        Assert.Equal(HoldOut.Split(Data, 0.2, 7).Held.Samples, HoldOut.Split(Data, 0.2, 7).Held.Samples);
        Assert.NotEqual(HoldOut.Split(Data, 0.2, 7).Held.Samples, HoldOut.Split(Data, 0.2, 8).Held.Samples);
    }

    [Fact]
    public void Split_leaves_every_class_a_training_sample()
    {
        Assert.Equal([1, 1, 1], Enumerable.Range(0, 3).Select(c => HoldOut.Split(Data, 0.99, 0).Kept.Labels.Count(l => l == c)));
        Assert.Equal(DataDiagnostics.NoValidation.Code, Assert.Throws<DiagnosticException>(() => HoldOut.Split(Data, 0.001, 0)).Code);
    }

    [Theory]
    [InlineData(null, false, 2, 5, false, 5)]
    [InlineData(null, true, 2, 2, false, 5)]
    [InlineData(2, false, 2, 4, true, 4)]  // epochs 3 and 4 are no better than 2
    [InlineData(2, true, 2, 2, true, 4)]
    [InlineData(3, false, 2, 5, false, 5)] // the third without a rise is the last that was asked for
    public void Course_stops_and_chooses(int? patience, bool keepBest, int best, int epoch, bool stopped, int seen)
    {
        var course = ValidationCourse.Of([0.5, 0.8, 0.8, 0.7, 0.75], patience, keepBest);
        Assert.Equal((best, epoch, stopped, seen), (course.BestEpoch, course.Epoch, course.StoppedEarly, course.Accuracy.Count));
    }

    [Fact]
    public void Course_rise_after_a_pause_starts_the_count_again() =>
        Assert.Equal(6, ValidationCourse.Of([0.1, 0.1, 0.2, 0.2, 0.2, 0.2, 0.9], 3, false).Epoch);

    [Fact]
    public void Rate_beside_the_edge_of_divergence_is_not_advised()
    {
        RateTrial[] trials = [new(1, 2f, 0.5), new(2, 1f, 0.8), new(4, 0.5f, 0.8), new(8, 0.4f, 0.82), new(16, float.NaN, 0.1)];
        Assert.Equal(4, RateFinder.Advise(trials)!.Rate);
        Assert.Null(RateFinder.Advise([new(1, float.NaN, 0.5)]));
    }

    [Fact]
    public void Confusion_has_true_classes_in_rows()
    {
        var m = ConfusionMatrix.Of([0, 0, 1, 2], [0, 2, 1, 2], 3, ["a", "b", "c"]);
        Assert.Equal([[1, 0, 1], [0, 1, 0], [0, 0, 1]], m.Counts);
        Assert.Equal("c", m.NameOf(2));
    }
}
