// How two operands of different shapes meet, by the rules of numpy: shapes align at their last dimension, and an extent of 1
// (or a missing dimension) is repeated. Kernels see the result as at most four loops with a step in each operand.

using System.Collections.Immutable;

namespace TinyEngine.Ir;

/// <summary>The result's shape and the loops over it: extent, step in a, step in b; neighbours that step alike are one loop.</summary>
public sealed record Broadcast(Shape Shape, ImmutableArray<(int Extent, int A, int B)> Loops)
{
    /// <summary>Loops that kernels have.</summary>
    public const int MaxLoops = 4;

    /// <summary>a and b broadcast together; null where an extent fits neither the other nor 1.</summary>
    public static Broadcast? Of(Shape a, Shape b)
    {
        int rank = Math.Max(a.Rank, b.Rank);
        var (pa, pb) = (Padded(a, rank), Padded(b, rank));
        if (Enumerable.Range(0, rank).Any(d => pa[d] != pb[d] && pa[d] != 1 && pb[d] != 1))
        {
            return null;
        }

        var shape = Shape.Of(Enumerable.Range(0, rank).Select(d => pa[d] == 1 ? pb[d] : pa[d]));
        var (sa, sb) = (pa.Strides(), pb.Strides());
        var loops = new List<(int Extent, int A, int B)>();
        for (int d = 0; d < rank; d++)
        {
            if (shape[d] == 1)
            {
                continue;
            }

            var loop = (Extent: shape[d], A: pa[d] == 1 ? 0 : sa[d], B: pb[d] == 1 ? 0 : sb[d]);
            if (loops.Count > 0 && loops[^1].A == loop.A * loop.Extent && loops[^1].B == loop.B * loop.Extent)
            {
                loop.Extent *= loops[^1].Extent;
                loops.RemoveAt(loops.Count - 1);
            }

            loops.Add(loop);
        }

        return new Broadcast(shape, [.. loops]);
    }

    /// <summary>The shape with leading extents of 1 up to a rank.</summary>
    public static Shape Padded(Shape shape, int rank) => Shape.Of([.. Enumerable.Repeat(1, rank - shape.Rank), .. shape.ToArray()]);

    /// <summary>The type with leading extents of 1 up to a rank.</summary>
    public static TensorType Padded(TensorType type, int rank) => type with
    {
        Shape = Padded(type.Shape, rank),
        Quant = type.Quant is { Axis: { } axis } quant ? quant with { Axis = axis + rank - type.Shape.Rank } : type.Quant,
    };

    /// <summary>The dimensions of <paramref name="to"/> along which <paramref name="from"/> is repeated.</summary>
    public static int[] Repeated(Shape from, Shape to)
    {
        var padded = Padded(from, to.Rank);
        return [.. Enumerable.Range(0, to.Rank).Where(d => padded[d] != to[d])];
    }

    /// <summary>The fields d0 .. d3, a0 .. a3, b0 .. b3 of the C struct te_binary.</summary>
    public IEnumerable<KernelField> Fields()
    {
        var loops = Enumerable.Repeat((Extent: 1, A: 0, B: 0), MaxLoops - Loops.Length).Concat(Loops).ToList();
        return loops.Select((l, i) => KernelField.Int($"d{i}", l.Extent))
            .Concat(loops.Select((l, i) => KernelField.Int($"a{i}", l.A)))
            .Concat(loops.Select((l, i) => KernelField.Int($"b{i}", l.B)));
    }

    /// <summary>Visits every element of the result in storage order: its index and the indices of its operands.</summary>
    public void ForEach(Action<int, int, int> visit)
    {
        for (int i = 0; i < Shape.Count; i++)
        {
            int rest = i, a = 0, b = 0;
            foreach (var (extent, stepA, stepB) in Loops.Reverse())
            {
                a += rest % extent * stepA;
                b += rest % extent * stepB;
                rest /= extent;
            }

            visit(i, a, b);
        }
    }
}
