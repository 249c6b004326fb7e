// An experiment on an emitted model: evaluate, train, evaluate again. The same list of commands goes to the host twin and to
// the emulated board, so both give the same bytes.

using System.Text.Json;
using TinyEngine.Compiler;

namespace TinyEngine.Device;

/// <summary>Trains and evaluates an emitted model.</summary>
public sealed class Experiment
{
    private readonly string folder;
    private readonly SampleFormat format;

    private Experiment(string folder, PlanReport plan)
    {
        this.folder = folder;
        Plan = plan;
        var output = plan.Output.Shape.Aggregate(1, (a, b) => a * b);
        var type = plan.Input.Dtype switch { "i8" => NpyType.Int8, "u8" => NpyType.UInt8, _ => NpyType.Float32 };
        format = new SampleFormat(OfSample(plan.Input.Shape), type, plan.Input.Scale ?? 1, plan.Input.ZeroPoint ?? 0, output);
    }

    /// <summary>The report of the emitted folder.</summary>
    public PlanReport Plan { get; }

    /// <summary>Opens a folder that compile emitted.</summary>
    /// <exception cref="DeviceException">TE0701: there is no plan in it.</exception>
    public static Experiment Open(string folder)
    {
        try
        {
            return new Experiment(folder, PlanReport.FromJson(File.ReadAllText(Path.Combine(folder, "plan.json"))));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or ArgumentException)
        {
            throw new DeviceException(DeviceCode.NotEmitted, $"{folder} is not a folder that compile emitted: it has no plan.json that can be read");
        }
    }

    /// <summary>Rate that works for most models in this mode with a cosine schedule; docs/training.md says how they were found.</summary>
    public static float DefaultRate(PlanReport plan) => plan.Trained.Count(t => t.Dtype is "i8" or "i32") switch
    {
        0 => 0.0025f,
        _ when plan.Trained.All(t => t.Dtype != "i8") => 0.01f,
        _ => 0.0025f,
    };

    /// <summary>Runs on the host.</summary>
    /// <exception cref="DeviceException">TE07xx.</exception>
    public async Task<ExperimentResult> SimulateAsync(ExperimentOptions options, Toolchain toolchain, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        var program = await HostBuild.RunAsync(folder, toolchain, cancellation);
        return await RunAsync(program, options, toolchain, progress, cancellation);
    }

    /// <summary>Builds firmware for the board of the plan's target and runs it under QEMU.</summary>
    /// <exception cref="DeviceException">TE07xx.</exception>
    public async Task<ExperimentResult> EmulateAsync(ExperimentOptions options, Toolchain toolchain, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        var firmware = await FirmwareBuild.RunAsync(folder, Board.Of(Plan.Target), Plan.Sram.Budget, Plan.Flash.Budget, toolchain, cancellation);
        return await RunAsync(firmware, options, toolchain, progress, cancellation);
    }

    private async Task<ExperimentResult> RunAsync(DeviceProgram program, ExperimentOptions options, Toolchain toolchain, IProgress<double>? progress, CancellationToken cancellation)
    {
        var train = options.Train is null ? null : Dataset.Read(options.Train, "train", format, options.Layout);
        var test = options.Test is null ? null : Dataset.Read(options.Test, "test", format, options.Layout);
        test = options.LimitTest is { } limit ? test?.Take(limit) : test;
        if (train is not null && !Plan.Trainable)
        {
            throw new DeviceException(DeviceCode.NotTrainable, "the model was compiled with --train none: it has no training step");
        }

        int steps = train is null ? 0 : options.Steps ?? checked(options.Epochs * train.Count);
        var commands = Commands(options, train, test, steps);
        var request = new RunRequest(options.Seed, [train?.Samples ?? [], test?.Samples ?? []], OutputBytes, commands, Stored(options.WeightsIn));
        var counter = progress is null ? null : new Progress<int>(done => progress.Report((double)done / commands.Count));
        var result = await new Session(toolchain, TimeSpan.FromHours(12)).RunAsync(program, request, counter, cancellation);

        var weights = Plan.Trainable ? WeightsFile.ToOnnxOrder(Plan, result.WeightsOut) : [];
        bool twice = test is not null && steps > 0;
        double? Accuracy(int pass) => test is null ? null : CountRight(result.Outputs.Skip(pass * test.Count), test.Labels) / (double)test.Count;
        return new ExperimentResult(
            Accuracy(0), twice ? Accuracy(1) : Accuracy(0), Means(result.Steps, options.Steps is null && train is not null ? train.Count : 50), steps,
            weights, WeightsFile.Hash(weights), test is null ? null : Predictions(result.Outputs.Skip(twice ? test.Count : 0)), result.Elapsed.TotalSeconds,
            result.Cost, program as Firmware);
    }

