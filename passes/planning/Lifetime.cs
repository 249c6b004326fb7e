// The span of steps in which one arena value must keep its bytes.

using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>When one value is alive.</summary>
/// <param name="Value">The value.</param>
/// <param name="First">Step that writes it; 0 for inputs.</param>
/// <param name="Last">Last step that needs it: its last reader, or the end of the phase for a result of the caller.</param>
public readonly record struct Lifetime(Value Value, int First, int Last)
{
    /// <summary>Bytes the value occupies, padded to the arena's alignment.</summary>
    public long AlignedBytes => MemoryPlan.Align(Value.Type.Bytes);

    /// <summary>True where both values are alive in some step.</summary>
    public bool Meets(Lifetime other) => First <= other.Last && other.First <= Last;
}
