// Upsampling by whole factors with the nearest element: every element fills a box of the result, and its gradient is the sum over that
// box, taken dimension by dimension.

using System.Collections.Immutable;
using static TinyEngine.Ir.OperatorSample;

namespace TinyEngine.Ir;

/// <summary>
/// <c>y = upsample(x)</c> {factors}: y[i] = x[i / factor] along each dimension; ONNX Upsample 9, Resize 10/11/13/18/19 (nearest).
/// </summary>
public sealed class Upsample : Op
{
    /// <summary>The operator.</summary>
    public static readonly Upsample Op = new();

    /// <inheritdoc/>
    public override string Name => "upsample";

    /// <inheritdoc/>
    public override bool MovesOnly => true;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node)
    {
        var (x, factors) = (node.Input(0).Type, node.Attributes.Ints("factors"));
        if (factors.Length != x.Shape.Rank || factors.Any(f => f < 1))
        {
            throw new DiagnosticException(
                Diagnostics.ShapeMismatch.At(node.Name, Name, $"factors [{string.Join(',', factors)}] for {x.Shape}")
            );
        }

        return Loops(x.Shape, factors).Count <= MaxLoops
            ? [x with { Shape = Shape.Of(x.Shape.ToArray().Zip(factors, (n, f) => checked(n * f))) }]
            : throw new DiagnosticException(
                Diagnostics.UnsupportedForm.At(node.Name, Name, $"factors for {x.Shape} that take more than {MaxLoops} loops")
            );
    }

    /// <inheritdoc/>
    public override Attributes? Permuted(Node node, IReadOnlyList<int> permutation)
    {
        var factors = node.Attributes.Ints("factors");
        return permutation.Count != factors.Length ? null
            : node.Attributes.With("factors", Shape.Inverse(permutation).Select(d => factors[d]));
    }

    /// <summary>Loops that the kernel has.</summary>
    private const int MaxLoops = 4;

    /// <summary>Extents and factors, without extents of 1 that stay so, and with neighbours joined that no factor parts.</summary>
    private static List<(int Size, int Factor)> Loops(Shape x, int[] factors)
    {
        var loops = new List<(int Size, int Factor)>();
        foreach (var (size, factor) in x.ToArray().Zip(factors))
        {
            if (loops.Count > 0 && factor == 1 && loops[^1].Factor == 1)
            {
                loops[^1] = (loops[^1].Size * size, 1);
            }
            else if (size != 1 || factor != 1)
            {
                loops.Add((size, factor));
            }
        }

        return loops;
    }

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override Value?[] Gradient(GradientRequest request)
    {
        var (node, builder, factors) = (request.Node, request.Builder, request.Node.Attributes.Ints("factors"));
        var (sum, shape, name) = (request.Output, request.Node.Input(0).Type.Shape, request.Node.Name + ".dx");
        for (int d = factors.Length - 1; d >= 0; d--)
        {
            if (factors[d] > 1)
            {
                int inner = shape.ToArray()[(d + 1)..].Aggregate(1, (a, b) => a * b);
                int[] boxes = [(int)(sum.Type.Count / factors[d] / inner), factors[d], inner];
                var seen = builder.Emit(Reshape.Op, name, [sum], Attributes.Empty.With("shape", boxes));
                sum = builder.Emit(ReduceSum.Op, name, [seen], Attributes.Empty.With("axes", [1]));
            }
        }

        return [builder.Emit(Reshape.Op, name, [sum], Attributes.Empty.With("shape", shape.ToArray()))];
    }

    /// <inheritdoc/>
    public override bool Quantizes(Node node) => node.Input(0).Type.Quant is { Axis: null } q && q.Equals(node.Output.Type.Quant);

    /// <inheritdoc/>
    public override KernelRequest Request(Node node)
    {
        var loops = Loops(node.Input(0).Type.Shape, node.Attributes.Ints("factors"));
        var padded = Enumerable.Repeat((Size: 1, Factor: 1), MaxLoops - loops.Count).Concat(loops).ToList();
        return new KernelRequest(
            "upsample",
            "te_upsample",
            [
                .. padded.Select((l, i) => KernelField.Int($"size{i}", l.Size)),
                .. padded.Select((l, i) => KernelField.Int($"factor{i}", l.Factor)),
            ],
            []
        );
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        var (factors, to, from) = (node.Attributes.Ints("factors"), node.Output.Type.Shape, node.Input(0).Type.Shape.Strides());
        int[] strides = to.Strides();
        return
        [
            new Tensor(
                node.Output.Type,
                [
                    .. Enumerable
                        .Range(0, (int)to.Count)
                        .Select(i =>
                            operands[0]!.Data[Enumerable.Range(0, to.Rank).Sum(d => i / strides[d] % to[d] / factors[d] * from[d])]
                        ),
                ]
            ),
        ];
    }

    /// <inheritdoc/>
    public override IEnumerable<ImportRule> Imports =>
    [
        new("Upsample", 9, r => Import(r, r.Constant(1).Data), Operands: 2, Form: WholeFactors),
        new("Resize", 10, r => Import(r, r.Constant(1).Data), Operands: 2, Form: WholeFactors),
        new("Resize", 11, ImportResize, Operands: 4, Form: WholeFactors),
    ];

    private const string WholeFactors = "whole factors, nearest element";

    private static Value[] ImportResize(ImportRequest r)
    {
        var (shape, scales, sizes) = (r.Input(0).Type.Shape, r.OptionalConstant(2), r.OptionalConstant(3));
        RequireNearest(r);
        string transformation = r.Attributes.Text("coordinate_transformation_mode", "half_pixel"),
            rounding = r.Attributes.Text("nearest_mode", "round_prefer_floor");
        // Only these take element i / factor for every whole factor.
        r.Require(
            (transformation is "asymmetric" && rounding is "floor")
                || (transformation is "half_pixel" or "pytorch_half_pixel" && rounding is "round_prefer_floor" or "round_prefer_ceil"),
            $"coordinate_transformation_mode {transformation} with nearest_mode {rounding}"
        );
        r.Require(!r.Attributes.Has("axes"), "axes");
        r.Require(sizes is null || sizes.Data.Length == shape.Rank, "sizes of another rank");
        return Import(r, sizes is { Data.Length: > 0 } ? [.. sizes.Data.Select((n, d) => n / shape[d])] : scales?.Data ?? []);
    }

    private static void RequireNearest(ImportRequest r)
    {
        string mode = r.Attributes.Text("mode", "nearest");
        r.Require(mode == "nearest", $"mode {mode} (only nearest)");
    }

    private static Value[] Import(ImportRequest r, double[] scales)
    {
        RequireNearest(r);
        r.Require(
            scales.Length == r.Input(0).Type.Shape.Rank && scales.All(s => s is >= 1 and < 65536 && s == Math.Floor(s)),
            "scales that are not a whole factor for each dimension"
        );
        return scales.All(s => s == 1)
            ? [r.Input(0)]
            : [r.Emit(Op, [r.Input(0)], Attributes.Empty.With("factors", scales.Select(s => (int)s)))];
    }

    /// <inheritdoc/>
    public override IEnumerable<OperatorSample> Samples =>
        [
            new("2x2", Attributes.Empty.With("factors", [1, 2, 2, 1]), null, Fp32(2, 2, 3, 2)),
            new("rows by 3", Attributes.Empty.With("factors", [3, 1]), null, Fp32(2, 3)),
            new("int8", Attributes.Empty.With("factors", [1, 2, 3, 1]), Int8(0.5f, 9, 1), Int8(0.5f, 9, 1, 2, 2, 3)),
        ];
}
