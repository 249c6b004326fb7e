// Two channels a halfword: 256*q + p, two inputs a word, so that one multiply-accumulate of the DSP extension makes two products of each
// (runtime-c/include/te_dsp_pairs.h). A pair of channels has a header of five words and its words of weights, whose groups run backwards.

namespace TinyEngine.Ir;

/// <summary>The words of pairs of channels, which several forms arrange.</summary>
internal sealed class ChannelPairs(LayerSums sums, int[] order)
{
    /// <summary>Words of a header.</summary>
    public const int Header = 5;

    /// <summary>Words that loops read behind the last one and do not use.</summary>
    public const int Behind = 21;

    /// <summary>Words of weights that the registers of the FPU hold.</summary>
    public const int Group = 16;

    /// <summary>The place of the shift where sums become codes in fp32.</summary>
    public const uint InReal = 32;

    private const long HalfLimit = 1 << 23;

    /// <summary>Words of weights of a pair.</summary>
    public int Words => order.Length / 2;

    /// <summary>Pairs of channels, the last of which may lack its second.</summary>
    public int Count => (sums.Channels + 1) / 2;

    /// <summary>True where every halfword holds both weights, and 256 times the sums of second channels fit in 32 bits.</summary>
    public bool Fit
    {
        get
        {
            for (int odd = 1; odd < sums.Channels; odd += 2)
            {
                var (least, most) = sums.Range(odd);
                if (least <= -HalfLimit || most >= HalfLimit)
                {
                    return false;
                }

                for (int i = 0; i < sums.Inputs; i++)
                {
                    if (Weight(odd, i) == sbyte.MinValue && Weight(odd - 1, i) < 0)
                    {
                        return false;
                    }
                }
            }

            return true;
        }
    }

    /// <summary>
    /// The header of a pair: shift, first sums, multipliers. In fp32 the second factor is divided by what its sum counts there.
    /// </summary>
    public uint[] HeaderOf(int pair, float secondScale)
    {
        var (p, q) = (2 * pair, 2 * pair + 1);
        bool hasSecond = q < sums.Channels;
        var (first, second) = (sums.Requantization(p), sums.Requantization(hasSecond ? q : p));
        int shift = Math.Min(first.LargestShift, second.LargestShift);
        int sum = sums.FirstSum(p);
        uint both = (uint)((hasSecond ? sums.FirstSum(q) * 256 : 0) + sum);
        return first.Find(shift) is { } m && second.Find(shift) is { } n
            ? [(uint)shift, (uint)sum, both, (uint)m, (uint)n]
            : [InReal, (uint)sum, both, Bits(first.Multiplier), Bits(second.Multiplier / secondScale)];
    }

    /// <summary>A word of weights: inputs 4g and 4g+2 for even words, 4g+1 and 4g+3 for odd ones.</summary>
    public uint Word(int pair, int index)
    {
        int at = index / 2 * 4 + index % 2;
        return (uint)(ushort)Half(pair, order[at]) | (uint)Half(pair, order[at + 2]) << 16;
    }

    /// <summary>The bits of a factor.</summary>
    public static uint Bits(float factor) => BitConverter.SingleToUInt32Bits(factor);

    private int Half(int pair, int input) => 256 * Weight(2 * pair + 1, input) + Weight(2 * pair, input);

    private int Weight(int channel, int input) =>
        channel < sums.Channels && input != LayerSums.NoInput ? (int)sums.Weights[channel * sums.Inputs + input] : 0;
}

/// <summary>Header and words of a pair after the other, for loops that hold all sums of a pair in registers.</summary>
internal sealed class PairForm : PackedForm
{
    /// <inheritdoc/>
    public override string Name => "pairs";

    /// <inheritdoc/>
    public override KernelRequest? Request(Node node, KernelRequest plain)
    {
        if (
            LayerSums.Of(node, plain)?.WithPlainConstants() is not { BiasChanges: false } sums
            || new ChannelPairs(sums, LayerSums.WindowOrder(plain)) is not { Fit: true } pairs
        )
        {
            return null;
        }

        int words = pairs.Count * (ChannelPairs.Header + pairs.Words) + ChannelPairs.Behind;
        return plain with
        {
            Packing = Name,
            Operands = [0],
            Tables = [Table(node, words, () => Content(pairs, words))],
        };
    }

    /// <summary>Word 0, the rest of the first group backwards, then groups of sixteen, each backwards.</summary>
    private static uint[] Content(ChannelPairs pairs, int words)
    {
        var content = new uint[words];
        int first = pairs.Words - (pairs.Words - 2) / ChannelPairs.Group * ChannelPairs.Group;
        for (int pair = 0, at = 0; pair < pairs.Count; pair++)
        {
            pairs.HeaderOf(pair, secondScale: 256).CopyTo(content, at);
            at += ChannelPairs.Header;
            content[at] = pairs.Word(pair, 0);
            for (int begin = 1, end = first; begin < pairs.Words; begin = end, end += ChannelPairs.Group)
            {
                for (int i = begin; i < end; i++)
                {
                    content[at + begin + end - 1 - i] = pairs.Word(pair, i);
                }
            }

            at += pairs.Words;
        }

        return content;
    }
}
