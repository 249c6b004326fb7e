// The input of an operator's gradient rule, made by autodiff: the node, the gradients of its results, which operands' gradients
// some update needs, and a builder for the backward nodes.

namespace TinyEngine.Ir;

/// <summary>A request for gradients of one node.</summary>
/// <param name="Node">The forward node, with its clamp mask if it keeps one.</param>
/// <param name="Outputs">dL/d(real result) per result; null where the loss does not depend on it.</param>
/// <param name="Wanted">Per operand: whether its gradient is needed. Nothing else may be built.</param>
/// <param name="Builder">Takes the backward nodes.</param>
public sealed record GradientRequest(Node Node, IReadOnlyList<Value?> Outputs, IReadOnlyList<bool> Wanted, GraphBuilder Builder)
{
    /// <summary>dL/d(real) of the first result.</summary>
    public Value Output => Outputs[0]!;

    /// <summary>dL/d(real) of the first result before its clamp: zero at the ends of its range (straight-through between them).</summary>
    public Value EmitUnclamped() =>
        Node.Mask is not { } mask ? Output : Builder.Emit(ApplyMask.Op, Node.Name + ".unclamp", [Output, mask]);
}
