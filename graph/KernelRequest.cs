// The request that a node makes for a kernel: the family, the fields of the C parameter struct, and constant tables. The element types
// are those of the node's operands and results. Predicates and scratch formulas of kernel rows are evaluated over integer fields.

using System.Collections.Immutable;

namespace TinyEngine.Ir;

/// <summary>One field of a kernel's parameter struct: an integer or an fp32 number.</summary>
public readonly record struct KernelField(string Name, double Value, bool IsFloat)
{
    /// <summary>An integer field.</summary>
    public static KernelField Int(string name, long value) => new(name, value, false);

    /// <summary>An fp32 field.</summary>
    public static KernelField Float(string name, float value) => new(name, value, true);
}

/// <summary>A request that a row of the kernel table answers.</summary>
/// <param name="Family">Operator family.</param>
/// <param name="Struct">Name of the C parameter struct.</param>
/// <param name="Fields">Its fields, in order of declaration.</param>
/// <param name="Tables">Constant tables, passed after the operands; null for one that is left out.</param>
public sealed record KernelRequest(string Family, string Struct, ImmutableArray<KernelField> Fields, ImmutableArray<Value?> Tables)
{
    /// <summary>Storage order of the weights that the kernel reads, such as <c>ohwi</c>; <c>-</c> without weights.</summary>
    public string Packing { get; init; } = "-";

    /// <summary>
    /// The indices of the operands that the kernel takes, null for NULL; by default all of the node. A kernel that reads constants in a
    /// packed form (<see cref="PackedForm"/>) takes the others as its table.
    /// </summary>
    public ImmutableArray<int?>? Operands { get; init; }

    /// <summary>The operands of a node that the kernel takes.</summary>
    public IEnumerable<Value?> OperandsOf(Node node) => Operands?.Select(i => i is { } at ? node.Inputs[at] : null) ?? node.Inputs;

    /// <summary>This request with another value of an integer field.</summary>
    public KernelRequest With(string name, long value) =>
        this with { Fields = [.. Fields.Select(f => f.Name == name ? KernelField.Int(name, value) : f)] };

    /// <summary>The value of an integer field.</summary>
    /// <exception cref="FormatException">The struct has no such field.</exception>
    public long IntegerField(string name)
    {
        foreach (var field in Fields)
        {
            if (field.Name == name && !field.IsFloat)
            {
                return (long)field.Value;
            }
        }

        throw new FormatException($"{Struct} has no integer field {name}");
    }
}
