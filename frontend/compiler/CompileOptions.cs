// All options that shape the C emitted for a model. Options are data; the pipeline reads them in one place.

using System.Collections.Immutable;
using TinyEngine.Image;
using TinyEngine.Ir;
using TinyEngine.Passes;

namespace TinyEngine.Compiler;

/// <summary>Options of <see cref="ModelCompiler.Compile"/>; the defaults are those of the command line.</summary>
public sealed record CompileOptions
{
    /// <summary>Identifier of the model; emitted symbols carry it.</summary>
    public required string Name { get; init; }

    /// <summary>The operators that models may use: the compiler's own, and packs added to them.</summary>
    public OperatorSet Operators { get; init; } = OperatorSet.Core;

    /// <summary>The core.</summary>
    public Target Target { get; init; } = Target.Default;

    /// <summary>SRAM budget in bytes.</summary>
    public long SramBudget { get; init; } = 256 * 1024;

    /// <summary>Flash budget in bytes.</summary>
    public long FlashBudget { get; init; } = 1024 * 1024;

    /// <summary>What kernels are chosen for.</summary>
    public Objective Objective { get; init; } = Objective.Speed;

    /// <summary>Which part of the model is trained.</summary>
    public TrainMode Train { get; init; } = TrainMode.Head;

    /// <summary>Classes of a fresh head; null keeps the pretrained one.</summary>
    public int? Classes { get; init; }

    /// <summary>Train the pretrained head on int8 codes instead of in fp32.</summary>
    public bool QuantizedHead { get; init; }

    /// <summary>How parameters are updated.</summary>
    public UpdateRule Update { get; init; } = new("stochastic", true, 1, 1, 1);

    /// <summary>How gradients between int8 layers are stored: fp32, or block floating point with int16 or int8 mantissas.</summary>
    public DType Gradients { get; init; } = DType.F32;

    /// <summary>The loss that training minimizes.</summary>
    public LossChoice Loss { get; init; } = LossChoice.CrossEntropy;

    /// <summary>How gradients become steps: accumulation, clipping, momentum, decay.</summary>
    public OptimizerChoice Optimizer { get; init; } = OptimizerChoice.Sgd;

    /// <summary>Seed of random initial weights in place of the model's own; null keeps those.</summary>
    public uint? InitialSeed { get; init; }

    /// <summary>Schedule of the emitted learning rate function.</summary>
    public RateSchedule Schedule { get; init; } = RateSchedule.Constant;

    /// <summary>Element types at the boundary.</summary>
    public BoundaryType Io { get; init; } = BoundaryType.Auto;

    /// <summary>The meaning of raw uint8 samples.</summary>
    public RawScale? RawScale { get; init; }

    /// <summary>The caller owns the input buffer; it is const and not counted in the arena.</summary>
    public bool CallerInput { get; init; }

    /// <summary>
    /// The caller hands out the input row by row through a function; where the first layers run row by row, it never exists whole.
    /// </summary>
    public bool InputRows { get; init; }

    /// <summary>
    /// The layers from the input on that run row by row as one region; 0 streams nothing, null streams the regions that make the arena
    /// smallest.
    /// </summary>
    public int? PatchLayers { get; init; }

    /// <summary>Improves the places of the planner's own search; null for none. The package TinyEngine.Exact has one.</summary>
    public IArenaPlacer? Placer { get; init; }

    /// <summary>
    /// The memories of the device, the fastest first, each with the bytes that the model may use in place of the SRAM budget; empty for one
    /// memory of that budget.
    /// </summary>
    public ImmutableArray<MemoryBank> Regions { get; init; } = [];

    /// <summary>The bytes of all memories.</summary>
    public long AllSram => Regions.IsEmpty ? SramBudget : Regions.Sum(r => r.Bytes);

    /// <summary>Values of dynamic dimensions, by their names in the file.</summary>
    public IReadOnlyDictionary<string, int> Dims { get; init; } = new Dictionary<string, int>();

    /// <summary>The command line, recorded in the report; empty where the API was called.</summary>
    public string Command { get; init; } = "";

    /// <summary>
    /// The command line as the head of emitted files shows it: the options that shape them, and files without their folders, so that the
    /// same options give the same bytes anywhere. Empty where the API was called.
    /// </summary>
    public string Recipe { get; init; } = "";

    /// <summary>Called with the name and result of every pass.</summary>
    public Action<string, Graph>? AfterPass { get; init; }

    /// <summary>Name of the pass to stop after, or null.</summary>
    public string? StopAfter { get; init; }
}
