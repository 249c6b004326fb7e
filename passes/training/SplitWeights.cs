// Lets layers that train in part read their weights in two parts: the trained channels from the parameter, the others from a constant
// that holds only them. So no copy of the whole is laid together, and the trained channels do not stand in flash. It happens where every
// reader of the weights can do so with the same results; elsewhere the overlay stays. Invariant: the network computes the same function,
// bit by bit.

using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>Weights in two parts instead of overlays.</summary>
public static class SplitWeights
{
    /// <summary>Runs on a trained graph.</summary>
    public static Graph Run(Graph graph)
    {
        var consumers = graph.Consumers();
        var results = graph.Outputs.Concat(graph.TrainOutputs).ToHashSet();
        var readers = new Dictionary<Node, Node>();
        foreach (var overlays in graph.Nodes.Where(IsOverParameter).GroupBy(n => n.Input(0)))
        {
            // The constant is dropped only if nothing else reads it; else flash would hold some weights twice.
            var split =
                overlays.All(o => !results.Contains(o.Output)) && consumers[overlays.Key].All(c => IsOverParameter(c))
                    ? Split(overlays, consumers)
                    : null;
            split?.ForEach(pair => readers.Add(pair.Reader, pair.InParts));
        }

        var builder = new GraphBuilder();
        foreach (var node in graph.Nodes)
        {
            builder.Copy(readers.GetValueOrDefault(node, node));
        }

        return RemoveDead.Run(builder.Finish(graph));
    }

    private static bool IsOverParameter(Node node) =>
        node is { Op: OverlayChannels } && node.Input(0).IsConstant && node.Input(1).Kind == ValueKind.Parameter;

    /// <summary>Every reader of these overlays of one constant with the node that takes its place; null if some reader has none.</summary>
    private static List<(Node Reader, Node InParts)>? Split(IEnumerable<Node> overlays, ILookup<Value, Node> consumers)
    {
        var rests = new Dictionary<string, Value>();
        var split = new List<(Node Reader, Node InParts)>();
        foreach (var overlay in overlays)
        {
            var (whole, axis, channels) = (overlay.Input(0), ChannelOp.Axis(overlay), ChannelOp.Channels(overlay));
            string key = string.Join(',', channels);
            var rest = rests.TryGetValue(key, out var made) ? made : rests[key] = Rest(whole, axis, channels);
            foreach (var reader in consumers[overlay.Output].Distinct())
            {
                if (
                    reader.Op.WithParts(reader, new WeightParts(overlay.Output, rest, overlay.Input(1), axis, [.. channels]))
                    is not { } inParts
                )
                {
                    return null;
                }

                split.Add((reader, inParts));
            }
        }

        return split;
    }

    /// <summary>The weights of the channels that do not train.</summary>
    private static Value Rest(Value whole, int axis, int[] channels)
    {
        int[] others = WeightParts.Others(whole.Type.Shape[axis], channels);
        var type = ChannelOp.Select(whole.Type, axis, others);
        var data = new double[type.Count];
        ChannelOp.ForEach(whole.Type.Shape, axis, others, (i, at) => data[i] = whole.Data!.Data[at]);
        return Value.Constant(whole.Name + ".frozen", new Tensor(type, data));
    }
}
