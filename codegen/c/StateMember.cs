// A member of the emitted state struct.

using TinyEngine.Ir;

namespace TinyEngine.Codegen.C;

/// <summary>A trained parameter or counter in the state struct.</summary>
/// <param name="Value">The parameter or counter.</param>
/// <param name="Name">The member's C name.</param>
/// <param name="Offset">Bytes from the start of the struct.</param>
public sealed record StateMember(Value Value, string Name, long Offset);
