// Operators that copy a box of a tensor: slice takes one out, place puts one in. Between them they are Slice, Split, Pad, the
// parts of a concatenation and the gradients of all of these. A box is given by the first index, the step and the number of
// indices along each dimension. Codes are copied unchanged: the quantization of all operands is the result's.

using System.Collections.Immutable;

namespace TinyEngine.Ir;

/// <summary>A box of a tensor: along dimension d the indices starts[d] + i*steps[d], i below sizes[d].</summary>
public sealed record BoxGeometry(Shape Tensor, int[] Starts, int[] Steps, int[] Sizes)
{
    /// <summary>The most dimensions that kernels walk over, once those that lie behind one another are joined.</summary>
    public const int MaxDimensions = 4;

    /// <summary>The box that a node's attributes {starts, steps} describe.</summary>
    /// <exception cref="DiagnosticException">TE0202: it does not lie inside the tensor.</exception>
    public static BoxGeometry Of(Shape tensor, int[] sizes, Node node)
    {
        var box = new BoxGeometry(
            tensor,
            node.Attributes.Ints("starts", new int[tensor.Rank]),
            node.Attributes.Ints("steps", [.. Enumerable.Repeat(1, tensor.Rank)]),
            sizes
        );
        bool fits =
            new[] { box.Starts, box.Steps, sizes }.All(a => a.Length == tensor.Rank)
            && Enumerable
                .Range(0, tensor.Rank)
                .All(d =>
                    box.Starts[d] >= 0 && box.Steps[d] >= 1 && sizes[d] >= 1 && box.Starts[d] + (sizes[d] - 1L) * box.Steps[d] < tensor[d]
                );
        return fits && box.Joined().Count <= MaxDimensions
            ? box
            : throw new DiagnosticException(
                Diagnostics.ShapeMismatch.At(
                    node.Name,
                    node.Op.Name,
                    fits
                        ? $"the box [{string.Join(',', sizes)}] of {tensor} has more than {MaxDimensions} dimensions that cannot be joined"
                        : $"the box of [{string.Join(',', sizes)}] from [{string.Join(',', box.Starts)}] by "
                            + $"[{string.Join(',', box.Steps)}] is not inside {tensor}"
                )
            );
    }

    /// <summary>The attributes of a box where its dimensions are permuted; null where the permutation is of another rank.</summary>
    public static Attributes? Permuted(Attributes attributes, int rank, IReadOnlyList<int> permutation) =>
        permutation.Count != rank ? null
            : new[] { "starts", "steps", "sizes", "shape" }.Where(attributes.Has).Aggregate(attributes, (bag, name) =>
            {
                var (old, moved) = (attributes.Ints(name), new int[rank]);
                for (int d = 0; d < rank; d++)
                {
                    moved[permutation[d]] = old[d];
                }

                return bag.With(name, moved);
            });

    /// <summary>Visits the elements of the box in its own order: their indices in the tensor.</summary>
    public IEnumerable<int> Elements()
    {
        var strides = Tensor.Strides();
        var index = new int[Sizes.Length];
        for (long left = Shape.Of(Sizes).Count; left > 0; left--)
        {
            yield return index.Select((i, d) => (Starts[d] + i * Steps[d]) * strides[d]).Sum();
            for (int d = index.Length - 1; d >= 0 && ++index[d] == Sizes[d]; d--)
            {
                index[d] = 0;
            }
        }
    }

    /// <summary>The fields of the C struct te_box.</summary>
    public IEnumerable<KernelField> Fields()
    {
        var joined = Joined();
        var padded = Enumerable.Repeat((Size: 1, Step: 0), MaxDimensions - joined.Count).Concat(joined).ToList();
        return
        [
            KernelField.Int("count", Tensor.Count),
            .. padded.Select((d, i) => KernelField.Int($"size{i}", d.Size)),
            .. padded.Select((d, i) => KernelField.Int($"step{i}", d.Step)),
            KernelField.Int("start", Starts.Zip(Tensor.Strides(), (s, n) => (long)s * n).Sum()),
        ];
    }

    /// <summary>Sizes and steps in elements, without extents of 1 and with dimensions joined that one step runs through.</summary>
    private List<(int Size, int Step)> Joined()
    {
        var joined = new List<(int Size, int Step)>();
        var strides = Tensor.Strides();
        for (int d = 0; d < Sizes.Length; d++)
        {
            int step = Steps[d] * strides[d];
            if (joined.Count > 0 && joined[^1].Step == step * Sizes[d])
            {
                joined[^1] = (joined[^1].Size * Sizes[d], step);
            }
            else if (Sizes[d] != 1)
            {
                joined.Add((Sizes[d], step));
            }
        }

        return joined;
    }
}

