// Values that share storage: an operand, the views of it, and results computed in place over it. All start at one offset.
// Members may differ in size, so the group needs fewer bytes once its larger members are dead.

namespace TinyEngine.Passes;

/// <summary>Values that lie at the same offset of the arena, in order of appearance.</summary>
public sealed record AliasGroup(IReadOnlyList<Lifetime> Members)
{
    /// <summary>Step in which the first member is written.</summary>
    public int First { get; } = Members.Min(m => m.First);

    /// <summary>Step after which no member is needed.</summary>
    public int Last { get; } = Members.Max(m => m.Last);

    /// <summary>Aligned bytes of the largest member.</summary>
    public long Bytes { get; } = Members.Max(m => m.AlignedBytes);

    /// <summary>Aligned bytes that must be kept in one step; 0 where no member is alive.</summary>
    public long BytesAt(int step) =>
        step < First || step > Last ? 0 : Members.Where(m => m.First <= step && step <= m.Last).Max(m => (long?)m.AlignedBytes) ?? 0;

    /// <summary>Aligned bytes of this group's largest member that is alive together with some member of the other; 0 where none is.</summary>
    public long BytesBeside(AliasGroup other) =>
        First > other.Last || other.First > Last ? 0
        : Members.Where(m => other.Members.Any(m.Meets)).Max(m => (long?)m.AlignedBytes) ?? 0;
}
