// Replaces an operator that has no kernel by the operators that it says it is made of, which have kernels. Views and nodes that have a
// kernel are left unchanged.

using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>Operators without a kernel become operators that have one.</summary>
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
