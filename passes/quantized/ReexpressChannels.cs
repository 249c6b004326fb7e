// Keeps accumulators small: a channel whose bias or accumulator could pass 2^30 (nearly always one with a tiny scale and weights
// near zero) is expressed with a larger weight scale and correspondingly smaller codes, which is the same real value up to half a
// new code; then int32 arithmetic on the device cannot overflow with these weights (SelectTrained checks layers that train).
// Layers whose weights do not begin with the channels of the result take codes only where nothing can overflow, and are left alone.

using System.Collections.Immutable;
using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>Rescales channels whose accumulator could overflow.</summary>
public static class ReexpressChannels
{
    /// <summary>Accumulators stay below this in magnitude.</summary>
    public const long Limit = 1L << 30;

    private const double BiasLimit = 1 << 20;

    /// <summary>Runs on a quantized graph.</summary>
    /// <exception cref="DiagnosticException">TE0401: a layer whose channels would then need a factor that kernels do not have.</exception>
    public static Graph Run(Graph graph)
    {
        var builder = new GraphBuilder();
        foreach (var node in graph.Nodes)
        {
            if (
                node.Op.Layer(node) is { OutputChannels: 0, Weights: var w }
                && node.Input(w) is { IsConstant: true, Type.IsQuantized: true } weights
                && node.Optional(w + 1) is null or { IsConstant: true }
            )
            {
                var (newWeights, newBias) = Reexpress(weights, node.Optional(w + 1), node.Input(0).Type);
                var inputs = node.Inputs.SetItem(w, newWeights);
                var result = builder.Copy(node with { Inputs = newBias is null ? inputs : inputs.SetItem(w + 1, newBias) });
                if (!result.Op.Quantizes(result))
                {
                    throw new DiagnosticException(
                        Diagnostics.BadQuantization.At(
                            node.Name,
                            "a channel's accumulator passes 2^30, and its scale cannot be made larger: "
                                + "the scale of the result is too small for it"
                        )
                    );
                }
            }
            else
            {
                builder.Copy(node);
            }
        }

        return builder.Finish(graph);
    }

    private static (Value Weights, Value? Bias) Reexpress(Value weights, Value? bias, TensorType x)
    {
        int channels = weights.Type.Shape[0];
        int taps = (int)(weights.Type.Count / channels);
        var shift = Enumerable
            .Range(0, channels)
            .Select(c => Shift(weights.Data!.Data.AsSpan(c * taps, taps), bias?.Data!.Data[c] ?? 0, x.Reach))
            .ToArray();
        if (shift.All(s => s == 0))
        {
            return (weights, bias);
        }

        ImmutableArray<float> scales =
        [
            .. Enumerable.Range(0, channels).Select(c => (float)Math.ScaleB(weights.Type.ScaleOf(c), shift[c])),
        ];
        var type = weights.Type with { Quant = new QuantParams(scales, 0, 0) };
        var codes = weights.Data!.Data.Select((v, i) => Shifted(v, shift[i / taps])).ToArray();
        var reexpressed = Value.Constant(weights.Name, new Tensor(type, codes), weights.Packing);
        if (bias is null)
        {
            return (reexpressed, null);
        }

        var biasScales = new QuantParams([.. scales.Select(s => x.ScaleOf(0) * s)], 0, 0);
        var biases = bias.Data!.Data.Select((v, c) => Shifted(v, shift[c])).ToArray();
        return (reexpressed, Value.Constant(bias.Name, new Tensor(bias.Type with { Quant = biasScales }, biases), bias.Packing));
    }

    private static double Shifted(double code, int digits) => Math.Round(Math.ScaleB(code, -digits), MidpointRounding.ToEven);

    /// <summary>
    /// Binary digits to drop: 0 if the accumulator is bounded, else the fewest that bound it. If the bias is the reason, enough to bring
    /// it to at most 2^20, since such a channel is constant and its bias may yet grow in training.
    /// </summary>
    private static int Shift(ReadOnlySpan<double> weights, double bias, double reach)
    {
        if (Accumulator(weights, bias, reach, 0) < Limit)
        {
            return 0;
        }

        int shift = Math.Abs(bias) < Limit / 2 ? 1 : Math.Max(1, (int)Math.Ceiling(Math.Log2(Math.Abs(bias) / BiasLimit)));
        while (Accumulator(weights, bias, reach, shift) >= Limit)
        {
            shift++;
        }

        return shift;
    }

    /// <summary>The largest magnitude of the accumulator after these digits are dropped.</summary>
    private static double Accumulator(ReadOnlySpan<double> weights, double bias, double reach, int shift)
    {
        double sum = Math.Abs(Shifted(bias, shift));
        foreach (double w in weights)
        {
            sum += Math.Abs(Shifted(w, shift)) * reach;
        }

        return sum;
    }
}
