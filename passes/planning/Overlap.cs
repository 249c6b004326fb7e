// Two groups that may share bytes although both are alive in one step: a kernel that writes pixel after pixel lets its result
// grow over the operand it has already read.

namespace TinyEngine.Passes;

/// <summary>The result may lie over the operand if it starts at least <paramref name="Lead"/> bytes before it.</summary>
/// <param name="Operand">The group that dies in the step.</param>
/// <param name="Result">The group that begins in the step.</param>
/// <param name="Lead">Aligned bytes from the first byte of the result to the first byte of the operand.</param>
public sealed record Overlap(AliasGroup Operand, AliasGroup Result, long Lead)
{
    /// <summary>Bytes that the two need fewer together than apart.</summary>
    public long Saved => Operand.Bytes + Result.Bytes - Math.Max(Lead + Operand.Bytes, Result.Bytes);
}
