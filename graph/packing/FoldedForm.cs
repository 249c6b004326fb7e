// First sums and multipliers of a layer on codes, channel by channel (runtime-c/include/te_mve_layer.h). Weights stay as they are.

namespace TinyEngine.Ir;

/// <summary>First sums with the zero point of x, then the multipliers.</summary>
internal sealed class FoldedForm : PackedForm
{
    /// <inheritdoc/>
    public override string Name => "folded";

    /// <inheritdoc/>
    public override KernelRequest? Request(Node node, KernelRequest plain) =>
        LayerSums.Of(node, plain) is { BiasOperand: null } sums
            ? plain with
            {
                Packing = Name,
                Operands = [0, 1],
                Tables = [Table(node, 2 * sums.Channels, () => Words(sums))],
            }
            : null;

    private static uint[] Words(LayerSums sums) =>
        [
            .. Enumerable.Range(0, sums.Channels).Select(c => (uint)sums.FirstSum(c)),
            .. sums.Multipliers.Select(m => ChannelPairs.Bits((float)m)),
        ];
}
