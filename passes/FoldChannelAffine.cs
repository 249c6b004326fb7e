// Folds constant scales and shifts per channel (batch normalization, sums and products with constants) into the layer before
// them. What has no such layer stays where the device can compute it, and is diagnosed where it cannot.

using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>Scales and shifts become part of the convolution.</summary>
public static class FoldChannelAffine
{
    /// <summary>Runs on a graph in NHWC.</summary>
    /// <exception cref="DiagnosticException">TE0105: nothing to fold into.</exception>
    public static Graph Run(Graph graph)
    {
        var builder = new GraphBuilder();
        var layers = new Dictionary<Value, Node>();
        var consumers = graph.Consumers();
        var problems = new List<Diagnostic>();
        foreach (var node in graph.Nodes)
        {
            if (node.Op.AsChannelAffine(node) is not { } affine)
            {
                var copy = builder.Copy(node);
                layers[copy.Output] = copy;
                continue;
            }

            var x = node.Input(0);
            var layer = layers.GetValueOrDefault(builder.Current(x));
            bool only = consumers[x].Count() == 1 && !graph.Outputs.Contains(x);
            if (only && layer?.Op.AbsorbAffine(layer, affine.Scale, affine.Shift) is { } inputs)
            {
                var folded = builder.EmitNode(layer.Op, layer.Name, inputs, layer.Attributes, outputName: node.Output.Name);
                layers[folded.Output] = folded;
                builder.Replace(node.Output, folded.Output);
            }
            else
            {
                if (node.Op.LastStage < Stage.Canonical)
                {
                    problems.Add(Diagnostics.UnsupportedForm.At(node.Name, "BatchNormalization", "a normalization without a convolution or dense layer before it"));
                }

                layers.TryAdd(node.Output, builder.Copy(node));
            }
        }

        return problems.Count == 0 ? RemoveDead.Run(builder.Finish(graph)) : throw new DiagnosticException(problems);
    }
}
