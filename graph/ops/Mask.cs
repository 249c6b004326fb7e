// Small operators that only a backward pass needs: a gradient set to zero where the forward clamp saturated, and the sum of
// a gradient over all positions (the gradient of a bias).

using System.Collections.Immutable;

namespace TinyEngine.Ir;

/// <summary><c>dx = apply_mask(dy, mask)</c>: dy where the mask is 1, else 0.</summary>
public sealed class ApplyMask : Op
{
    /// <summary>The operator.</summary>
    public static readonly ApplyMask Op = new();

    /// <inheritdoc/>
    public override string Name => "apply_mask";

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node) => [node.Input(0).Type];

    /// <inheritdoc/>
    public override KernelRequest Request(Node node) => new("apply_mask", "f32", "te_map", [KernelField.Int("count", node.Output.Type.Count)], []);

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics) =>
        [new Tensor(node.Output.Type, [.. operands[0]!.Data.Zip(operands[1]!.Data, (g, m) => m == 0 ? 0 : g)])];
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
    public override KernelRequest Request(Node node)
    {
        int channels = node.Input(0).Type.Shape[-1];
        return new KernelRequest("channel_sum", "f32", "te_rows",
            [KernelField.Int("rows", node.Input(0).Type.Count / channels), KernelField.Int("columns", channels)], []);
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        var sum = new double[node.Output.Type.Count];
        for (int i = 0; i < operands[0]!.Data.Length; i++)
        {
            sum[i % sum.Length] = numerics.Round(sum[i % sum.Length] + operands[0]!.Data[i]);
        }

        return [new Tensor(node.Output.Type, sum)];
    }
}
