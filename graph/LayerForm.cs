// The answer to the questions that passes ask of a layer: which operand holds the weights, and what their axes are. An axis that a
// layer does not have is null: the angles of a circuit are weights and have no channels.

namespace TinyEngine.Ir;

/// <summary>How a node uses its weights.</summary>
/// <param name="Weights">Index of the operand that holds them; a bias, if the layer has one, is the next operand.</param>
/// <param name="FanIn">The most elements of operand 0 that go into one result.</param>
public sealed record LayerForm(int Weights, int FanIn)
{
    /// <summary>Axis of the weights that runs over the channels of the result.</summary>
    public int? OutputChannels { get; init; }

    /// <summary>
    /// Axis of the weights along which a part of the input channels can train; null where the layer trains whole or not at all.
    /// </summary>
    public int? InputChannels { get; init; }

    /// <summary>
    /// Index of the operand that holds the weights of the trained channels where they lie apart from the others; else null.
    /// </summary>
    public int? Part { get; init; }

    /// <summary>Axis of the weights that runs over the elements of operand 0 (dense layers).</summary>
    public int? Contracted { get; init; }
}
