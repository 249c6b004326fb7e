// An operator of the pack: y = gain*x/(1 + x*x), fp32 only.

using System.Collections.Immutable;
using TinyEngine.Ir;

namespace TinyEngine.ToyPack;

/// <summary><c>y = toy_squash(x)</c> {gain}; Squash 1 of the pack's domain.</summary>
public sealed class Squash : Op
{
    /// <summary>The operator.</summary>
    public static readonly Squash Op = new();

    /// <inheritdoc/>
    public override string Name => "toy_squash";

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node) => [TensorType.F32(node.Input(0).Type.Shape)];

    /// <inheritdoc/>
    public override Attributes? Permuted(Node node, IReadOnlyList<int> permutation) => node.Attributes;

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override Value?[] Gradient(GradientRequest request) =>
        [request.Builder.Emit(SquashDx.Op, request.Node.Name + ".dx", [request.Output, request.Node.Input(0)], request.Node.Attributes)];

    /// <inheritdoc/>
    public override KernelRequest Request(Node node) => new(Name, "toy_squash", Fields(node), []);

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics) =>
        [new(node.Output.Type, [.. operands[0]!.Data.Select(x => numerics.Round(Gain(node) * x / (1 + x * x)))])];

    /// <inheritdoc/>
    public override IEnumerable<ImportRule> Imports =>
        [
            new("Squash", 1, r => [r.Emit(Op, [r.RealInput(0)], Attributes.Empty.With("gain", r.Attributes.Float("gain", 1)))])
            {
                Domain = Pack.Domain,
            },
        ];

    /// <inheritdoc/>
    public override IEnumerable<OperatorSample> Samples =>
        [
            new("map", Attributes.Empty, null, OperatorSample.Fp32(1, 2, 3, 4)),
            new("matrix", Attributes.Empty.With("gain", -2.5), null, OperatorSample.Fp32(2, 7)),
        ];

    /// <summary>The factor of a node.</summary>
    internal static double Gain(Node node) => (float)node.Attributes.Float("gain", 1);

    /// <summary>The fields of the C struct toy_squash.</summary>
    internal static ImmutableArray<KernelField> Fields(Node node) =>
        [KernelField.Int("count", node.Output.Type.Count), KernelField.Float("gain", (float)Gain(node))];
}

/// <summary><c>dx = toy_squash_dx(dy, x)</c> {gain}: dy times gain*(1 - x*x)/(1 + x*x)^2.</summary>
public sealed class SquashDx : Op
{
    /// <summary>The operator.</summary>
    public static readonly SquashDx Op = new();

    /// <inheritdoc/>
    public override string Name => "toy_squash_dx";

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node) => [TensorType.F32(node.Input(1).Type.Shape)];

    /// <inheritdoc/>
    public override KernelRequest Request(Node node) => new(Name, "toy_squash", Squash.Fields(node), []);

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        double gain = Squash.Gain(node);
        return
        [
            new(
                node.Output.Type,
                [
                    .. operands[0]!.Data.Zip(
                        operands[1]!.Data,
                        (dy, x) => numerics.Round(dy * gain * (1 - x * x) / ((1 + x * x) * (1 + x * x)))
                    ),
                ]
            ),
        ];
    }
}
