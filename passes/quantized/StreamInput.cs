// Lets the caller hand out the input row by row: read_rows stands between the input and all that reads it. Whether the rows ever form a
// whole map is decided later, with the regions.

using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>Input by rows.</summary>
public static class StreamInput
{
    /// <summary>Runs on a quantized graph.</summary>
    public static Graph Run(Graph graph)
    {
        var builder = new GraphBuilder();
        foreach (var input in graph.Inputs)
        {
            builder.Replace(input, builder.Emit(ReadRows.Op, input.Name + ".rows", [input]));
        }

        foreach (var node in graph.Nodes)
        {
            builder.Phase = node.Phase;
            builder.Copy(node);
        }

        return builder.Finish(graph) with { Inputs = graph.Inputs, CallerOwnsInputs = true };
    }
}
