// Drops nodes whose results nothing needs. Nodes that change a parameter in place are needed for their effect.

using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>Dead code elimination.</summary>
public static class RemoveDead
{
    /// <summary>Runs in any stage before planning.</summary>
    public static Graph Run(Graph graph)
    {
        var needed = graph.Outputs.Concat(graph.TrainOutputs).ToHashSet();
        var kept = new List<Node>();
        foreach (var node in graph.Nodes.Reverse())
        {
            if (node.Op.Mutates >= 0 || node.Outputs.Any(needed.Contains))
            {
                kept.Add(node);
                needed.UnionWith(node.Reads);
            }
        }

        kept.Reverse();
        return graph with { Nodes = [.. kept] };
    }
}
