// The form of a node, besides its operator, operands and results: the attributes, which select one function of the operator, and the
// notes of passes. A pass that makes a node again hands its form on; gradient rules take the attributes alone.

using System.Diagnostics.CodeAnalysis;

namespace TinyEngine.Ir;

/// <summary>The form of a node.</summary>
/// <param name="Attributes">Attributes of the operator.</param>
public sealed record NodeForm(Attributes Attributes)
{
    /// <summary>No attributes and no notes.</summary>
    public static readonly NodeForm Plain = new(Attributes.Empty);

    /// <summary>The range to which results are clamped (<see cref="Op.AcceptsClamp"/>).</summary>
    public ClampRange Clamp { get; init; } = ClampRange.Open;

    /// <summary>True where the second result is the mask of elements between the ends of the range, one bit each.</summary>
    public bool KeepsMask { get; init; }

    /// <summary>The number of the layer, as <c>inspect</c> and schemes count them, or null.</summary>
    public int? Layer { get; init; }

    /// <summary>True for the last layer before the output, which has no number.</summary>
    public bool IsHead { get; init; }

    /// <summary>The number of channels that the result had and that were removed, because nothing depends on them.</summary>
    public int LostChannels { get; init; }

    /// <summary>Attributes without notes.</summary>
    [return: NotNullIfNotNull(nameof(attributes))]
    public static implicit operator NodeForm?(Attributes? attributes) => attributes is null ? null : new(attributes);

    /// <summary>This form with a clamp.</summary>
    public NodeForm Clamped(double min = double.NegativeInfinity, double max = double.PositiveInfinity) =>
        this with { Clamp = new ClampRange(min, max) };

    /// <summary>This form with or without a mask.</summary>
    public NodeForm Masked(bool keepsMask = true) => this with { KeepsMask = keepsMask };
}
