// Gradients kept for more than their own step or parameter: `accumulate` sums those of several steps in optimizer state, and
// `square_sum` and `clip_scale` make the factor that limits the norm over all parameters. Sgd applies mean and factor.

using System.Collections.Immutable;

namespace TinyEngine.Ir;

/// <summary>
/// <c>accumulate(sum f32, gradient f32, random u32[2])</c> {every}: sum += gradient, in place; the first of every <c>every</c> steps resets
/// the sum.
/// </summary>
public sealed class Accumulate : Op
{
    /// <summary>The operator.</summary>
    public static readonly Accumulate Op = new();

    /// <inheritdoc/>
    public override string Name => "accumulate";

    /// <inheritdoc/>
    public override int Mutates => 0;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node) => [];

    /// <inheritdoc/>
    public override KernelRequest Request(Node node) => new("accumulate", "te_accumulate",
        [KernelField.Int("count", node.Input(0).Type.Count), KernelField.Int("every", node.Attributes.Int(UpdateNames.Every, 1))], []);

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        bool first = (uint)operands[2]!.Data[1] % node.Attributes.Int(UpdateNames.Every, 1) == 0;
        return
        [
            new Tensor(node.Input(0).Type, [.. operands[0]!.Data.Zip(operands[1]!.Data, (sum, g) => first ? g : numerics.Round(sum + g))]),
        ];
    }
}

/// <summary>
/// <c>sum f32[1] = square_sum(gradient f32, before f32[1]?)</c>: the sum before plus the squares of all elements, in order.
/// </summary>
public sealed class SquareSum : Op
{
    /// <summary>The operator.</summary>
    public static readonly SquareSum Op = new();

    /// <inheritdoc/>
    public override string Name => "square_sum";

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node) => [TensorType.F32(Shape.Of(1))];

    /// <inheritdoc/>
    public override KernelRequest Request(Node node) =>
        new("square_sum", "te_elements", [KernelField.Int("count", node.Input(0).Type.Count)], []);

    /// <inheritdoc/>
    public override long Macs(Node node) => node.Input(0).Type.Count;

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics) =>
        [
            new Tensor(
                node.Output.Type,
                [
                    operands[0]!.Data.Aggregate(
                        operands.ElementAtOrDefault(1)?.Data[0] ?? 0,
                        (sum, g) => numerics.Round(sum + numerics.Round(g * g))
                    ),
                ]
            ),
        ];
}

/// <summary>
/// <c>scale f32[1] = clip_scale(squares f32[1])</c> {norm, every}: norm / n where the norm n of the mean gradient is above it, else 1;
/// squares is the sum of squares of the gradients summed over <c>every</c> steps.
/// </summary>
public sealed class ClipScale : Op
{
    /// <summary>The operator.</summary>
    public static readonly ClipScale Op = new();

    /// <inheritdoc/>
    public override string Name => "clip_scale";

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node) => [TensorType.F32(Shape.Of(1))];

    /// <inheritdoc/>
    public override KernelRequest Request(Node node) =>
        new(
            "clip_scale",
            "te_clip",
            [
                KernelField.Int("every", node.Attributes.Int(UpdateNames.Every, 1)),
                KernelField.Float("norm", (float)node.Attributes.Float("norm", 1)),
            ],
            []
        );

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        double limit = (float)node.Attributes.Float("norm", 1), root = numerics.Round(Math.Sqrt(operands[0]!.Data[0]));
        double norm = numerics.Round(root * numerics.Round(1.0 / node.Attributes.Int(UpdateNames.Every, 1)));
        return [new Tensor(node.Output.Type, [norm <= limit ? 1 : numerics.Round(limit / norm)])];
    }
}
