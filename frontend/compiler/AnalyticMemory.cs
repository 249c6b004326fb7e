// The memory of a sparse update as the literature counts it, to compare schemes with published ones: per layer a mask bit for
// each result and four bytes a bias where the bias trains, the int8 input channels and the weights that train, and the input of
// the classifier. It leaves out activations of inference, gradients and the classifier's weights; the plan counts everything.

using TinyEngine.Ir;

namespace TinyEngine.Compiler;

/// <summary>Analytic memory (Lin et al., On-Device Training Under 256KB Memory, 2022, section 3).</summary>
public static class AnalyticMemory
{
    /// <summary>Bytes for the trained layers of a graph with its training step.</summary>
    public static long Of(Graph graph)
    {
        var producers = graph.Producers();
        return graph
            .Nodes.Where(n => n.Phase == Phase.Forward)
            .Select(n => (Node: n, Form: n.Op.Layer(n)))
            .Where(p => p.Form is not null)
            .Sum(p => p.Node.Layer is null ? Head(p.Node, p.Form!.Weights) : Layer(p.Node, p.Form!, producers));
    }

    private static long Head(Node node, int w) =>
        node.Inputs.Skip(w).Any(v => v?.Kind == ValueKind.Parameter) ? node.Input(0).Type.Count : 0;

    private static long Layer(Node node, LayerForm form, Dictionary<Value, Node> producers)
    {
        long bytes = node.Optional(form.Weights + 1) is { Kind: ValueKind.Parameter } bias
            ? (node.Output.Type.Count + 7) / 8 + 4 * bias.Type.Count
            : 0;
        var weights = node.Input(form.Weights);
        var part = form.Part is { } index ? node.Input(index) : null;
        var trained = weights.Kind == ValueKind.Parameter ? weights
            : part is not null ? part
            : producers.TryGetValue(weights, out var overlay) ? overlay.Inputs.FirstOrDefault(v => v?.Kind == ValueKind.Parameter) : null;
        if (trained is null)
        {
            return bytes;
        }

        // Input elements count in the share of the layer's weights that train.
        long count = weights.Type.Count + (part?.Type.Count ?? 0);
        return bytes + trained.Type.Count + node.Input(0).Type.Count * trained.Type.Count / count;
    }
}
