// Plans of one model under different options, for a search among them. The passes up to the quantized stage run once.

using TinyEngine.Image;
using TinyEngine.Ir;
using TinyEngine.Passes;

namespace TinyEngine.Compiler;

/// <summary>Plans of one model.</summary>
internal sealed class PlanTrials
{
    private readonly Footprints footprints;
    private readonly Lazy<long> inference;

    /// <summary>Prepares the model.</summary>
    /// <param name="imported">The imported model.</param>
    /// <param name="options">Options whose trials differ in training, gradients and the owner of the input at most.</param>
    /// <param name="footprints">Bounds of code and stack.</param>
    public PlanTrials(Graph imported, CompileOptions options, Footprints footprints)
    {
        this.footprints = footprints;
        Quantized = Pipeline.Run(imported, options with { AfterPass = null, StopAfter = Pipeline.LastQuantized });
        inference = new(() => StreamRows.Bound(Begun(options with { Train = TrainMode.None }, Pipeline.LastOrdered), options.PatchLayers));
    }

    /// <summary>How exactly a trial knows its arena.</summary>
    public enum Effort
    {
        /// <summary>
        /// Only what a training step and inference alone have alive at least, without recomputation; much quicker than the others.
        /// </summary>
        Rough,

        /// <summary>The least that any plan of this order can have.</summary>
        Bound,

        /// <summary>Everything is placed.</summary>
        Planned,
    }

    /// <summary>The model at the quantized stage, its layers numbered.</summary>
    public Graph Quantized { get; }

    /// <summary>Trained weights and biases of a report.</summary>
    public static long Learned(PlanReport report) => report.Trained.Where(t => t.IsValue).Sum(t => t.Elements);

    /// <summary>True for a report within its budgets.</summary>
    public static bool Fits(PlanReport? report) => report is { Fits: true };

    /// <summary>The report of a plan, or of the arena known by this effort; null where the model does not allow the options.</summary>
    public PlanReport? Report(CompileOptions options, Effort effort)
    {
        try
        {
            string? last =
                effort == Effort.Planned ? null
                : effort == Effort.Bound ? Pipeline.LastOrdered
                : Pipeline.LastKept;
            var graph = Begun(options, last);
            if (effort != Effort.Planned)
            {
                long bound = effort == Effort.Bound ? StreamRows.Bound(graph, options.PatchLayers) : Rough(graph);
                graph = graph with { Plan = new MemoryPlan(bound, bound, 0, []) };
            }

            return PlanReport.Of(ModelImage.Of(graph, options.Schedule), options, footprints);
        }
        catch (DiagnosticException)
        {
            return null;
        }
    }

    private long Rough(Graph graph)
    {
        var live = Lifetimes.Of(graph).Live;
        return graph.Nodes.Select((n, i) => n.Phase == Phase.Train ? live[i] : 0).Append(inference.Value).Max();
    }

    private Graph Begun(CompileOptions options, string? last) =>
        Pipeline.Run(
            Quantized with
            {
                CallerOwnsInputs = options.CallerInput || options.InputRows,
            },
            options with
            {
                AfterPass = null,
                Placer = null,
                StopAfter = last,
            },
            Pipeline.LastQuantized
        );
}
