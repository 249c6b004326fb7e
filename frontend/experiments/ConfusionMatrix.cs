// How often each class was taken for each other one: the counts behind an accuracy.

namespace TinyEngine.Experiments;

/// <summary>Predictions against true classes.</summary>
/// <param name="Counts">Samples by true class (rows) and predicted class (columns).</param>
/// <param name="ClassNames">The names of the classes, or null if they are not known.</param>
public sealed record ConfusionMatrix(IReadOnlyList<IReadOnlyList<int>> Counts, IReadOnlyList<string>? ClassNames)
{
    /// <summary>Counts pairs.</summary>
    /// <param name="labels">The true class of each sample.</param>
    /// <param name="predicted">The predicted class of each.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="names">Their names, or null.</param>
    public static ConfusionMatrix Of(IReadOnlyList<int> labels, IEnumerable<int> predicted, int classes, IReadOnlyList<string>? names)
    {
        int[][] counts = [.. Enumerable.Range(0, classes).Select(_ => new int[classes])];
        foreach (var (label, prediction) in labels.Zip(predicted))
        {
            counts[label][prediction]++;
        }

        return new ConfusionMatrix(counts, names);
    }

    /// <summary>The name of a class, or its number.</summary>
    public string NameOf(int label) => ClassNames?[label] ?? label.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