/// <summary><c>y = slice(x)</c> {starts, steps, sizes}; ONNX Slice 1/10/11/13, Split 1/2/11/13/18.</summary>
public sealed class Slice : Op
{
    /// <summary>The operator.</summary>
    public static readonly Slice Op = new();

    /// <inheritdoc/>
    public override string Name => "slice";

    /// <inheritdoc/>
    public override bool MovesOnly => true;

    private static BoxGeometry Geometry(Node node) => BoxGeometry.Of(node.Input(0).Type.Shape, node.Attributes.Ints("sizes"), node);

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node) => [node.Input(0).Type with { Shape = Shape.Of(Geometry(node).Sizes) }];

    /// <inheritdoc/>
    public override Attributes? Permuted(Node node, IReadOnlyList<int> permutation) =>
        BoxGeometry.Permuted(node.Attributes, node.Input(0).Type.Shape.Rank, permutation);

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override Value?[] Gradient(GradientRequest request) =>
        [request.Builder.Emit(Place.Op, request.Node.Name + ".dx", [request.Output],
            request.Node.Attributes.Without("sizes").With("shape", request.Node.Input(0).Type.Shape.ToArray()))];

    /// <inheritdoc/>
    public override bool Quantizes(Node node) => node.Input(0).Type.Quant is { Axis: null } q && q.Equals(node.Output.Type.Quant);

    /// <inheritdoc/>
    public override KernelRequest Request(Node node) => new("slice", "te_box", [.. Geometry(node).Fields()], []);

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics) =>
        [new Tensor(node.Output.Type, [.. Geometry(node).Elements().Select(i => operands[0]!.Data[i])])];

    /// <inheritdoc/>
    public override IEnumerable<ImportRule> Imports =>
        [
            new(
                "Slice",
                1,
                r =>
                    Import(
                        r,
                        Ints(r.Attributes.Longs("starts")),
                        Ints(r.Attributes.Longs("ends")),
                        r.Attributes.Has("axes") ? r.Attributes.Ints("axes") : null,
                        null
                    )
            ),
            new(
                "Slice",
                10,
                r =>
                    Import(
                        r,
                        Ints(r.Constant(1).Data),
                        Ints(r.Constant(2).Data),
                        r.OptionalConstant(3) is { } axes ? Ints(axes.Data) : null,
                        r.OptionalConstant(4) is { } steps ? Ints(steps.Data) : null
                    ),
                Operands: 5,
                Fold,
                Form: "constant bounds, steps from 1"
            ),
            new("Split", 1, r => ImportSplit(r, r.Attributes.Has("split") ? r.Attributes.Ints("split") : null)),
            new("Split", 13, r => ImportSplit(r, r.OptionalConstant(1) is { } parts ? Ints(parts.Data) : null), Operands: 2),
        ];

    /// <summary>Integers of the file; those beyond 32 bits stand for "to the end".</summary>
    private static int[] Ints(IEnumerable<double> values) => [.. values.Select(v => (int)Math.Clamp(v, int.MinValue, int.MaxValue))];

    private static int[] Ints(IEnumerable<long> values) => Ints(values.Select(v => (double)v));

    private static Value[] Import(ImportRequest r, int[] starts, int[] ends, int[]? axes, int[]? steps)
    {
        var shape = r.Input(0).Type.Shape;
        axes = r.Axes(axes ?? Enumerable.Range(0, starts.Length), shape.Rank);
        steps ??= [.. Enumerable.Repeat(1, starts.Length)];
        r.Require(
            ends.Length == starts.Length && axes.Length == starts.Length && steps.Length == starts.Length,
            "starts, ends, axes and steps of different lengths"
        );
        r.Require(steps.All(s => s >= 1), "a step below 1");
        var (first, step, sizes) = (new int[shape.Rank], Enumerable.Repeat(1, shape.Rank).ToArray(), shape.ToArray());
        for (int i = 0; i < axes.Length; i++)
        {
            int extent = shape[axes[i]];
            int Inside(int index) => Math.Clamp(index < 0 ? Math.Max(index, -extent) + extent : index, 0, extent);
            (first[axes[i]], step[axes[i]]) = (Inside(starts[i]), steps[i]);
            sizes[axes[i]] = (int)(((long)Inside(ends[i]) - first[axes[i]] + steps[i] - 1) / steps[i]);
        }

        r.Require(sizes.All(n => n >= 1), "an empty result");
        return [r.Move(Op, Box(first, step, sizes))];
    }

    /// <summary>A part of a constant; unlike one that is computed it may run backwards or be empty.</summary>
    private static Tensor Fold(ImportRequest r)
    {
        var x = r.Constant(0);
        var shape = x.Type.Shape;
        long[] starts = Longs(1)!, ends = Longs(2)!;
        long[] steps = Longs(4) ?? [.. Enumerable.Repeat(1L, starts.Length)];
        int[] axes = r.Axes(Longs(3)?.Select(a => (int)a) ?? Enumerable.Range(0, starts.Length), shape.Rank);
        r.Require(
            ends.Length == starts.Length && axes.Length == starts.Length && steps.Length == starts.Length,
            "starts, ends, axes and steps of different lengths"
        );
        r.Require(steps.All(s => s != 0 && Math.Abs(s) <= int.MaxValue), "a step of 0");
        int[][] chosen = [.. shape.ToArray().Select(n => Enumerable.Range(0, n).ToArray())];
        for (int i = 0; i < axes.Length; i++)
        {
            long extent = shape[axes[i]], step = steps[i];
            // Backwards the indices run from extent - 1 down to 0, and an end before the first is -1.
            long Inside(long index, long low, long high) =>
                Math.Max(low, Math.Min(index < 0 ? Math.Max(index, -extent - 1) + extent : index, high));
            var (first, end) =
                step > 0
                    ? (Inside(starts[i], 0, extent), Inside(ends[i], 0, extent))
                    : (Inside(starts[i], 0, extent - 1), Inside(ends[i], -1, extent - 1));
            end = extent == 0 ? first : end;
            long count = Math.Max(0, (end - first + step - Math.Sign(step)) / step);
            chosen[axes[i]] = [.. Enumerable.Range(0, (int)count).Select(k => (int)(first + k * step))];
        }

        var strides = shape.Strides();
        var result = Shape.Of(chosen.Select(c => c.Length));
        var to = result.Strides();
        return ConstantArithmetic.Tensor(
            r,
            x.Type.DType,
            [.. chosen.Select(c => (long)c.Length)],
            i => x.Data[Enumerable.Range(0, shape.Rank).Sum(d => chosen[d][i / to[d] % chosen[d].Length] * strides[d])]
        );

        long[]? Longs(int operand) =>
            r.OptionalConstant(operand) is { } constant ? [.. constant.Data.Select(v => (long)v)]
            : operand < 3 ? throw r.Fail(Diagnostics.MissingOperand, r.OnnxOp, operand)
            : null;
    }

    private static Value[] ImportSplit(ImportRequest r, int[]? parts)
    {
        var shape = r.Input(0).Type.Shape;
        int axis = r.Axis(r.Attributes.Int("axis", 0), shape.Rank), outputs = r.OutputNames.Count;
        int each = (shape[axis] + outputs - 1) / outputs;
        parts ??= [.. Enumerable.Range(0, outputs).Select(i => Math.Min(each, shape[axis] - i * each))];
        r.Require(
            parts.Length == outputs && parts.All(p => p >= 1) && parts.Sum(p => (long)p) == shape[axis],
            $"parts that do not fill {shape[axis]} elements"
        );
        return
        [
            .. parts.Select(
                (size, i) =>
                {
                    var (starts, sizes) = (new int[shape.Rank], shape.ToArray());
                    (starts[axis], sizes[axis]) = (parts[..i].Sum(), size);
                    return r.Move(Op, Box(starts, Enumerable.Repeat(1, shape.Rank), sizes), i);
                }
            ),
        ];
    }

    /// <summary>The attributes of a box.</summary>
    internal static Attributes Box(IEnumerable<int> starts, IEnumerable<int> steps, IEnumerable<int> sizes) =>
        Attributes.Empty.With("starts", starts).With("steps", steps).With("sizes", sizes);

    /// <inheritdoc/>
    public override IEnumerable<OperatorSample> Samples => BoxSamples.Sliced();
}

