// Headers of all pairs first, then the weights by pieces of inputs that scratch holds at a time (runtime-c/include/te_dsp_wide.h): for
// layers with any clamp, a mask, a bias that trains, or more inputs than one piece.

namespace TinyEngine.Ir;

/// <summary>Weights by pieces of inputs.</summary>
internal sealed class PieceForm : PackedForm
{
    /// <summary>Fours of inputs that a piece has at most.</summary>
    private const int MaxPiece = 86;

    /// <inheritdoc/>
    public override string Name => "pieces";

    /// <inheritdoc/>
    public override KernelRequest? Request(Node node, KernelRequest plain)
    {
        if (
            plain.Struct != "te_conv2d"
            || LayerSums.Of(node, plain)?.WithPlainConstants() is not { } sums
            || new ChannelPairs(sums, LayerSums.WindowOrder(plain)) is not { Fit: true } pairs
        )
        {
            return null;
        }

        int words = pairs.Count * (ChannelPairs.Header + pairs.Words) + ChannelPairs.Behind;
        return plain with
        {
            Packing = Name,
            Operands = sums.BiasOperand is { } b ? [0, b] : [0],
            Tables = [Table(node, words, () => Content(pairs, words))],
        };
    }

    private static uint[] Content(ChannelPairs pairs, int words)
    {
        var content = new uint[words];
        int at = 0, fours = pairs.Words / 2;
        for (int pair = 0; pair < pairs.Count; pair++, at += ChannelPairs.Header)
        {
            pairs.HeaderOf(pair, secondScale: 1).CopyTo(content, at);
        }

        int pieces = (fours + MaxPiece - 1) / MaxPiece, piece = 2 * ((fours + pieces - 1) / pieces);
        for (int from = 0; from < pairs.Words; from += piece)
        {
            int count = Math.Min(piece, pairs.Words - from);
            for (int pair = 0; pair < pairs.Count; pair++, at += count)
            {
                // A short group first; each group runs backwards.
                for (int begin = 0, end = (count - 1) % ChannelPairs.Group + 1; begin < count; begin = end, end += ChannelPairs.Group)
                {
                    for (int i = begin; i < end; i++)
                    {
                        content[at + begin + end - 1 - i] = pairs.Word(pair, from + i);
                    }
                }
            }
        }

        return content;
    }
}
