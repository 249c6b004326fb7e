// Operators that move elements without computing: reshape (also Flatten, Squeeze, Unsqueeze), which is a view of the
// same bytes; transpose, which exists only between import and the canonical stage; and move, which planning adds.

using System.Collections.Immutable;
using static TinyEngine.Ir.OperatorSample;

namespace TinyEngine.Ir;

/// <summary>
/// <c>y = reshape(x)</c> {shape}: the same elements in the same order; ONNX Reshape 5/13/14, Flatten 1/9/11/13, Squeeze 1/11/13, Unsqueeze
/// 1/11/13, Identity, Dropout.
/// </summary>
public sealed class Reshape : Op
{
    /// <summary>The operator.</summary>
    public static readonly Reshape Op = new();

    /// <inheritdoc/>
    public override string Name => "reshape";

    /// <inheritdoc/>
    public override bool MovesOnly => true;

    /// <inheritdoc/>
    public override bool IsView => true;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node)
    {
        var (x, shape) = (node.Input(0).Type, Shape.Of(node.Attributes.Ints("shape")));
        return x.Count == shape.Count ? [BlockFormat.Declared(node, x with { Shape = shape })]
            : throw new DiagnosticException(Diagnostics.ShapeMismatch.At(node.Name, Name, $"{x.Shape} cannot become {shape}"));
    }

    /// <inheritdoc/>
    public override Attributes? Permuted(Node node, IReadOnlyList<int> permutation) =>
        node.Input(0).Type.Shape.KeepsOrder(permutation) ? node.Attributes : null;

    /// <inheritdoc/>
    public override ChannelFlow ChannelFlow(Node node) =>
        node.Input(0).Type is { IsQuantized: true, Shape: { Rank: > 0 } from }
        && node.Output.Type.Shape is { Rank: > 0 } to
        && from[-1] == to[-1]
            ? Ir.ChannelFlow.Kept
            : Ir.ChannelFlow.Unknown;

    /// <inheritdoc/>
    public override Node WithoutChannels(Node node, ChannelCut cut) =>
        node with
        {
            Form = node.Form with
            {
                Attributes = node.Attributes.With("shape", node.Output.Type.Shape.With(-1, cut.Result.Count).ToArray()),
            },
        };

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override Value?[] Gradient(GradientRequest request) =>
        [
            request.Builder.Emit(
                Op,
                request.Node.Name + ".dx",
                [request.Output],
                Attributes.Empty.With("shape", request.Node.Input(0).Type.Shape.ToArray())
            ),
        ];

    /// <inheritdoc/>
    public override BlockRule? NarrowRule(Node node) =>
        BlockFormat.BlockElements(node.Input(0).Type.Shape) == BlockFormat.BlockElements(node.Output.Type.Shape)
            ? new([0], BlockScale.Plain, MakesBlocks: true) { ScalesResult = false }
            : null;

    /// <inheritdoc/>
    public override bool Quantizes(Node node) => Equals(node.Input(0).Type.Quant, node.Output.Type.Quant);

    /// <inheritdoc/>
    public override KernelRequest Request(Node node) => throw new InvalidOperationException("a view has no kernel");

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics) => [operands[0]!.As(node.Output.Type)];

    /// <inheritdoc/>
    public override IEnumerable<ImportRule> Imports =>
    [
        new("Reshape", 5, r => To(r, Resolve(r, r.Constant(1))), Operands: 2),
        new("Flatten", 1, ImportFlatten),
        new("Squeeze", 1, r => To(r, Squeezed(r, r.Attributes.Ints("axes")))),
        new("Squeeze", 13, r => To(r, Squeezed(r, Axes(r.OptionalConstant(1)))), Operands: 2),
        new("Unsqueeze", 1, r => To(r, Unsqueezed(r, r.Attributes.Ints("axes")))),
        new("Unsqueeze", 13, r => To(r, Unsqueezed(r, Axes(r.Constant(1)))), Operands: 2),
        new("Identity", 1, r => [r.Input(0)]),
        new("Dropout", 1, ImportDropout, Operands: 3, Form: "inference, without the mask"),
    ];

    private static Value[] To(ImportRequest r, int[] shape) => [r.Move(Op, Attributes.Empty.With("shape", shape))];

    private static Value[] ImportDropout(ImportRequest r)
    {
        r.Require(r.OptionalConstant(2) is null or { Data: [0] }, "training mode");
        r.Require(r.OutputNames.Count(n => n.Length > 0) == 1, "the output of the mask");
        return [r.Input(0)];
    }

    private static Value[] ImportFlatten(ImportRequest r)
    {
        var shape = r.Input(0).Type.Shape;
        int axis = r.Attributes.Int("axis", 1);
        axis = axis == shape.Rank ? axis : r.Axis(axis, shape.Rank);
        int rows = (int)Shape.Of(shape.ToArray().Take(axis)).Count;
        return To(r, [rows, rows == 0 ? 0 : (int)(shape.Count / rows)]);
    }

    private static int[] Axes(Tensor? axes) => axes is null ? [] : [.. axes.Data.Select(v => (int)v)];

    private static int[] Squeezed(ImportRequest r, int[] axes)
    {
        var shape = r.Input(0).Type.Shape;
        var drop = axes.Select(a => r.Axis(a, shape.Rank)).ToHashSet();
        r.Require(drop.All(a => shape[a] == 1), "axes that are not extents of 1");
        return [.. shape.ToArray().Where((n, i) => drop.Count == 0 ? n != 1 : !drop.Contains(i))];
    }

    private static int[] Unsqueezed(ImportRequest r, int[] axes)
    {
        var shape = r.Input(0).Type.Shape;
        int rank = shape.Rank + axes.Length;
        var at = r.Axes(axes, rank);
        var rest = new Queue<int>(shape.ToArray());
        return [.. Enumerable.Range(0, rank).Select(i => at.Contains(i) ? 1 : rest.Dequeue())];
    }

    private static int[] Resolve(ImportRequest r, Tensor shape)
    {
        var from = r.Input(0).Type.Shape;
        bool zeroCopies = r.Attributes.Int("allowzero", 0) == 0;
        var extents = shape.Data.Select((v, i) => v == 0 && zeroCopies && i < from.Rank ? from[i] : (long)v).ToArray();
        r.Require(
            extents.All(n => n is >= -1 and <= int.MaxValue) && extents.Count(n => n == -1) <= 1,
            "a shape with extents below -1 or several of -1"
        );
        long known = extents.Where(n => n != -1).Aggregate(1L, (a, b) => a * b);
        return [.. extents.Select(n => (int)(n != -1 ? n : known == 0 ? 0 : from.Count / known))];
    }

    /// <inheritdoc/>
    public override IEnumerable<OperatorSample> Samples =>
        [
            new("flatten", Attributes.Empty.With("shape", [2, 12]), null, Fp32(2, 2, 2, 3)),
            new("split", Attributes.Empty.With("shape", [1, 2, 3, 4]), null, Fp32(1, 24)),
            new("codes", Attributes.Empty.With("shape", [1, 12]), null, Int8(0.5f, 4, 1, 2, 2, 3)),
        ];
}