    private int OutputBytes => format.Classes * (Plan.Output.Dtype == "f32" ? sizeof(float) : 1);

    private byte[]? Stored(byte[]? weights) => weights is null ? null
        : Plan.Trainable ? WeightsFile.Read(Plan, weights)
        : throw new DeviceException(DeviceCode.NotTrainable, "the model was compiled with --train none: it takes no weights");

    /// <summary>Load, evaluate, train, evaluate, save: samples of training come first in the numbering.</summary>
    private List<RunCommand> Commands(ExperimentOptions options, Dataset? train, Dataset? test, int steps)
    {
        var commands = new List<RunCommand>();
        if (options.WeightsIn is not null)
        {
            commands.Add(new RunCommand(RunCommandKind.LoadWeights));
        }

        var evaluation = Enumerable.Range(train?.Count ?? 0, test?.Count ?? 0).Select(i => new RunCommand(RunCommandKind.Infer, i)).ToList();
        commands.AddRange(evaluation);
        if (train is not null && steps > 0)
        {
            float rate = options.LearningRate ?? DefaultRate(Plan);
            commands.AddRange(SampleOrder.OfSteps(train.Count, steps, options.Seed, options.Shuffle)
                .Select((sample, step) => new RunCommand(RunCommandKind.Train, sample, train.Labels[sample], LearningRate.At(options.Schedule, rate, step, steps))));
            commands.AddRange(evaluation);
        }

        if (Plan.Trainable)
        {
            commands.Add(new RunCommand(RunCommandKind.SaveWeights));
        }

        return commands;
    }

    private int CountRight(IEnumerable<ReadOnlyMemory<byte>> outputs, IReadOnlyList<int> labels) =>
        outputs.Zip(labels).Count(pair => Predicted(pair.First.Span) == pair.Second);

    /// <summary>The class of the largest output, the first of equals.</summary>
    private int Predicted(ReadOnlySpan<byte> output)
    {
        int best = 0;
        for (int i = 1; i < format.Classes; i++)
        {
            best = Value(output, i) > Value(output, best) ? i : best;
        }

        return best;
    }

    private float Value(ReadOnlySpan<byte> output, int i) =>
        Plan.Output.Dtype == "f32" ? BitConverter.ToSingle(output[(i * sizeof(float))..]) : (sbyte)output[i];

    private NpyArray Predictions(IEnumerable<ReadOnlyMemory<byte>> outputs)
    {
        var rows = outputs.ToList();
        return new NpyArray(Plan.Output.Dtype == "f32" ? NpyType.Float32 : NpyType.Int8, [rows.Count, .. OfSample(Plan.Output.Shape)], [.. rows.SelectMany(r => r.ToArray())]);
    }

    /// <summary>The shape of one input or output of the model, without the batch dimension where that is 1.</summary>
    private static int[] OfSample(int[] shape) => shape is [1, _, ..] ? shape[1..] : shape;

    private static List<float> Means(IReadOnlyList<TrainResult> steps, int window) =>
        [.. steps.Chunk(window).Select(part => (float)part.Average(s => (double)s.Loss))];
}
