// Folds constant scales and shifts per channel (batch normalization, sums and products with constants) into the layer before
// them. An affine with no layer before it is left alone or lowered by its operator; the lowered nodes may be folded in turn.

using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>Batch normalization becomes part of the convolution.</summary>
public static class FoldChannelAffine
{
    /// <summary>Runs on a graph in NHWC.</summary>
    public static Graph Run(Graph graph)
    {
        var builder = new GraphBuilder();
        var made = new Dictionary<Value, Node>();
        var consumers = graph.Consumers();
        bool IsReadHereOnly(Value value) => consumers[value].Count() <= 1 && !graph.Outputs.Contains(value);
        foreach (var node in graph.Nodes)
        {
            if (node.Op.AsChannelAffine(node) is not { } affine)
            {
                var copy = builder.Copy(node);
                made[copy.Output] = copy;
                continue;
            }

            // The layer before it, maybe seen through a reshape that keeps the channels.
            var x = builder.Current(node.Input(0));
            var view =
                made.GetValueOrDefault(x) is { Op: Reshape } reshape
                && reshape.Input(0).Type.Shape.Rank > 0
                && reshape.Input(0).Type.Shape[-1] == x.Type.Shape[-1]
                    ? reshape
                    : null;
            var source = view?.Input(0) ?? x;
            var layer = made.GetValueOrDefault(source);
            if (
                IsReadHereOnly(node.Input(0))
                && IsReadHereOnly(source)
                && layer?.Op.AbsorbAffine(layer, affine.Scale, affine.Shift) is { } inputs
            )
            {
                var folded = builder.EmitNode(
                    layer.Op,
                    layer.Name,
                    inputs,
                    layer.Form,
                    outputName: view is null ? node.Output.Name : source.Name
                );
                made[folded.Output] = folded;
                var result = view is null
                    ? folded
                    : builder.EmitNode(Reshape.Op, view.Name, [folded.Output], view.Form, outputName: node.Output.Name);
                made[result.Output] = result;
                builder.Replace(node.Output, result.Output);
            }
            else
            {
                var stays = node.Op.Lower(builder.Current(node), builder) ?? builder.Copy(node).Output;
                made[stays] = builder.Nodes[^1];
                builder.Replace(node.Output, stays);
            }
        }

        return RemoveDead.Run(builder.Finish(graph));
    }
}
