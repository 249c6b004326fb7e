// The passes of the compiler, in order: this list is the data flow. Each takes a graph and returns a new one, and every
// result is verified against the rules of its stage.

using TinyEngine.Image;
using TinyEngine.Ir;
using TinyEngine.Passes;

namespace TinyEngine.Compiler;

/// <summary>The list of passes for one set of options.</summary>
public static class Pipeline
{
    /// <summary>The last pass before training and kernels come in.</summary>
    public const string LastQuantized = "reexpress-channels";

    /// <summary>The last pass before kernels are chosen.</summary>
    public const string LastLowered = "lower";

    /// <summary>The last pass before activations are made again.</summary>
    public const string LastKept = "derive-masks";

    /// <summary>The last pass before memory is planned, regions included.</summary>
    public const string LastOrdered = "recompute";

    /// <summary>The passes in order, from the imported graph to the planned one.</summary>
    /// <param name="options">Some options add a pass.</param>
    public static IEnumerable<Pass> Passes(CompileOptions options)
    {
        yield return new("import", "the model as its file has it", Stage.Imported, g => g with { Target = options.Target });
        yield return new("shift-codes", "uint8 codes become int8 codes", Stage.Imported, ShiftCodes.Run);
        yield return new("number-layers", "layers get their numbers, the head its mark", Stage.Imported, NumberLayers.Run);
        yield return new("eliminate-transposes", "maps become NHWC", Stage.Imported, EliminateTransposes.Run);
        yield return new("fuse-gates", "x*sigmoid(x) and its like become one function", Stage.Imported, FuseGates.Run);
        yield return new("fold-channel-affine", "layers take in scales and shifts per channel", Stage.Imported, FoldChannelAffine.Run);
        yield return new("fuse-clamps", "operators take in the clamp behind them", Stage.Canonical, FuseClamps.Run);

        yield return new("fuse-quantized", "operators between QDQ compute on codes", Stage.Quantized, FuseQuantized.Run);
        yield return new(
            "set-boundary",
            "inputs and outputs get the types of the device",
            Stage.Quantized,
            g => SetBoundary.Run(g, options.Io, options.RawScale, options.CallerInput)
        );
        if (options.InputRows)
        {
            yield return new("stream-input", "the caller hands out the input row by row", Stage.Quantized, StreamInput.Run);
        }

        yield return new(LastQuantized, "weight scales grow where an accumulator could overflow", Stage.Quantized, ReexpressChannels.Run);
        if (options.InitialSeed is { } seed)
        {
            yield return new(
                "initialize-weights",
                "random weights replace the model's own",
                Stage.Quantized,
                g => InitializeWeights.Run(g, seed)
            );
        }

        Pass removal = new("remove-dead-channels", "channels that nothing depends on go", Stage.Quantized, RemoveDeadChannels.Run);
        foreach (var pass in options.Train.Scheme is { } scheme ? Training(options, scheme, removal) : [removal])
        {
            yield return pass;
        }

        var kernels = options.Operators.Kernels;
        Stage prepared = options.Train.Scheme is null ? Stage.Quantized : Stage.Trained;
        yield return new(LastLowered, "operators without a kernel become others", prepared, Lower.Run);
        yield return new(
            "select-kernels",
            "every node gets its kernel call",
            Stage.Selected,
            g => LeanKernels.Select(g, options)
        );
        yield return new("schedule", "the order of execution", Stage.Scheduled, Schedule.Run);
        yield return new(
            LastKept,
            "masks made from results that are kept anyway",
            Stage.Scheduled,
            g => DeriveMasks.Run(g, kernels)
        );
        yield return new(
            LastOrdered,
            "activations made again where training is over budget",
            Stage.Scheduled,
            g => g.Trains ? Recompute.Run(g, ArenaBudget(g, options)) : g
        );
        yield return new(
            "stream-rows",
            "regions whose rows are made one after the other",
            Stage.Scheduled,
            g => StreamRows.Run(g, options.PatchLayers)
        );
        yield return new(
            "plan-memory",
            "every value gets its place in the arena",
            Stage.Planned,
            g => PlanMemory.Run(g, kernels, options.Placer, Banks(g, options))
        );
    }

