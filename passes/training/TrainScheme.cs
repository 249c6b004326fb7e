// The trained part of a model: the biases of some layers, the weights of some layers or of a part of their input channels, and the head.
// A scheme names layers by number or by node name; SelectTrained resolves it against a model.

using System.Collections.Immutable;
using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>A sparse update.</summary>
/// <param name="Biases">Number of last layers whose biases train.</param>
/// <param name="Weights">Number of last layers whose weights train as a whole.</param>
public sealed record TrainScheme(int Biases, int Weights)
{
    /// <summary>The head alone.</summary>
    public static readonly TrainScheme HeadOnly = new(0, 0);

    /// <summary>Every layer.</summary>
    public static readonly TrainScheme All = new(int.MaxValue, int.MaxValue);

    /// <summary>Layers, by number or name, whose biases train besides the last ones.</summary>
    public ImmutableArray<LayerChoice> BiasLayers { get; init; } = [];

    /// <summary>Layers whose weights train besides the last ones, whole or in part.</summary>
    public ImmutableArray<TrainedPart> Parts { get; init; } = [];

    /// <summary>False where the head keeps its pretrained weights.</summary>
    public bool Head { get; init; } = true;
}

/// <summary>A layer of the model.</summary>
/// <param name="Text">Its number, or the name of its node.</param>
/// <param name="IsName">True for a name; old exporters name nodes by numbers.</param>
public readonly record struct LayerChoice(string Text, bool IsName)
{
    /// <summary>The line of the scheme file that names it, or null.</summary>
    public SourceLine? Place { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Text;
}

/// <summary>The trained part of one layer's weights.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Inputs">Its input channels (depthwise: channels).</param>
public sealed record TrainedPart(LayerChoice Layer, ChannelChoice Inputs);

/// <summary>A choice among the input channels of a layer.</summary>
public abstract record ChannelChoice
{
    /// <summary>All channels.</summary>
    public static readonly ChannelChoice All = new Ratio(1, 1);

    /// <summary>floor(C * numerator / denominator) of C channels.</summary>
    public sealed record Ratio(long Numerator, long Denominator, ChannelOrder Order = ChannelOrder.LargestNorm) : ChannelChoice;

    /// <summary>This number of channels.</summary>
    public sealed record Count(int Channels, ChannelOrder Order = ChannelOrder.LargestNorm) : ChannelChoice;

    /// <summary>These channels.</summary>
    public sealed record List(ImmutableArray<int> Channels) : ChannelChoice;
}

/// <summary>Which channels a ratio or a count takes before others.</summary>
public enum ChannelOrder
{
    /// <summary>Channels with the largest L2 norms of their real weights; of equal norms the lower index.</summary>
    LargestNorm,

    /// <summary>Channels with the lowest indices.</summary>
    First,
}
