// Computes only the used part of a gradient: if a part of it is gathered and nothing else reads it, the operator that makes it is
// asked to make that part alone. Parts of forward values are taken in the forward pass, so the whole need not be kept.

using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>Gradients of the trained channels alone.</summary>
public static class PruneGradients
{
    /// <summary>Runs on a trained graph.</summary>
    public static Graph Run(Graph graph)
    {
        var builder = new GraphBuilder();
        var producers = graph.Producers();
        var consumers = graph.Consumers();
        foreach (var node in graph.Nodes)
        {
            builder.Phase = node.Phase;
            if (
                node is { Op: GatherChannels, Phase: Phase.Train }
                && producers.GetValueOrDefault(node.Input(0)) is { } whole
                && consumers[whole.Output].Count() == 1
                && whole.Op.RestrictTo(whole, ChannelOp.Axis(node), ChannelOp.Channels(node), builder) is { } part
            )
            {
                builder.Replace(node.Output, part);
            }
            else
            {
                builder.Copy(node);
            }
        }

        return RemoveDead.Run(builder.Finish(graph));
    }
}
