// The base of reductions over dimensions, and sums and means; the dimensions stay as extents of 1. int8: the exact integer sum is rescaled
// and rounded once. The gradient gives every element the gradient of the result it went into.

using System.Collections.Immutable;
using static TinyEngine.Ir.OperatorSample;

namespace TinyEngine.Ir;

/// <summary>
/// A shape as at most two groups of kept and two groups of folded dimensions, in their order: extents and steps; larger
/// groups come first. Every reduction of rank 4 or less has this form.
/// </summary>
public sealed record Reduction(ImmutableArray<(int Extent, int Step)> Kept, ImmutableArray<(int Extent, int Step)> Folded)
{
    /// <summary>Groups of each kind that kernels have.</summary>
    public const int MaxGroups = 2;

    /// <summary>Elements that become one.</summary>
    public int Elements => Folded.Aggregate(1, (n, g) => n * g.Extent);

    /// <summary>The reduction of a shape along axes.</summary>
    public static Reduction Of(Shape shape, IReadOnlyCollection<int> axes)
    {
        var strides = shape.Strides();
        var (kept, folded) = (new List<(int Extent, int Step)>(), new List<(int Extent, int Step)>());
        for (int d = 0; d < shape.Rank; d++)
        {
            if (shape[d] == 1)
            {
                continue;
            }

            var groups = axes.Contains(d) ? folded : kept;
            if (groups.Count > 0 && groups[^1].Step == strides[d] * shape[d])
            {
                groups[^1] = (groups[^1].Extent * shape[d], strides[d]);
            }
            else
            {
                groups.Add((shape[d], strides[d]));
            }
        }

        return new Reduction([.. kept], [.. folded]);
    }

    /// <summary>The divisor of a node's sums {mean}.</summary>
    public int Divisor(Node node) => node.Attributes.Int("mean", 0) == 1 ? Elements : 1;

    /// <summary>The fields keep0 .. fold1_step of the C struct te_reduce.</summary>
    public IEnumerable<KernelField> Fields() => Group("keep", Kept).Concat(Group("fold", Folded));

    /// <summary>Visits every result in storage order with the elements that go into it, in storage order.</summary>
    public void ForEach(Action<int, IEnumerable<int>> visit)
    {
        int i = 0;
        foreach (int first in Indexes(Kept))
        {
            visit(i++, Indexes(Folded).Select(f => first + f));
        }
    }

    private static IEnumerable<int> Indexes(ImmutableArray<(int Extent, int Step)> groups) =>
        groups.Aggregate(
            (IEnumerable<int>)[0],
            (outer, g) => outer.SelectMany(o => Enumerable.Range(0, g.Extent).Select(k => o + k * g.Step))
        );

    private static IEnumerable<KernelField> Group(string name, ImmutableArray<(int Extent, int Step)> groups)
    {
        var two = Enumerable.Repeat((Extent: 1, Step: 0), MaxGroups - groups.Length).Concat(groups).ToList();
        return two.Select((g, i) => KernelField.Int($"{name}{i}", g.Extent))
            .Concat(two.Select((g, i) => KernelField.Int($"{name}{i}_step", g.Step)));
    }
}

