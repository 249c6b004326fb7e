// Lets a weight gradient feed its update without being stored: a gradient operator with a fused form whose only reader is an sgd
// becomes that form.

using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>Gradient and update in one operator.</summary>
public static class FuseUpdates
{
    /// <summary>Runs on a trained graph.</summary>
    public static Graph Run(Graph graph)
    {
        var builder = new GraphBuilder();
        var producers = graph.Producers();
        var consumers = graph.Consumers();
        foreach (var node in graph.Nodes)
        {
            if (
                node.Op is Sgd
                && producers.GetValueOrDefault(node.Input(1)) is { } gradient
                && gradient.Op.FusedUpdate(gradient) is var (fused, taken)
                && consumers[gradient.Output].Count() == 1
            )
            {
                Value?[] operands = [node.Inputs[0], .. gradient.Inputs, .. node.Inputs.Skip(2)];
                var attributes = taken.Items.Aggregate(node.Attributes, (bag, item) => bag.Merge(item));
                builder.Phase = node.Phase;
                builder.EmitNode(fused, node.Name, operands, attributes);
            }
            else
            {
                builder.Copy(node);
            }
        }

        return RemoveDead.Run(builder.Finish(graph));
    }
}
