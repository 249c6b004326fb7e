// Removes channels that no result depends on. Interval arithmetic on codes, carried from layer to layer, finds channels that have one code
// whatever the input is; their readers take them in as part of a bias, exactly, and whatever only made or moved them goes too. In a model
// that trains, only layers in front of the first trained parameter lose channels, so gradients are not touched.

using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>Removal of channels with constant codes.</summary>
public static class RemoveDeadChannels
{
    /// <summary>Kernels take channels by fours; a layer that has such a number keeps one.</summary>
    private const int Together = 4;

    /// <summary>Runs on a quantized graph, before gradients are made.</summary>
    public static Graph Run(Graph graph)
    {
        var frozen = Frozen(graph);
        var ranges = Ranges(graph);
        var kept = Kept(graph, frozen, ranges);
        var builder = new GraphBuilder();
        foreach (var node in graph.Nodes)
        {
            if (frozen.Contains(node) && (Loses(node.Input(0), kept) || Loses(node.Output, kept)))
            {
                var cut = new ChannelCut(kept[node.Input(0)], kept[node.Output], ranges[node.Input(0)]);
                var changed = node.Op.WithoutChannels(node, cut);
                int lost = node.Form.LostChannels + node.Output.Type.Shape[-1] - cut.Result.Count;
                builder.Rebuild(node, inputs: changed.Inputs, form: changed.Form with { LostChannels = lost });
            }
            else
            {
                builder.Copy(node);
            }
        }

        return builder.Finish(graph);
    }

    private static bool Loses(Value value, Dictionary<Value, int[]> kept) =>
        kept.TryGetValue(value, out var channels) && channels.Length < value.Type.Shape[-1];

    /// <summary>Nodes with a known flow of channels whose results no parameter reaches.</summary>
    private static HashSet<Node> Frozen(Graph graph)
    {
        var reached = new HashSet<Value>();
        var frozen = new HashSet<Node>();
        foreach (var node in graph.Nodes)
        {
            if (node.Reads.Any(v => v.Kind == ValueKind.Parameter || reached.Contains(v)))
            {
                reached.UnionWith(node.Outputs);
            }
            else if (node.Outputs.Length == 1 && node.Op.ChannelFlow(node) != ChannelFlow.Unknown)
            {
                frozen.Add(node);
            }
        }

        return frozen;
    }

    /// <summary>The codes of every channel of quantized values.</summary>
    private static Dictionary<Value, CodeRange[]> Ranges(Graph graph)
    {
        var numerics = Numerics.For(graph.Target);
        var ranges = new Dictionary<Value, CodeRange[]>();
        CodeRange[] Of(Value value)
        {
            if (!ranges.TryGetValue(value, out var known))
            {
                var (min, max) = value.Type.DType.Range();
                known = ranges[value] = [.. Enumerable.Repeat(new CodeRange((int)min, (int)max), value.Type.Shape[-1])];
            }

            return known;
        }

        foreach (var node in graph.Nodes)
        {
            if (node.Op.ChannelFlow(node) != ChannelFlow.Unknown)
            {
                ranges[node.Output] = node.Op.CodeRanges(node, Of(node.Input(0)), numerics);
            }
        }

        return ranges;
    }

    /// <summary>
    /// The channels that stay, of each value that may lose some. A channel goes if all its readers lose it, or take in its only code; the
    /// two sides of a node that keeps channels apart lose the same ones.
    /// </summary>
    private static Dictionary<Value, int[]> Kept(Graph graph, HashSet<Node> frozen, Dictionary<Value, CodeRange[]> ranges)
    {
        var consumers = graph.Consumers();
        var kept = new Dictionary<Value, int[]>();
        foreach (var value in frozen.SelectMany(n => new[] { n.Input(0), n.Output }).Distinct())
        {
            kept[value] = [.. Enumerable.Range(0, value.Type.Shape[-1])];
        }

        var made = frozen.ToDictionary(n => n.Output);
        var going = kept.ToDictionary(
            p => p.Key,
            p => made.ContainsKey(p.Key) && !graph.Outputs.Contains(p.Key) ? p.Value.ToHashSet() : []
        );
        bool Goes(Value value, int channel) =>
            consumers[value].All(reader => frozen.Contains(reader) && (
                reader.Op.ChannelFlow(reader) == ChannelFlow.Kept ? going[reader.Output].Contains(channel)
                : ranges[value][channel] is { IsConstant: true, Low: var code } && reader.Op.Absorbs(reader, code)))
            && (made[value].Op.ChannelFlow(made[value]) != ChannelFlow.Kept || going[made[value].Input(0)].Contains(channel));

        bool changed = true;
        while (changed)
        {
            changed = false;
            foreach (var value in going.Keys)
            {
                changed |= going[value].RemoveWhere(c => !Goes(value, c)) > 0;
            }

            // Once nothing else changes, some channels stay that could go; the next round carries that on.
            foreach (var value in changed ? [] : going.Keys.ToArray())
            {
                changed |= Round(going[value], kept[value].Length);
            }
        }

        return kept.ToDictionary(p => p.Key, p => p.Value.Where(c => !going[p.Key].Contains(c)).ToArray());
    }

    /// <summary>
    /// Lets some channels stay that could go, so that the number of those that stay suits kernels. True if there were any.
    /// </summary>
    private static bool Round(HashSet<int> going, int all)
    {
        int left = all - going.Count;
        int wanted = Math.Max(1, all % Together == 0 ? (left + Together - 1) / Together * Together : left);
        going.ExceptWith(going.Order().Take(wanted - left).ToList());
        return wanted > left;
    }
}
