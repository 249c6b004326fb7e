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
/// <param name="Instructions">Executed by its kernels with the passing of their arguments; the largest of all runs.</param>
public sealed record StepCost(StepReport Step, long Instructions)
{
    /// <summary>The kernels that a plan calls, in ordinal order.</summary>
    internal static IReadOnlyList<string> Kernels(PlanReport plan) =>
        [
            .. plan
                .Steps.SelectMany(s => s.Kernel.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>The costs of all steps that have a kernel.</summary>
    /// <exception cref="DiagnosticException">TE0706: the calls differ from the plan.</exception>
    internal static IReadOnlyList<StepCost> Of(PlanReport plan, Board board, ReadOnlySpan<byte> profile)
    {
        var costs = new SortedDictionary<int, long>();
        var words = MemoryMarshal.Cast<byte, uint>(profile);
        for (int call = 0; words.Length >= 2; call++)
        {
            // The first measured call is empty, the second the inference, all others are training steps.
            string own = call == 1 ? "predict" : "train";
            var steps =
                call == 0
                    ? []
                    : plan
                        .Steps.Where(s => s.Calls > 0 && (s.Phase == "forward" || s.Phase == own))
                        .OrderBy(s => s.Phase != "forward")
                        .ThenBy(s => s.Index)
                        .ToList();
            int count = (int)words[0];
            if (count != steps.Sum(s => s.Calls) || words.Length < 2 + count)
            {
                throw DeviceDiagnostics.RunFailed.Failure(
                    $"the firmware called {count} kernels where the plan has {steps.Sum(s => s.Calls)}"
                );
            }

            int next = 2;
            foreach (var step in steps)
            {
                long cost = 0;
                for (int i = 0; i < step.Calls; i++)
                {
                    cost += board.Instructions(words[next++], words[1]);
                }

                costs[step.Index] = Math.Max(costs.GetValueOrDefault(step.Index), cost);
            }

            words = words[(2 + count)..];
        }

        return [.. costs.Select(c => new StepCost(plan.Steps[c.Key], c.Value))];
    }
}
