// The loss of a training run as a small chart of characters: one column a mean, eight levels a line.

using System.Globalization;

namespace TinyEngine.Cli;

/// <summary>Draws losses in the terminal.</summary>
internal static class LossCurve
{
    private const int Lines = 5, MostColumns = 60;
    private const string Blocks = " ▁▂▃▄▅▆▇█";

    /// <summary>The lines of the chart; none without losses.</summary>
    public static IEnumerable<string> Draw(IReadOnlyList<float> losses, int steps)
    {
        if (losses.Count == 0)
        {
            yield break;
        }

        var c = CultureInfo.InvariantCulture;
        int perColumn = (losses.Count + MostColumns - 1) / MostColumns;
        float[] columns = [.. losses.Chunk(perColumn).Select(part => part.Average())];
        int width = columns.Length < 20 ? 3 : 1;
        float top = columns.Where(float.IsFinite).DefaultIfEmpty(1).Max();
        for (int line = Lines - 1; line >= 0; line--)
        {
            string label = line == Lines - 1 ? "loss " + top.ToString("F2", c) : line == 0 ? 0.ToString("F2", c) : "";
            yield return $"{label,12} ┤" + string.Concat(columns.Select(v => new string(Block(v / top * Lines - line), width)));
        }

        yield return $"{"",12} └{new string('─', columns.Length * width)} {steps.ToString("N0", c)} steps, last "
            + $"{losses[^1].ToString("F3", c)}";
    }

    private static char Block(float height) =>
        float.IsNaN(height) ? '?' : Blocks[(int)Math.Clamp(MathF.Round(height * (Blocks.Length - 1)), 0, Blocks.Length - 1)];
}
