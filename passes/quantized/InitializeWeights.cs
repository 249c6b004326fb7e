// Starts training from nothing: the weights of every layer become random numbers in place of the model's own, uniform within
// +-sqrt(6 / inputs of an output) (He), and their biases zero. Runs after batch normalization was folded, so nothing of the
// pretrained model is left in the layers. Scales of channels that no layer absorbed, such as those of a normalized input, stay.
// Invariant: the same seed gives the same weights everywhere.

using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>Random initial weights.</summary>
public static class InitializeWeights
{
    /// <summary>Runs on a graph before its layers become parameters.</summary>
    /// <exception cref="DiagnosticException">TE0304: a layer of a quantized model, whose scales come from pretraining.</exception>
    public static Graph Run(Graph graph, ulong seed)
    {
        var builder = new GraphBuilder();
        ulong layer = 0;
        foreach (var node in graph.Nodes)
        {
            if ((node.Layer is null && !node.IsHead) || node.Op.Layer(node) is not { Weights: var w, FanIn: var fanIn })
            {
                builder.Copy(node);
                continue;
            }

            if (node.Input(w).Type.IsQuantized)
            {
                throw new DiagnosticException(
                    Diagnostics.BadTrainOption.At(
                        node.Name,
                        $"{OptionName.InitialSeed} needs an fp32 model: the scales of int8 layers come from pretraining"
                    )
                );
            }

            var inputs = node.Inputs.SetItem(w, Random(node.Input(w), fanIn, new Pcg32(seed, layer++)));
            inputs = node.Optional(w + 1) is { } bias
                ? inputs.SetItem(w + 1, Value.Constant(bias.Name, Tensor.Zeros(bias.Type), bias.Packing))
                : inputs;
            builder.Copy(node with { Inputs = inputs });
        }

        return builder.Finish(graph);
    }

    private static Value Random(Value weights, int fanIn, Pcg32 random)
    {
        double limit = Math.Sqrt(6.0 / fanIn);
        var data = new double[weights.Type.Count];
        for (int i = 0; i < data.Length; i++)
        {
            data[i] = (float)(limit * (random.Next() / (double)(1u << 31) - 1));
        }

        return Value.Constant(weights.Name, new Tensor(weights.Type, data), weights.Packing);
    }
}
