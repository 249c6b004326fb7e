// Places by CP-SAT: offsets are variables in units of the alignment, and one boolean for each pair of groups that are alive together says
// which of the two lies below. The search begins with the planner's own places and the largest sum of live bytes as its bound, works on
// one thread and counts its work instead of the time, so that the same model gets the same plan on a fast and a slow machine.

using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using Google.OrTools.Sat;
using TinyEngine.Ir;
using TinyEngine.Passes;

namespace TinyEngine.Exact;

/// <summary>Finds the least arena of an order of execution, or how far from it a plan is at most.</summary>
public sealed class ExactPlacer : IArenaPlacer
{
    /// <summary>The work of a search without another limit.</summary>
    public const int DefaultWork = 60;

    private readonly double work;

    /// <summary>A placer of limited work.</summary>
    /// <param name="work">CP-SAT's units of deterministic time, from 1 on; one takes about a second.</param>
    public ExactPlacer(int work = DefaultWork)
        : this((double)work) => ArgumentOutOfRangeException.ThrowIfLessThan(work, 1);

    /// <summary>A placer that may stop within the first unit of work.</summary>
    internal ExactPlacer(double work) => this.work = work;

    /// <inheritdoc/>
    /// <exception cref="DiagnosticException">TE0609: the native library of the solver is missing.</exception>
    public ArenaSolution Improve(ArenaProblem problem, ImmutableArray<long> start) =>
        problem.Height(start) <= problem.LowerBound ? new ArenaSolution(start, problem.LowerBound)
            : WithLibrary(() => Solve(problem, start));

    /// <summary>Runs the solver and says what to do where its native library is missing.</summary>
    internal static ArenaSolution WithLibrary(Func<ArenaSolution> solve)
    {
        try
        {
            return solve();
        }
        catch (Exception e) when (Missing(e) is { } missing)
        {
            string platform = RuntimeInformation.RuntimeIdentifier;
            throw new DiagnosticException(Diagnostics.NoSolver.At(OptionName.Placer, platform, missing.Message.Split('\n')[0], "fast"));
        }
    }

    /// <summary>The library fails to load inside a static constructor, which wraps the cause.</summary>
    private static Exception? Missing(Exception? e) =>
        e is null or DllNotFoundException or BadImageFormatException ? e : Missing(e.InnerException);

    private ArenaSolution Solve(ArenaProblem problem, ImmutableArray<long> start)
    {
        const long unit = MemoryPlan.Alignment;
        long most = problem.Height(start) / unit;
        var model = new CpModel();
        var height = model.NewIntVar(problem.LowerBound / unit, most, "height");
        var offsets = problem
            .Bytes.Select((bytes, i) => model.NewIntVar(0, most - (bytes / unit), i.ToString(CultureInfo.InvariantCulture)))
            .ToList();
        model.AddHint(height, most);
        for (int i = 0; i < offsets.Count; i++)
        {
            model.Add(offsets[i] + (problem.Bytes[i] / unit) <= height);
            model.AddHint(offsets[i], start[i] / unit);
        }

        foreach (var (a, b, below, above) in problem.Pairs)
        {
            var isBelow = model.NewBoolVar("");
            model.Add(offsets[a] + (below / unit) <= offsets[b]).OnlyEnforceIf(isBelow);
            model.Add(offsets[b] + (above / unit) <= offsets[a]).OnlyEnforceIf(isBelow.Not());
            model.AddHint(isBelow, start[a] + below <= start[b] ? 1 : 0);
        }

        model.Minimize(height);
        var solver = new CpSolver
        {
            StringParameters = FormattableString.Invariant($"num_workers:1 random_seed:1 max_deterministic_time:{work}"),
        };
        var status = solver.Solve(model);
        long bound = Math.Max(problem.LowerBound, (long)Math.Ceiling(solver.BestObjectiveBound) * unit);
        return status is CpSolverStatus.Optimal or CpSolverStatus.Feasible
            ? new ArenaSolution([.. offsets.Select(o => solver.Value(o) * unit)], bound)
            : new ArenaSolution(start, bound);
    }
}
