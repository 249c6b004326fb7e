// Moves activations that are clamps (Relu, Clip) into the operator before them, which clamps its result anyway.

using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>Activations become the clamp of the operator before.</summary>
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
                    before.Form with { Clamp = Narrowed(before.Clamp, clamp) },
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

    private static ClampRange Narrowed(ClampRange range, ClampRange by) =>
        new(Math.Clamp(range.Min, by.Min, by.Max), Math.Clamp(range.Max, by.Min, by.Max));
}
