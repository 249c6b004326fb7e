// The answer of a backward operator that is asked to compute on gradients in block floating point: which operands are
// gradients, under which scale it can read them, and whether its result is a gradient in blocks, too.

using System.Collections.Immutable;

namespace TinyEngine.Ir;

/// <summary>The scale under which an operator reads gradients.</summary>
public enum BlockScale
{
    /// <summary>Any, or none.</summary>
    Any,
    /// <summary>None: mantissas of all channels have one unit.</summary>
    Plain,
    /// <summary>The scale of its result, or none.</summary>
    OfResult,
    /// <summary>The one that cancels the scales of its weights.</summary>
    Folded,
}

/// <summary>How an operator computes on blocks.</summary>
/// <param name="Operands">Indices of the operands that are gradients; all are in blocks, or none.</param>
/// <param name="Scale">The scale under which it reads them.</param>
/// <param name="MakesBlocks">True where the first result is a gradient in blocks; else it is fp32.</param>
public sealed record BlockRule(ImmutableArray<int> Operands, BlockScale Scale, bool MakesBlocks)
{
    /// <summary>True for products with int8 codes, the purpose of narrow gradients. Other operators follow these.</summary>
    public bool IsProduct { get; init; }

    /// <summary>True where the result may have a scale per channel.</summary>
    public bool ScalesResult { get; init; } = true;

    /// <summary>True where blocks are made of fp32.</summary>
    public bool FromReal { get; init; }

    /// <summary>The scale of <see cref="BlockScale.Folded"/>.</summary>
    public QuantParams? Folded { get; init; }

    /// <summary>
    /// True where a gradient of this block type can be operand <paramref name="index"/>, for a result under the given scale.
    /// </summary>
    public bool Reads(int index, TensorType type, QuantParams? result) => Operands.Contains(index) && Scale switch
    {
        BlockScale.Plain => type.Quant is null,
        BlockScale.OfResult => type.Quant is null || Equals(type.Quant, result),
        BlockScale.Folded => Equals(type.Quant, Folded),
        _ => true,
    };
}
