// The result of a run on the host or on the board, in the terminal and in JSON.

using System.Globalization;
using System.Text.Json;
using TinyEngine.Experiments;
using TinyEngine.Image;

namespace TinyEngine.Cli;

/// <summary>Prints results of experiments.</summary>
internal static class ResultTable
{
    /// <summary>Accuracies, the curve of the loss, costs.</summary>
    public static IEnumerable<string> Lines(ExperimentResult r, RateSchedule schedule)
    {
        var c = CultureInfo.InvariantCulture;
        if (r.Steps == 0 && r.Predictions is null)
        {
            yield return "no data       the model was built and started, nothing else; --train DATA trains, --test DATA evaluates";
        }

        if (r.Rate is { } rate)
        {
            yield return string.Create(c, $"rate          {rate:G7} ({schedule.ToString().ToLowerInvariant()})");
        }

        if (r is { Predictions: { } predicted, AccuracyAfter: null, LossAfter: null })
        {
            yield return string.Create(
                c,
                $"predictions   of {predicted.Shape[0]:N0} samples; without targets there is nothing to compare them with"
            );
        }

        if (r.AccuracyBefore is { } before)
        {
            yield return r.Steps > 0
                ? string.Create(c, $"accuracy      {before:P1} before, {r.AccuracyAfter:P1} after {r.Steps:N0} steps")
                : string.Create(c, $"accuracy      {before:P1}");
        }

        if (r.LossBefore is { } lossBefore)
        {
            yield return r.Steps > 0
                ? string.Create(c, $"test loss     {lossBefore:G5} before, {r.LossAfter:G5} after {r.Steps:N0} steps")
                : string.Create(c, $"test loss     {lossBefore:G5}");
        }

        if (r.Validation is { } v)
        {
            yield return string.Create(
                c,
                $"validation    {v.Accuracy[v.Epoch - 1]:P1} in epoch {v.Epoch}, whose weights are the result; "
                    + $"best {v.Accuracy[v.BestEpoch - 1]:P1} in epoch {v.BestEpoch}"
                    + $"{(v.StoppedEarly ? $"; stopped after epoch {v.Accuracy.Count}" : "")}"
            );
        }

        foreach (var line in LossCurve.Draw(r.Loss, r.Steps))
        {
            yield return line;
        }

        if (r.Firmware is { } firmware)
        {
            var counts = new[]
            {
                (Count: r.Cost.InferenceInstructions, Of: "inference"),
                (Count: r.Cost.TrainInstructions, Of: "training step"),
            }
                .Where(p => p.Count is not null)
                .ToList();
            yield return counts.Count == 0
                ? "instructions  none counted: neither an inference nor a training step ran"
                : $"instructions  {string.Join(", ", counts.Select(p => string.Create(c, $"{p.Count:N0} per {p.Of}")))} (not cycles)";
            yield return string.Create(
                c,
                $"SRAM          {firmware.Sizes.StaticSram:N0} static + "
                    + $"{(r.Cost.StackPeak is { } stack ? stack.ToString("N0", c) : "an unknown")} stack"
            );
            yield return string.Create(c, $"flash         {firmware.Sizes.Flash:N0}, on {firmware.Board.Machine}");
        }

        yield return r.Weights.Length > 0 ? $"weights       sha256 {r.WeightsSha256}" : "weights       none are trained";
        yield return string.Create(c, $"time          {r.TrainSeconds:F1} s");
    }

    /// <summary>The object that docs/data.md describes, with the confusion matrix and the profile where they were asked for.</summary>
    public static string Json(ExperimentResult r, ConfusionMatrix? confusion, IReadOnlyList<StepCost>? profile) => JsonText.Of(w =>
    {
        if (r.AccuracyBefore is { } before)
        {
            w.WriteNumber("accuracy_before", before);
            w.WriteNumber("accuracy_after", r.AccuracyAfter!.Value);
        }

        if (r.LossBefore is { } lossBefore)
        {
            JsonText.Number(w, lossBefore, "loss_before");
            JsonText.Number(w, r.LossAfter!.Value, "loss_after");
        }

        w.WriteStartArray("loss");
        foreach (float loss in r.Loss)
        {
            JsonText.Number(w, loss);
        }

        w.WriteEndArray();
        w.WriteNumber("steps", r.Steps);
        w.WriteString("weights_sha256", r.Weights.Length > 0 ? r.WeightsSha256 : null);
        JsonText.Number(w, r.Rate ?? float.NaN, "rate"); // null where nothing was trained

        w.WriteNumber("seconds", Math.Round(r.TrainSeconds, 3));
        if (r.Firmware is { } firmware)
        {
            w.WriteStartObject("instructions");
            Count(w, "inference", r.Cost.InferenceInstructions);
            Count(w, "train_step", r.Cost.TrainInstructions);
            w.WriteEndObject();
            w.WriteStartObject("sram");
            w.WriteNumber("static", firmware.Sizes.StaticSram);
            Count(w, "stack_peak", r.Cost.StackPeak);
            w.WriteEndObject();
            w.WriteNumber("flash", firmware.Sizes.Flash);
            w.WriteString("board", firmware.Board.Machine);
        }

        if (r.Validation is { } course)
        {
            w.WriteStartObject("validation");
            w.WriteStartArray("accuracy");
            course.Accuracy.ToList().ForEach(w.WriteNumberValue);
            w.WriteEndArray();
            w.WriteNumber("best_epoch", course.BestEpoch);
            w.WriteNumber("epoch", course.Epoch);
            w.WriteBoolean("stopped_early", course.StoppedEarly);
            w.WriteEndObject();
        }

        if (confusion is not null)
        {
            ConfusionTable.Write(w, confusion);
        }

        if (profile is not null)
        {
            ProfileTable.Write(w, profile);
        }
    });

    /// <summary>A figure of a run, or null where nothing that it counts ran.</summary>
    private static void Count(Utf8JsonWriter w, string name, long? count)
    {
        if (count is { } figure)
        {
            w.WriteNumber(name, figure);
        }
        else
        {
            w.WriteNull(name);
        }
    }
}
