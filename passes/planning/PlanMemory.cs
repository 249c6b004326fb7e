// Gives every arena value an offset. Lifetimes and sharing come from Lifetimes, offsets from ArenaPacking; this pass puts them together.
// Where the arena stays above its bound it tries moves: first all that are possible, then as few as reach the same, each time with a plan.
// Invariant: all members of an alias group get the group's offset.

using System.Collections.Immutable;
using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>Memory planning.</summary>
public static class PlanMemory
{
    /// <summary>A plan this little above its bound needs no moves, and moves must gain as much; in shares of the arena.</summary>
    private const double Little = 0.01;

    /// <summary>
    /// Runs on a scheduled graph; the result is at <see cref="Stage.Planned"/>. Never fails: budgets are checked by the caller.
    /// </summary>
    /// <param name="graph">The graph.</param>
    /// <param name="kernels">The kernels that may move values; null for no moves.</param>
    /// <param name="placer">Finds better places for the order that was chosen; null for none.</param>
    /// <param name="banks">The memories, of which a placer knows nothing; null for one.</param>
    public static Graph Run(Graph graph, KernelTable? kernels = null, IArenaPlacer? placer = null, MemoryBanks? banks = null) =>
        Chosen(graph, kernels) is var plan && banks is not null ? plan.Graph(banks) : plan.Graph(placer);

    private static Plan Chosen(Graph graph, KernelTable? kernels)
    {
        var plain = new Plan(graph, 0);
        if (kernels is null || plain.Height <= plain.Bound * (1 + Little))
        {
            return plain;
        }

        var moves = new Moves(graph, plain.Lifetimes, kernels);
        long Height(IReadOnlyCollection<int> steps, long enough) => new Plan(moves.Insert(steps), enough).Height;
        List<int> steps = [.. moves.Steps];
        long close = (long)(plain.Bound * (1 + Little));
        long limit = Math.Max(close, Height(steps, close));
        if (limit > plain.Height * (1 - Little))
        {
            return plain;
        }

        // Leaves out as many at a time as can be spared, then fewer.
        for (int count = (steps.Count + 1) / 2; count > 0; count /= 2)
        {
            for (int at = 0; at < steps.Count;)
            {
                int[] fewer = [.. steps.Take(at), .. steps.Skip(at + count)];
                (steps, at) = Height(fewer, limit) <= limit ? ([.. fewer], at) : (steps, at + count);
            }
        }

        return new Plan(moves.Insert(steps), 0);
    }

    /// <summary>A graph with the lifetimes of its values and a place for every group of them.</summary>
    private sealed class Plan
    {
        private readonly Graph scheduled;
        private readonly ArenaPacking packing;
        private readonly long[] offsets;

        public Plan(Graph scheduled, long enough)
        {
            (this.scheduled, Lifetimes) = (scheduled, Lifetimes.Of(scheduled));
            packing = new ArenaPacking(Lifetimes.Groups, Lifetimes.Overlaps);
            (offsets, Height) = packing.Solve(Math.Max(Lifetimes.PeakBytes, enough));
        }

        public Lifetimes Lifetimes { get; }

        public long Height { get; }

        public long Bound => Lifetimes.PeakBytes;

        public Graph Graph(IArenaPlacer? placer)
        {
            var problem = packing.Problem(Bound);
            var better = placer?.Improve(problem, [.. offsets]);
            ImmutableArray<long> chosen = better?.Offsets ?? [.. offsets];
            var plan = new MemoryPlan(problem.Height(chosen), Bound, Lifetimes.PeakStep, Places(chosen)) { ProvenBound = better?.Bound };
            return scheduled with { Stage = Stage.Planned, Plan = plan };
        }

        public Graph Graph(MemoryBanks banks)
        {
            var spread = new BankPacking(scheduled, Lifetimes, banks);
            var parts = ImmutableArray.CreateBuilder<BankArena>();
            foreach (var (bank, bytes) in banks.Banks.Zip(spread.Bytes))
            {
                parts.Add(new BankArena(bank, parts.Count == 0 ? 0 : parts[^1].End, bytes));
            }

            var plan = new MemoryPlan(parts[^1].End, Bound, Lifetimes.PeakStep, [])
            {
                Banks = parts.ToImmutable(),
                Home = banks.Home,
            };
            var places = Places([.. spread.Offsets.Select((offset, i) => parts[spread.BankOf[i]].Offset + offset)]);
            // Values in different memories share no bytes.
            var apart = places.ToDictionary(p => p.Value, p => plan.BankOf(p.Offset));
            plan = plan with
            {
                Placements = [.. places.Select(p => p.Over is { } v && apart[v] != apart[p.Value] ? p with { Over = null, Lead = 0 } : p)],
            };
            return scheduled with { Stage = Stage.Planned, Plan = plan };
        }

        private ImmutableArray<Placement> Places(ImmutableArray<long> offsets)
        {
            var placed = Lifetimes
                .Groups.SelectMany((g, i) => g.Members.Select(m => Place(m, offsets[i])))
                .ToDictionary(p => p.Value);
            return [.. scheduled.Values.Where(placed.ContainsKey).Select(v => placed[v]).OrderBy(p => p.First)];
        }

        private Placement Place(Lifetime member, long offset)
        {
            var (over, lead) = Lifetimes.Shared.GetValueOrDefault(member.Value);
            return new Placement(member.Value, offset, member.Value.Type.Bytes, member.First, member.Last) { Over = over, Lead = lead };
        }
    }
}
