// Everything that determines a run: the same request gives the same result on host and device, bit for bit.

namespace TinyEngine.Device;

/// <summary>A run.</summary>
/// <param name="Seed">Seed of stochastic rounding.</param>
/// <param name="Samples">Samples in the form of the model's input, one after the other, in blocks that commands number through.</param>
/// <param name="OutputBytes">Bytes of the model's output.</param>
/// <param name="Commands">What to do, in order.</param>
/// <param name="WeightsIn">Trained parameters for <see cref="RunCommandKind.LoadWeights"/>.</param>
/// <param name="Targets">Target vectors, one after the other, that commands number through; empty where targets are classes.</param>
public sealed record RunRequest(
    uint Seed,
    IReadOnlyList<ReadOnlyMemory<byte>> Samples,
    int OutputBytes,
    IReadOnlyList<RunCommand> Commands,
    byte[]? WeightsIn = null,
    float[]? Targets = null
);
