// Where to place alias groups, as numbers: the bytes of each group and the distances of those that are alive together. A placer outside
// of this room can solve it without knowing values or steps.

using System.Collections.Immutable;

namespace TinyEngine.Passes;

/// <summary>Two groups that are alive together: one of them lies below the other, with a distance.</summary>
/// <param name="A">Index of a group.</param>
/// <param name="B">Index of another one.</param>
/// <param name="Below">The least distance from the first byte of A to that of B where A lies below.</param>
/// <param name="Above">The least distance from the first byte of B to that of A where A lies above.</param>
public readonly record struct ArenaPair(int A, int B, long Below, long Above);

/// <summary>Groups to place in an arena; all numbers are bytes and multiples of the arena's alignment.</summary>
/// <param name="Bytes">By group: its bytes.</param>
/// <param name="Pairs">The pairs that must keep a distance.</param>
/// <param name="LowerBound">Bytes that every arena needs.</param>
public sealed record ArenaProblem(ImmutableArray<long> Bytes, ImmutableArray<ArenaPair> Pairs, long LowerBound)
{
    /// <summary>The bytes of an arena with the groups at these offsets.</summary>
    public long Height(ImmutableArray<long> offsets) => Bytes.Zip(offsets, (bytes, offset) => offset + bytes).DefaultIfEmpty(0).Max();
}

/// <summary>Places for the groups of a problem.</summary>
/// <param name="Offsets">By group: its first byte.</param>
/// <param name="Bound">Bytes that every arena of this problem is proved to need; places that reach it are optimal.</param>
public sealed record ArenaSolution(ImmutableArray<long> Offsets, long Bound);

/// <summary>Finds better places than the planner's own search, or proves that no better ones exist.</summary>
public interface IArenaPlacer
{
    /// <summary>Places that need no more bytes than those to start from. The same problem always gets the same places.</summary>
    /// <param name="problem">The groups.</param>
    /// <param name="start">The offsets that the planner's own search found.</param>
    public ArenaSolution Improve(ArenaProblem problem, ImmutableArray<long> start);
}