/// <summary>The base of reductions: shape, axes and import.</summary>
public abstract class Reduce : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node)
    {
        var (x, axes) = (node.Input(0).Type.Shape, node.Attributes.Ints("axes"));
        if (axes.Any(a => a < 0 || a >= x.Rank) || axes.Distinct().Count() != axes.Length)
        {
            throw new DiagnosticException(Diagnostics.ShapeMismatch.At(node.Name, Name, $"axes [{string.Join(',', axes)}] of {x}"));
        }

        var reduction = Reduction.Of(x, axes);
        return reduction.Kept.Length <= Reduction.MaxGroups && reduction.Folded.Length <= Reduction.MaxGroups
            ? Clamping.Results(node, TensorType.F32(axes.Aggregate(x, (shape, a) => shape.With(a, 1))))
            : throw new DiagnosticException(
                Diagnostics.UnsupportedForm.At(
                    node.Name,
                    Name,
                    $"axes [{string.Join(',', axes)}] of {x}, more than two groups of dimensions"
                )
            );
    }

    /// <inheritdoc/>
    public override Attributes? Permuted(Node node, IReadOnlyList<int> permutation) =>
        permutation.Count == node.Input(0).Type.Shape.Rank
            ? node.Attributes.With("axes", node.Attributes.Ints("axes").Select(a => permutation[a]).Order())
            : null;

    /// <summary>The dimensions that a node folds.</summary>
    protected static Reduction Of(Node node) => Reduction.Of(node.Input(0).Type.Shape, node.Attributes.Ints("axes"));

    /// <summary>The rules of an ONNX reduction: axes are an attribute, and an operand from an opset on.</summary>
    /// <param name="onnxOp">The ONNX operator.</param>
    /// <param name="operandSince">The opset from which axes are an operand.</param>
    /// <param name="attributes">Attributes of the node besides its axes.</param>
    protected IEnumerable<ImportRule> Rules(string onnxOp, int operandSince, Attributes attributes) =>
        [
            new(onnxOp, 1, r => Import(r, r.Attributes.Ints("axes"), attributes)),
            new(
                onnxOp,
                operandSince,
                r =>
                {
                    // As an attribute they would be overlooked, and every dimension would be folded.
                    r.Require(!r.Attributes.Has("axes"), $"axes as an attribute, which opset {operandSince} made an operand,");
                    return Import(r, [.. r.OptionalConstant(1)?.Data.Select(v => checked((int)v)) ?? []], attributes);
                },
                Operands: 2
            ),
        ];

    private Value[] Import(ImportRequest r, int[] axes, Attributes attributes)
    {
        var x = r.RealInput(0);
        int rank = x.Type.Shape.Rank;
        if (axes.Length == 0 && r.Attributes.Int("noop_with_empty_axes", 0) == 1)
        {
            return [x];
        }

        axes = [.. axes.Length == 0 ? Enumerable.Range(0, rank) : r.Axes(axes, rank).Order()];
        attributes = attributes.With("axes", axes);
        if (r.Attributes.Int("keepdims", 1) != 0)
        {
            return [r.Emit(this, [x], attributes)];
        }

        var rest = x.Type.Shape.ToArray().Where((_, d) => !axes.Contains(d));
        return [r.Emit(Reshape.Op, [r.Builder.Emit(this, r.Name, [x], attributes)], Attributes.Empty.With("shape", rest))];
    }
}

/// <summary>
/// <c>y[, mask] = reduce_sum(x)</c> {axes, mean} clamp(min, max) mask: with mean 1 divided by the number of
/// elements; ONNX ReduceSum 1/11/13, ReduceMean 1/11/13/18.
/// </summary>
public sealed class ReduceSum : Reduce
{
    /// <summary>The operator.</summary>
    public static readonly ReduceSum Op = new();

    /// <inheritdoc/>
    public override string Name => "reduce_sum";

    /// <inheritdoc/>
    public override bool AcceptsClamp => true;

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override Value?[] Gradient(GradientRequest request)
    {
        var (node, a) = (request.Node, request.Node.Attributes);
        return
        [
            request.Builder.Emit(
                ReduceSumDx.Op,
                node.Name + ".dx",
                [request.EmitUnclamped()],
                Attributes
                    .Empty.With("axes", a.Ints("axes"))
                    .With("mean", a.Int("mean", 0))
                    .With("input", node.Input(0).Type.Shape.ToArray())
            ),
        ];
    }

    /// <inheritdoc/>
    public override bool Quantizes(Node node) => node.Input(0).Type is { DType: DType.I8, Quant.Axis: null }
        && Numerics.CanScale(Scale(node)) && Of(node).Elements < 1 << 22;

    /// <summary>The factor of the integer sum, rounded to fp32 step by step.</summary>
    private static float Scale(Node node) => node.Input(0).Type.ScaleOf(0) / (node.Output.Type.ScaleOf(0) * Of(node).Divisor(node));

