// Moves activations that are clamps (Relu, Clip) into the operator before them, which clamps its result anyway.

using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>Activations become the min and max attributes of the operator before.</summary>
public static class FuseClamps
{
    /// <summary>Runs on a graph in NHWC.</summary>
    public static Graph Run(Graph graph)
    {
        var builder = new GraphBuilder();
        var made = new Dictionary<Value, Node>();
        var consumers = graph.Consumers();
        foreach (var node in graph.Nodes)
        {
            var x = node.Inputs.Length > 0 ? node.Inputs[0] : null;
            if (x is not null && node.Op.AsClamp(node) is { } clamp && consumers[x].Count() == 1 && !graph.Outputs.Contains(x)
                && made.GetValueOrDefault(builder.Current(x)) is { Op.AcceptsClamp: true } before)
            {
                // The old node stays behind without a reader and is removed as dead.
                var fused = builder.EmitNode(
                    before.Op,
                    before.Name,
                    before.Inputs,
                    Narrow(before.Attributes, clamp),
                    outputName: node.Output.Name
                );
                made[fused.Output] = fused;
                builder.Replace(node.Output, fused.Output);
            }
            else
            {
                var copy = builder.Copy(node);
                made[copy.Output] = copy;
            }
        }

        return RemoveDead.Run(builder.Finish(graph, Stage.Canonical));
    }

    private static Attributes Narrow(Attributes attributes, ClampRange clamp)
    {
        double low = attributes.Float("min", double.NegativeInfinity), high = attributes.Float("max", double.PositiveInfinity);
        double min = Math.Clamp(low, clamp.Min, clamp.Max), max = Math.Clamp(high, clamp.Min, clamp.Max);
        var result = double.IsInfinity(min) ? attributes.Without("min") : attributes.With("min", min);
        return double.IsInfinity(max) ? result.Without("max") : result.With("max", max);
    }
}
