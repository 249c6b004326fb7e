// The cost of each step of the plan on a board: profile.bin (runtime-c/port/te_profile.h) joined with the steps of the plan. An
// inference calls the kernels of the forward and the predict phase, a training step those of forward and train, each in
// the order of the plan.

using System.Runtime.InteropServices;
using TinyEngine.Compiler;
using TinyEngine.Device;
using TinyEngine.Ir;

namespace TinyEngine.Experiments;

/// <summary>Instructions of one step.</summary>
/// <param name="Step">The step of the plan.</param>
/// <param name="Instructions">Executed by its kernel, or by the kernels of a region, with the passing of arguments; the largest of all
/// runs.</param>
public sealed record StepCost(StepReport Step, long Instructions)
{
    /// <summary>In a region, the instructions of each node for all of its rows.</summary>
    public IReadOnlyList<(StageReport Stage, long Instructions)> Body { get; init; } = [];

    /// <summary>The functions that a plan calls, in ordinal order.</summary>
    internal static IReadOnlyList<string> Kernels(PlanReport plan) =>
        [.. plan.Steps.SelectMany(Functions).Distinct().Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Functions(StepReport step) =>
        step.Body?.Select(b => b.Kernel) ?? (step.Kernel.Length > 0 ? [step.Kernel] : Enumerable.Empty<string>());

    /// <summary>The costs of all steps that have kernels.</summary>
    /// <exception cref="DiagnosticException">TE0706: the calls differ from the plan.</exception>
    internal static IReadOnlyList<StepCost> Of(PlanReport plan, Board board, ReadOnlySpan<byte> profile)
    {
        var costs = new SortedDictionary<int, long[]>();
        var words = MemoryMarshal.Cast<byte, uint>(profile);
        for (int call = 0; words.Length >= 2; call++)
        {
            // The first measured call is empty, the second the inference, all others are training steps.
            string own = call == 1 ? "predict" : "train";
            var steps =
                call == 0
                    ? []
                    : plan
                        .Steps.Where(s => Functions(s).Any() && (s.Phase == "forward" || s.Phase == own))
                        .OrderBy(s => s.Phase != "forward")
                        .ThenBy(s => s.Index)
                        .ToList();
            int count = (int)words[0],
                expected = steps.Sum(s => Functions(s).Count());
            if (count != expected || words.Length < 2 + count)
            {
                throw DeviceDiagnostics.RunFailed.Failure($"the firmware called {count} kernels where the plan has {expected}");
            }

            int next = 2;
            foreach (var step in steps)
            {
                long[] most = costs.GetValueOrDefault(step.Index) ?? new long[Functions(step).Count()];
                for (int i = 0; i < most.Length; i++)
                {
                    most[i] = Math.Max(most[i], board.Instructions(words[next++], words[1]));
                }

                costs[step.Index] = most;
            }

            words = words[next..];
        }

        return
        [
            .. costs.Select(c => new StepCost(plan.Steps[c.Key], c.Value.Sum())
            {
                Body = [.. (plan.Steps[c.Key].Body ?? []).Zip(c.Value)],
            }),
        ];
    }
}