/// <summary><c>y = transpose(x)</c> {perm}: result dimension i is operand dimension perm[i]; ONNX Transpose 1/13.</summary>
public sealed class Transpose : Op
{
    /// <summary>The operator.</summary>
    public static readonly Transpose Op = new();

    /// <inheritdoc/>
    public override string Name => "transpose";

    /// <inheritdoc/>
    public override bool MovesOnly => true;

    /// <inheritdoc/>
    public override bool KeepsValues => true;

    /// <inheritdoc/>
    public override Stage LastStage => Stage.Imported;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node)
    {
        var (x, perm) = (node.Input(0).Type, node.Attributes.Ints("perm"));
        if (!perm.Order().SequenceEqual(Enumerable.Range(0, x.Shape.Rank)))
        {
            throw new DiagnosticException(
                Diagnostics.ShapeMismatch.At(
                    node.Name,
                    Name,
                    $"[{string.Join(',', perm)}] is not a permutation of the dimensions of {x.Shape}"
                )
            );
        }

        var quant = x.Quant is { Axis: { } axis } q ? q with { Axis = Array.IndexOf(perm, axis) } : x.Quant;
        return [new TensorType(x.DType, x.Shape.Permute(perm), quant)];
    }

    /// <inheritdoc/>
    public override bool Quantizes(Node node) => true;

    /// <inheritdoc/>
    public override KernelRequest Request(Node node) =>
        throw new InvalidOperationException("no transpose is left after the canonical stage");

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics) =>
        [operands[0]!.Permute(node.Attributes.Ints("perm")).As(node.Output.Type)];

    /// <inheritdoc/>
    public override IEnumerable<ImportRule> Imports =>
        [
            new(
                "Transpose",
                1,
                r => [r.Emit(Op, [r.Input(0)], Attributes.Empty.With("perm", Permutation(r)))],
                Fold: r => r.Constant(0).Permute(Permutation(r)),
                Form: "where NHWC can follow"
            ),
        ];

    private static int[] Permutation(ImportRequest r)
    {
        int rank = r.Input(0).Type.Shape.Rank;
        int[] permutation = r.Attributes.Ints("perm", [.. Enumerable.Range(0, rank).Reverse()]);
        return permutation.Order().SequenceEqual(Enumerable.Range(0, rank))
            ? permutation
            : throw r.Fail(
                Diagnostics.ShapeMismatch,
                Op.Name,
                $"[{string.Join(',', permutation)}] is not a permutation of the dimensions of {r.Input(0).Type.Shape}"
            );
    }
}

/// <summary><c>y = move(x)</c>: x at another place of the arena, which may share bytes with the old one.</summary>
public sealed class Move : Op
{
    /// <summary>The operator.</summary>
    public static readonly Move Op = new();

    /// <inheritdoc/>
    public override string Name => "move";

    /// <inheritdoc/>
    public override bool MovesOnly => true;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node) => [node.Input(0).Type];

    /// <inheritdoc/>
    public override bool Quantizes(Node node) => true;

    /// <inheritdoc/>
    public override BlockRule NarrowRule(Node node) => new([0], BlockScale.Any, MakesBlocks: true);

    /// <inheritdoc/>
    public override KernelRequest Request(Node node) =>
        new(Name, "te_elements", [KernelField.Int("count", node.Output.Type.Bytes)], []);

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics) => [operands[0]!];

    /// <inheritdoc/>
    public override IEnumerable<OperatorSample> Samples =>
        [
            new("reals", NodeForm.Plain, null, Fp32(2, 3, 5)),
            new("codes", NodeForm.Plain, Int8(0.5f, 4, 1, 3, 7), Int8(0.5f, 4, 1, 3, 7)),
        ];
}
