// Gives every arena value an offset. Lifetimes and sharing come from Lifetimes, offsets from ArenaPacking; this pass only
// puts them together. Invariant: all members of an alias group get the group's offset.

using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>Memory planning.</summary>
public static class PlanMemory
{
    /// <summary>
    /// Runs on a scheduled graph; the result is at <see cref="Stage.Planned"/>. Never fails: budgets are checked by the caller.
    /// </summary>
    public static Graph Run(Graph graph)
    {
        var lifetimes = Lifetimes.Of(graph);
        var (offsets, height) = new ArenaPacking(lifetimes.Groups, lifetimes.Overlaps).Solve(lifetimes.PeakBytes);
        var placed = lifetimes
            .Groups.SelectMany((g, i) => g.Members.Select(m => Place(m, offsets[i], lifetimes)))
            .ToDictionary(p => p.Value);
        var places = graph.Values.Where(placed.ContainsKey).Select(v => placed[v]).OrderBy(p => p.First);
        return graph with { Stage = Stage.Planned, Plan = new MemoryPlan(height, lifetimes.PeakBytes, lifetimes.PeakStep, [.. places]) };
    }

    private static Placement Place(Lifetime member, long offset, Lifetimes lifetimes)
    {
        var (over, lead) = lifetimes.Shared.GetValueOrDefault(member.Value);
        return new Placement(member.Value, offset, member.Value.Type.Bytes, member.First, member.Last) { Over = over, Lead = lead };
    }
}
