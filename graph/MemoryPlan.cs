// Where every arena value lies, and when it is alive. Steps are indices into the graph's nodes; an input is alive from
// step 0 and an output to the last step of its phase.

using System.Collections.Immutable;

namespace TinyEngine.Ir;

/// <summary>The place of one value in the arena.</summary>
/// <param name="Value">The value.</param>
/// <param name="Offset">First byte, a multiple of the arena's alignment.</param>
/// <param name="Bytes">Size, without padding.</param>
/// <param name="First">Step that writes it (0 for inputs).</param>
/// <param name="Last">Last step that reads it.</param>
public sealed record Placement(Value Value, long Offset, long Bytes, int First, int Last)
{
    /// <summary>
    /// The value whose bytes this one may share although both are alive in some step: the operand of a view, one that is overwritten in
    /// place, or one that the result grows over. Null for all others.
    /// </summary>
    public Value? Over { get; init; }

    /// <summary>
    /// Bytes by which this place begins before that of <see cref="Over"/>, at least, if they share bytes; less than 0 where it may begin
    /// behind it.
    /// </summary>
    public long Lead { get; init; }

    /// <summary>The byte after the last.</summary>
    public long End => Offset + Bytes;
}

/// <summary>The arena: its size, the lower bound of any plan for this order, and the places.</summary>
/// <param name="ArenaBytes">Bytes of the arena.</param>
/// <param name="LowerBound">Largest sum of live bytes over all steps: no plan for this order can be smaller.</param>
/// <param name="PeakStep">The step where that sum is reached.</param>
/// <param name="Placements">Places in order of first step, then of value order.</param>
public sealed record MemoryPlan(long ArenaBytes, long LowerBound, int PeakStep, ImmutableArray<Placement> Placements)
{
    /// <summary>
    /// Bytes that places of this order are proved to need: at least the lower bound, which places may miss; null where nothing was proved.
    /// </summary>
    public long? ProvenBound { get; init; }

    /// <summary>
    /// The parts of the arena in several memories, in order of offsets; empty where one memory holds all. Every place lies in one part.
    /// </summary>
    public ImmutableArray<BankArena> Banks { get; init; } = [];

    /// <summary>Index of the memory that also holds trained parameters, counters and stack.</summary>
    public int Home { get; init; }

    /// <summary>Bytes of the arena beside trained parameters and counters: all, or the part in their memory.</summary>
    public long HomeBytes => Banks.IsEmpty ? ArenaBytes : Banks[Home].Bytes;

    /// <summary>The part that holds the byte at an offset; null where one memory holds all.</summary>
    public BankArena? BankOf(long offset) => Banks.FirstOrDefault(b => b.Offset <= offset && offset < b.End);

    /// <summary>Alignment in bytes of every place and of the arena.</summary>
    public const int Alignment = 8;

    /// <summary>A size rounded up to the alignment.</summary>
    public static long Align(long bytes) => (bytes + Alignment - 1) & -Alignment;

    /// <summary>The place of a value, or null where it is not in the arena.</summary>
    public Placement? Find(Value value) => Placements.FirstOrDefault(p => p.Value == value);
}
