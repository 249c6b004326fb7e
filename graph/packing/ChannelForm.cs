// A table of four words for each channel of a depthwise convolution (te_dsp_channel_table in runtime-c/include/te_dsp_depthwise_run.h):
// constant, multiplier, first sum, scale. Weights stay as they are. One literal shift serves all channels, so a channel whose own shift is
// smaller counts its taps 2^scale times.

namespace TinyEngine.Ir;

/// <summary>Requantization of the channels of a depthwise convolution.</summary>
internal sealed class ChannelForm : PackedForm
{
    private const int Shift = 8, Words = 4;

    /// <inheritdoc/>
    public override string Name => "channels";

    /// <inheritdoc/>
    public override KernelRequest? Request(Node node, KernelRequest plain) =>
        plain.Struct == "te_conv2d" && LayerSums.Of(node, plain) is { } sums
            ? plain with
            {
                Packing = Name,
                Operands = sums.BiasOperand is { } b ? [0, 1, b] : [0, 1],
                Tables = [Table(node, Words * sums.Channels, () => [.. Enumerable.Range(0, sums.Channels).SelectMany(c => Row(sums, c))])],
            }
            : null;

    private static uint[] Row(LayerSums sums, int channel)
    {
        float factor = (float)sums.Multipliers[channel];
        int own = sums.Requantization(channel).LargestShift, scale = Math.Max(0, Shift - own);
        long limit = LayerSums.BiasLimit >> Math.Min(scale, Shift);
        int sum = sums.FirstSum(channel);
        long largest = (sums.BiasChanges ? limit : Math.Abs((long)sum)) + 128L * 128 * sums.Inputs;
        bool fits = scale <= Shift && largest << scale < int.MaxValue;
        return fits && sums.Requantization(channel, limit).Find(Shift - scale) is { } m
            ?
            [
                (uint)((2 * (int)sums.Request.IntegerField("y_zero") + 1) << Shift),
                (uint)m,
                (uint)(sums.BiasChanges ? sum : sum << scale),
                (uint)scale,
            ]
            : [0, ChannelPairs.Bits(factor), (uint)sum, 0];
    }
}
