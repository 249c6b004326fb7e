// The places of a model image as C expressions.

using TinyEngine.Image;
using TinyEngine.Ir;

namespace TinyEngine.Codegen.C;

/// <summary>
/// C expressions for the values of one model, as seen from functions with <c>s</c>, <c>arena</c> and the caller's arguments in scope,
/// after the memory map.
/// </summary>
internal sealed class Storage(ModelImage image)
{
    /// <summary>A pointer to the value's first element.</summary>
    public string Pointer(Value value)
    {
        var place = image.PlaceOf(value);
        return place.Kind switch
        {
            PlaceKind.Flash => place.Name,
            PlaceKind.State => "s->" + place.Name,
            PlaceKind.Argument => place.Value.Role.IsByValue() ? "&" + place.Name : place.Name,
            _ => place.Bank is { } bank ? $"AT_{bank}({place.Name})" : $"AT({place.Name})",
        };
    }

    /// <summary>A pointer to a row of a map.</summary>
    /// <param name="map">The map.</param>
    /// <param name="row">The row's place in its buffer, an expression.</param>
    /// <param name="bytes">Bytes from one row to the next.</param>
    public string Row(Value map, string row, long bytes)
    {
        var place = image.PlaceOf(map);
        string times = row.Contains(' ') ? $"({row})" : row;
        return row == "0" ? Pointer(map)
            : place is { IsInArena: true, Bank: { } bank } ? FormattableString.Invariant($"ROW_{bank}({place.Name}, {row}, {bytes})")
            : place.IsInArena ? FormattableString.Invariant($"ROW({place.Name}, {row}, {bytes})")
            : FormattableString.Invariant($"{Pointer(map)} + {times} * {map.Type.Count / RowSchedule.RowsOf(map)}");
    }

    /// <summary>The rows of a line buffer, or null for a place of the whole value.</summary>
    public int? Lines(Value value) => image.PlaceOf(value).Lines;

    /// <summary>The value's first element.</summary>
    public string Element(Value value) => $"*({Literal.TypeName(value.Type.DType)} *){Pointer(value)}";

    /// <summary>True where <see cref="Pointer"/> needs <c>arena</c>.</summary>
    public bool InArena(Value value) => image.PlaceOf(value) is { IsInArena: true, Bank: null };

    /// <summary>True for the input that the caller owns, and views of it.</summary>
    public bool IsCallerInput(Value value) =>
        image.PlaceOf(value) is { Kind: PlaceKind.Argument } place && place.Value == image.Graph.Inputs[0];
}
