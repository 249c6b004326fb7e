// Instructions of models on boards, kept in a file for each core, so that a change which makes one slower does not go unseen. They are
// those of the compiler that measured.def was measured with.

using System.Globalization;
using TinyEngine.Tests;

namespace TinyEngine.Device.Tests;

/// <summary>Compares counts with files. TINYENGINE_UPDATE_GOLDEN=1 writes the files anew.</summary>
internal static class SpeedFigures
{
    private const double Tolerance = 0.01;
    private static readonly Lock Files = new();

    /// <summary>
    /// Fails where a run takes over 1 % more instructions than its figure, and where it takes so few that the figure is old.
    /// </summary>
    public static void Hold(string target, string run, long counted)
    {
        string path = Path.Combine(SharedModels.Root, "tests", "device", "boards", "instructions", target + ".txt");
        lock (Files)
        {
            var figures = (File.Exists(path) ? File.ReadAllLines(path) : [])
                .Select(line => line.Split(": "))
                .ToDictionary(cells => cells[0], cells => long.Parse(cells[1], CultureInfo.InvariantCulture), StringComparer.Ordinal);
            if (Environment.GetEnvironmentVariable("TINYENGINE_UPDATE_GOLDEN") == "1")
            {
                figures[run] = counted;
                File.WriteAllLines(
                    path,
                    figures.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => FormattableString.Invariant($"{f.Key}: {f.Value}"))
                );
            }

            Assert.True(figures.TryGetValue(run, out long figure), $"{path} has no line for {run}, which takes {counted} instructions");
            Assert.True(
                Math.Abs(counted - figure) <= Tolerance * figure,
                $"{run} takes {counted} instructions on {target}; {path} says {figure}"
            );
        }
    }
}
