// A member of the state of a model.

using TinyEngine.Ir;

namespace TinyEngine.Image;

/// <summary>A trained parameter or counter in the state.</summary>
/// <param name="Value">The parameter or counter; its role says what it is for.</param>
/// <param name="Name">The member's name, an identifier.</param>
/// <param name="Offset">Bytes from the start of the state.</param>
public sealed record StateMember(Value Value, string Name, long Offset);
