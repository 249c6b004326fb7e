// Turns the constants that a scheme trains into parameters. A layer that trains whole gets its weights as a parameter. In a layer that
// trains in part, only the chosen channels become a parameter, which is laid over the frozen weights where they are used.
// Everything else stays a constant in flash, bit for bit. Invariant: the network computes the same function.

using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>Turns constants of trained layers into parameters.</summary>
public sealed class SelectTrained
{
    private readonly Graph graph;
    private readonly TrainScheme scheme;
    private readonly GraphBuilder builder = new();
    private readonly List<Diagnostic> diagnostics = [];
    private readonly Node[] layers;

    private SelectTrained(Graph graph, TrainScheme scheme)
    {
        // In a model without a head the last layer takes its place.
        bool isLastLayer = scheme == TrainScheme.HeadOnly && !graph.Nodes.Any(n => n.IsHead);
        (this.graph, this.scheme) = (graph, isLastLayer ? new TrainScheme(1, 1) : scheme);
        layers = [.. graph.Nodes.Where(n => n.Layer is not null).OrderBy(n => n.Layer)];
    }

    /// <summary>Runs after the head was made trainable.</summary>
    /// <exception cref="DiagnosticException">TE0303: more layers than there are; TE0304: weights that must not train; TE0306: a scheme that
    /// does not fit the model; all at once.</exception>
    public static Graph Run(Graph graph, TrainScheme scheme) => new SelectTrained(graph, scheme).Run();

    private Graph Run()
    {
        int asked = Math.Max(scheme.Biases, scheme.Weights);
        if (asked != int.MaxValue && asked > layers.Length)
        {
            diagnostics.Add(Diagnostics.TooManyLayers.At(OptionName.Train, asked, layers.Length));
        }

        var parts = new Dictionary<Node, TrainedPart>();
        foreach (var part in scheme.Parts)
        {
            if (Find(part.Layer) is { } layer && !parts.TryAdd(layer, part))
            {
                Report($"layer {part.Layer} is named twice", part.Layer);
            }
        }

        var biases = new HashSet<Node>();
        foreach (var choice in scheme.BiasLayers)
        {
            if (Find(choice) is { } layer && biases.Add(layer) && layer.Optional(FormOf(layer).Weights + 1) is null)
            {
                Report($"layer {layer.Name} has no bias", choice);
            }
        }

        foreach (var node in graph.Nodes)
        {
            if (node.Layer is not { } number)
            {
                builder.Copy(node);
                continue;
            }

            int fromEnd = layers.Length - number;
            var part = parts.GetValueOrDefault(node) ?? (fromEnd <= scheme.Weights ? new TrainedPart(default, ChannelChoice.All) : null);
            int w = FormOf(node).Weights;
            var inputs = node.Inputs;
            if (part is not null)
            {
                inputs = inputs.SetItem(w, Weights(node, part));
            }

            if ((part is not null || fromEnd <= scheme.Biases || biases.Contains(node)) && node.Optional(w + 1) is { } bias)
            {
                inputs = inputs.SetItem(w + 1, Parameter(bias));
            }

            builder.Copy(node with { Inputs = inputs });
        }

        diagnostics.AddRange(
            builder
                .Nodes.Where(CanOverflow)
                .Select(n =>
                    Diagnostics.BadTrainOption.At(
                        n.Name,
                        $"a result sums {FormOf(n).FanIn} products: with int8 weights that train "
                            + "its int32 accumulator could overflow; leave the layer frozen"
                    )
                )
        );
        if (diagnostics.Count == 0 && !builder.Nodes.Any(n => n.Reads.Any(v => v.Kind == ValueKind.Parameter)))
        {
            Report(
                "nothing trains: the layers it names have no such parameters",
                scheme.Parts.Select(p => p.Layer).Concat(scheme.BiasLayers).FirstOrDefault()
            );
        }

        return diagnostics.Count == 0 ? builder.Finish(graph) : throw new DiagnosticException(diagnostics);
    }

    /// <summary>
    /// True for a layer on codes whose weights train and that could pass int32 with every weight and the bias at its end. Frozen
    /// weights leave half of int32 to the bias (<see cref="ReexpressChannels"/>).
    /// </summary>
    private static bool CanOverflow(Node node) =>
        node.Op.Layer(node) is { Weights: var w, FanIn: var fanIn }
        && node.Output.Type.IsQuantized
        && !node.Input(w).IsConstant
        && -node.Input(w).Type.DType.Range().Min * node.Input(0).Type.Reach * fanIn + Update.BiasLimit > int.MaxValue;

    private static LayerForm FormOf(Node layer) =>
        layer.Op.Layer(layer) ?? throw new InvalidOperationException($"{layer.Op.Name} '{layer.Name}' is no layer");

