// Builds graphs node by node and infers result types. Passes use it to rewrite: values of the old graph that were
// replaced are looked up through `Replace`, so a pass only states what changes.

using System.Collections.Immutable;

namespace TinyEngine.Ir;

/// <summary>An append-only list of nodes with a map from replaced values to their replacements.</summary>
public sealed class GraphBuilder
{
    private readonly List<Node> nodes = [];
    private readonly Dictionary<Value, Node> producers = [];
    private readonly Dictionary<Value, Value> replaced = [];

    /// <summary>The nodes so far.</summary>
    public IReadOnlyList<Node> Nodes => nodes;

    /// <summary>The node so far that makes a value, or null.</summary>
    public Node? Producer(Value value) => producers.GetValueOrDefault(value);

    /// <summary>The phase of nodes made by <see cref="Emit"/>.</summary>
    public Phase Phase { get; set; }

    /// <summary>
    /// Adds a node and returns its first result. Result types are inferred; <paramref name="type"/> replaces the first
    /// one, but for its shape, where the result is quantized.
    /// </summary>
    public Value Emit(
        Op op,
        string name,
        IReadOnlyList<Value?> inputs,
        NodeForm? form = null,
        TensorType? type = null,
        string? outputName = null
    ) => EmitNode(op, name, inputs, form, type, outputName).Output;

    /// <summary>As <see cref="Emit"/>, returning the node.</summary>
    public Node EmitNode(
        Op op,
        string name,
        IReadOnlyList<Value?> inputs,
        NodeForm? form = null,
        TensorType? type = null,
        string? outputName = null
    )
    {
        var node = Current(
            new Node
            {
                Op = op,
                Name = name,
                Inputs = [.. inputs],
                Outputs = type is null ? [] : [new Value("", type, ValueKind.Result)],
                Form = form ?? NodeForm.Plain,
                Phase = Phase,
            }
        );
        var types = op.Infer(node);
        string first = outputName ?? name;
        node = node with
        {
            Outputs =
            [
                .. types.Select(
                    (t, i) =>
                        i == 0
                            ? new Value(first, type is not null ? type with { Shape = t.Shape } : t, ValueKind.Result)
                            : new Value($"{first}.{i}", t, ValueKind.Result)
                ),
            ],
        };
        return Append(node);
    }

    private Node Append(Node node)
    {
        nodes.Add(node);
        foreach (var output in node.Outputs)
        {
            producers[output] = node;
        }

        return node;
    }

    /// <summary>Adds a node of the old graph with its operands replaced; keeps its results.</summary>
    public Node Copy(Node node) => Append(Current(node));

    /// <summary>
    /// Adds a node of the old graph again with operands, form or operator changed, and replaces its results by the
    /// newly inferred ones (quantized results keep their parameters).
    /// </summary>
    public Node Rebuild(
        Node node,
        Op? op = null,
        IReadOnlyList<Value?>? inputs = null,
        NodeForm? form = null,
        TensorType? type = null,
        string? outputName = null
    )
    {
        Phase = node.Phase;
        type ??= node.Outputs.Length > 0 && node.Output.Type is { IsQuantized: true } or { Block: not null } ? node.Output.Type : null;
        var result = EmitNode(
            op ?? node.Op,
            node.Name,
            inputs ?? node.Inputs,
            form ?? node.Form,
            type,
            outputName ?? (node.Outputs.Length > 0 ? node.Output.Name : null)
        );
        for (int i = 0; i < Math.Min(node.Outputs.Length, result.Outputs.Length); i++)
        {
            Replace(node.Outputs[i], result.Outputs[i]);
        }

        return result;
    }

    /// <summary>From now on <paramref name="by"/> stands for <paramref name="old"/>.</summary>
    public void Replace(Value old, Value by)
    {
        if (old != by)
        {
            replaced[old] = by;
        }
    }

    /// <summary>The value that replaces this one by now, or the value itself.</summary>
    public Value Current(Value value)
    {
        while (replaced.TryGetValue(value, out var by))
        {
            value = by;
        }

        return value;
    }

    /// <summary>A node with its operands replaced by their current values.</summary>
    public Node Current(Node node) => node with { Inputs = [.. node.Inputs.Select(v => v is null ? null : Current(v))] };

    /// <summary>The graph of the nodes so far, with the interface of <paramref name="graph"/> after replacements.</summary>
    public Graph Finish(Graph graph, Stage? stage = null) => graph with
    {
        Stage = stage ?? graph.Stage,
        Nodes = [.. nodes],
        Inputs = Current(graph.Inputs),
        Outputs = Current(graph.Outputs),
        TrainInputs = Current(graph.TrainInputs),
        TrainOutputs = Current(graph.TrainOutputs),
    };

    private ImmutableArray<Value> Current(ImmutableArray<Value> values) => [.. values.Select(Current)];
}