    /// <inheritdoc/>
    public override KernelRequest Request(Node node)
    {
        var (x, y, reduction) = (node.Input(0).Type, node.Output.Type, Of(node));
        var (min, max) = Clamping.Codes(node);
        return new KernelRequest(
            Name,
            "te_reduce",
            [
                .. reduction.Fields(),
                KernelField.Int("divisor", reduction.Divisor(node)),
                KernelField.Int("x_zero", x.ZeroPoint),
                KernelField.Int("y_zero", y.ZeroPoint),
                KernelField.Int("y_min", min),
                KernelField.Int("y_max", max),
                KernelField.Float("scale", Scale(node)),
                .. Clamping.RealFields(node),
            ],
            []
        );
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        var (x, zero, y, reduction) = (operands[0]!.Data, node.Input(0).Type.ZeroPoint, new ClampedResult(node, numerics), Of(node));
        reduction.ForEach((i, elements) =>
        {
            if (node.Output.Type.IsQuantized)
            {
                y.Requantize(i, elements.Sum(e => (long)x[e] - zero), Scale(node));
            }
            else
            {
                y.Store(i, elements.Aggregate(0.0, (sum, e) => numerics.Round(sum + x[e])) / reduction.Divisor(node));
            }
        });
        return y.Tensors();
    }

    /// <inheritdoc/>
    public override IEnumerable<ImportRule> Imports =>
    [
        .. Rules("ReduceSum", 13, Attributes.Empty.With("mean", 0)),
        .. Rules("ReduceMean", 18, Attributes.Empty.With("mean", 1)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<OperatorSample> Samples
    {
        get
        {
            var none = Attributes.Empty;
            foreach (int mean in new[] { 0, 1 })
            {
                foreach (int[] axes in new int[][] { [1, 2], [3], [0, 2], [1, 3], [0, 1, 2, 3] })
                {
                    yield return new(
                        $"axes {string.Join(' ', axes)}, mean {mean}",
                        none.With("axes", axes).With("mean", mean),
                        null,
                        Fp32(2, 3, 2, 4)
                    );
                }

                yield return new(
                    $"int8, mean {mean}",
                    none.With("axes", [1, 2]).With("mean", mean).Masked(),
                    Int8(0.125f, -5, 1),
                    Int8(0.5f, 4, 1, 2, 2, 3)
                );
            }

            yield return new("int8, saturating", none.With("axes", [1]).Masked(), Int8(0.5f, 125, 1), Int8(0.5f, 4, 8, 2));
            yield return new("clamped", none.With("axes", [1]).Clamped(min: 0.0).Masked(), null, Fp32(6, 3));
        }
    }
}

/// <summary>
/// <c>dx = reduce_sum_dx(dy)</c> {axes, mean, input shape}: each result's gradient, or its share, for every element that went into it.
/// </summary>
public sealed class ReduceSumDx : Op
{
    /// <summary>The operator.</summary>
    public static readonly ReduceSumDx Op = new();

    /// <inheritdoc/>
    public override string Name => "reduce_sum_dx";

    private static Reduction Of(Node node) => Reduction.Of(Shape.Of(node.Attributes.Ints("input")), node.Attributes.Ints("axes"));

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node) => [TensorType.F32(Shape.Of(node.Attributes.Ints("input")))];

    /// <inheritdoc/>
    public override KernelRequest Request(Node node) =>
        new(Name, "te_reduce", [.. Of(node).Fields(), KernelField.Int("divisor", Of(node).Divisor(node))], []);

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        var (dx, reduction) = (new double[node.Output.Type.Count], Of(node));
        reduction.ForEach((i, elements) =>
        {
            double share = numerics.Round(operands[0]!.Data[i] / reduction.Divisor(node));
            foreach (int e in elements)
            {
                dx[e] = share;
            }
        });
        return [new Tensor(node.Output.Type, dx)];
    }
}
