// Arithmetic that a model does on shapes and other constants, computed while it is imported: where every operand of a node is
// constant and integers (or results computed from them) are among them, the result is a constant. Rules compute it (ImportRule.Fold);
// this class decides when, and holds the code that rules share. Real constants of the file are weights, which layers take unchanged.
// Integers are held as doubles: exact to 2^53, and beyond that only used as "to the end".

namespace TinyEngine.Ir;

/// <summary>Knows which constants of one model are arithmetic, and computes the nodes that depend on these alone.</summary>
public sealed class ConstantArithmetic
{
    /// <summary>Elements a computed constant may have at most.</summary>
    private const long MaxElements = 1 << 20;

    private readonly HashSet<Value> computed = [];

    /// <summary>The results of a node: computed at once where that is possible, else those of its nodes in the graph.</summary>
    /// <exception cref="DiagnosticException">Whatever the rule diagnoses.</exception>
    public Value[] Import(ImportRule rule, ImportRequest request)
    {
        var results = rule.Fold is { } fold && Applies(request) ? [Value.Constant(request.Output, fold(request))] : rule.Build(request);
        if (
            results.All(r => r.IsConstant)
            && request.Inputs.OfType<Value>().All(v => v.IsConstant)
            && (Applies(request) || rule.IsOfConstants)
        )
        {
            computed.UnionWith(results);
        }

        return results;
    }

    /// <summary>True where all operands are constant and the first, or a second of its kind, is arithmetic.</summary>
    private bool Applies(ImportRequest request) =>
        request.Inputs.All(v => v is null or { IsConstant: true }) && request.Optional(0) is { } first
        && (IsArithmetic(first) || request.Optional(1) is { } second && second.Type.DType == first.Type.DType && IsArithmetic(second));

    private bool IsArithmetic(Value value) =>
        value.IsConstant && (value.Type is { DType: DType.I64 or DType.I32, Quant: null } || computed.Contains(value));

    /// <summary>The real values of a constant, also of one that is dequantized or moved; null for a value that is computed.</summary>
    /// <param name="value">The value.</param>
    /// <param name="producer">The node that makes a value, or null.</param>
    public static Tensor? RealConstant(Value value, Func<Value, Node?> producer) =>
        value.IsConstant ? value.Data
        : producer(value) is { Op.PassesConstants: true } node && RealConstant(node.Input(0), producer) is { } source
            ? node.Op.Evaluate(node, [source], new Numerics(false, false))[0]
        : null;

    /// <summary>A tensor of computed elements.</summary>
    /// <exception cref="DiagnosticException">TE0203: it has too many.</exception>
    public static Tensor Tensor(ImportRequest r, DType type, IReadOnlyList<long> extents, Func<int, double> element)
    {
        double count = extents.Aggregate(1.0, (n, e) => n * e);
        if (extents.Any(e => e < 0) || extents.Count > 8 || count > MaxElements)
        {
            throw r.Fail(Diagnostics.TooLarge, $"[{string.Join(',', extents)}]");
        }

        return new Tensor(
            new TensorType(type, Shape.Of(extents.Select(e => (int)e))),
            [.. Enumerable.Range(0, (int)count).Select(element)]
        );
    }

    /// <summary>A function of the elements of operands that are broadcast together as in numpy.</summary>
    /// <param name="r">The node.</param>
    /// <param name="type">Element type of the result.</param>
    /// <param name="operands">The contents.</param>
    /// <param name="compute">One element from those of the operands.</param>
    /// <exception cref="DiagnosticException">TE0202: the shapes do not fit.</exception>
    public static Tensor Elementwise(ImportRequest r, DType type, IReadOnlyList<Tensor> operands, Func<double[], double> compute)
    {
        int rank = operands.Max(t => t.Type.Shape.Rank);
        var shapes = operands.Select(t => Broadcast.Padded(t.Type.Shape, rank)).ToList();
        int[] extents = [.. Enumerable.Range(0, rank).Select(d => shapes.Select(s => s[d]).FirstOrDefault(n => n != 1, 1))];
        if (shapes.Any(s => s.ToArray().Zip(extents).Any(p => p.First != 1 && p.First != p.Second)))
        {
            throw r.Fail(
                Diagnostics.ShapeMismatch,
                r.OnnxOp,
                $"operands {string.Join(" and ", operands.Select(t => t.Type.Shape))} cannot be broadcast together"
            );
        }

        var strides = shapes.Select(s => s.Strides()).ToList();
        var whole = Shape.Of(extents).Strides();
        return Tensor(
            r,
            type,
            [.. extents.Select(e => (long)e)],
            i =>
                compute([
                    .. operands.Select(
                        (t, o) =>
                            t.Data[Enumerable.Range(0, rank).Sum(d => shapes[o][d] == 1 ? 0 : i / whole[d] % extents[d] * strides[o][d])]
                    ),
                ])
        );
    }

    /// <summary>A function of two operands of one element type, which the result has too; real numbers are rounded to fp32.</summary>
    /// <exception cref="DiagnosticException">TE0202: the operands do not fit, or an integer is divided by 0.</exception>
    public static Tensor Binary(ImportRequest r, Func<double, double, double> real, Func<long, long, long> integer)
    {
        var (a, b) = (r.Constant(0), r.Constant(1));
        if (a.Type.DType != b.Type.DType)
        {
            throw r.Fail(Diagnostics.ShapeMismatch, r.OnnxOp, $"operands of {a.Type.DType.Name()} and {b.Type.DType.Name()}");
        }

        return Elementwise(
            r,
            a.Type.DType,
            [a, b],
            v => a.Type.DType == DType.F32 ? (float)real(v[0], v[1]) : Integer((long)v[0], (long)v[1])
        );

        double Integer(long p, long q)
        {
            try
            {
                return integer(p, q);
            }
            catch (ArithmeticException)
            {
                throw r.Fail(Diagnostics.ShapeMismatch, r.OnnxOp, $"{p} and {q} have no result");
            }
        }
    }
}
