// One command of a run, as runtime-c/port/te_run.h defines it.

namespace TinyEngine.Device;

/// <summary>The work of a command.</summary>
public enum RunCommandKind : uint
{
    /// <summary>Inference of a sample.</summary>
    Infer = 1,
    /// <summary>A training step on a sample.</summary>
    Train = 2,
    /// <summary>Takes the trained parameters from <see cref="RunRequest.WeightsIn"/>.</summary>
    LoadWeights = 3,
    /// <summary>Appends the trained parameters to <see cref="RunResult.WeightsOut"/>.</summary>
    SaveWeights = 4,
}

/// <summary>A command.</summary>
/// <param name="Kind">Its work.</param>
/// <param name="Sample">Which sample.</param>
/// <param name="Target">Its class or the number of its target vector, for training.</param>
/// <param name="LearningRate">The rate, for training.</param>
public readonly record struct RunCommand(RunCommandKind Kind, int Sample = 0, int Target = 0, float LearningRate = 0);
