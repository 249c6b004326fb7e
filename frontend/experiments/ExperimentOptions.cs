// The options of simulate and emulate: which data, how many steps, which rate (docs/data.md, docs/training.md).

using TinyEngine.Image;

using TinyEngine.Data;

namespace TinyEngine.Experiments;

/// <summary>Options of an experiment; the defaults are those of the command line.</summary>
public sealed record ExperimentOptions
{
    /// <summary>Samples to train on, or null to evaluate only.</summary>
    public string? Train { get; init; }

    /// <summary>Samples to evaluate, or null.</summary>
    public string? Test { get; init; }

    /// <summary>Epochs to train where <see cref="Steps"/> is null.</summary>
    public int Epochs { get; init; } = 15;

    /// <summary>Steps to train; they wrap into further epochs.</summary>
    public int? Steps { get; init; }

    /// <summary>Learning rate in real units; null takes the default of the training mode.</summary>
    public float? LearningRate { get; init; }

    /// <summary>How the rate falls.</summary>
    public RateSchedule Schedule { get; init; } = RateSchedule.Cosine;

    /// <summary>Seed of the order of samples and of stochastic rounding.</summary>
    public uint Seed { get; init; }

    /// <summary>Visit samples in a new random order each epoch.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>The most test samples to evaluate.</summary>
    public int? LimitTest { get; init; }

    /// <summary>
    /// Share of the training samples held out for validation; null takes x_val, y_val of the training file where it has them, 0 takes none.
    /// </summary>
    public double? Validation { get; init; }

    /// <summary>Stop after this number of epochs without a rise of the validation accuracy; null never stops early.</summary>
    public int? EarlyStop { get; init; }

    /// <summary>The result has the weights of the epoch with the best validation accuracy, not those of the last.</summary>
    public bool KeepBest { get; init; }

    /// <summary>Layout of the samples.</summary>
    public SampleLayout Layout { get; init; } = SampleLayout.Auto;

    /// <summary>Test samples may come without targets: then there are predictions, but no accuracy and no loss.</summary>
    public bool UnlabelledTest { get; init; }

    /// <summary>Receives notes about the data (TE0721), before the run.</summary>
    public Action<string>? Note { get; init; }

    /// <summary>Trained parameters to start from (a W.bin), or null.</summary>
    public byte[]? WeightsIn { get; init; }
}
