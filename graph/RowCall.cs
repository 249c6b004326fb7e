// A call that makes only some rows of a result, by the column `rows` of kernels.def. A kernel with a window has a second function for
// this, SYMBOL_rows, which finds rows in rings; an elementwise kernel is called itself, with a smaller struct and moved pointers.

using System.Collections.Immutable;

namespace TinyEngine.Ir;

/// <summary>A call for rows of a result; a row is one row of a map, or of a matrix, counted through all images.</summary>
/// <param name="Symbol">The C function.</param>
/// <param name="Request">The fields of its parameter struct.</param>
/// <param name="Offsets">Bytes by which the pointer of each argument moves on.</param>
/// <param name="TakesRange">True where the function takes a <c>te_row_range</c> behind the struct, which says the rows.</param>
public sealed record RowCall(string Symbol, KernelRequest Request, ImmutableArray<long> Offsets, bool TakesRange)
{
    /// <summary>The rows of a tensor.</summary>
    public static int RowsOf(Shape shape) => (int)(shape.Count / BlockFormat.RowElements(shape));

    /// <summary>
    /// The call for rows <paramref name="first"/> to <paramref name="end"/> - 1, or null where the kernel cannot be cut there: it has no
    /// rows, or a mask would begin within a byte.
    /// </summary>
    public static RowCall? Of(KernelCall call, int first, int end)
    {
        var result = call.ArgumentsOf(ParameterUse.Result).First().Type.Shape;
        int rows = RowsOf(result);
        switch (call.Kernel.Rows)
        {
            case KernelRow.WindowRows:
                return new RowCall(call.Kernel.Symbol + "_rows", call.Request, [.. call.Arguments.Select(_ => 0L)], true);
            case KernelRow.NoRows:
                return null;
            case KernelRow.BroadcastRows:
                long row = result.Count / rows;
                return Cut(call.Request, first * row, (end - first) * row) is { } cut
                    ? Moved(call, cut.Request, first * row, [cut.A, cut.B])
                    : null;
            case var field:
                long all = call.Request.IntegerField(field);
                return all % rows == 0
                    ? Moved(call, call.Request.With(field, all / rows * (end - first)), result.Count / rows * first, [])
                    : null;
        }
    }

    /// <summary>
    /// Moves operands and results on by <paramref name="elements"/> of the result, of which the other operands have proportionally as
    /// many; the last operands by <paramref name="last"/> elements.
    /// </summary>
    private static RowCall? Moved(KernelCall call, KernelRequest request, long elements, long[] last)
    {
        long count = call.ArgumentsOf(ParameterUse.Result).First().Type.Count;
        int operands = call.Kernel.Parameters.Count(p => p.IsOperand), operand = 0;
        var offsets = ImmutableArray.CreateBuilder<long>();
        foreach (var (parameter, argument) in call.Kernel.Parameters.Zip(call.Arguments))
        {
            int fromEnd = parameter.IsOperand ? operands - operand++ : int.MaxValue;
            bool moves = argument is not null && (parameter.IsOperand || parameter.Use == ParameterUse.Result);
            long move =
                !moves ? 0
                : fromEnd <= last.Length ? last[^fromEnd]
                : argument!.Type.Count * elements / count;
            if (argument?.Type.DType == DType.Bit && move % 8 != 0)
            {
                return null;
            }

            offsets.Add(moves ? argument!.Type.DType.Bytes(move) : 0);
        }

        return new RowCall(call.Kernel.Symbol, request, offsets.ToImmutable(), false);
    }

    /// <summary>
    /// The loops of <see cref="Broadcast"/> over <paramref name="count"/> elements from <paramref name="start"/> on, and the first elements
    /// of the operands; null if these elements cannot be walked by such loops.
    /// </summary>
    private static (KernelRequest Request, long A, long B)? Cut(KernelRequest request, long start, long count)
    {
        long Field(char name, int loop) => request.IntegerField($"{name}{loop}");
        var (a, b) = (0L, 0L);
        long inner = Enumerable.Range(0, Broadcast.MaxLoops).Aggregate(1L, (n, loop) => n * Field('d', loop));
        for (int loop = 0; loop < Broadcast.MaxLoops; loop++)
        {
            inner /= Field('d', loop);
            long index = start / inner;
            (a, b) = (a + index * Field('a', loop), b + index * Field('b', loop));
            start -= index * inner;
            if (start == 0 && count % inner == 0 && index + count / inner <= Field('d', loop))
            {
                return (request.With($"d{loop}", count / inner), a, b);
            }

            if (start + count > inner)
            {
                return null;
            }

            request = request.With($"d{loop}", 1);
        }

        return null;
    }
}
