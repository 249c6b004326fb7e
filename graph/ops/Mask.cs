// Small operators that only a backward pass needs: a gradient set to zero where the forward result is at an end of its range, the mask
// that says where, and the sum of a gradient over all positions (the gradient of a bias).

using System.Collections.Immutable;
using static TinyEngine.Ir.OperatorSample;

namespace TinyEngine.Ir;

/// <summary><c>dx = apply_mask(dy, mask)</c>: dy where the mask is 1, else 0.</summary>
public sealed class ApplyMask : Op
{
    /// <summary>The operator.</summary>
    public static readonly ApplyMask Op = new();

    /// <inheritdoc/>
    public override string Name => "apply_mask";

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node) => [BlockFormat.Declared(node, node.Input(0).Type)];

    /// <inheritdoc/>
    public override BlockRule NarrowRule(Node node) => new([0], BlockScale.OfResult, MakesBlocks: true);

    private static bool Rescales(Node node) => !Equals(node.Input(0).Type.Quant, node.Output.Type.Quant);

    /// <inheritdoc/>
    public override KernelRequest Request(Node node) =>
        node.Output.Type is { Block: not null } y
            ? new(
                "apply_mask",
                "te_block_rows",
                [.. BlockFormat.RowFields(y, 0, Rescales(node) ? BlockFormat.FactorExponent(y) : 0, Rescales(node))],
                Rescales(node) ? BlockFormat.FactorTable(node) : []
            )
            : new("apply_mask", "te_elements", [KernelField.Int("count", node.Output.Type.Count)], []);

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        double[] masked = [.. operands[0]!.Data.Zip(operands[1]!.Data, (g, m) => m == 0 ? 0 : g)];
        return [operands[0]!.Exponents is { } exponents && Rescales(node)
            ? BlockSums.Store(node.Output.Type, [.. masked.Select(m => (long)m)], exponents)
            : new Tensor(node.Output.Type, masked, operands[0]!.Exponents)];
    }
}

/// <summary>
/// <c>mask = mask_of(y)</c> clamp(min, max): the mask that the node of this clamp writes, from its result alone, which
/// <see cref="Clamping.Passes"/> makes possible.
/// </summary>
public sealed class MaskOf : Op
{
    /// <summary>The operator.</summary>
    public static readonly MaskOf Op = new();

    /// <inheritdoc/>
    public override string Name => "mask_of";

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node) => [new TensorType(DType.Bit, node.Input(0).Type.Shape)];

    /// <inheritdoc/>
    public override KernelRequest Request(Node node) => new("mask_of", "te_clamp", Clamping.Fields(node.Clamp, node.Input(0).Type), []);

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        var (y, range) = (operands[0]!, node.Clamp);
        var (min, max) = Clamping.Codes(range, y.Type);
        return
        [
            new Tensor(
                node.Output.Type,
                [
                    .. y.Data.Select(v =>
                        y.Type.IsQuantized
                            ? Clamping.Passes(v, min, max)
                            : Clamping.Passes(v, numerics.Round(range.Min), numerics.Round(range.Max))
                    ),
                ]
            ),
        ];
    }

    /// <inheritdoc/>
    public override IEnumerable<OperatorSample> Samples =>
        [
            new("int8", NodeForm.Plain, null, Int8(0.5f, 4, 1, 10)),
            new("int8, clamped", NodeForm.Plain.Clamped(-0.75, 0.75), null, Int8(0.5f, 4, 3, 7)),
            new("fp32", NodeForm.Plain.Clamped(min: 0.0), null, Fp32(1, 3, 4, 2)),
        ];
}

/// <summary><c>s [C] = channel_sum(x)</c>: the sum over all positions, channel by channel, in storage order.</summary>
public sealed class ChannelSum : Op
{
    /// <summary>The operator.</summary>
    public static readonly ChannelSum Op = new();

    /// <inheritdoc/>
    public override string Name => "channel_sum";

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node) => [TensorType.F32(Shape.Of(node.Input(0).Type.Shape[-1]))];

    /// <inheritdoc/>
    public override BlockRule NarrowRule(Node node) => new([0], BlockScale.Any, MakesBlocks: false);

    private static int Guard(TensorType x) => BlockFormat.Guard(x, 0, x.Count / x.Shape[-1]);

    /// <inheritdoc/>
    public override KernelRequest Request(Node node)
    {
        if (node.Input(0).Type is { Block: not null } blocks)
        {
            return new KernelRequest("channel_sum", "te_block_rows",
                [.. BlockFormat.RowFields(blocks, Guard(blocks), 0, false)], BlockFormat.ScaleTable(node, blocks));
        }

        int channels = node.Input(0).Type.Shape[-1];
        return new KernelRequest("channel_sum", "te_rows",
            [KernelField.Int("rows", node.Input(0).Type.Count / channels), KernelField.Int("columns", channels)], []);
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        var sum = new double[node.Output.Type.Count];
        if (operands[0] is { Exponents: { } exponents, Type: var type })
        {
            int unit = exponents.Max() - Guard(type);
            for (int i = 0; i < operands[0]!.Data.Length; i++)
            {
                sum[i % sum.Length] += BlockSums.Round(operands[0]!.Data[i], exponents[i / type.Block!.Value] - unit);
            }

            return
            [
                new Tensor(node.Output.Type, [.. sum.Select((v, c) => (double)((float)v * (float)Math.ScaleB(1, unit) * type.ScaleOf(c)))]),
            ];
        }

        for (int i = 0; i < operands[0]!.Data.Length; i++)
        {
            sum[i % sum.Length] = numerics.Round(sum[i % sum.Length] + operands[0]!.Data[i]);
        }

        return [new Tensor(node.Output.Type, sum)];
    }
}
