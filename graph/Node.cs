// One operation of the graph. Nodes are immutable; passes make new ones with `with`. A node keeps its outputs when only
// its kernel changes, so later stages annotate a graph without renaming its values.

using System.Collections.Immutable;

namespace TinyEngine.Ir;

/// <summary>When a node runs.</summary>
public enum Phase
{
    /// <summary>In inference and in training.</summary>
    Forward,
    /// <summary>In inference only, after the forward phase (a softmax that training takes inside its loss).</summary>
    Predict,
    /// <summary>In the training step only, after the forward phase: loss, backward, update.</summary>
    Train,
}

/// <summary>An operator applied to values.</summary>
public sealed record Node
{
    /// <summary>The operator.</summary>
    public required Op Op { get; init; }

    /// <summary>Name for people: the ONNX node's name if it has one.</summary>
    public required string Name { get; init; }

    /// <summary>Operands in the operator's order; null where an optional one is absent.</summary>
    public required ImmutableArray<Value?> Inputs { get; init; }

    /// <summary>Results in the operator's order.</summary>
    public required ImmutableArray<Value> Outputs { get; init; }

    /// <summary>Attributes and the notes of passes together, for a node that takes this one's place.</summary>
    public NodeForm Form { get; init; } = NodeForm.Plain;

    /// <summary>Attributes of the operator.</summary>
    public Attributes Attributes
    {
        get => Form.Attributes;
        init => Form = Form with { Attributes = value };
    }

    /// <summary>When it runs.</summary>
    public Phase Phase { get; init; }

    /// <summary>The nested graph of a <c>stream</c> node.</summary>
    public Graph? Body { get; init; }

    /// <summary>
    /// The line buffers of a <c>stream</c> node, from the selected stage on; null where it needs none (<see cref="LineBuffers"/>).
    /// </summary>
    public Value? Lines { get; init; }

    /// <summary>The kernel call, from the selected stage on; null for views and before.</summary>
    public KernelCall? Call { get; init; }

    /// <summary>The chosen kernel.</summary>
    public KernelRow? Kernel => Call?.Kernel;

    /// <summary>Constant tables that the kernel needs beside the operands.</summary>
    public ImmutableArray<Value> Tables => Call is null ? [] : [.. Call.Request.Tables.OfType<Value>()];

    /// <summary>Scratch memory that is live only while the node runs: that of the kernel, or the line buffers of a region.</summary>
    public Value? Scratch => Lines ?? Call?.Scratch;

    /// <summary>The first output.</summary>
    public Value Output => Outputs[0];

    /// <summary>The operand at an index; throws where it is absent.</summary>
    public Value Input(int index) =>
        Optional(index) ?? throw new InvalidOperationException($"{Op.Name} '{Name}' has no operand {index}");

    /// <summary>The operand at an index, or null.</summary>
    public Value? Optional(int index) => index < Inputs.Length ? Inputs[index] : null;

    /// <summary>Every value the node reads: operands, tables, and the constants of its body, which lie in flash like all others.</summary>
    public IEnumerable<Value> Reads =>
        Inputs.OfType<Value>().Concat(Tables).Concat(Body?.OfKind(ValueKind.Constant) ?? []);

    /// <summary>The values whose bytes kernels read: all that the node reads but for constants that a packed table holds.</summary>
    public IEnumerable<Value> Loads =>
        Body is { } body ? Inputs.OfType<Value>().Concat(body.Nodes.SelectMany(n => n.Loads).Where(v => v.IsConstant).Distinct())
        : Call is { } call ? call.Request.OperandsOf(this).OfType<Value>().Concat(Tables)
        : Reads;

    /// <summary>Every arena value the node makes: outputs and scratch.</summary>
    public IEnumerable<Value> Writes => Scratch is null ? Outputs : Outputs.Append(Scratch);

    /// <summary>The range to which results are clamped (<see cref="Op.AcceptsClamp"/>).</summary>
    public ClampRange Clamp
    {
        get => Form.Clamp;
        init => Form = Form with { Clamp = value };
    }

    /// <summary>True if the second result is the mask of elements between the ends of the range.</summary>
    public bool KeepsMask
    {
        get => Form.KeepsMask;
        init => Form = Form with { KeepsMask = value };
    }

    /// <summary>The mask; null if the node keeps none, or if its results are not all there yet.</summary>
    public Value? Mask => KeepsMask ? Outputs.ElementAtOrDefault(1) : null;

    /// <summary>The number of the layer that this node is (as <c>inspect</c> and schemes count them), or null.</summary>
    public int? Layer
    {
        get => Form.Layer;
        init => Form = Form with { Layer = value };
    }

    /// <summary>True for the last layer before the output.</summary>
    public bool IsHead
    {
        get => Form.IsHead;
        init => Form = Form with { IsHead = value };
    }
}
