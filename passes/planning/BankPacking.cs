// Spreads alias groups over several memories: the first memory gets the groups with the most traffic for each byte as long as they fit,
// then the next one, and the last gets the rest. Where the rest does not fit, large groups go first instead. Every memory is then
// packed for itself. Decides nothing within a memory.

using System.Collections.Immutable;
using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>Packs alias groups into several arenas.</summary>
internal sealed class BankPacking
{
    private readonly Lifetimes lifetimes;
    private readonly MemoryBanks banks;
    private readonly long[][] needs;
    private readonly Dictionary<AliasGroup, int> indices;

    /// <summary>Prepares the packing of a graph's groups.</summary>
    public BankPacking(Graph scheduled, Lifetimes lifetimes, MemoryBanks banks)
    {
        (this.lifetimes, this.banks) = (lifetimes, banks);
        var groups = lifetimes.Groups;
        indices = groups.Select((g, i) => (g, i)).ToDictionary(p => p.g, p => p.i);
        needs = [.. groups.Select(Needs)];
        var traffic = MemoryTraffic.Of(scheduled, null);
        var heat = groups.Select(g => (double)g.Members.Sum(m => traffic.GetValueOrDefault(m.Value)) / Math.Max(1, g.Bytes)).ToList();
        var byIndex = Enumerable.Range(0, groups.Count).ToList();
        foreach (var order in new[] { byIndex.OrderByDescending(i => heat[i]), byIndex.OrderByDescending(i => groups[i].Bytes) })
        {
            var (offsets, bankOf, bytes) = Spread([.. order]);
            if (Offsets.IsDefault || bytes[^1] <= banks.Room(bytes.Length - 1))
            {
                (Offsets, BankOf, Bytes) = (offsets, bankOf, bytes);
            }

            if (bytes[^1] <= banks.Room(bytes.Length - 1))
            {
                break;
            }
        }
    }

    /// <summary>By group: its offset within its memory.</summary>
    public ImmutableArray<long> Offsets { get; }

    /// <summary>By group: the index of its memory.</summary>
    public ImmutableArray<int> BankOf { get; }

    /// <summary>By memory: bytes of its arena.</summary>
    public ImmutableArray<long> Bytes { get; }

    /// <summary>By step: the bytes that a group needs.</summary>
    private long[] Needs(AliasGroup group)
    {
        var changes = new long[lifetimes.Live.Length + 1];
        group.AddChanges(changes);
        for (int step = 1; step < changes.Length; step++)
        {
            changes[step] += changes[step - 1];
        }

        return changes;
    }

    private (ImmutableArray<long> Offsets, ImmutableArray<int> BankOf, ImmutableArray<long> Bytes) Spread(IReadOnlyList<int> order)
    {
        var offsets = new long[order.Count];
        var bankOf = new int[order.Count];
        var bytes = new long[banks.Banks.Length];
        for (int bank = 0; bank < bytes.Length; bank++)
        {
            bool isLast = bank == bytes.Length - 1;
            long room = isLast ? long.MaxValue : banks.Room(bank);
            // Packing may need more than what is alive: then fewer bytes may be alive at once.
            for (long limit = room; ; limit -= bytes[bank] - room)
            {
                List<int> chosen = [.. Chosen(order, limit).Order()];
                var groups = chosen.Select(i => lifetimes.Groups[i]).ToHashSet();
                var overlaps = lifetimes.Overlaps.Where(o => groups.Contains(o.Operand) && groups.Contains(o.Result)).ToList();
                var packing = new ArenaPacking([.. chosen.Select(i => lifetimes.Groups[i])], overlaps);
                (long[] places, bytes[bank]) = packing.Solve(isLast ? Peak(chosen) : room);
                if (bytes[bank] <= room)
                {
                    for (int i = 0; i < chosen.Count; i++)
                    {
                        (offsets[chosen[i]], bankOf[chosen[i]]) = (places[i], bank);
                    }

                    order = [.. order.Except(chosen)];
                    break;
                }
            }
        }

        return ([.. offsets], [.. bankOf], [.. bytes]);
    }

    /// <summary>The groups that fit one after the other, by the bytes that are alive together.</summary>
    private List<int> Chosen(IEnumerable<int> order, long limit)
    {
        var live = new long[lifetimes.Live.Length];
        var chosen = new List<int>();
        foreach (int group in order)
        {
            Add(live, group, chosen, 1);
            if (live.Max() <= limit)
            {
                chosen.Add(group);
            }
            else
            {
                Add(live, group, chosen, -1);
            }
        }

        return chosen;
    }

    /// <summary>The largest sum of live bytes of some groups.</summary>
    private long Peak(List<int> groups)
    {
        var live = new long[lifetimes.Live.Length];
        for (int i = 0; i < groups.Count; i++)
        {
            Add(live, groups[i], groups[..i], 1);
        }

        return live.Max();
    }

    /// <summary>Adds a group to the live bytes, less what it shares with those that are there.</summary>
    private void Add(long[] live, int group, List<int> there, int sign)
    {
        for (int step = 0; step < live.Length; step++)
        {
            live[step] += sign * needs[group][step];
        }

        foreach (var overlap in lifetimes.Overlaps)
        {
            var (operand, result) = (indices[overlap.Operand], indices[overlap.Result]);
            if ((operand == group && there.Contains(result)) || (result == group && there.Contains(operand)))
            {
                live[overlap.Result.First] -= sign * overlap.Saved;
            }
        }
    }
}
