// The measurements of the learning-rate finder, in the terminal and in JSON.

using System.Globalization;
using TinyEngine.Experiments;

namespace TinyEngine.Cli;

/// <summary>Prints trials of learning rates.</summary>
internal static class RateTable
{
    /// <summary>A row for each rate and the advice.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<RateTrial> trials)
    {
        var advised = RateFinder.Advise(trials);
        yield return $"{"rate",10} {"loss",8} {"validation",11}";
        foreach (var t in trials)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{t.Rate,10:0.#######} {t.Loss,8:F3} {t.Accuracy,11:P1}{(t == advised ? "  <- advised" : "")}"
            );
        }

        if (advised is null)
        {
            yield return "every rate diverged: look at the data and at --input-scale";
        }
        else if (advised == trials[0] || advised == trials[^1])
        {
            yield return "the advised rate is at the edge of the grid: the best may lie beyond it";
        }
    }

    /// <summary><c>rates</c> with the trials, and <c>advised</c>.</summary>
    public static string Json(IReadOnlyList<RateTrial> trials) => JsonText.Of(w =>
    {
        w.WriteStartArray("rates");
        foreach (var t in trials)
        {
            w.WriteStartObject();
            w.WriteNumber("lr", t.Rate);
            JsonText.Number(w, t.Loss, "loss");
            w.WriteNumber("validation_accuracy", t.Accuracy);
            w.WriteEndObject();
        }

        w.WriteEndArray();
        if (RateFinder.Advise(trials) is { } advised)
        {
            w.WriteNumber("advised", advised.Rate);
        }
        else
        {
            w.WriteNull("advised");
        }
    });
}
