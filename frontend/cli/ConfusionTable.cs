// The confusion matrix in the terminal and in JSON. A table of more classes than a terminal has columns for gives way to
// the list of the most frequent confusions.

using System.Globalization;
using System.Text.Json;
using TinyEngine.Experiments;

namespace TinyEngine.Cli;

/// <summary>Prints confusion matrices.</summary>
internal static class ConfusionTable
{
    private const int MostColumns = 16, MostPairs = 20, NameWidth = 14;

    /// <summary>A row for each true class: its name, the counts by predicted class, the share of right ones.</summary>
    public static IEnumerable<string> Lines(ConfusionMatrix m)
    {
        var c = CultureInfo.InvariantCulture;
        int classes = m.Counts.Count;
        if (classes > MostColumns)
        {
            yield return "confusions    of the true class (left) with another, most frequent first";
            var pairs = m
                .Counts.SelectMany((row, t) => row.Select((n, p) => (True: t, Predicted: p, Count: n)))
                .Where(x => x.True != x.Predicted && x.Count > 0);
            foreach (var (t, p, n) in pairs.OrderByDescending(x => x.Count).ThenBy(x => x.True).Take(MostPairs))
            {
                yield return string.Create(c, $"  {n,5}  {m.NameOf(t)} as {m.NameOf(p)}");
            }

            yield break;
        }

        int width = Math.Max(4, m.Counts.Max(r => r.Max()).ToString(c).Length + 1);
        string head = string.Concat(Enumerable.Range(0, classes).Select(i => Cut(m.NameOf(i), width - 1).PadLeft(width)));
        yield return $"{"confusion",-NameWidth}{head}  right    rows: true class, columns: predicted";
        for (int t = 0; t < classes; t++)
        {
            int all = m.Counts[t].Sum();
            string right = all == 0 ? "-" : (m.Counts[t][t] / (double)all).ToString("P0", c);
            string counts = string.Concat(m.Counts[t].Select(n => (n == 0 ? "." : n.ToString(c)).PadLeft(width)));
            yield return $"{Cut(m.NameOf(t), NameWidth - 1),-NameWidth}{counts}  {right,5}";
        }
    }

    /// <summary>Writes <c>confusion</c>, rows by true class, and <c>classes</c> where names are known.</summary>
    public static void Write(Utf8JsonWriter w, ConfusionMatrix m)
    {
        w.WriteStartArray("confusion");
        foreach (var row in m.Counts)
        {
            w.WriteStartArray();
            row.ToList().ForEach(w.WriteNumberValue);
            w.WriteEndArray();
        }

        w.WriteEndArray();
        if (m.ClassNames is { } names)
        {
            w.WriteStartArray("classes");
            names.ToList().ForEach(w.WriteStringValue);
            w.WriteEndArray();
        }
    }

    private static string Cut(string name, int width) => name.Length <= width ? name : name[..width];
}
