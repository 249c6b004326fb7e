// The passes of the compiler, in order: this list is the data flow. Each takes a graph and returns a new one, and every
// result is verified against the rules of its stage.

using TinyEngine.Ir;
using TinyEngine.Passes;

namespace TinyEngine.Compiler;

/// <summary>The list of passes for one set of options.</summary>
public static class Pipeline
{
    /// <summary>The last pass before training and kernels come in.</summary>
    public const string LastQuantized = "reexpress-channels";

    /// <summary>Names and passes, from the imported graph to the planned one.</summary>
    public static IEnumerable<(string Name, Func<Graph, Graph> Run)> Passes(CompileOptions options)
    {
        yield return ("shift-codes", ShiftCodes.Run);
        yield return ("number-layers", NumberLayers.Run);

        // canonical: NHWC, no batch normalization, no separate activations
        yield return ("eliminate-transposes", EliminateTransposes.Run);
        yield return ("fuse-gates", FuseGates.Run);
        yield return ("fold-channel-affine", FoldChannelAffine.Run);
        yield return ("fuse-clamps", FuseClamps.Run);

        // quantized: operators on codes, the device's boundary types
        yield return ("fuse-quantized", FuseQuantized.Run);
        yield return ("set-boundary", g => SetBoundary.Run(g, options.Io, options.RawScale, options.CallerInput));
        yield return (LastQuantized, ReexpressChannels.Run);

        if (options.InitialSeed is { } seed)
        {
            yield return ("initialize-weights", g => InitializeWeights.Run(g, seed));
        }

        // trained: loss, gradients, updates
        if (options.Train.Scheme is { } scheme)
        {
            yield return (
                "replace-head",
                g => ReplaceHead.Run(g, new HeadChoice(options.Loss.Loss, options.Classes, options.QuantizedHead, scheme.Head))
            );
            yield return ("select-trained", g => SelectTrained.Run(g, scheme));
            yield return ("differentiate", g => Differentiate.Run(g, new TrainingOptions(options.Update, options.Loss, options.Optimizer)));
            yield return ("prune-gradients", PruneGradients.Run);
            if (options.Gradients != DType.F32)
            {
                yield return ("narrow-gradients", g => NarrowGradients.Run(g, options.Gradients));
            }

            yield return ("fuse-updates", FuseUpdates.Run);
        }

        // kernels chosen, scheduled, planned
        yield return ("lower", Lower.Run);
        yield return ("select-kernels", g => SelectKernels.Run(g, options.Operators.Kernels));
        yield return ("schedule", Schedule.Run);
        yield return ("plan-memory", PlanMemory.Run);
    }

    /// <summary>Runs the passes; stops after the one the options name.</summary>
    /// <param name="graph">The imported graph, or what a pass made of it.</param>
    /// <param name="options">What to make of it.</param>
    /// <param name="after">The pass that made the graph.</param>
    /// <exception cref="DiagnosticException">Whatever a pass diagnoses; TE0604 where the pass to stop after does not exist.</exception>
    public static Graph Run(Graph graph, CompileOptions options, string after = "import")
    {
        graph = graph with { Target = options.Target };
        var passes = Passes(options).ToList();
        if (options.StopAfter is { } last && last != "import" && passes.All(p => p.Name != last))
        {
            throw new DiagnosticException(
                Diagnostics.BadOption.At(
                    "--stop-after",
                    $"no pass '{last}'; there are import, {string.Join(", ", passes.Select(p => p.Name))}"
                )
            );
        }

        Verifier.Verify(graph);
        options.AfterPass?.Invoke(after, graph);
        foreach (var (name, run) in passes.Skip(passes.FindIndex(p => p.Name == after) + 1).TakeWhile(_ => options.StopAfter != after))
        {
            graph = run(graph);
            Verifier.Verify(graph);
            options.AfterPass?.Invoke(name, graph);
            if (name == options.StopAfter)
            {
                return graph;
            }
        }

        if (graph.Stage == Stage.Planned)
        {
            VerifyPlan.Run(graph);
        }

        return graph;
    }
}
