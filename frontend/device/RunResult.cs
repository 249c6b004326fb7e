// The results of a run in the order of its commands, and their cost.

namespace TinyEngine.Device;

/// <summary>The result of one training step: loss of the sample before the update, and the class that was predicted.</summary>
public readonly record struct TrainResult(float Loss, int Prediction);

/// <summary>Cost of the longest or deepest call.</summary>
/// <param name="InferenceInstructions">Instructions of an inference; null on the host, and where none ran.</param>
/// <param name="TrainInstructions">Instructions of a training step; null on the host, and where none ran.</param>
/// <param name="StackPeak">Bytes of stack of the deepest call; null on the host, and where neither ran.</param>
/// <param name="StateBytes">Size of the model's state.</param>
public sealed record RunCost(long? InferenceInstructions, long? TrainInstructions, long? StackPeak, long StateBytes);

/// <summary>The result of a run.</summary>
/// <param name="Outputs">The output of each inference, raw.</param>
/// <param name="Steps">The result of each training step.</param>
/// <param name="WeightsOut">All trained parameters that were saved, one copy after the other.</param>
/// <param name="Cost">Instructions and memory.</param>
/// <param name="Elapsed">Time of the run, without the build.</param>
public sealed record RunResult(
    IReadOnlyList<ReadOnlyMemory<byte>> Outputs,
    IReadOnlyList<TrainResult> Steps,
    byte[] WeightsOut,
    RunCost Cost,
    TimeSpan Elapsed
)
{
    /// <summary>Ticks of single kernels (te_profile.h); empty where the firmware was not built to profile.</summary>
    public byte[] Profile { get; init; } = [];
}
