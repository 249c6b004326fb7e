// Finds offsets for alias groups: greedy placement in several orders, then a bounded local search that pulls the topmost
// group forward. Knows neither nodes nor steps beyond what groups tell. Invariant: groups that are alive together do not
// overlap, all offsets are multiples of the alignment (sizes are), and the result depends on the groups alone.

namespace TinyEngine.Passes;

/// <summary>Packs alias groups into an arena.</summary>
internal sealed class ArenaPacking
{
    /// <summary>Work bound of the local search, in pairs of groups looked at.</summary>
    private const int SearchWork = 40_000_000;

    /// <summary>The local search gives up after this number of tries in a row that did not make the arena smaller.</summary>
    private const int Patience = 5000;

    private readonly IReadOnlyList<AliasGroup> groups;
    private readonly (int Other, long Own, long Others)[][] neighbours;

    /// <summary>Prepares the packing of these groups.</summary>
    public ArenaPacking(IReadOnlyList<AliasGroup> groups, IReadOnlyList<Overlap> overlaps)
    {
        this.groups = groups;
        // A result needs only its lead below the operand it grows over.
        var leads = overlaps.ToDictionary(o => (o.Result, o.Operand), o => o.Lead);
        long Beside(AliasGroup g, AliasGroup o) => leads.TryGetValue((g, o), out long lead) ? lead : g.BytesBeside(o);
        var met = groups.Select(_ => new List<(int Other, long Own, long Others)>()).ToList();
        var alive = new List<int>();
        foreach (int i in Enumerable.Range(0, groups.Count).OrderBy(i => groups[i].First))
        {
            var group = groups[i];
            alive.RemoveAll(j => groups[j].Last < group.First);
            foreach (int j in alive.Where(j => group.BytesBeside(groups[j]) > 0 && groups[j].BytesBeside(group) > 0))
            {
                var (own, others) = (Beside(group, groups[j]), Beside(groups[j], group));
                if (own + others > 0)
                {
                    met[i].Add((j, own, others));
                    met[j].Add((i, others, own));
                }
            }

            alive.Add(i);
        }

        neighbours = [.. met.Select(m => m.ToArray())];
    }

    /// <summary>The groups and their distances as numbers.</summary>
    /// <param name="bound">Bytes that every arena needs.</param>
    public ArenaProblem Problem(long bound) =>
        new(
            [.. groups.Select(g => g.Bytes)],
            [.. neighbours.SelectMany((met, i) => met.Where(m => m.Other < i).Select(m => new ArenaPair(i, m.Other, m.Own, m.Others)))],
            bound
        );

    /// <summary>
    /// Offset of every group and the height of the arena; searches until it is at most <paramref name="enough"/>, to a tenth of a percent,
    /// since the last few bytes take longer than all others.
    /// </summary>
    public (long[] Offsets, long Height) Solve(long enough)
    {
        enough += enough / 1024;
        var byIndex = Enumerable.Range(0, groups.Count).ToArray();
        int[][] orders =
        [
            [.. byIndex.OrderByDescending(i => groups[i].Bytes)],
            [.. byIndex.OrderByDescending(i => groups[i].Bytes * (groups[i].Last - groups[i].First + 1))],
            [.. byIndex.OrderBy(i => groups[i].First).ThenByDescending(i => groups[i].Bytes)],
            [.. byIndex.OrderByDescending(i => groups[i].Last - groups[i].First).ThenByDescending(i => groups[i].Bytes)],
        ];
        var (order, bestFit) = orders.SelectMany(o => new[] { (o, true), (o, false) }).MinBy(c => Place(c.o, c.Item2).Height);
        return Improve(order, bestFit, enough);
    }

    /// <summary>Moves the topmost group, or another one, forward in the order as long as the arena does not grow.</summary>
    private (long[] Offsets, long Height) Improve(int[] order, bool bestFit, long enough)
    {
        var best = Place(order, bestFit);
        // Seeded, so that the same model always gets the same plan.
        var random = new Random(1);
        int tries = SearchWork / (1 + groups.Count + neighbours.Sum(n => n.Length));
        int improved = 0;
        for (int i = 0; i < tries && i - improved <= Patience && best.Height > enough; i++)
        {
            int top = Array.FindIndex(order, g => best.Offsets[g] + groups[g].Bytes == best.Height);
            int from = i % 2 == 0 ? top : random.Next(order.Length);
            var next = order.ToList();
            next.RemoveAt(from);
            next.Insert(random.Next(from + 1), order[from]);
            int[] candidate = [.. next];
            var placed = Place(candidate, bestFit);
            improved = placed.Height < best.Height ? i : improved;
            if (placed.Height <= best.Height)
            {
                (order, best) = (candidate, placed);
            }
        }

        return best;
    }

    /// <summary>Places groups one after the other into the tightest (or lowest) gap that takes them.</summary>
    private (long[] Offsets, long Height) Place(int[] order, bool bestFit)
    {
        var offsets = new long[groups.Count];
        Array.Fill(offsets, -1);
        var forbidden = new List<(long Above, long Below)>();
        long height = 0;
        foreach (int group in order)
        {
            forbidden.Clear();
            foreach (var (other, own, others) in neighbours[group])
            {
                if (offsets[other] >= 0)
                {
                    forbidden.Add((offsets[other] - own, offsets[other] + others));
                }
            }

            forbidden.Sort();
            offsets[group] = Gap(forbidden, bestFit);
            height = Math.Max(height, offsets[group] + groups[group].Bytes);
        }

        return (offsets, height);
    }

    /// <summary>An offset outside all open intervals, which are sorted by their start.</summary>
    private static long Gap(List<(long Above, long Below)> forbidden, bool bestFit)
    {
        long free = 0, chosen = -1, slack = long.MaxValue;
        foreach (var (above, below) in forbidden)
        {
            if (above >= free && above - free < slack)
            {
                (chosen, slack) = (free, above - free);
                if (!bestFit)
                {
                    break;
                }
            }

            free = Math.Max(free, below);
        }

        return chosen >= 0 ? chosen : free;
    }
}
