// The kernels of a model under an objective. A node alone would take the kernel of the fewest instructions; but the code of a kernel is
// paid once for all its calls, and packed constants have other sizes than plain ones. So kernels are taken away one by one, each time the
// one without which flash is least, as long as that saves bytes and the objective allows the instructions of what is left.

using System.Collections.Immutable;
using TinyEngine.Ir;

namespace TinyEngine.Compiler;

/// <summary>The choice of kernels under an objective.</summary>
internal sealed class LeanKernels
{
    private readonly KernelTable table;
    private readonly Footprints footprints;
    private readonly Target target;
    private readonly IReadOnlyList<Candidate[]> nodes;

    private LeanKernels(Graph graph, CompileOptions options)
    {
        (table, target) = (options.Operators.Kernels, graph.Target);
        footprints = Footprints.Of(options.Operators);
        nodes =
        [
            .. from node in graph.Nodes
            where node.Op.HasKernel
            let calls = table.Calls(node, node.Op.Request(node), target)
            where calls.Count > 0 // where none is, the pass that chooses says so
            select calls.Select(c => new Candidate(node.Phase, c, c.Instructions(target))).OrderBy(c => c.Instructions).ToArray(),
        ];
    }

    /// <summary>The kernels to choose from for these nodes.</summary>
    /// <param name="graph">A graph at the stage before kernels are chosen.</param>
    /// <param name="options">The objective, and the kernels that there are.</param>
    public static KernelTable For(Graph graph, CompileOptions options) =>
        options.Objective == Objective.Speed
            ? options.Operators.Kernels
            : options.Operators.Kernels.Without(new LeanKernels(graph, options).Best(options.Objective).Absent);

    /// <summary>What each objective gives.</summary>
    /// <param name="graph">As for <see cref="For"/>.</param>
    /// <param name="options">The kernels that there are.</param>
    public static IReadOnlyList<ObjectiveReport> Compare(Graph graph, CompileOptions options)
    {
        var kernels = new LeanKernels(graph, options);
        return
        [
            .. from objective in Enum.GetValues<Objective>()
            let best = kernels.Best(objective)
            select new ObjectiveReport(
                objective.ToString().ToLowerInvariant(),
                best.Code,
                best.Constants,
                Sum(best, Phase.Predict),
                graph.Trains ? Sum(best, Phase.Train) : null
            ),
        ];

        static long Sum(Selection s, Phase other) =>
            s.Chosen.Where(c => c.Phase == Phase.Forward || c.Phase == other).Sum(c => c.Instructions);
    }

    /// <summary>A call that can answer a node.</summary>
    private sealed record Candidate(Phase Phase, KernelCall Call, long Instructions)
    {
        public string Symbol => Call.Kernel.Symbol;
    }

    /// <summary>The fastest calls without the kernels that are absent.</summary>
    private sealed record Selection(ImmutableHashSet<string> Absent, IReadOnlyList<Candidate> Chosen, long Code, long Constants)
    {
        public long Flash => Code + Constants;
        public long Instructions => Chosen.Sum(c => c.Instructions);
    }

    private Selection Best(Objective objective)
    {
        var fastest = Select([])!;
        if (objective == Objective.Speed)
        {
            return fastest;
        }

        if (objective == Objective.Balanced)
        {
            return Thinned(fastest, fastest.Instructions + fastest.Instructions / 10);
        }

        // Kernels for one core share code with each other, so that no single one may be worth its absence.
        var plain = Select([.. table.Rows.Where(r => r.Core != "any").Select(r => r.Symbol)]);
        return new[] { fastest, plain }.OfType<Selection>().Select(s => Thinned(s, long.MaxValue)).MinBy(s => s.Flash)!;
    }

    /// <summary>A selection of less flash and at most these instructions.</summary>
    private Selection Thinned(Selection selection, long most)
    {
        while (
            selection
                .Chosen.Select(c => c.Symbol)
                .Distinct()
                .Select(s => Select(selection.Absent.Add(s)))
                .OfType<Selection>()
                .Where(s => s.Instructions <= most)
                .MinBy(s => s.Flash)
                is { } thinner
            && thinner.Flash < selection.Flash
        )
        {
            selection = thinner;
        }

        return selection;
    }

    /// <summary>The fastest calls without these kernels; null where a node has none left.</summary>
    private Selection? Select(ImmutableHashSet<string> absent)
    {
        var chosen = nodes.Select(calls => Array.Find(calls, c => !absent.Contains(c.Symbol))).OfType<Candidate>().ToList();
        return chosen.Count < nodes.Count
            ? null
            : new Selection(
                absent,
                chosen,
                footprints.KernelCode(chosen.Select(c => c.Call.Kernel).Distinct(), target),
                chosen
                    .SelectMany(c => c.Call.Arguments)
                    .OfType<Value>()
                    .Where(v => v.IsConstant)
                    .Distinct()
                    .Sum(v => MemoryPlan.Align(v.Type.Bytes))
            );
    }
}
