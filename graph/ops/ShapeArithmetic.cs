// ONNX operators that are supported for arithmetic on shapes and constants only: they are computed at import (ConstantArithmetic) and
// leave no node in the graph. Operators that also run on the device have all their rules, those for constants too, in their own files.

namespace TinyEngine.Ir;

/// <summary>Import rules without an operator of the IR.</summary>
public static class ShapeArithmetic
{
    /// <summary>ONNX element types that a cast can have as its target; booleans are bytes of 0 and 1.</summary>
    private static readonly Dictionary<int, DType> CastTypes = new()
    {
        [1] = DType.F32,
        [2] = DType.U8,
        [3] = DType.I8,
        [5] = DType.I16,
        [6] = DType.I32,
        [7] = DType.I64,
        [9] = DType.U8,
    };

    private const int OnnxBool = 9;

    /// <summary>
    /// ONNX Shape 1/13/15, Size 1, Gather 1/11/13, Cast 6/9/13, ConstantOfShape 9, Expand 8/13, Range 11, Where 9/16, Mod 10/13, Equal
    /// 7/11/13, Less and Greater 7/9/13, LessOrEqual and GreaterOrEqual 12/16, And, Or 7, Not 1, Floor 6/13, Ceil 6/13, ReduceProd 1/11/13,
    /// Constant 1/9/11/12/13.
    /// </summary>
    public static IEnumerable<ImportRule> Imports =>
        [
            new("Shape", 1, r => [Value.Constant(r.Output, Vector(r, [.. Cut(r).Select(n => (long)n)]))]),
            new("Size", 1, r => [Value.Constant(r.Output, ConstantArithmetic.Tensor(r, DType.I64, [], _ => r.Input(0).Type.Count))]),
            new("Constant", 1, r => [Value.Constant(r.Output, Literal(r))], Operands: 0),
            ImportRule.OfConstants("Gather", 1, Gather, operands: 2),
            new(
                "Cast",
                6,
                r =>
                    r.Attributes.Int("to", 0) == 1 && r.Input(0).Type.DType == DType.F32
                        ? [r.Input(0)]
                        : ImportRule.OfConstants("Cast", 6, Cast, 1).Build(r),
                Fold: Cast
            ),
            ImportRule.OfConstants(
                "ConstantOfShape",
                9,
                r =>
                    ConstantArithmetic.Tensor(
                        r,
                        r.Attributes.Tensor("value")?.Type.DType ?? DType.F32,
                        Extents(r, 0),
                        _ => r.Attributes.Tensor("value")?.Data.FirstOrDefault() ?? 0
                    ),
                operands: 1
            ),
            ImportRule.OfConstants(
                "Expand",
                8,
                r =>
                    ConstantArithmetic.Elementwise(
                        r,
                        r.Constant(0).Type.DType,
                        [r.Constant(0), ConstantArithmetic.Tensor(r, DType.F32, Extents(r, 1), _ => 0)],
                        v => v[0]
                    ),
                operands: 2
            ),
            ImportRule.OfConstants("Range", 11, Range, operands: 3),
            ImportRule.OfConstants(
                "Where",
                9,
                r =>
                    ConstantArithmetic.Elementwise(
                        r,
                        r.Constant(1).Type.DType,
                        [r.Constant(0), r.Constant(1), r.Constant(2)],
                        v => v[0] != 0 ? v[1] : v[2]
                    ),
                operands: 3
            ),
            ImportRule.OfConstants(
                "Mod",
                10,
                r =>
                    r.Attributes.Int("fmod", 0) == 1
                        ? ConstantArithmetic.Binary(r, (a, b) => a % b, (a, b) => a % b)
                        : ConstantArithmetic.Binary(r, (a, b) => a - b * Math.Floor(a / b), (a, b) => (a % b + b) % b),
                operands: 2
            ),
            Comparison("Equal", 7, (a, b) => a == b),
            Comparison("Less", 7, (a, b) => a < b),
            Comparison("Greater", 7, (a, b) => a > b),
            Comparison("LessOrEqual", 12, (a, b) => a <= b),
            Comparison("GreaterOrEqual", 12, (a, b) => a >= b),
            Comparison("And", 7, (a, b) => a != 0 && b != 0),
            Comparison("Or", 7, (a, b) => a != 0 || b != 0),
            ImportRule.OfConstants(
                "Not",
                1,
                r => ConstantArithmetic.Elementwise(r, DType.U8, [r.Constant(0)], v => v[0] == 0 ? 1 : 0),
                operands: 1
            ),
            ImportRule.OfConstants(
                "Floor",
                6,
                r => ConstantArithmetic.Elementwise(r, r.Constant(0).Type.DType, [r.Constant(0)], v => Math.Floor(v[0])),
                operands: 1
            ),
            ImportRule.OfConstants(
                "Ceil",
                6,
                r => ConstantArithmetic.Elementwise(r, r.Constant(0).Type.DType, [r.Constant(0)], v => Math.Ceiling(v[0])),
                operands: 1
            ),
            ImportRule.OfConstants("ReduceProd", 1, Product, operands: 2),
        ];

    private static Tensor Vector(ImportRequest r, IReadOnlyList<long> values) =>
        ConstantArithmetic.Tensor(r, DType.I64, [values.Count], i => values[i]);

