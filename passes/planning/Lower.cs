// Replaces operators that have no kernel of their own by operators that have one, where the operator says which. What has a
// kernel, or is a view, stays.

using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>Operators become what kernels compute.</summary>
public static class Lower
{
    /// <summary>Runs on a quantized or trained graph, before kernels are chosen.</summary>
    public static Graph Run(Graph graph)
    {
        var builder = new GraphBuilder();
        foreach (var node in graph.Nodes)
        {
            builder.Phase = node.Phase;
            if (node.Op.Lower(builder.Current(node), builder) is { } lowered)
            {
                builder.Replace(node.Output, lowered);
            }
            else
            {
                builder.Copy(node);
            }
        }

        return builder.Finish(graph);
    }
}
