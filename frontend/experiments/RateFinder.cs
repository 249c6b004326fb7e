// Looks for a learning rate: short runs from the same start over a geometric grid of rates. A rate near the edge of
// divergence may win by luck, so a rate is judged together with its neighbours.

using TinyEngine.Data;
using TinyEngine.Device;
using TinyEngine.Ir;

namespace TinyEngine.Experiments;

/// <summary>One rate that was tried.</summary>
/// <param name="Rate">The rate, in real units.</param>
/// <param name="Loss">Mean training loss at the end; not finite where training diverged.</param>
/// <param name="Accuracy">Validation accuracy at the end, 0..1.</param>
public sealed record RateTrial(float Rate, float Loss, double Accuracy);

/// <summary>Finds learning rates.</summary>
public static class RateFinder
{
    /// <summary>Epochs of a trial if no number of steps is given.</summary>
    public const int Epochs = 3;

    /// <summary>Share of the training samples held out where the training file brings no validation pair.</summary>
    public const double Share = 0.2;

    /// <summary>The rates that are tried: each twice the one before.</summary>
    public static readonly IReadOnlyList<float> Grid = [.. Enumerable.Range(0, 10).Select(i => 0.0003125f * (1 << i))];

    /// <summary>Tries all rates on the host.</summary>
    /// <param name="experiment">The model.</param>
    /// <param name="options">Data, seed and schedule; the rate is not read.</param>
    /// <param name="toolchain">The compilers.</param>
    /// <param name="progress">Share of the work that is done.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <exception cref="DiagnosticException">TE07xx.</exception>
    public static async Task<IReadOnlyList<RateTrial>> RunAsync(
        Experiment experiment,
        ExperimentOptions options,
        Toolchain toolchain,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        string train = options.Train ?? throw DataDiagnostics.NoValidation.Failure($"finding a learning rate needs {OptionName.Train}");
        bool brings = Dataset.Holds(train, "val");
        options = options with
        {
            Test = null,
            EarlyStop = null,
            KeepBest = false,
            Validation =
                options.Validation is > 0 ? options.Validation
                : brings ? null
                : Share,
        };
        var trials = new List<RateTrial>();
        foreach (float rate in Grid)
        {
            var result = await experiment.SimulateAsync(options with { LearningRate = rate }, toolchain, null, cancellation);
            options = options with { Note = null }; // the data are the same for every rate
            trials.Add(new RateTrial(rate, result.Loss[^1], result.Validation!.Accuracy[^1]));
            progress?.Report((double)trials.Count / Grid.Count);
        }

        return trials;
    }

    /// <summary>
    /// The rate with the best accuracy, itself counted twice and its neighbours once; the lowest of equals; null where all diverged.
    /// </summary>
    /// <param name="trials">Trials in order of their rates.</param>
    public static RateTrial? Advise(IReadOnlyList<RateTrial> trials)
    {
        double Seen(int i) => float.IsFinite(trials[i].Loss) ? trials[i].Accuracy : 0;
        double Score(int i) => Seen(Math.Max(i - 1, 0)) + (2 * Seen(i)) + Seen(Math.Min(i + 1, trials.Count - 1));
        var sound = Enumerable.Range(0, trials.Count).Where(i => float.IsFinite(trials[i].Loss)).ToList();
        return sound.Count == 0 ? null : trials[sound.MaxBy(Score)];
    }
}
