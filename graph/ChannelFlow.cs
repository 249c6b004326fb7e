// How channels of an operand reach the channels of a result, and which codes they can have: the questions of RemoveDeadChannels.

namespace TinyEngine.Ir;

/// <summary>How the channels of operand 0 and of the result belong together; a channel is an index of the last dimension.</summary>
public enum ChannelFlow
{
    /// <summary>In a way that nobody may rely on.</summary>
    Unknown,

    /// <summary>Each channel of the result can depend on all channels of the operand.</summary>
    Mixed,

    /// <summary>A channel of the result depends on the channel of the operand with the same index alone.</summary>
    Kept,
}

/// <summary>The codes that a channel can have, both ends included.</summary>
public readonly record struct CodeRange(int Low, int High)
{
    /// <summary>True where it has only one.</summary>
    public bool IsConstant => Low == High;
}

/// <summary>A node that loses channels.</summary>
/// <param name="Operand">The channels of operand 0 that stay, in ascending order.</param>
/// <param name="Result">The channels of the result that stay.</param>
/// <param name="Codes">What codes the channels of operand 0 can have; those that go have one.</param>
public sealed record ChannelCut(IReadOnlyList<int> Operand, IReadOnlyList<int> Result, IReadOnlyList<CodeRange> Codes);
