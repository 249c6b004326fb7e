// Stores gradients in block floating point: int8 or int16 mantissas with one exponent a row. Products with int8 codes (the
// gradients of int8 layers) are its purpose; operators between two such products follow if they can, everything else (the loss, fp32
// layers) stays fp32, and converts stand at the border. A gradient that is multiplied by int8 weights is stored under the scale
// that cancels theirs, so that the product is one of integers; if readers want different scales it has none, and each reader that
// needs one converts it. Operators are only asked (Op.NarrowRule), never named. Values outside the training step do not change.

using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>Gradients in block floating point.</summary>
public sealed class NarrowGradients
{
    private readonly Graph graph;
    private readonly DType mantissa;
    private readonly ILookup<Value, Node> consumers;
    private readonly Dictionary<Node, BlockRule> narrow = [];
    private readonly Dictionary<Value, QuantParams?> scales = [];
    private readonly Dictionary<(Value Value, TensorType Type), Value> converted = [];
    private readonly GraphBuilder builder = new();

    private NarrowGradients(Graph graph, DType mantissa) => (this.graph, this.mantissa, consumers) = (graph, mantissa, graph.Consumers());

    /// <summary>Runs on a differentiated graph; <paramref name="mantissa"/> is i8 or i16.</summary>
    /// <exception cref="DiagnosticException">TE0304: the model has no int8 layer, so no gradient could be narrow.</exception>
    public static Graph Run(Graph graph, DType mantissa) =>
        graph.Nodes.Any(n => n.Outputs.Any(o => o.Type.IsQuantized))
            ? new NarrowGradients(graph, mantissa).Run()
            : throw new DiagnosticException(
                Diagnostics.BadTrainOption.At(
                    OptionName.Gradients,
                    "gradients other than fp32 are for int8 layers, and this model has none"
                )
            );

    private Graph Run()
    {
        FindNarrow();
        foreach (var node in graph.Nodes.Reverse().Where(n => narrow.TryGetValue(n, out var rule) && rule.MakesBlocks))
        {
            scales[node.Output] = narrow[node].ScalesResult ? PreferredScale(node.Output) : null;
        }

        foreach (var node in graph.Nodes)
        {
            Rewrite(node);
        }

        return builder.Finish(graph);
    }

    /// <summary>Products are narrow, and so are nodes that make a gradient for a narrow node or read the gradient of one.</summary>
    private void FindNarrow()
    {
        var rules = graph
            .Nodes.Where(n => n.Phase == Phase.Train)
            .Select(n => (Node: n, Rule: n.Op.NarrowRule(n)))
            .Where(p => p.Rule is not null)
            .ToList();
        foreach (var (node, rule) in rules.AsEnumerable().Reverse())
        {
            if (rule!.IsProduct || (rule.MakesBlocks && consumers[node.Output].Any(c => IsGradient(c, node.Output))))
            {
                narrow[node] = rule;
            }
        }

        var made = narrow.Where(p => p.Value.MakesBlocks).Select(p => p.Key.Output).ToHashSet();
        foreach (
            var (node, rule) in rules.Where(p => !narrow.ContainsKey(p.Node) && p.Rule!.Operands.Any(i => made.Contains(p.Node.Input(i))))
        )
        {
            narrow[node] = rule!;
            made.UnionWith(rule!.MakesBlocks ? [node.Output] : []);
        }
    }

    private bool IsGradient(Node node, Value value) =>
        narrow.TryGetValue(node, out var rule) && rule.Operands.Any(i => node.Input(i) == value);

    /// <summary>The scale under which all readers of a gradient can take it; null if they differ, or accept any.</summary>
    private QuantParams? PreferredScale(Value value)
    {
        var required = consumers[value]
            .Where(c => IsGradient(c, value) && narrow[c].Scale != BlockScale.Any)
            .Select(c => RequiredScale(c))
            .Distinct()
            .ToList();
        return required.Count == 1 ? required[0] : null;
    }

    private QuantParams? RequiredScale(Node reader) => narrow[reader] switch
    {
        { Scale: BlockScale.Folded } rule => rule.Folded,
        { Scale: BlockScale.OfResult } => scales[reader.Output],
        _ => null,
    };

    private void Rewrite(Node node)
    {
        if (!narrow.TryGetValue(node, out var rule))
        {
            builder.Phase = node.Phase;
            builder.Copy(
                node with
                {
                    Inputs =
                    [
                        .. node.Inputs.Select(v =>
                            v is null || builder.Current(v).Type.Block is null ? v : Converted(v, TensorType.F32(v.Type.Shape))
                        ),
                    ],
                }
            );
            return;
        }

        builder.Phase = node.Phase;
        var result = rule.MakesBlocks ? BlockFormat.Type(mantissa, node.Output.Type.Shape, scales[node.Output]) : null;
        builder.Rebuild(
            node,
            inputs: [.. node.Inputs.Select((v, i) => rule.Operands.Contains(i) ? Readable(v!, i, node, rule, result) : v)],
            type: result
        );
    }

    /// <summary>The gradient in blocks that the node can read.</summary>
    private Value Readable(Value gradient, int index, Node node, BlockRule rule, TensorType? result)
    {
        var current = builder.Current(gradient);
        var type = current.Type.Block is null ? BlockFormat.Type(mantissa, current.Type.Shape, PreferredScale(gradient)) : current.Type;
        return Converted(gradient, rule.Reads(index, type, result?.Quant) ? type : type with { Quant = RequiredScale(node) });
    }

    private Value Converted(Value gradient, TensorType type)
    {
        var current = builder.Current(gradient);
        return current.Type.Equals(type) ? current
            : converted.TryGetValue((current, type), out var value) ? value
            : converted[(current, type)] = builder.Emit(
                ConvertOp.Op,
                $"{current.Name}.{(type.Block is null ? type.DType.Name() : BlockFormat.Name(type))}",
                [current],
                type: type
            );
    }
}
