// Numbers the layers in file order (attribute `layer`), as schemes and --train count them, and marks the head: the last
// layer before the output, looking through operators that carry no weights. The head gets `head=1` and no number.

using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>Gives every node with weights its layer number.</summary>
public static class NumberLayers
{
    /// <summary>Runs on an imported graph.</summary>
    public static Graph Run(Graph graph)
    {
        var head = Head(graph);
        var builder = new GraphBuilder();
        int layer = 0;
        foreach (var node in graph.Nodes)
        {
            var attributes = node.Op.WeightOperand < 0 ? node.Attributes
                : node == head ? node.Attributes.With("head", 1)
                : node.Attributes.With("layer", layer++);
            builder.Copy(node with { Attributes = attributes });
        }

        return builder.Finish(graph);
    }

    /// <summary>
    /// The only layer from which the output is reached without passing another layer or branching; null where there is none. Scales
    /// and shifts per class (the bias of a MatMul, batch normalization) right behind a real layer are on the way: they become part of it.
    /// </summary>
    private static Node? Head(Graph graph)
    {
        var producers = graph.Producers();
        var node = graph.Outputs.Length == 1 ? producers.GetValueOrDefault(graph.Outputs[0]) : null;
        bool scaled = false;
        while (node is not null && node.Op.WeightOperand < 0)
        {
            scaled |= node.Op.AsChannelAffine(node) is not null;
            bool isOnTheWay = node.Op.AsChannelAffine(node) is not null || (node.Inputs.Length == 1 && (node.Op.MovesOnly || !scaled) && node.Op.KeepsClasses);
            node = isOnTheWay ? producers.GetValueOrDefault(node.Input(0)) : null;
        }

        return node is not null && IsClassifier(node) && (!scaled || HasRealWeights(node, producers)) ? node : null;
    }

    private static bool HasRealWeights(Node layer, Dictionary<Value, Node> producers)
    {
        var weights = layer.Input(layer.Op.WeightOperand);
        while (producers.TryGetValue(weights, out var node) && node.Op.MovesOnly)
        {
            weights = node.Input(0);
        }

        return weights is { IsConstant: true, Type.IsQuantized: false };
    }

    /// <summary>True for dense layers and 1x1 convolutions on 1x1 maps: one weight per input and class.</summary>
    private static bool IsClassifier(Node node)
    {
        var (weights, y) = (node.Input(node.Op.WeightOperand).Type, node.Output.Type);
        return node.Op.WeightChannelAxis == 0 && weights.Count == node.Input(0).Type.Count * y.Count;
    }
}
