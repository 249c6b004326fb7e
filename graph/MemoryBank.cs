// The memories of a device that has more than one, and what a plan puts into each.

namespace TinyEngine.Ir;

/// <summary>A memory of the device.</summary>
/// <param name="Name">Its name, part of an identifier in C.</param>
/// <param name="Bytes">Bytes that the model may use of it.</param>
public sealed record MemoryBank(string Name, long Bytes);

/// <summary>The part of a planned arena that lies in one memory. Offsets of places count through the parts, one after the other.</summary>
/// <param name="Bank">The memory.</param>
/// <param name="Offset">The offset where the part begins.</param>
/// <param name="Bytes">Bytes of the part; 0 where the memory holds no value of the arena.</param>
public sealed record BankArena(MemoryBank Bank, long Offset, long Bytes)
{
    /// <summary>The offset behind the part.</summary>
    public long End => Offset + Bytes;
}
