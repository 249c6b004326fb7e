// Constants of a depthwise convolution of Helium, whose rows of a window lie side by side (runtime-c/include/te_mve_run.h): first sum and
// multiplier of each channel, a word of zeros, then of each channel a column of zeros and the columns of weights, each filled to four or
// eight rows, and a column of zeros. A row further down is a byte earlier, so the rows that fill a column are zeros too.

namespace TinyEngine.Ir;

/// <summary>Columns of weights behind first sums and multipliers.</summary>
/// <param name="isTurned">True where the kernel runs down columns, so that rows and columns of weights change places.</param>
internal sealed class LineForm(bool isTurned) : PackedForm
{
    /// <inheritdoc/>
    public override string Name => isTurned ? "turned" : "lines";

    /// <inheritdoc/>
    public override KernelRequest? Request(Node node, KernelRequest plain)
    {
        if (plain.Struct != "te_conv2d" || LayerSums.Of(node, plain) is not { } sums || sums.Inputs != Size(plain) * Size(plain))
        {
            return null;
        }

        int words = (2 * sums.Channels) + 1 + (((sums.Channels * (Size(plain) + 1)) + 1) * Lanes(plain) / 4);
        return plain with
        {
            Packing = Name,
            Operands = sums.BiasOperand is { } b ? [0, b] : [0],
            Tables = [Table(node, words, () => Words(sums, words))],
        };
    }

    private static int Size(KernelRequest plain) => (int)plain.IntegerField("kernel_h");

    private static int Lanes(KernelRequest plain) => Size(plain) <= 4 ? 4 : 8;

    private uint[] Words(LayerSums sums, int count)
    {
        int size = Size(sums.Request), lanes = Lanes(sums.Request), columns = 2 * sums.Channels + 1;
        var words = new uint[count];
        for (int channel = 0; channel < sums.Channels; channel++)
        {
            words[2 * channel] = (uint)sums.FirstSum(channel);
            words[(2 * channel) + 1] = ChannelPairs.Bits((float)sums.Multipliers[channel]);
            for (int tap = 0; tap < sums.Inputs; tap++)
            {
                var (row, column) = isTurned ? (tap % size, tap / size) : (tap / size, tap % size);
                int at = (((channel * (size + 1)) + 1 + column) * lanes) + row;
                words[columns + (at / 4)] |= (uint)(byte)(sbyte)sums.Weights[(channel * sums.Inputs) + tap] << (8 * (at % 4));
            }
        }

        return words;
    }
}