/// <summary>
/// <c>y = place(x?, base?)</c> {shape, starts, steps, fill}: base with a box replaced by x; where base is absent the rest holds
/// fill, where x is absent the box (then of attribute <c>sizes</c>) does. fill is a real number; ONNX Pad 2/11/13/18/19.
/// </summary>
public sealed class Place : Op
{
    /// <summary>The operator.</summary>
    public static readonly Place Op = new();

    /// <inheritdoc/>
    public override string Name => "place";

    private static BoxGeometry Geometry(Node node) =>
        BoxGeometry.Of(
            Shape.Of(node.Attributes.Ints("shape")),
            node.Optional(0)?.Type.Shape.ToArray() ?? node.Attributes.Ints("sizes"),
            node
        );

    private static Value Operand(Node node) => node.Optional(0) ?? node.Input(1);

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node)
    {
        var (type, shape) = (Operand(node).Type, Geometry(node).Tensor);
        return node.Optional(1)?.Type is { } @base && !(@base.Shape.Equals(shape) && @base.DType == type.DType)
            ? throw new DiagnosticException(Diagnostics.ShapeMismatch.At(node.Name, Name, $"a base {@base.Shape} for a result {shape}"))
            : [type with { Shape = shape }];
    }

    /// <inheritdoc/>
    public override Attributes? Permuted(Node node, IReadOnlyList<int> permutation) =>
        BoxGeometry.Permuted(node.Attributes, node.Attributes.Ints("shape").Length, permutation);

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override Value?[] Gradient(GradientRequest request)
    {
        var (node, builder) = (request.Node, request.Builder);
        var box = Geometry(node);
        var attributes = Slice.Box(box.Starts, box.Steps, box.Sizes);
        Value?[] gradients =
        [
            request.Wanted[0] ? builder.Emit(Slice.Op, node.Name + ".dx", [request.Output], attributes) : null,
            request.Wanted.Count > 1 && request.Wanted[1]
                ? builder.Emit(Op, node.Name + ".dbase", [null, request.Output], attributes.With("shape", box.Tensor.ToArray())) : null,
        ];
        return gradients[..node.Inputs.Length];
    }

    /// <inheritdoc/>
    public override bool SharesQuantization => true;

    /// <inheritdoc/>
    public override bool Quantizes(Node node) =>
        node.Inputs.OfType<Value>().All(v => v.Type is { DType: DType.I8, Quant: { Axis: null } q } && q.Equals(node.Output.Type.Quant));

    /// <inheritdoc/>
    public override KernelRequest Request(Node node)
    {
        var (y, fill) = (node.Output.Type, Fill(node));
        return new KernelRequest(
            "place",
            "te_box",
            [
                .. Geometry(node).Fields(),
                KernelField.Int("fill_code", y.IsQuantized ? (long)fill : 0),
                KernelField.Float("fill", y.IsQuantized ? 0 : (float)fill),
            ],
            []
        );
    }

    private static double Fill(Node node)
    {
        double fill = node.Attributes.Float("fill", 0);
        return node.Output.Type.Quant is { } q ? q.Quantize(fill, node.Output.Type.DType) : fill;
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        double fill = numerics.Round(Fill(node));
        double[]? @base = operands.Count > 1 ? operands[1]?.Data : null;
        double[] y = @base is null ? [.. Enumerable.Repeat(fill, (int)node.Output.Type.Count)] : [.. @base];
        int next = 0;
        foreach (int i in Geometry(node).Elements())
        {
            y[i] = operands[0]?.Data[next++] ?? fill;
        }

        return [new Tensor(node.Output.Type, y)];
    }

    /// <inheritdoc/>
    public override IEnumerable<ImportRule> Imports =>
        [
            new(
                "Pad",
                2,
                r => Import(r, r.Attributes.Ints("pads"), r.Attributes.Float("value", 0), null),
                Form: "constant pads, by a constant"
            ),
            new(
                "Pad",
                11,
                r =>
                    Import(
                        r,
                        [.. r.Constant(1).Data.Select(v => checked((int)v))],
                        r.OptionalConstant(2)?.Data is [var value] ? value : 0,
                        r.OptionalConstant(3)
                    ),
                Operands: 4,
                Form: "constant pads, by a constant"
            ),
        ];

    private static Value[] Import(ImportRequest r, int[] pads, double value, Tensor? axes)
    {
        var shape = r.Input(0).Type.Shape;
        r.Require(r.Attributes.Text("mode", "constant") == "constant", $"mode {r.Attributes.Text("mode", "")}");
        int[] padded = r.Axes(axes?.Data.Select(a => (int)a) ?? Enumerable.Range(0, shape.Rank), shape.Rank);
        r.Require(pads.Length == 2 * padded.Length && pads.All(p => p >= 0), "pads that are not two integers from 0 for each axis");
        var (starts, extents) = (new int[shape.Rank], shape.ToArray());
        for (int i = 0; i < padded.Length; i++)
        {
            starts[padded[i]] = pads[i];
            extents[padded[i]] = checked(extents[padded[i]] + pads[i] + pads[i + padded.Length]);
        }

        return pads.All(p => p == 0)
            ? [r.Input(0)]
            :
            [
                r.Emit(
                    Op,
                    [r.Input(0)],
                    Attributes
                        .Empty.With("starts", starts)
                        .With("steps", Enumerable.Repeat(1, shape.Rank))
                        .With("shape", extents)
                        .With("fill", value)
                ),
            ];
    }

    /// <inheritdoc/>
    public override IEnumerable<OperatorSample> Samples => BoxSamples.Placed();
}
