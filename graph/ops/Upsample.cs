// Upsampling by whole factors with the nearest element: every element fills a box of the result. There is no kernel of its
// own: the copies of an element lie in as many boxes with steps, each of which one place fills, all in one storage; the
// gradient adds the same boxes of dy.

using System.Collections.Immutable;

namespace TinyEngine.Ir;

/// <summary><c>y = upsample(x)</c> {factors}: y[i] = x[i / factor] along each dimension; ONNX Upsample 9, Resize 10/11/13/18/19 (nearest).</summary>
public sealed class Upsample : Op
{
    /// <summary>The operator.</summary>
    public static readonly Upsample Op = new();

    /// <inheritdoc/>
    public override string Name => "upsample";

    /// <inheritdoc/>
    public override bool MovesOnly => true;

    /// <inheritdoc/>
    public override Stage LastStage => Stage.Trained;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node)
    {
        var (x, factors) = (node.Input(0).Type, node.Attributes.Ints("factors"));
        return factors.Length == x.Shape.Rank && factors.All(f => f >= 1) ? [x with { Shape = Shape.Of(x.Shape.ToArray().Zip(factors, (n, f) => checked(n * f))) }]
            : throw new DiagnosticException(Diagnostics.ShapeMismatch.At(node.Name, Name, $"factors [{string.Join(',', factors)}] for {x.Shape}"));
    }

    /// <inheritdoc/>
    public override Attributes? Permuted(Node node, IReadOnlyList<int> permutation)
    {
        var factors = node.Attributes.Ints("factors");
        return permutation.Count != factors.Length ? null
            : node.Attributes.With("factors", Shape.Inverse(permutation).Select(d => factors[d]));
    }

    /// <summary>The boxes of the result that hold one copy of x each: their first indices, in order.</summary>
    private static IEnumerable<int[]> Copies(int[] factors)
    {
        int count = factors.Aggregate(1, (a, b) => a * b);
        for (int copy = 0; copy < count; copy++)
        {
            var starts = new int[factors.Length];
            for (int d = factors.Length - 1, rest = copy; d >= 0; rest /= factors[d], d--)
            {
                starts[d] = rest % factors[d];
            }

            yield return starts;
        }
    }

    /// <inheritdoc/>
    public override Value Lower(Node node, GraphBuilder builder)
    {
        var factors = node.Attributes.Ints("factors");
        var attributes = Attributes.Empty.With("shape", node.Output.Type.Shape.ToArray()).With("steps", factors);
        return Copies(factors).Aggregate((Value?)null, (whole, starts) =>
            builder.Emit(Place.Op, node.Name, [node.Input(0), whole], attributes.With("starts", starts), node.Output.Type, node.Output.Name))!;
    }

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override Value?[] Gradient(GradientRequest request)
    {
        var (node, builder) = (request.Node, request.Builder);
        var factors = node.Attributes.Ints("factors");
        var parts = Copies(factors).Select(starts => builder.Emit(Slice.Op, node.Name + ".copy", [request.Output], Slice.Box(starts, factors, node.Input(0).Type.Shape.ToArray())));
        return [parts.Aggregate((sum, part) => builder.Emit(Add.Op, node.Name + ".dx", [sum, part]))];
    }

    /// <inheritdoc/>
    public override bool Quantizes(Node node) => node.Input(0).Type.Quant is { Axis: null } q && q.Equals(node.Output.Type.Quant);

    /// <inheritdoc/>
    public override KernelRequest Request(Node node) => throw new InvalidOperationException("no upsample is left when kernels are chosen");

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        var (factors, sizes) = (node.Attributes.Ints("factors"), node.Input(0).Type.Shape.ToArray());
        var y = new double[node.Output.Type.Count];
        foreach (var starts in Copies(factors))
        {
            foreach (var (to, value) in new BoxGeometry(node.Output.Type.Shape, starts, factors, sizes).Elements().Zip(operands[0]!.Data))
            {
                y[to] = value;
            }
        }

        return [new Tensor(node.Output.Type, y)];
    }

    /// <inheritdoc/>
    public override IEnumerable<ImportRule> Imports =>
    [
        new("Upsample", 9, r => Import(r, r.Constant(1).Data), Operands: 2),
        new("Resize", 10, r => Import(r, r.Constant(1).Data), Operands: 2),
        new("Resize", 11, ImportResize, Operands: 4),
    ];

    private static Value[] ImportResize(ImportRequest r)
    {
        var (shape, scales, sizes) = (r.Input(0).Type.Shape, r.OptionalConstant(2), r.OptionalConstant(3));
        string transformation = r.Attributes.Text("coordinate_transformation_mode", "half_pixel"), rounding = r.Attributes.Text("nearest_mode", "round_prefer_floor");
        // Only these take element i / factor for every whole factor.
        r.Require((transformation is "asymmetric" && rounding is "floor") || (transformation is "half_pixel" or "pytorch_half_pixel" && rounding is "round_prefer_floor" or "round_prefer_ceil"),
            $"coordinate_transformation_mode {transformation} with nearest_mode {rounding}");
        r.Require(!r.Attributes.Has("axes"), "axes");
        r.Require(sizes is null || sizes.Data.Length == shape.Rank, "sizes of another rank");
        return Import(r, sizes is { Data.Length: > 0 } ? [.. sizes.Data.Select((n, d) => n / shape[d])] : scales?.Data ?? []);
    }

    private static Value[] Import(ImportRequest r, double[] scales)
    {
        r.Require(r.Attributes.Text("mode", "nearest") == "nearest", $"mode {r.Attributes.Text("mode", "")}");
        r.Require(scales.Length == r.Input(0).Type.Shape.Rank && scales.All(s => s is >= 1 and < 256 && s == Math.Floor(s)), "scales that are not a whole factor for each dimension");
        return scales.All(s => s == 1) ? [r.Input(0)] : [r.Emit(Op, [r.Input(0)], Attributes.Empty.With("factors", scales.Select(s => (int)s)))];
    }
}