    /// <summary>
    /// The extents from <c>start</c> to <c>end</c> (opset 15), which count from the last if they are negative and stop at the ends.
    /// </summary>
    private static int[] Cut(ImportRequest r)
    {
        int[] shape = r.Input(0).Type.Shape.ToArray();
        int At(int index) => Math.Clamp(index < 0 ? index + shape.Length : index, 0, shape.Length);
        int start = At(r.Attributes.Int("start", 0)), end = At(r.Attributes.Int("end", shape.Length));
        return end > start ? shape[start..end] : [];
    }

    private static long[] Extents(ImportRequest r, int operand)
    {
        r.Require(r.Constant(operand).Type.Shape.Rank == 1, "a shape that is not a vector");
        return [.. r.Constant(operand).Data.Select(v => (long)v)];
    }

    private static Tensor Literal(ImportRequest r)
    {
        var a = r.Attributes;
        return a.Tensor("value")
            ?? (a.Has("value_int") ? ConstantArithmetic.Tensor(r, DType.I64, [], _ => a.Int("value_int", 0))
                : a.Has("value_ints") ? Vector(r, a.Longs("value_ints"))
                : a.Has("value_float") ? ConstantArithmetic.Tensor(r, DType.F32, [], _ => a.Float("value_float", 0))
                : a.Has("value_floats") ? Tensor.Vector(a.Floats("value_floats").Select(v => (float)v))
                : throw r.Fail(Diagnostics.UnsupportedForm, r.OnnxOp, "a value that is no tensor of numbers"));
    }

    private static Tensor Gather(ImportRequest r)
    {
        var (data, indices) = (r.Constant(0), r.Constant(1));
        var shape = data.Type.Shape;
        int axis = r.Axis(r.Attributes.Int("axis", 0), shape.Rank), extent = shape[axis];
        r.Require(indices.Data.All(i => i >= -extent && i < extent), $"an index outside {extent} elements");
        int inner = (int)Shape.Of(shape.ToArray()[(axis + 1)..]).Count, chosen = indices.Data.Length;
        int[] extents = [.. shape.ToArray()[..axis], .. indices.Type.Shape.ToArray(), .. shape.ToArray()[(axis + 1)..]];
        return ConstantArithmetic.Tensor(r, data.Type.DType, [.. extents.Select(e => (long)e)], i =>
        {
            int index = (int)indices.Data[i / inner % chosen];
            return data.Data[(i / inner / chosen * extent + (index < 0 ? index + extent : index)) * inner + i % inner];
        });
    }

    private static Tensor Cast(ImportRequest r)
    {
        int to = r.Attributes.Int("to", 0);
        r.Require(CastTypes.TryGetValue(to, out var type), $"a cast to element type {to}");
        var (min, max) = type.Range();
        return ConstantArithmetic.Elementwise(
            r,
            type,
            [r.Constant(0)],
            v =>
                type == DType.F32 ? (float)v[0]
                : to == OnnxBool
                    ? v[0] == 0 ? 0
                        : 1
                : Math.Truncate(v[0]) is var whole && whole >= min && whole <= max ? whole
                : throw r.Fail(Diagnostics.UnsupportedForm, r.OnnxOp, FormattableString.Invariant($"{v[0]} as {type.Name()}"))
        );
    }

    private static Tensor Range(ImportRequest r)
    {
        Tensor[] operands = [r.Constant(0), r.Constant(1), r.Constant(2)];
        r.Require(
            operands.All(t => t.Data.Length == 1 && t.Type.DType == operands[0].Type.DType) && operands[2].Data[0] != 0,
            "a start, limit or step that is not one number, or a step of 0"
        );
        var (start, limit, step) = (operands[0].Data[0], operands[1].Data[0], operands[2].Data[0]);
        double count = Math.Max(0, Math.Ceiling((limit - start) / step));
        return ConstantArithmetic.Tensor(r, operands[0].Type.DType, [(long)count], i => start + i * step);
    }

    private static ImportRule Comparison(string onnxOp, int sinceOpset, Func<double, double, bool> holds) =>
        ImportRule.OfConstants(
            onnxOp,
            sinceOpset,
            r => ConstantArithmetic.Elementwise(r, DType.U8, [r.Constant(0), r.Constant(1)], v => holds(v[0], v[1]) ? 1 : 0),
            operands: 2
        );

    private static Tensor Product(ImportRequest r)
    {
        var x = r.Constant(0);
        var shape = x.Type.Shape;
        int[] given = r.OptionalConstant(1) is { } operand ? [.. operand.Data.Select(v => (int)v)] : r.Attributes.Ints("axes");
        r.Require(given.Length > 0 || r.Attributes.Int("noop_with_empty_axes", 0) == 0, "noop_with_empty_axes");
        int[] axes = given.Length == 0 ? [.. Enumerable.Range(0, shape.Rank)] : r.Axes(given, shape.Rank);
        var products = ConstantArithmetic.Tensor(r, x.Type.DType, [.. shape.ToArray().Select((n, d) => axes.Contains(d) ? 1L : n)], _ => 1);
        var (from, to) = (shape.Strides(), products.Type.Shape.Strides());
        for (int i = 0; i < x.Data.Length; i++)
        {
            products.Data[Enumerable.Range(0, shape.Rank).Sum(d => axes.Contains(d) ? 0 : i / from[d] % shape[d] * to[d])] *= x.Data[i];
        }

        return r.Attributes.Int("keepdims", 1) != 0 ? products
            : products.As(products.Type with { Shape = Shape.Of(shape.ToArray().Where((_, d) => !axes.Contains(d))) });
    }
}
