// Numbers the layers in file order, as schemes and training modes count them, and marks the head: the last layer before the
// output, looking through operators that carry no weights. The head gets no number.

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
            builder.Copy(
                node.Op.Layer(node) is null ? node
                : node == head ? node with { IsHead = true }
                : node with { Layer = layer++ }
            );
        }

        return builder.Finish(graph);
    }

    /// <summary>
    /// The only layer from which the output is reached without passing another layer or branching, or null. An activation that
    /// some loss contains may follow it and, between the two, scales and shifts per class (the bias of a MatMul, batch normalization),
    /// which become part of the head. Operators that end with the imported stage are folded into the head there, so only moves may
    /// stand between them and the head, and its weights must be real.
    /// </summary>
    private static Node? Head(Graph graph)
    {
        var producers = graph.Producers();
        var node = graph.Outputs.Length == 1 ? producers.GetValueOrDefault(graph.Outputs[0]) : null;
        bool scaled = false, folds = false, activated = false;
        while (node is not null && node.Op.Layer(node) is null)
        {
            node = node with { Inputs = [.. node.Inputs.Select(v => v is null ? null : AsConstant(v, producers))] };
            bool isScale = node.Op.AsChannelAffine(node) is not null;
            bool isActivation = !scaled && !activated && Loss.Containing(node.Op) is not null;
            bool isOnTheWay = isScale || isActivation || (node.Op.KeepsValues && (node.Op.MovesOnly || !folds));
            (scaled, activated) = (scaled || isScale, activated || isActivation);
            folds |= isScale && node.Op.LastStage == Stage.Imported;
            var before = node.Inputs.FirstOrDefault(v => v is { IsConstant: false });
            node = isOnTheWay && before is not null ? producers.GetValueOrDefault(before) : null;
        }

        return node?.Op.Layer(node) is { } form && IsClassifier(node, form)
            && (!folds || HasRealWeights(node.Input(form.Weights), producers))
            ? node
            : null;
    }

    /// <summary>The value as a constant, also if the graph dequantizes or moves one; else the value itself.</summary>
    private static Value AsConstant(Value value, Dictionary<Value, Node> producers) =>
        !value.IsConstant && ConstantArithmetic.RealConstant(value, producers.GetValueOrDefault) is { } data
            ? Value.Constant(value.Name, data)
            : value;

    private static bool HasRealWeights(Value weights, Dictionary<Value, Node> producers)
    {
        while (producers.TryGetValue(weights, out var node) && node.Op.MovesOnly)
        {
            weights = node.Input(0);
        }

        return weights is { IsConstant: true, Type.IsQuantized: false };
    }

    /// <summary>True for dense layers and 1x1 convolutions on 1x1 maps: one weight per input and class.</summary>
    private static bool IsClassifier(Node node, LayerForm form) =>
        form.OutputChannels == 0 && node.Input(form.Weights).Type.Count == node.Input(0).Type.Count * node.Output.Type.Count;
}
