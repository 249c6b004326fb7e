// The kernels of a model under an objective. A node alone would take the kernel of the fewest instructions; but the code of a kernel is
// paid once for all its calls, and packed constants have other sizes than plain ones. So kernels are taken away one by one, each time the
// one without which flash is least, as long as that saves bytes and the objective allows the instructions of what is left. The fastest
// kernels too have to fit the budget of flash: over it, those go first whose bytes cost fewest instructions.

using System.Collections.Immutable;
using TinyEngine.Image;
using TinyEngine.Ir;
using TinyEngine.Passes;

namespace TinyEngine.Compiler;

/// <summary>The choice of kernels under an objective.</summary>
internal sealed class LeanKernels
{
    /// <summary>Bytes of code that later passes may add: masks, moves and loops of regions.</summary>
    private const long LaterCode = 4096;

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

    /// <summary>A graph whose nodes have their kernels.</summary>
    /// <param name="graph">A graph at the stage before kernels are chosen.</param>
    /// <param name="options">The objective, the budget of flash, and the kernels that there are.</param>
    /// <exception cref="DiagnosticException">TE0603 for every node that no kernel answers.</exception>
    public static Graph Select(Graph graph, CompileOptions options)
    {
        var all = options.Operators.Kernels;
        if (options.Objective == Objective.Speed)
        {
            var fastest = SelectKernels.Run(graph, all);
            if (Flash(fastest, options) <= options.FlashBudget - LaterCode)
            {
                return fastest;
            }
        }

        return SelectKernels.Run(graph, all.Without(new LeanKernels(graph, options).Best(options.Objective, graph, options).Absent));
    }

    /// <summary>Flash of a graph with kernels: constants, code and parameters.</summary>
    private static long Flash(Graph selected, CompileOptions options) =>
        FlashArray.Of(selected).Sum(a => MemoryPlan.Align(a.Value.Type.Bytes))
        + Footprints.Of(options.Operators).Code(selected, selected.Nodes.Select(n => n.Kernel).OfType<KernelRow>().Distinct());

    /// <summary>What each objective gives.</summary>
    /// <param name="graph">As for <see cref="Select(Graph, CompileOptions)"/>.</param>
    /// <param name="options">The kernels that there are.</param>
    public static IReadOnlyList<ObjectiveReport> Compare(Graph graph, CompileOptions options)
    {
        var kernels = new LeanKernels(graph, options);
        return
        [
            .. from objective in Enum.GetValues<Objective>()
            let best = kernels.Best(objective, graph, options)
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

    private Selection Best(Objective objective, Graph graph, CompileOptions options)
    {
        var fastest = Select([])!;
        if (objective == Objective.Speed)
        {
            long over = Flash(SelectKernels.Run(graph, table), options) - (options.FlashBudget - LaterCode);
            return Fitted(fastest, fastest.Flash - over);
        }

        if (objective == Objective.Balanced)
        {
            return Thinned(fastest, fastest.Instructions + fastest.Instructions / 10);
        }

        // Kernels for one core share code with each other, so that no single one may be worth its absence.
        var plain = Select([.. table.Rows.Where(r => r.Core != "any").Select(r => r.Symbol)]);
        return new[] { fastest, plain }.OfType<Selection>().Select(s => Thinned(s, long.MaxValue)).MinBy(s => s.Flash)!;
    }

    /// <summary>A selection of at most this flash, or the one on the way there that cannot be thinned more.</summary>
    private Selection Fitted(Selection selection, long most)
    {
        while (
            selection.Flash > most
            && selection
                .Chosen.Select(c => c.Symbol)
                .Distinct()
                .Select(s => Select(selection.Absent.Add(s)))
                .OfType<Selection>()
                .Where(s => s.Flash < selection.Flash)
                .MinBy(s => (s.Flash > most, Price(s)))
                is { } thinner
        )
        {
            selection = thinner;
        }

        return selection;

        // Instructions: all of them where this is enough, else for each byte.
        double Price(Selection s) =>
            (double)(s.Instructions - selection.Instructions) / (s.Flash > most ? selection.Flash - s.Flash : 1);
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
