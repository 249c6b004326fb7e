// Values that share storage: an operand, the views of it, and results computed in place over it. All start at one offset.
// Members may differ in size, so the group needs fewer bytes once its larger members are dead. A group may have as many members as the
// graph has nodes, so nothing here looks at all pairs.

namespace TinyEngine.Passes;

/// <summary>Values that lie at the same offset of the arena, in order of appearance.</summary>
public sealed class AliasGroup
{
    private readonly List<Lifetime> byBytes;
    private readonly List<(int First, int Last)> spans = [];

    /// <summary>A group of these members.</summary>
    public AliasGroup(IReadOnlyList<Lifetime> members)
    {
        Members = members;
        byBytes = [.. members.OrderByDescending(m => m.AlignedBytes)];
        foreach (var (_, first, last) in members.OrderBy(m => m.First))
        {
            if (spans.Count > 0 && first <= spans[^1].Last + 1)
            {
                spans[^1] = (spans[^1].First, Math.Max(spans[^1].Last, last));
            }
            else
            {
                spans.Add((first, last));
            }
        }
    }

    /// <summary>The values.</summary>
    public IReadOnlyList<Lifetime> Members { get; }

    /// <summary>Step in which the first member is written.</summary>
    public int First => spans[0].First;

    /// <summary>Step after which no member is needed.</summary>
    public int Last => spans[^1].Last;

    /// <summary>Aligned bytes of the largest member.</summary>
    public long Bytes => byBytes[0].AlignedBytes;

    /// <summary>
    /// Aligned bytes of this group's largest member that is alive together with some member of the other; 0 without such a member.
    /// </summary>
    public long BytesBeside(AliasGroup other)
    {
        foreach (var member in First > other.Last || other.First > Last ? [] : byBytes)
        {
            if (other.IsAlive(member.First, member.Last))
            {
                return member.AlignedBytes;
            }
        }

        return 0;
    }

    /// <summary>
    /// Adds the needs of the group to those of the steps. The group needs the aligned bytes of its largest member that is alive; each
    /// change of that number is added at its first step.
    /// </summary>
    /// <param name="changes">One entry a step, and one behind the last.</param>
    public void AddChanges(long[] changes)
    {
        var starting = Members.OrderBy(m => m.First).ToList();
        var alive = new PriorityQueue<Lifetime, long>();
        long kept = 0;
        int next = 0;
        foreach (int step in starting.Select(m => m.First).Concat(starting.Select(m => m.Last + 1)).Distinct().Order())
        {
            for (; next < starting.Count && starting[next].First == step; next++)
            {
                alive.Enqueue(starting[next], -starting[next].AlignedBytes);
            }

            while (alive.TryPeek(out var largest, out _) && largest.Last < step)
            {
                alive.Dequeue();
            }

            long now = alive.TryPeek(out var member, out _) ? member.AlignedBytes : 0;
            changes[step] += now - kept;
            kept = now;
        }
    }

    /// <summary>True where some member is alive in a step of the span.</summary>
    private bool IsAlive(int first, int last)
    {
        // The first span that does not end before.
        int low = 0;
        for (int high = spans.Count; low < high;)
        {
            int middle = (low + high) / 2;
            (low, high) = spans[middle].Last < first ? (middle + 1, high) : (low, middle);
        }

        return low < spans.Count && spans[low].First <= last;
    }
}
