// Eight outputs at a time, as four pairs (runtime-c/include/te_dsp_dense.h): first sums, the words of weights side by side, one shift for
// all eight, and their multipliers.

namespace TinyEngine.Ir;

/// <summary>Weights of dense layers by eight outputs.</summary>
internal sealed class DenseForm : PackedForm
{
    private const int Outputs = 8, Pairs = Outputs / 2, Group = 8;

    /// <inheritdoc/>
    public override string Name => "eights";

    /// <inheritdoc/>
    public override KernelRequest? Request(Node node, KernelRequest plain)
    {
        if (
            plain.Struct != "te_dense"
            || LayerSums.Of(node, plain)?.WithPlainConstants() is not { BiasChanges: false } sums
            || new ChannelPairs(sums, LayerSums.WindowOrder(plain)) is not { Fit: true } pairs
        )
        {
            return null;
        }

        int words = (sums.Channels + Outputs - 1) / Outputs * (Outputs + Pairs * pairs.Words + 1 + Outputs);
        return plain with
        {
            Packing = Name,
            Operands = [0],
            Tables = [Table(node, words, () => Content(sums, pairs, words))],
        };
    }

    private static uint[] Content(LayerSums sums, ChannelPairs pairs, int words)
    {
        var content = new uint[words];
        for (int first = 0, at = 0; first < sums.Channels; first += Outputs)
        {
            for (int i = 0; i < Outputs; i += 2)
            {
                int p = first + i < sums.Channels ? sums.FirstSum(first + i) : 0;
                int q = first + i + 1 < sums.Channels ? sums.FirstSum(first + i + 1) : 0;
                (content[at + i], content[at + i + 1]) = ((uint)p, (uint)(256 * q + p));
            }

            at += Outputs;
            for (int begin = 0, end = (pairs.Words - 1) % Group + 1; begin < pairs.Words; begin = end, end += Group)
            {
                for (int i = begin; i < end; i++)
                {
                    for (int pair = 0; pair < Pairs; pair++)
                    {
                        content[at + Pairs * (begin + end - 1 - i) + pair] = pairs.Word(first / 2 + pair, i);
                    }
                }
            }

            at += Pairs * pairs.Words;
            Ends(sums, first).CopyTo(content, at);
            at += 1 + Outputs;
        }

        return content;
    }

    /// <summary>The shift and the multipliers; an output that does not exist has those of the last one.</summary>
    private static uint[] Ends(LayerSums sums, int first)
    {
        IntegerMultiplier[] all = [.. Enumerable.Range(first, Outputs).Select(c => sums.Requantization(Math.Min(c, sums.Channels - 1)))];
        int shift = all.Min(m => m.LargestShift);
        int?[] found = [.. all.Select(m => m.Find(shift))];
        return found.All(m => m is not null)
            ? [(uint)shift, .. found.Select(m => (uint)m!.Value)]
            : [ChannelPairs.InReal, .. all.Select((m, i) => ChannelPairs.Bits(i % 2 == 0 ? m.Multiplier : m.Multiplier / 256))];
    }
}
