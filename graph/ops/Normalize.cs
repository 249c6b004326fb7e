// Normalization within one sample: mean 0 and variance 1 over groups of elements. One operator serves layer,
// instance and group normalization: x is seen as [outer, positions, groups, channels], and statistics run over positions and
// channels of each (outer, group). Scale and shift behind it are a separate channel_affine. The backward operator
// computes the statistics again from x, so that no tensor is kept for it.

using System.Collections.Immutable;
using static TinyEngine.Ir.OperatorSample;

namespace TinyEngine.Ir;

/// <summary>Shared by normalize and normalize_dx: {outer, groups, channels, epsilon}; positions follow from the count.</summary>
public abstract class Normalization : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node)
    {
        var shape = node.Input(0).Type.Shape;
        long block = (long)Outer(node) * Groups(node) * Channels(node);
        return block > 0 && shape.Count % block == 0 && node.Inputs.All(v => v!.Type.Shape.Equals(shape))
            ? [TensorType.F32(shape)]
            : throw new DiagnosticException(
                Diagnostics.ShapeMismatch.At(
                    node.Name,
                    Name,
                    $"{shape} does not divide into {Outer(node)} x {Groups(node)} groups of {Channels(node)} channels"
                )
            );
    }

    private static int Outer(Node node) => node.Attributes.Int("outer", 1);

    private static int Groups(Node node) => node.Attributes.Int("groups", 1);

    private static int Channels(Node node) => node.Attributes.Int("channels", 1);

    private static float Epsilon(Node node) => (float)node.Attributes.Float("epsilon", 1e-5);

    private static int Positions(Node node) => (int)(node.Input(0).Type.Count / Outer(node) / Groups(node) / Channels(node));

    /// <inheritdoc/>
    public override KernelRequest Request(Node node) => new(Name, "te_normalize",
        [KernelField.Int("outer", Outer(node)), KernelField.Int("positions", Positions(node)), KernelField.Int("groups", Groups(node)),
         KernelField.Int("channels", Channels(node)), KernelField.Float("epsilon", Epsilon(node))], []);

    /// <summary>The indices of every group, positions before channels.</summary>
    protected static IEnumerable<int[]> GroupsOf(Node node)
    {
        int positions = Positions(node), groups = Groups(node), channels = Channels(node);
        return from n in Enumerable.Range(0, Outer(node))
               from g in Enumerable.Range(0, groups)
               select Enumerable
                   .Range(0, positions * channels)
                   .Select(i => ((n * positions + i / channels) * groups + g) * channels + i % channels)
                   .ToArray();
    }

    /// <summary>The mean and the reciprocal standard deviation of a group.</summary>
    protected static (double Mean, double Reciprocal) Statistics(Node node, double[] x, int[] group, Numerics numerics)
    {
        double sum = group.Aggregate(0.0, (s, i) => numerics.Round(s + x[i]));
        double mean = numerics.Round(sum / group.Length);
        double squares = group.Aggregate(0.0, (s, i) =>
        {
            double d = numerics.Round(x[i] - mean);
            return numerics.Round(s + numerics.Round(d * d));
        });
        double variance = numerics.Round(numerics.Round(squares / group.Length) + Epsilon(node));
        return (mean, numerics.Round(1 / numerics.Round(Math.Sqrt(variance))));
    }
}

/// <summary>
/// <c>y = normalize(x)</c>: (x - mean) / sqrt(variance + epsilon); ONNX LayerNormalization 17, InstanceNormalization 1/6,
/// GroupNormalization 18/21.
/// </summary>
public sealed class Normalize : Normalization
{
    /// <summary>The operator.</summary>
    public static readonly Normalize Op = new();

    /// <inheritdoc/>
    public override string Name => "normalize";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override Value?[] Gradient(GradientRequest request) =>
        [request.Builder.Emit(NormalizeDx.Op, request.Node.Name + ".dx", [request.Output, request.Node.Input(0)], request.Node.Attributes)];

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        var x = operands[0]!.Data;
        var y = new double[x.Length];
        foreach (var group in GroupsOf(node))
        {
            var (mean, reciprocal) = Statistics(node, x, group, numerics);
            foreach (int i in group)
            {
                y[i] = numerics.Round(numerics.Round(x[i] - mean) * reciprocal);
            }
        }

