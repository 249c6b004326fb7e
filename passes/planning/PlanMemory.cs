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
            .Groups.SelectMany(
                (g, i) => g.Members.Select(m => (m.Value, Place: new Placement(m.Value, offsets[i], m.Value.Type.Bytes, m.First, m.Last)))
            )
            .ToDictionary(p => p.Value, p => p.Place);
        var places = graph.Values.Where(placed.ContainsKey).Select(v => placed[v]).OrderBy(p => p.First);
        return graph with { Stage = Stage.Planned, Plan = new MemoryPlan(height, lifetimes.PeakBytes, lifetimes.PeakStep, [.. places]) };
    }
}
