// The memories of a plan that has several: what lies in each, and the bytes that a run moves to and from it.

using TinyEngine.Ir;
using TinyEngine.Passes;

namespace TinyEngine.Compiler;

/// <summary>
/// A memory in bytes. Used = arena + trained + state + stack; offset is where its part begins in the offsets of buffers. Traffic is the
/// estimate of <see cref="MemoryTraffic"/> for one inference and one training step (0 without training).
/// </summary>
public sealed record RegionReport(
    string Name,
    long Bytes,
    long Offset,
    long Used,
    long Arena,
    long Trained,
    long State,
    long Stack,
    long TrafficInference,
    long TrafficStep
)
{
    /// <summary>The memories of a planned graph; null where one memory holds all.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="sram">Bytes of what lies beside the arena.</param>
    public static IReadOnlyList<RegionReport>? Of(Graph graph, SramReport sram)
    {
        var plan = graph.Plan!;
        if (plan.Banks.IsEmpty)
        {
            return null;
        }

        var inference = Traffic(graph, Phase.Train);
        var step = graph.Trains ? Traffic(graph, Phase.Predict) : new long[plan.Banks.Length];
        return
        [
            .. plan.Banks.Select((part, i) =>
            {
                var (trained, state, stack) = i == plan.Home ? (sram.Trained, sram.State, sram.Stack) : default;
                long used = part.Bytes + trained + state + stack;
                return new RegionReport(
                    part.Bank.Name, part.Bank.Bytes, part.Offset, used, part.Bytes, trained, state, stack, inference[i], step[i]);
            }),
        ];
    }

    /// <summary>Diagnoses memories that are too small; the text names the values alive at the peak of their part.</summary>
    /// <param name="regions">The memories.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="alive">Names the values of a plan that are alive in a step.</param>
    public static IEnumerable<Diagnostic> Check(
        IReadOnlyList<RegionReport> regions, MemoryPlan plan, Func<MemoryPlan, int, string> alive)
    {
        foreach (var (region, part) in regions.Zip(plan.Banks).Where(r => r.First.Used > r.First.Bytes))
        {
            var inside = plan with { Placements = [.. plan.Placements.Where(p => part.Offset <= p.Offset && p.End <= part.End)] };
            int peak = inside.Placements.Select(p => p.First).DefaultIfEmpty(0).MaxBy(step => Live(inside, step));
            string names = inside.Placements.IsEmpty ? "nothing" : alive(inside, peak);
            yield return Diagnostics.OverRegion.At(
                "",
                region.Used,
                region.Used - region.Bytes,
                region.Name,
                region.Bytes,
                peak,
                names + FormattableString.Invariant($"; arena {region.Arena:N0}, trained {region.Trained:N0}, stack {region.Stack:N0}")
            );
        }
    }

    private static long Live(MemoryPlan plan, int step) =>
        plan.Placements.Where(p => p.First <= step && step <= p.Last).Select(p => p.End).DefaultIfEmpty(0).Max();

    /// <summary>Traffic by memory; constants lie in flash and arguments with the caller.</summary>
    private static long[] Traffic(Graph graph, Phase skipped)
    {
        var plan = graph.Plan!;
        var places = plan.Placements.ToDictionary(p => p.Value);
        var bytes = new long[plan.Banks.Length];
        foreach (var (value, moved) in MemoryTraffic.Of(graph, skipped))
        {
            int bank =
                places.TryGetValue(value, out var place) ? plan.Banks.IndexOf(plan.BankOf(place.Offset)!)
                : value.Kind is ValueKind.Parameter or ValueKind.State ? plan.Home
                : -1;
            if (bank >= 0)
            {
                bytes[bank] += moved;
            }
        }

        return bytes;
    }
}