        return [new Tensor(node.Output.Type, y)];
    }

    /// <inheritdoc/>
    public override IEnumerable<ImportRule> Imports =>
        [
            new("LayerNormalization", 17, ImportLayer, Operands: 3, Form: "one result, constant scale"),
            new("InstanceNormalization", 1, r => ImportMap(r, null, perGroup: false), Operands: 3, Form: "rank 4"),
            new(
                "GroupNormalization",
                18,
                r => ImportMap(r, r.Attributes.Int("num_groups", 0), perGroup: true),
                Operands: 3,
                Form: "rank 4, as one node"
            ),
            new(
                "GroupNormalization",
                21,
                r => ImportMap(r, r.Attributes.Int("num_groups", 0), perGroup: false),
                Operands: 3,
                Form: "rank 4, as one node"
            ),
        ];

    /// <summary>Normalizes rows over the last axes; a map whose channels are among them is taken in NHWC.</summary>
    private static Value[] ImportLayer(ImportRequest r)
    {
        var (x, scale, shift) = (r.Input(0), r.Input(1), r.Optional(2));
        int rank = x.Type.Shape.Rank, axis = r.Axis(r.Attributes.Int("axis", -1), rank);
        r.Require(r.OutputNames.Count(n => n.Length > 0) == 1, "more than one result");
        var normalized = Shape.Of(x.Type.Shape.ToArray()[axis..]);
        r.Require(
            scale.Type.Shape.Equals(normalized) && (shift is null || shift.Type.Shape.Equals(normalized)),
            "a scale or shift of another shape than the normalized axes"
        );
        bool map = rank == 4 && axis == 1;
        x = map ? Layouts.ToNhwc(r, x) : x;
        // The parameters of a map are [C,H,W] and follow it.
        Tensor Parameter(int operand) => map ? r.Constant(operand).Permute([1, 2, 0]) : r.Constant(operand);
        int columns = (int)normalized.Count, rows = (int)(x.Type.Count / columns);
        var y = Layouts.Reshaped(r, x, Shape.Of(rows, columns));
        y = r.Builder.Emit(Op, r.Name, [y], Grouped(r, rows, 1, columns));
        y = Affine(r, y, Parameter(1), shift is null ? Tensor.Zeros(TensorType.F32(normalized)) : Parameter(2));
        y = Layouts.Reshaped(r, y, x.Type.Shape);
        return [map ? Layouts.ToNchw(r, y) : y];
    }

    /// <summary>
    /// Normalizes an NCHW map in groups of channels (null: each channel alone); scale and shift are per group or per channel.
    /// </summary>
    private static Value[] ImportMap(ImportRequest r, int? groupCount, bool perGroup)
    {
        var shape = r.Input(0).Type.Shape;
        r.Require(shape.Rank == 4, $"an input of rank {shape.Rank} (only two spatial dimensions)");
        int channels = shape[1], groups = groupCount ?? channels;
        r.Require(groups > 0 && channels % groups == 0, $"{groups} groups of {channels} channels");
        int shared = perGroup ? channels / groups : 1;
        Tensor Parameter(int operand)
        {
            var content = r.Constant(operand);
            r.Require(
                content.Data.Length * shared == channels,
                $"a scale or shift of {content.Data.Length} elements for {channels} channels"
            );
            return Tensor.Vector(Enumerable.Range(0, channels).Select(c => (float)content.Data[c / shared]));
        }

        var y = r.Builder.Emit(Op, r.Name, [Layouts.ToNhwc(r, r.Input(0))], Grouped(r, shape[0], groups, channels / groups));
        return [Layouts.ToNchw(r, Affine(r, y, Parameter(1), Parameter(2)))];
    }

    private static Attributes Grouped(ImportRequest r, int outer, int groups, int channels) =>
        Attributes
            .Empty.With("outer", outer)
            .With("groups", groups)
            .With("channels", channels)
            .With("epsilon", r.Attributes.Float("epsilon", 1e-5));

    private static Value Affine(ImportRequest r, Value y, Tensor scale, Tensor shift)
    {
        var type = TensorType.F32(Shape.Of(scale.Data.Length));
        return r.Emit(
            ChannelAffine.Op,
            [y, Value.Constant(r.Name + ".scale", scale.As(type)), Value.Constant(r.Name + ".shift", shift.As(type))]
        );
    }

    /// <inheritdoc/>
    public override IEnumerable<OperatorSample> Samples
    {
        get
        {
            static Attributes Groups(int outer, int groups, int channels) =>
                Attributes.Empty.With("outer", outer).With("groups", groups).With("channels", channels);
            return
            [
                new("layer", Groups(3, 1, 7), null, Fp32(3, 7)),
                new("instance", Groups(2, 3, 1), null, Fp32(2, 3, 2, 3)),
                new("group", Groups(2, 2, 3), null, Fp32(2, 2, 3, 6)),
                new("large epsilon", Groups(1, 1, 6).With("epsilon", 0.5), null, Fp32(1, 6)),
            ];
        }
    }
}

/// <summary>
/// <c>dx = normalize_dx(dy, x)</c>: (dy - mean(dy) - y*mean(dy*y)) / sqrt(variance + epsilon) with y = normalize(x).
/// </summary>
public sealed class NormalizeDx : Normalization
{
    /// <summary>The operator.</summary>
    public static readonly NormalizeDx Op = new();

    /// <inheritdoc/>
    public override string Name => "normalize_dx";

    /// <inheritdoc/>
    public override bool PassesNotANumber(int operand) => false;

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        var (dy, x) = (operands[0]!.Data, operands[1]!.Data);
        var dx = new double[x.Length];
        foreach (var group in GroupsOf(node))
        {
            var (mean, reciprocal) = Statistics(node, x, group, numerics);
            double Normalized(int i) => numerics.Round(numerics.Round(x[i] - mean) * reciprocal);
            double sum = group.Aggregate(0.0, (s, i) => numerics.Round(s + dy[i]));
            double product = group.Aggregate(0.0, (s, i) => numerics.Round(s + numerics.Round(dy[i] * Normalized(i))));
            (sum, product) = (numerics.Round(sum / group.Length), numerics.Round(product / group.Length));
            foreach (int i in group)
            {
                dx[i] = Numerics.Limit(
                    numerics.Round(numerics.Round(numerics.Round(dy[i] - sum) - numerics.Round(Normalized(i) * product)) * reciprocal)
                );
            }
        }

        return [new Tensor(node.Output.Type, dx)];
    }
}
