// One dimension of a shape: a fixed extent, or an upper bound whose count is known only at run time.
// Core operators accept fixed extents; bounded ones are carried by IR, text and verifier for packs that need them.

using System.Globalization;

namespace TinyEngine.Ir;

/// <summary>A dimension: <c>Fixed n</c> or <c>Bounded &lt;= n</c>.</summary>
/// <param name="Extent">The extent, or its upper bound.</param>
/// <param name="IsBounded">True where <paramref name="Extent"/> is an upper bound.</param>
public readonly record struct Dim(int Extent, bool IsBounded = false)
{
    /// <summary>A fixed extent.</summary>
    public static implicit operator Dim(int extent) => new(extent);

    /// <inheritdoc/>
    public override string ToString() =>
        (IsBounded ? "<=" : "") + Extent.ToString(CultureInfo.InvariantCulture);
}
