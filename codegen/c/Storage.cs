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
            _ => $"AT({place.Name})",
        };
    }

    /// <summary>The value's first element.</summary>
    public string Element(Value value) => $"*({Literal.TypeName(value.Type.DType)} *){Pointer(value)}";

    /// <summary>True where <see cref="Pointer"/> needs <c>arena</c>.</summary>
    public bool InArena(Value value) => image.PlaceOf(value).IsInArena;

    /// <summary>True for the input that the caller owns, and views of it.</summary>
    public bool IsCallerInput(Value value) =>
        image.PlaceOf(value) is { Kind: PlaceKind.Argument } place && place.Value == image.Graph.Inputs[0];
}
