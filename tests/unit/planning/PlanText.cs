// The arena as the text of plan.json tells it. It knows nothing of the planner or of its types: where buffers may share bytes, and how few
// bytes any placement of them needs, follow from the numbers of buffers[] alone.

using System.Text.Json;

namespace TinyEngine.Tests.Planning;

/// <summary>The buffers of a plan.json.</summary>
internal sealed class PlanText
{
    private const long Alignment = 8;

    private readonly List<Buffer> buffers = [];
    private readonly Dictionary<string, (Buffer Root, long Distance, long Leads)> chains = [];

    /// <summary>Reads the text.</summary>
    public PlanText(string json)
    {
        using var document = JsonDocument.Parse(json);
        var sram = document.RootElement.GetProperty("sram");
        (Arena, LowerBound) = (sram.GetProperty("arena").GetInt64(), sram.GetProperty("lower_bound").GetInt64());
        foreach (var entry in document.RootElement.GetProperty("buffers").EnumerateArray())
        {
            long Number(string name) => entry.GetProperty(name).GetInt64();
            string? over = entry.TryGetProperty("over", out var operand) ? operand.GetString() : null;
            var buffer = new Buffer(
                entry.GetProperty("name").GetString()!,
                Number("offset"),
                Number("bytes"),
                Number("first"),
                Number("last")
            );
            buffers.Add(buffer);
            // The buffer below stands before it, since it is written before.
            var (root, distance, leads) = over is null ? (buffer, 0, 0) : chains[over];
            long lead = over is null ? 0 : Number("lead");
            chains.Add(buffer.Name, (root, distance + Math.Max(0, lead), leads + lead));
        }
    }

    private sealed record Buffer(string Name, long Offset, long Bytes, long First, long Last)
    {
        public long End => Offset + ((Bytes + Alignment - 1) / Alignment * Alignment);

        public bool Lives(long step) => First <= step && step <= Last;
    }

    /// <summary>The arena that the plan has.</summary>
    public long Arena { get; }

    /// <summary>The bound that the plan states.</summary>
    public long LowerBound { get; }

    /// <summary>
    /// The largest sum of live bytes. Buffers that lie over one another, directly or through others, keep their least distances: together
    /// they need the bytes from the first to the last. A lead below 0 lets a buffer begin where it likes, hence also at the same byte.
    /// </summary>
    public long RecomputedBound() => buffers.Count == 0 ? 0 : buffers.Select(b => b.First).Distinct().Max(LiveBytes);

    /// <summary>Pairs of buffers that share bytes in some step and may not, and buffers outside the arena.</summary>
    public IEnumerable<string> Faults()
    {
        foreach (var outside in buffers.Where(b => b.Offset < 0 || b.End > Arena || b.Offset % Alignment != 0))
        {
            yield return $"{outside} lies outside the arena of {Arena} bytes, or is misaligned";
        }

        for (int i = 0; i < buffers.Count; i++)
        {
            for (int j = 0; j < i; j++)
            {
                var (later, earlier) = buffers[i].First < buffers[j].First ? (buffers[j], buffers[i]) : (buffers[i], buffers[j]);
                bool meet = earlier.Last >= later.First && earlier.Offset < later.End && later.Offset < earlier.End;
                if (meet && !MayMeet(later, earlier))
                {
                    yield return $"{later} shares bytes with {earlier}";
                }
            }
        }
    }

    private bool MayMeet(Buffer later, Buffer earlier)
    {
        var (a, b) = (chains[later.Name], chains[earlier.Name]);
        return a.Root == b.Root && later.Offset + a.Leads - b.Leads <= earlier.Offset;
    }

    private long LiveBytes(long step)
    {
        long live = 0;
        foreach (var chain in buffers.Where(b => b.Lives(step)).GroupBy(b => chains[b.Name].Root))
        {
            long begin = chain.Min(b => -chains[b.Name].Distance);
            live += chain.Max(b => b.End - b.Offset - chains[b.Name].Distance) - begin;
        }

        return live;
    }
}
