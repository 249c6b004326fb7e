// Exact places: the least arena of small problems, compared with all orders of their pairs; plans of graphs and of real models.

using System.Collections.Immutable;
using CsCheck;
using TinyEngine.Compiler;
using TinyEngine.Exact;
using TinyEngine.Ir;
using TinyEngine.Passes;

namespace TinyEngine.Tests.Planning;

/// <summary>Tests of <see cref="ExactPlacer"/>.</summary>
public sealed class ExactPlacerTests
{
    /// <summary>Groups of some units of 8 bytes; each pair either never meets or needs a part or all of its bytes as distance.</summary>
    private static readonly Gen<ArenaProblem> Problems =
        from bytes in Gen.Int[1, 9].Array[1, 5]
        from pairs in Gen.Select(Gen.Int[0, 2], Gen.Int[0, 9], Gen.Int[0, 9]).Array[10]
        select Problem(bytes, pairs);

    [Fact]
    public void Small_problems_get_the_least_arena_of_all_orders() =>
        Problems.Sample(
            problem =>
            {
                var solution = new ExactPlacer().Improve(problem, Stacked(problem));
                Assert.Equal(Least(problem), problem.Height(solution.Offsets));
                Assert.Equal(solution.Bound, problem.Height(solution.Offsets));
                Assert.All(problem.Pairs, p => Assert.True(Apart(p, solution.Offsets), $"{p} {string.Join(' ', solution.Offsets)}"));
            },
            iter: 60
        );

    [Fact]
    public void A_search_cut_short_keeps_the_start_or_betters_it_and_states_the_gap()
    {
        var problem = Many();
        var start = Stacked(problem);
        var (first, second) = (new ExactPlacer(0.1).Improve(problem, start), new ExactPlacer(0.1).Improve(problem, start));
        Assert.Equal(first.Offsets.AsEnumerable(), second.Offsets);
        Assert.Equal(first.Bound, second.Bound);
        long height = problem.Height(first.Offsets);
        Assert.InRange(height, first.Bound, problem.Height(start));
        Assert.All(problem.Pairs, p => Assert.True(Apart(p, first.Offsets)));
    }

    [Fact]
    public void Random_graphs_need_no_more_than_with_heuristics() =>
        PlanningGraphs.Random.Sample(
            graph =>
            {
                var scheduled = Schedule.Run(SelectKernels.Run(graph, PlanningGraphs.Kernels));
                var exact = PlanMemory.Run(scheduled, placer: new ExactPlacer(1));
                Assert.Empty(VerifyPlan.Violations(exact));
                Assert.InRange(exact.Plan!.ArenaBytes, exact.Plan.ProvenBound!.Value, PlanMemory.Run(scheduled).Plan!.ArenaBytes);
            },
            iter: 30
        );

    [Theory]
    [InlineData("dscnn-kws-int8-qdq", "none")]
    [InlineData("dscnn-kws-int8-qdq", "full")]
    [InlineData("resnet8-cifar10-int8-qdq", "last:2")]
    public void A_shared_model_gets_the_same_least_arena_every_time(string model, string train)
    {
        if (SharedModels.Folder is null)
        {
            return; // no shared models beside this checkout
        }

        var options = new CompileOptions { Name = "model", Train = TrainMode.Parse(train)!, SramBudget = 1 << 22, FlashBudget = 1 << 22 };
        MemoryPlan Plan(IArenaPlacer? placer) =>
            ModelCompiler.Compile(SharedModels.Model(model), options with { Placer = placer }).Graph.Plan!;
        var (fast, exact, again) = (Plan(null), Plan(new ExactPlacer()), Plan(new ExactPlacer()));
        Assert.Null(fast.ProvenBound);
        Assert.InRange(exact.ArenaBytes, fast.LowerBound, fast.ArenaBytes);
        Assert.Equal(exact.ArenaBytes, exact.ProvenBound);
        Assert.Equal(exact.Placements.Select(p => (p.Value.Name, p.Offset)), again.Placements.Select(p => (p.Value.Name, p.Offset)));
    }

    [Fact]
    public void A_missing_library_is_a_diagnosis()
    {
        var cause = new TypeInitializationException("Sat", new DllNotFoundException("no google-ortools-native"));
        var thrown = Assert.Throws<DiagnosticException>(() => ExactPlacer.WithLibrary(() => throw cause));
        var diagnostic = Assert.Single(thrown.Diagnostics);
        Assert.Equal("TE0609", diagnostic.Code);
        Assert.Contains("no google-ortools-native", diagnostic.Message);
    }

    private static ArenaProblem Problem(int[] units, (int Kind, int Below, int Above)[] pairs)
    {
        var drawn = pairs.AsEnumerable().GetEnumerator();
        var met = ImmutableArray.CreateBuilder<ArenaPair>();
        for (int a = 0; a < units.Length; a++)
        {
            for (int b = 0; b < a; b++)
            {
                drawn.MoveNext();
                var (kind, below, above) = drawn.Current;
                if (kind > 0)
                {
                    met.Add(
                        kind == 1 ? new(a, b, units[a] * 8, units[b] * 8)
                            : new(a, b, Math.Min(below, units[a]) * 8, Math.Min(above, units[b]) * 8)
                    );
                }
            }
        }

        return new ArenaProblem([.. units.Select(u => u * 8L)], met.ToImmutable(), units.Max() * 8);
    }

    /// <summary>Sixty groups, of which every other pair meets.</summary>
    private static ArenaProblem Many()
    {
        var random = new Random(7);
        long[] bytes = [.. Enumerable.Range(0, 60).Select(_ => 8L * random.Next(1, 500))];
        var pairs =
            from a in Enumerable.Range(0, bytes.Length)
            from b in Enumerable.Range(0, a)
            where random.Next(2) == 0
            select new ArenaPair(a, b, bytes[a], bytes[b]);
        return new ArenaProblem([.. bytes], [.. pairs], bytes.Max());
    }

    /// <summary>Every group above all before it.</summary>
    private static ImmutableArray<long> Stacked(ArenaProblem problem) =>
        [.. problem.Bytes.Select((_, i) => problem.Bytes.Take(i).Sum())];

    private static bool Apart(ArenaPair p, ImmutableArray<long> offsets) =>
        offsets[p.A] + p.Below <= offsets[p.B] || offsets[p.B] + p.Above <= offsets[p.A];

    /// <summary>The least arena over all choices of the lower group of each pair: the longest path of each without a circle.</summary>
    private static long Least(ArenaProblem problem)
    {
        long least = long.MaxValue;
        for (int choice = 0; choice < 1 << problem.Pairs.Length; choice++)
        {
            var offsets = new long[problem.Bytes.Length];
            bool changes = true;
            for (int round = 0; changes && round <= offsets.Length; round++)
            {
                changes = false;
                for (int i = 0; i < problem.Pairs.Length; i++)
                {
                    var p = problem.Pairs[i];
                    var (low, high, distance) = (choice >> i & 1) == 0 ? (p.A, p.B, p.Below) : (p.B, p.A, p.Above);
                    changes |= offsets[high] < offsets[low] + distance;
                    offsets[high] = Math.Max(offsets[high], offsets[low] + distance);
                }
            }

            least = changes ? least : Math.Min(least, problem.Height([.. offsets]));
        }

        return least;
    }
}
