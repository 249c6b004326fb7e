// Keeps accumulators small: a channel whose bias or accumulator could pass 2^30 has near-zero weights with a tiny scale.
// It is expressed with a larger weight scale and correspondingly smaller codes, which is the same real value up to half a
// new code; int32 arithmetic on the device can then not overflow. Layers whose weights do not begin with the channels of the
// result take codes only where nothing can overflow, and are left alone.

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
    public static Graph Run(Graph graph)
    {
        var builder = new GraphBuilder();
        foreach (var node in graph.Nodes)
        {
            int w = node.Op.WeightOperand;
            if (w >= 0 && node.Op.WeightChannelAxis == 0 && node.Input(w) is { IsConstant: true, Type.IsQuantized: true } weights && node.Optional(w + 1) is { IsConstant: true } bias)
            {
                var (newWeights, newBias) = Reexpress(weights, bias, node.Input(0).Type);
                builder.Copy(node with { Inputs = node.Inputs.SetItem(w, newWeights).SetItem(w + 1, newBias) });
            }
            else
            {
                builder.Copy(node);
            }
        }

        return builder.Finish(graph);
    }

    private static (Value Weights, Value Bias) Reexpress(Value weights, Value bias, TensorType x)
    {
        int channels = weights.Type.Shape[0];
        int taps = (int)(weights.Type.Count / channels);
        var shift = Enumerable.Range(0, channels).Select(c => Shift(weights.Data!.Data.AsSpan(c * taps, taps), bias.Data!.Data[c], x)).ToArray();
        if (shift.All(s => s == 0))
        {
            return (weights, bias);
        }

        double Shifted(double code, int s) => Math.Round(Math.ScaleB(code, -s), MidpointRounding.ToEven);
        ImmutableArray<float> scales = [.. Enumerable.Range(0, channels).Select(c => (float)Math.ScaleB(weights.Type.ScaleOf(c), shift[c]))];
        var type = weights.Type with { Quant = new QuantParams(scales, 0, 0) };
        var codes = weights.Data!.Data.Select((v, i) => Shifted(v, shift[i / taps])).ToArray();
        var biasScales = new QuantParams([.. scales.Select(s => x.ScaleOf(0) * s)], 0, 0);
        var biases = bias.Data!.Data.Select((v, c) => Shifted(v, shift[c])).ToArray();
        return (Value.Constant(weights.Name, new Tensor(type, codes), weights.Packing),
            Value.Constant(bias.Name, new Tensor(bias.Type with { Quant = biasScales }, biases), bias.Packing));
    }

    /// <summary>Binary digits to drop: none where the accumulator is bounded, else until the bias is at most 2^20.</summary>
    private static int Shift(ReadOnlySpan<double> weights, double bias, TensorType x)
    {
        var (min, max) = x.DType.Range();
        double reach = Math.Max(max - x.ZeroPoint, x.ZeroPoint - min), sum = 0;
        foreach (double w in weights)
        {
            sum += Math.Abs(w) * reach;
        }

        return Math.Abs(bias) + sum < Limit ? 0 : Math.Max(1, (int)Math.Ceiling(Math.Log2(Math.Max(Math.Abs(bias), sum) / BiasLimit)));
    }
}
