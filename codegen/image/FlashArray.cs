// A constant array of an emitted model: a weight, a table, or the value a trained parameter starts from. Parameters that
// start from zero need no array.

using System.Collections.Immutable;
using TinyEngine.Ir;

namespace TinyEngine.Image;

/// <summary>A constant array in flash.</summary>
/// <param name="Value">The constant, or the parameter whose initial contents it holds.</param>
/// <param name="Symbol">Its external C symbol, which begins with the model's name and <c>_w_</c>.</param>
public sealed record FlashArray(Value Value, string Symbol)
{
    /// <summary>The arrays of a graph from the selected stage on, in order of first use: constants that kernels load.</summary>
    public static ImmutableArray<FlashArray> Of(Graph graph)
    {
        var symbols = new Identifiers();
        var loaded = StreamOp.Inlined(graph).Nodes.SelectMany(n => n.Loads).Concat(graph.Outputs).ToHashSet();
        return [.. graph.Values.Where(v => v.IsConstant ? loaded.Contains(v) : v.Kind == ValueKind.Parameter && !StartsFromZero(v))
            .Select(v => new FlashArray(v, $"{graph.Name}_{symbols.Take(v.Name)}"))];
    }

    private static bool StartsFromZero(Value parameter) =>
        parameter.Data is null || parameter.Data.Data.All(v => v == 0 && !double.IsNegative(v));
}