    private Node? Find(LayerChoice layer)
    {
        var found =
            layer.IsName ? layers.FirstOrDefault(n => n.Name == layer.Text)
            : int.TryParse(layer.Text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? layers.ElementAtOrDefault(number)
            : null;
        if (found is null)
        {
            Report(
                $"there is no layer {layer}; the model has {layers.Length} layers, from 0 to {layers.Length - 1}, besides the head",
                layer
            );
        }

        return found;
    }

    /// <summary>The weights of a layer: a parameter, or frozen ones with a parameter laid over them.</summary>
    private Value Weights(Node node, TrainedPart part)
    {
        var form = FormOf(node);
        var weights = node.Input(form.Weights);
        if (form.InputChannels is not { } axis)
        {
            return part.Inputs == ChannelChoice.All
                ? Parameter(weights)
                : Refused(weights, part, $"layer {node.Name} has no input channels that could train apart: it trains whole or not at all");
        }

        var order = OnnxOrder(weights, axis);
        var channels = Channels(node, weights, axis, order, part);
        if (channels.Length == 0)
        {
            return weights;
        }

        if (channels.Length == order.Length)
        {
            return Parameter(weights);
        }

        if (order.Length > ChannelOp.MaxExtent)
        {
            return Refused(
                weights,
                part,
                $"layer {node.Name} has {order.Length} input channels; "
                    + $"a part of them can train where there are at most {ChannelOp.MaxExtent}"
            );
        }

        // Channels are kept in the order of the file, so the part is stored like the whole.
        int[] chosen = [.. order.Where(channels.Contains)];
        var type = ChannelOp.Select(weights.Type, axis, chosen);
        var data = new double[type.Count];
        ChannelOp.ForEach(weights.Type.Shape, axis, chosen, (i, whole) => data[i] = weights.Data!.Data[whole]);
        var trained = new Value(
            weights.Name + ".trained",
            type,
            ValueKind.Parameter,
            new Tensor(type, data),
            Packing(weights, axis, chosen.Length)
        );
        return builder.Emit(OverlayChannels.Op, weights.Name, [weights, trained], ChannelOp.Selection(axis, chosen), weights.Type);
    }

    /// <summary>Stored indices of the chosen channels; empty, with a diagnostic, where the choice does not fit.</summary>
    private int[] Channels(Node node, Value weights, int axis, int[] order, TrainedPart part)
    {
        if (part.Inputs is ChannelChoice.List list)
        {
            if (
                list.Channels.Any(c => c < 0 || c >= order.Length)
                || list.Channels.Distinct().Count() != list.Channels.Length
                || list.Channels.Length == 0
            )
            {
                Report(
                    $"layer {node.Name} has the input channels 0 to {order.Length - 1}; a list names some of them, each once",
                    part.Layer
                );
                return [];
            }

            return [.. list.Channels.Select(c => order[c])];
        }

        var (count, by) = part.Inputs switch
        {
            ChannelChoice.Ratio r => (order.Length * r.Numerator / r.Denominator, r.Order),
            ChannelChoice.Count c => (c.Channels, c.Order),
            _ => throw new UnreachableException(),
        };
        if (count < 1 || count > order.Length)
        {
            Report($"layer {node.Name} has {order.Length} input channels; the choice takes {count} of them", part.Layer);
            return [];
        }

        if (by == ChannelOrder.First)
        {
            return order[..(int)count];
        }

        // Norms in double precision over the real weights; of equal norms the lower index in the file goes first.
        var norms = new double[order.Length];
        for (int channel = 0; channel < norms.Length; channel++)
        {
            ChannelOp.ForEach(weights.Type.Shape, axis, [channel], (_, whole) => norms[channel] += Math.Pow(weights.Data!.Real(whole), 2));
        }

        return [.. order.OrderByDescending(c => norms[c]).Take((int)count)];
    }

    /// <summary>Stored index of each channel in the order of the file.</summary>
    private static int[] OnnxOrder(Value weights, int axis)
    {
        int extent = weights.Type.Shape[axis];
        if (weights.Packing is not { } packing || packing.OnnxShape.Rank == weights.Type.Shape.Rank)
        {
            return [.. Enumerable.Range(0, extent)];
        }

        // A dense layer behind a flattened map: its columns are the map's elements, stored NHWC. Its first row tells the order.
        double[] columns = packing.Pack([.. Enumerable.Range(0, (int)weights.Type.Count).Select(i => (double)i)]);
        return [.. Enumerable.Range(0, extent).OrderBy(c => columns[c])];
    }

    /// <summary>The packing of a part with this number of channels, in the order of the file.</summary>
    private static Packing? Packing(Value weights, int axis, int channels) =>
        weights.Packing is not { } whole ? null
        : whole.OnnxShape.Rank == weights.Type.Shape.Rank
            ? whole with { OnnxShape = whole.OnnxShape.With(whole.Permutation[axis], channels) }
        : whole.Permutation[0] == 0 ? null
        : new Packing(Shape.Of(channels, weights.Type.Shape[0]), [1, 0]); // a file that keeps the matrix transposed

    private Value Refused(Value weights, TrainedPart part, string why)
    {
        Report(why, part.Layer);
        return weights;
    }

    private void Report(string text, LayerChoice at) => diagnostics.Add(Diagnostics.BadScheme.At("", text) with { Place = at.Place });

    private static Value Parameter(Value constant) =>
        new(constant.Name, constant.Type, ValueKind.Parameter, constant.Data, constant.Packing);
}
