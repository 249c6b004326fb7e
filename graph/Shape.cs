// The shape of a tensor: an immutable list of dimensions with value equality. Index arithmetic (row-major strides)
// lives here so that no operator writes it again.

using System.Collections.Immutable;

namespace TinyEngine.Ir;

/// <summary>Row-major shape; the last dimension varies fastest. A scalar has rank 0.</summary>
public sealed class Shape : IEquatable<Shape>
{
    /// <summary>The shape of a scalar.</summary>
    public static readonly Shape Scalar = new([]);

    /// <summary>A shape of these dimensions.</summary>
    public Shape(ImmutableArray<Dim> dims) => Dims = dims;

    /// <summary>The dimensions, outermost first.</summary>
    public ImmutableArray<Dim> Dims { get; }

    /// <summary>Number of dimensions.</summary>
    public int Rank => Dims.Length;

    /// <summary>True where every dimension is fixed.</summary>
    public bool IsFixed => Dims.All(d => !d.IsBounded);

    /// <summary>Number of elements (of the upper bounds where dimensions are bounded).</summary>
    public long Count => Dims.Aggregate(1L, (n, d) => checked(n * d.Extent));

    /// <summary>Extent of one dimension; a negative index counts from the last.</summary>
    public int this[int axis] => Dims[axis < 0 ? axis + Rank : axis].Extent;

    /// <summary>A shape of fixed extents.</summary>
    public static Shape Of(params IEnumerable<int> extents) => new([.. extents.Select(n => new Dim(n))]);

    /// <summary>The extents as an array.</summary>
    public int[] ToArray() => [.. Dims.Select(d => d.Extent)];

    /// <summary>Elements to step over for one step along each dimension.</summary>
    public int[] Strides()
    {
        var strides = new int[Rank];
        for (int i = Rank - 1, n = 1; i >= 0; n *= Dims[i].Extent, i--)
        {
            strides[i] = n;
        }

        return strides;
    }

    /// <summary>The shape whose dimension i is this one's dimension <c>permutation[i]</c>.</summary>
    public Shape Permute(IReadOnlyList<int> permutation) => new([.. permutation.Select(p => Dims[p])]);

    /// <summary>The permutation that undoes one.</summary>
    public static int[] Inverse(IReadOnlyList<int> permutation) => [.. Enumerable.Range(0, permutation.Count).OrderBy(d => permutation[d])];

    /// <summary>True where a permutation moves only extents of 1, so that the elements keep their order.</summary>
    public bool KeepsOrder(IReadOnlyList<int> permutation)
    {
        var moved = permutation.Where(axis => this[axis] != 1).ToArray();
        return moved.SequenceEqual(moved.Order());
    }

    /// <summary>The shape with one dimension replaced.</summary>
    public Shape With(int axis, int extent) => new(Dims.SetItem(axis < 0 ? axis + Rank : axis, extent));

    /// <inheritdoc/>
    public bool Equals(Shape? other) => other is not null && Dims.SequenceEqual(other.Dims);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Shape);

    /// <inheritdoc/>
    public override int GetHashCode() => Dims.Aggregate(17, HashCode.Combine);

    /// <inheritdoc/>
    public override string ToString() => "[" + string.Join(',', Dims) + "]";
}
