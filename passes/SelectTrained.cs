// Chooses what is trained: constants of the chosen layers become parameters, which live in SRAM. The head always trains.

using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>Which layers a training mode trains (CONTRACT: --train).</summary>
/// <param name="Biases">Biases of so many last layers.</param>
/// <param name="Weights">Weights of so many last layers.</param>
public readonly record struct TrainedLayers(int Biases, int Weights)
{
    /// <summary>Every layer.</summary>
    public static readonly TrainedLayers All = new(int.MaxValue, int.MaxValue);
}

/// <summary>Turns constants of trained layers into parameters.</summary>
public static class SelectTrained
{
    /// <summary>Runs after the head was made trainable.</summary>
    /// <exception cref="DiagnosticException">TE0302: only the head, and there is none; TE0303: more layers than there are.</exception>
    public static Graph Run(Graph graph, TrainedLayers trained)
    {
        int layers = graph.Nodes.Count(n => n.Layer is not null);
        if (trained is { Biases: 0, Weights: 0 } && !graph.Nodes.Any(n => n.Attributes.Has("head")))
        {
            throw new DiagnosticException(Diagnostics.NoHead.At(""));
        }

        int asked = Math.Max(trained.Biases, trained.Weights);
        if (asked != int.MaxValue && asked > layers)
        {
            throw new DiagnosticException(Diagnostics.TooManyLayers.At("--train", asked, layers));
        }

        var builder = new GraphBuilder();
        foreach (var node in graph.Nodes)
        {
            int fromEnd = layers - (node.Layer ?? int.MinValue / 2);
            int w = node.Op.WeightOperand;
            var inputs = node.Inputs;
            if (node.Layer is not null && fromEnd <= trained.Weights)
            {
                inputs = inputs.SetItem(w, Parameter(inputs[w]!));
            }

            if (node.Layer is not null && fromEnd <= Math.Max(trained.Biases, trained.Weights) && node.Optional(w + 1) is { } bias)
            {
                inputs = inputs.SetItem(w + 1, Parameter(bias));
            }

            builder.Copy(node with { Inputs = inputs });
        }

        return builder.Finish(graph);
    }

    private static Value Parameter(Value constant) =>
        new(constant.Name, constant.Type, ValueKind.Parameter, constant.Data, constant.Packing);
}
