// Concatenation along one axis. It has no kernel: before kernels are chosen it becomes a chain of place, each
// in the storage of the one before, so that an operand can die as soon as it has been copied to its part of the result.

using System.Collections.Immutable;
using static TinyEngine.Ir.OperatorSample;

namespace TinyEngine.Ir;

/// <summary><c>y = concat(a, b, ...)</c> {axis}; codes are copied unchanged; ONNX Concat 1/4/11/13.</summary>
public sealed class Concat : Op
{
    /// <summary>The operator.</summary>
    public static readonly Concat Op = new();

    /// <inheritdoc/>
    public override string Name => "concat";

    /// <inheritdoc/>
    public override Stage LastStage => Stage.Trained;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node)
    {
        var first = node.Input(0).Type;
        int axis = node.Attributes.Int("axis", 0);
        bool fit =
            axis >= 0
            && axis < first.Shape.Rank
            && node.Inputs.All(v =>
                v!.Type is var t
                && t.DType == first.DType
                && t.Shape.Rank == first.Shape.Rank
                && t.Shape.With(axis, 1).Equals(first.Shape.With(axis, 1))
            );
        return fit
            ?
            [
                (node.Outputs.Length > 0 ? node.Output.Type : first) with
                {
                    Shape = first.Shape.With(axis, node.Inputs.Sum(v => v!.Type.Shape[axis])),
                },
            ]
            : throw new DiagnosticException(
                Diagnostics.ShapeMismatch.At(
                    node.Name,
                    Name,
                    $"operands {string.Join(", ", node.Inputs.Select(v => v!.Type.Shape))} along axis {axis}"
                )
            );
    }

    /// <inheritdoc/>
    public override Attributes? Permuted(Node node, IReadOnlyList<int> permutation) =>
        permutation.Count == node.Input(0).Type.Shape.Rank
            ? node.Attributes.With("axis", permutation[node.Attributes.Int("axis", 0)])
            : null;

    /// <summary>The operands with the box of the result that each one fills.</summary>
    private static IEnumerable<(Value Operand, int[] Starts)> Parts(Node node)
    {
        int axis = node.Attributes.Int("axis", 0), at = 0;
        foreach (var operand in node.Inputs)
        {
            var starts = new int[operand!.Type.Shape.Rank];
            starts[axis] = at;
            at += operand.Type.Shape[axis];
            yield return (operand, starts);
        }
    }

    /// <inheritdoc/>
    public override Value Lower(Node node, GraphBuilder builder)
    {
        Value? result = null;
        foreach (var ((operand, starts), i) in Parts(node).Select((part, i) => (part, i)))
        {
            var attributes = Attributes.Empty.With("shape", node.Output.Type.Shape.ToArray()).With("starts", starts);
            string name = i == node.Inputs.Length - 1 ? node.Output.Name : $"{node.Output.Name}.{i}";
            result = builder.Emit(Place.Op, node.Name, [operand, result], attributes, node.Output.Type, name);
        }

        return result!;
    }

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override Value?[] Gradient(GradientRequest request) =>
    [
        .. Parts(request.Node).Select((part, i) => !request.Wanted[i] ? null
            : request.Builder.Emit(Slice.Op, $"{request.Node.Name}.d{i}", [request.Output],
                Slice.Box(part.Starts, Enumerable.Repeat(1, part.Starts.Length), part.Operand.Type.Shape.ToArray()))),
    ];

    /// <inheritdoc/>
    public override bool SharesQuantization => true;

    /// <inheritdoc/>
    public override bool Quantizes(Node node) =>
        node.Inputs.All(v => v!.Type is { DType: DType.I8, Quant: { Axis: null } q } && q.Equals(node.Output.Type.Quant));

    /// <inheritdoc/>
    public override IEnumerable<(string Family, string DType)> OtherKernels => [("place", "i8"), ("place", "f32")];

    /// <inheritdoc/>
    public override KernelRequest Request(Node node) => throw new InvalidOperationException("no concat is left when kernels are chosen");

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        var y = new double[node.Output.Type.Count];
        foreach (var ((operand, starts), content) in Parts(node).Zip(operands))
        {
            var sizes = operand.Type.Shape.ToArray();
            var box = new BoxGeometry(node.Output.Type.Shape, starts, [.. sizes.Select(_ => 1)], sizes);
            foreach (var (to, value) in box.Elements().Zip(content!.Data))
            {
                y[to] = value;
            }
        }

        return [new Tensor(node.Output.Type, y)];
    }

    /// <inheritdoc/>
    public override IEnumerable<ImportRule> Imports => [new("Concat", 1, Import, ImportRule.AnyNumber, Fold)];

    private static int Axis(ImportRequest r)
    {
        r.Require(r.Opset < 4 || r.Attributes.Has("axis"), "a missing axis");
        return r.Axis(r.Attributes.Int("axis", 1), r.Input(0).Type.Shape.Rank);
    }

    /// <summary>The result of constant operands, of which some may be empty.</summary>
    private static Tensor Fold(ImportRequest r)
    {
        int axis = Axis(r);
        Tensor[] parts = [.. r.Inputs.Select((_, i) => r.Constant(i))];
        var shape = parts[0].Type.Shape;
        if (
            parts.Any(p =>
                p.Type.DType != parts[0].Type.DType
                || p.Type.Shape.Rank != shape.Rank
                || !p.Type.Shape.With(axis, 1).Equals(shape.With(axis, 1))
            )
        )
        {
            throw r.Fail(
                Diagnostics.ShapeMismatch,
                r.OnnxOp,
                $"operands {string.Join(", ", parts.Select(p => p.Type.Shape))} along axis {axis}"
            );
        }

        int inner = (int)Shape.Of(shape.ToArray()[(axis + 1)..]).Count,
            rows = (int)Shape.Of(shape.ToArray()[..axis]).Count;
        double[] data =
        [
            .. Enumerable
                .Range(0, rows)
                .SelectMany(row => parts.SelectMany(p => p.Data.Skip(row * p.Type.Shape[axis] * inner).Take(p.Type.Shape[axis] * inner))),
        ];
        return ConstantArithmetic.Tensor(
            r,
            parts[0].Type.DType,
            [.. shape.With(axis, parts.Sum(p => p.Type.Shape[axis])).ToArray().Select(n => (long)n)],
            i => data[i]
        );
    }

    private static Value[] Import(ImportRequest r)
    {
        int axis = Axis(r);
        Value[] operands = [.. r.Inputs.Select((_, i) => r.Input(i))];
        return operands.Length == 1 ? operands : [r.Emit(Op, operands, Attributes.Empty.With("axis", axis))];
    }

    /// <inheritdoc/>
    public override IEnumerable<OperatorSample> Samples =>
        [
            new("channels", Attributes.Empty.With("axis", 3), null, Fp32(1, 2, 3, 2), Fp32(1, 2, 3, 4)),
            new("three rows, batch 2", Attributes.Empty.With("axis", 1), null, Fp32(2, 1, 3), Fp32(2, 2, 3), Fp32(2, 4, 3)),
            new("int8", Attributes.Empty.With("axis", 1), Int8(0.25f, 6, 1), Int8(0.25f, 6, 2, 3), Int8(0.25f, 6, 2, 5)),
        ];
}
