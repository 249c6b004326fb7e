// A member of the emitted state struct, and what it is there for.

using TinyEngine.Ir;

namespace TinyEngine.Image;

/// <summary>What a member of the state is, in the order of the weights file.</summary>
public enum StateRole
{
    /// <summary>Weights or biases, which inference reads.</summary>
    Value,
    /// <summary>Remainders of updates, one byte a weight.</summary>
    Residual,
    /// <summary>Velocities and sums of gradients.</summary>
    Optimizer,
    /// <summary>Seed and steps so far.</summary>
    Counter,
}

/// <summary>A trained parameter or counter in the state struct.</summary>
/// <param name="Value">The parameter or counter.</param>
/// <param name="Name">The member's C name.</param>
/// <param name="Offset">Bytes from the start of the struct.</param>
/// <param name="Role">What it is there for.</param>
public sealed record StateMember(Value Value, string Name, long Offset, StateRole Role);
