// A graph: inputs, nodes in an order that respects their dependencies, and outputs. Immutable; a pass returns a new one.
// One graph holds inference and training: nodes carry their phase, so both share the forward part and one memory plan.

using System.Collections.Immutable;

namespace TinyEngine.Ir;

/// <summary>A computation over typed values.</summary>
public sealed record Graph
{
    /// <summary>Identifier of the model; emitted symbols carry it.</summary>
    public required string Name { get; init; }

    /// <summary>How far the graph has come.</summary>
    public Stage Stage { get; init; }

    /// <summary>The core it is compiled for.</summary>
    public Target Target { get; init; } = Target.Default;

    /// <summary>The values that the caller gives to inference.</summary>
    public required ImmutableArray<Value> Inputs { get; init; }

    /// <summary>How inputs stand in the file, by position; an input without an entry has the default form.</summary>
    public ImmutableArray<BoundaryForm> InputForms { get; init; } = [];

    /// <summary>As <see cref="InputForms"/>, of outputs.</summary>
    public ImmutableArray<BoundaryForm> OutputForms { get; init; } = [];

    /// <summary>
    /// True where inputs stay in the caller's memory, which nothing writes; otherwise they have a place in the arena, which inference and
    /// training consume.
    /// </summary>
    public bool CallerOwnsInputs { get; init; }

    /// <summary>Inputs that have a place in the arena.</summary>
    public ImmutableArray<Value> ArenaInputs => CallerOwnsInputs ? [] : Inputs;

    /// <summary>The further values of a training step: target, learning rate.</summary>
    public ImmutableArray<Value> TrainInputs { get; init; } = [];

    /// <summary>Nodes in dependency order; the order of execution from the scheduled stage on.</summary>
    public required ImmutableArray<Node> Nodes { get; init; }

    /// <summary>Results of inference.</summary>
    public required ImmutableArray<Value> Outputs { get; init; }

    /// <summary>Results of a training step: loss, prediction.</summary>
    public ImmutableArray<Value> TrainOutputs { get; init; } = [];

    /// <summary>Offsets of arena values, in the planned stage.</summary>
    public MemoryPlan? Plan { get; init; }

    /// <summary>True where a training step exists.</summary>
    public bool Trains => Nodes.Any(n => n.Phase == Phase.Train);

    /// <summary>Every value, each once, in order of first appearance: inputs, then operands and results node by node.</summary>
    public IEnumerable<Value> Values =>
        Inputs.Concat(TrainInputs).Concat(Nodes.SelectMany(n => n.Reads.Concat(n.Writes))).Concat(Outputs).Concat(TrainOutputs).Distinct();

    /// <summary>Values of one kind, in order of first appearance.</summary>
    public IEnumerable<Value> OfKind(ValueKind kind) => Values.Where(v => v.Kind == kind);

    /// <summary>
    /// The node that computes a value, seen through operators that only pass values on; null for an input or a constant.
    /// </summary>
    public Node? Source(Value value)
    {
        var producers = Producers();
        var node = producers.GetValueOrDefault(value);
        while (node is { Op.KeepsValues: true })
        {
            node = producers.GetValueOrDefault(node.Input(0));
        }

        return node;
    }

    /// <summary>The node that makes each result.</summary>
    public Dictionary<Value, Node> Producers() =>
        Nodes.SelectMany(n => n.Writes.Select(v => (v, n))).ToDictionary(p => p.v, p => p.n);

    /// <summary>For every view the value whose bytes it shows, through chains of views. Other values have no entry.</summary>
    public Dictionary<Value, Value> ViewRoots()
    {
        var roots = new Dictionary<Value, Value>();
        foreach (var view in Nodes.Where(n => n.Op.IsView))
        {
            roots[view.Output] = roots.GetValueOrDefault(view.Input(0), view.Input(0));
        }

        return roots;
    }

    /// <summary>The nodes that read each value, in order; a value nobody reads has no entry.</summary>
    public ILookup<Value, Node> Consumers() =>
        Nodes.SelectMany(n => n.Reads.Distinct().Select(v => (v, n))).ToLookup(p => p.v, p => p.n);
}