    /// <summary>What parameters, state and stack leave to the arena of the SRAM budget.</summary>
    private static long ArenaBudget(Graph scheduled, CompileOptions options) => options.AllSram - Beside(scheduled, options);

    /// <summary>The memories, where there are several.</summary>
    private static MemoryBanks? Banks(Graph scheduled, CompileOptions options) =>
        options.Regions.Length > 1 ? new MemoryBanks(options.Regions, Beside(scheduled, options)) : null;

    /// <summary>Bytes of parameters, state and stack.</summary>
    private static long Beside(Graph scheduled, CompileOptions options)
    {
        var state = StateLayout.Of(scheduled with { Plan = new MemoryPlan(0, 0, 0, []) });
        return state.Bytes + Footprints.Of(options.Operators).Stack(scheduled);
    }

    private static IEnumerable<Pass> Training(CompileOptions options, TrainScheme scheme, Pass removal)
    {
        var head = new HeadChoice(options.Loss.Loss, options.Classes, options.QuantizedHead, scheme.Head);
        var training = new TrainingOptions(options.Update, options.Loss, options.Optimizer);
        yield return new("replace-head", "the end of the model is made ready for the loss", Stage.Quantized, g => ReplaceHead.Run(g, head));
        yield return new("select-trained", "constants that train become parameters", Stage.Quantized, g => SelectTrained.Run(g, scheme));
        yield return removal;
        yield return new("differentiate", "loss, gradients and updates", Stage.Trained, g => Differentiate.Run(g, training));
        yield return new("prune-gradients", "only the used parts of gradients", Stage.Trained, PruneGradients.Run);
        if (options.Gradients != DType.F32)
        {
            yield return new(
                "narrow-gradients",
                "gradients between int8 layers in block floating point",
                Stage.Trained,
                g => NarrowGradients.Run(g, options.Gradients)
            );
        }

        yield return new("fuse-updates", "weight gradients are consumed at once", Stage.Trained, FuseUpdates.Run);
        yield return new("split-weights", "layers read trained and frozen channels apart", Stage.Trained, SplitWeights.Run);
    }

    /// <summary>Runs the passes; stops after the one the options name.</summary>
    /// <param name="graph">The imported graph, or the result of a pass.</param>
    /// <param name="options">The options of the compilation.</param>
    /// <param name="after">The pass that made the graph; null for an imported one.</param>
    /// <exception cref="DiagnosticException">Whatever a pass diagnoses; TE0604 where the pass to stop after does not exist.</exception>
    /// <exception cref="InvalidOperationException">A pass gave a graph of another stage than it says.</exception>
    public static Graph Run(Graph graph, CompileOptions options, string? after = null)
    {
        var passes = Passes(options).ToList();
        if (options.StopAfter is { } last && passes.All(p => p.Name != last))
        {
            string names = string.Join(", ", passes.Select(p => p.Name));
            throw new DiagnosticException(Diagnostics.BadOption.At(OptionName.StopAfter, $"no pass '{last}'; there are {names}"));
        }

        foreach (var pass in passes.Skip(passes.FindIndex(p => p.Name == after) + 1))
        {
            graph = Verifier.Verify(pass.Run(graph));
            if (graph.Stage != pass.Result)
            {
                throw new InvalidOperationException($"{pass.Name} gave a graph of stage {graph.Stage}, not {pass.Result}");
            }

            options.AfterPass?.Invoke(pass.Name, graph);
            if (pass.Name == options.StopAfter)
            {
                return graph;
            }
        }

        VerifyPlan.Run(graph);
        return graph;
    }
}
