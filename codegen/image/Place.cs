// Where one value of a planned graph lives, under a name that no other place of its kind has.

using TinyEngine.Ir;

namespace TinyEngine.Image;

/// <summary>The kinds of places.</summary>
public enum PlaceKind
{
    /// <summary>The arena, or its part in one memory; the offset counts from its start.</summary>
    Arena,
    /// <summary>The arena, for bytes that only one kernel call uses; they have no element type.</summary>
    Scratch,
    /// <summary>A member of the state; the offset counts from the start of the state.</summary>
    State,
    /// <summary>A constant array in flash.</summary>
    Flash,
    /// <summary>An argument of the call: the sample that the caller owns, the target, the learning rate.</summary>
    Argument,
}

/// <summary>A place.</summary>
/// <param name="Kind">The memory that it is in.</param>
/// <param name="Name">
/// Its name, made of letters, digits and underscores: the member, the symbol, the argument, or the name of the value in the arena, which
/// may begin with a digit.
/// </param>
/// <param name="Value">The value that was placed; a view of it has the same place.</param>
/// <param name="Offset">Bytes from the start of the arena or state; 0 for other kinds.</param>
public sealed record Place(PlaceKind Kind, string Name, Value Value, long Offset)
{
    /// <summary>In the arena, the first and the last step that need the value or a view of it.</summary>
    public (int First, int Last) Steps { get; init; }

    /// <summary>The rows of a line buffer, which holds only so many of the value's; null for a place of the whole value.</summary>
    public int? Lines { get; init; }

    /// <summary>The memory of a place in an arena outside of the state; null for all others.</summary>
    public string? Bank { get; init; }

    /// <summary>Bytes of the place.</summary>
    public long Bytes => Lines is { } rows ? Value.Type.Bytes / RowSchedule.RowsOf(Value) * rows : Value.Type.Bytes;

    /// <summary>True for places in the arena.</summary>
    public bool IsInArena => Kind is PlaceKind.Arena or PlaceKind.Scratch;
}
