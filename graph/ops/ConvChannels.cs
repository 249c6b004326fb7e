// Channels of convolutions on codes: the codes that a result can have, and convolutions without some channels. What a channel of constant
// codes adds to the sums goes into the bias, exactly.

using System.Collections.Immutable;

namespace TinyEngine.Ir;

/// <summary>Ranges and cuts of <see cref="Conv2d"/> and its kin.</summary>
internal static class ConvChannels
{
    /// <summary>Mixed without groups, kept by depthwise convolutions with one result a channel; only with constants on codes.</summary>
    public static ChannelFlow Flow(Node node, ConvGeometry g, int weights) =>
        !node.Output.Type.IsQuantized
        || node.KeepsMask
        || node.Input(weights) is not { IsConstant: true, Type.IsQuantized: true }
        || node.Optional(weights + 1) is { IsConstant: false }
        || node.Inputs.Length > weights + 2
            ? ChannelFlow.Unknown
        : g.Groups == 1 ? ChannelFlow.Mixed
        : g is { InPerGroup: 1, OutPerGroup: 1 } ? ChannelFlow.Kept
        : ChannelFlow.Unknown;

    /// <summary>True where some window leaves the map: there a channel of any constant but the zero point adds less to a sum.</summary>
    public static bool HasPadding(ConvGeometry g) =>
        g.PadTop > 0
        || g.PadLeft > 0
        || (g.OutH - 1) * g.StrideH - g.PadTop + (g.KernelH - 1) * g.DilationH >= g.InH
        || (g.OutW - 1) * g.StrideW - g.PadLeft + (g.KernelW - 1) * g.DilationW >= g.InW;

    /// <summary>The codes of each channel of the result.</summary>
    public static CodeRange[] Ranges(
        Node node,
        ConvGeometry g,
        int at,
        IReadOnlyList<CodeRange> operand,
        float[] multipliers,
        Numerics numerics
    )
    {
        var (x, y) = (node.Input(0).Type, node.Output.Type);
        var (min, max) = Clamping.Codes(node);
        var (weights, bias) = (node.Input(at).Data!.Data, node.Optional(at + 1)?.Data!.Data);
        bool padded = HasPadding(g);
        int Code(long sum, int oc) => (int)Math.Clamp(numerics.Requantize(sum, multipliers[oc], y.ZeroPoint), min, max);
        var ranges = new CodeRange[g.OutC];
        for (int oc = 0; oc < g.OutC; oc++)
        {
            var (least, most) = ((long)(bias?[oc] ?? 0), (long)(bias?[oc] ?? 0));
            for (int i = 0; i < g.Taps; i++)
            {
                var codes = operand[oc / g.OutPerGroup * g.InPerGroup + i % g.InPerGroup];
                var (low, high) = (codes.Low - x.ZeroPoint, codes.High - x.ZeroPoint);
                (low, high) = padded ? (Math.Min(low, 0), Math.Max(high, 0)) : (low, high);
                long w = (long)weights[oc * g.Taps + i];
                least += Math.Min(w * low, w * high);
                most += Math.Max(w * low, w * high);
            }

            ranges[oc] = new CodeRange(Code(least, oc), Code(most, oc));
        }

        return ranges;
    }

    /// <summary>The node without the channels that are cut; its operand 0 is to lose them too.</summary>
    public static Node Cut(Node node, ConvGeometry g, int at, ChannelCut cut)
    {
        var (x, w) = (node.Input(0).Type, node.Input(at));
        int inputs = g.InPerGroup == 1 && g.Groups > 1 ? 1 : cut.Operand.Count;
        int[] keptTaps =
        [
            .. Enumerable.Range(0, g.Taps).Where(i => g.Groups > 1 || cut.Operand.Contains(i % g.InPerGroup)),
        ];
        int[] lostTaps = [.. Enumerable.Range(0, g.Taps).Except(keptTaps)];
        var weights = w.Data!.Data;
        double Weight(int oc, int i) => weights[oc * g.Taps + i];
        float[] scales = [.. cut.Result.Select(w.Type.ScaleOf)];
        var type = w.Type with
        {
            Shape = w.Type.Shape.With(0, cut.Result.Count).With(-1, inputs),
            Quant = new QuantParams([.. scales], 0, 0),
        };
        var bias = node.Optional(at + 1)?.Data!.Data;
        double[] biases =
        [
            .. cut.Result.Select(oc =>
                (bias?[oc] ?? 0) + lostTaps.Sum(i => Weight(oc, i) * (cut.Codes[i % g.InPerGroup].Low - x.ZeroPoint))
            ),
        ];
        var biasType = new TensorType(
            DType.I32,
            Shape.Of(biases.Length),
            new QuantParams([.. scales.Select(s => x.ScaleOf(0) * s)], 0, 0)
        );
        string biasName = node.Optional(at + 1)?.Name ?? node.Name + ".bias";
        Value?[] operands =
        [
            .. node.Inputs.Take(at),
            Value.Constant(w.Name, new Tensor(type, [.. cut.Result.SelectMany(oc => keptTaps.Select(i => Weight(oc, i)))])),
            bias is null && biases.All(b => b == 0) ? null : Value.Constant(biasName, new Tensor(biasType, biases)),
        ];
        var attributes = g.Groups > 1 ? node.Attributes.With(WindowNames.Group, cut.Result.Count) : node.Attributes;
        return node with { Inputs = [.. operands], Form = node.Form with { Attributes = attributes } };
    }
}
