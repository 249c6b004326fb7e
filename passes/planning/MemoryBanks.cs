// The memories that a plan is made for, and which of them holds what is not in the arena.

using System.Collections.Immutable;
using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>Several memories, the fastest first.</summary>
/// <param name="Banks">The memories.</param>
/// <param name="Beside">Bytes of trained parameters, counters and stack, which lie together.</param>
public sealed record MemoryBanks(ImmutableArray<MemoryBank> Banks, long Beside)
{
    /// <summary>Index of the memory of trained parameters, counters and stack: the first that takes them, or else the last.</summary>
    public int Home => Math.Max(0, Banks.IndexOf(Banks.FirstOrDefault(b => b.Bytes >= Beside, Banks[^1])));

    /// <summary>Bytes that a memory leaves to its part of the arena.</summary>
    public long Room(int bank) => Banks[bank].Bytes - (bank == Home ? Beside : 0);
}
