// An experiment on an emitted model: evaluate, train, evaluate again. The same list of commands goes to the host twin and to
// the emulated board, so both give the same bytes.

using System.Runtime.InteropServices;
using System.Text.Json;
using TinyEngine.Compiler;
using TinyEngine.Ir;

namespace TinyEngine.Device;

/// <summary>Trains and evaluates an emitted model.</summary>
public sealed class Experiment
{
    private readonly string folder;
    private readonly SampleFormat format;
    private readonly MeanLoss? loss; // of real numbers; null where classes are told apart

    private Experiment(string folder, PlanReport plan)
    {
        this.folder = folder;
        Plan = plan;
        var output = plan.Output.Shape.Aggregate(1, (a, b) => a * b);
        var type = plan.Input.Dtype switch { "i8" => NpyType.Int8, "u8" => NpyType.UInt8, _ => NpyType.Float32 };
        loss = Loss.Find(plan.Loss) as MeanLoss;
        var targets = plan.Targets switch { "input" => TargetForm.Sample, "vector" => loss!.TakesReals ? TargetForm.Reals : TargetForm.Shares, _ => TargetForm.Classes };
        format = new SampleFormat(plan.Input.Shape[1..], type, plan.Input.Scale ?? 1, plan.Input.ZeroPoint ?? 0, output, targets);
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

    /// <summary>
    /// Rate that works for most models in this mode with a cosine schedule; docs/training.md says how they were found. A momentum
    /// makes every gradient count 1/(1 - momentum) times, so the rate is that much smaller.
    /// </summary>
    public static float DefaultRate(PlanReport plan) => (float)(1 - plan.Momentum) * plan.Trained.Count(t => t.Dtype is "i8" or "i32") switch
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
        var request = new RunRequest(options.Seed, [train?.Samples ?? [], test?.Samples ?? []], OutputBytes, commands, Stored(options.WeightsIn), train?.Targets);
        var counter = progress is null ? null : new Progress<int>(done => progress.Report((double)done / commands.Count));
        var result = await new Session(toolchain, TimeSpan.FromHours(12)).RunAsync(program, request, counter, cancellation);

        var weights = Plan.Trainable ? WeightsFile.ToOnnxOrder(Plan, result.WeightsOut) : [];
        bool twice = test is not null && steps > 0;
        double? Accuracy(int pass) => test is null || test.Labels.Contains(-1) ? null : CountRight(result.Outputs.Skip(pass * test.Count), test.Labels) / (double)test.Count;
        double? TestLoss(int pass) => test is null || loss is null ? null : MeanTestLoss(result.Outputs.Skip(pass * test.Count), test);
        return new ExperimentResult(
            Accuracy(0), twice ? Accuracy(1) : Accuracy(0), Means(result.Steps, options.Steps is null && train is not null ? train.Count : 50), steps,
            weights, WeightsFile.Hash(weights), test is null ? null : Predictions(result.Outputs.Skip(twice ? test.Count : 0)), result.Elapsed.TotalSeconds,
            result.Cost, program as Firmware)
        {
            LossBefore = TestLoss(0),
            LossAfter = TestLoss(twice ? 1 : 0),
        };
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
                .Select((sample, step) => new RunCommand(RunCommandKind.Train, sample, train.Targets is null ? train.Labels[sample] : sample, LearningRate.At(options.Schedule, rate, step, steps))));
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

    /// <summary>The mean loss of test samples; null where raw samples are the targets, whose real values only the device knows.</summary>
    private double? MeanTestLoss(IEnumerable<ReadOnlyMemory<byte>> outputs, Dataset test)
    {
        var targets = test.Targets ?? Reals(test.Samples, Plan.Input);
        int count = format.Classes;
        return targets is null ? null
            : outputs.Take(test.Count).Select((output, i) => loss!.Of(Reals(output.Span, Plan.Output)!, new ArraySegment<float>(targets, i * count, count))).Average();
    }

    /// <summary>The real values of codes or numbers; null for raw samples.</summary>
    private static float[]? Reals(ReadOnlySpan<byte> data, BoundaryReport boundary)
    {
        if (boundary.Dtype == "f32")
        {
            return MemoryMarshal.Cast<byte, float>(data).ToArray();
        }

        if (boundary is not { Dtype: "i8", Scale: { } scale, ZeroPoint: { } zero })
        {
            return null;
        }

        var reals = new float[data.Length];
        for (int i = 0; i < reals.Length; i++)
        {
            reals[i] = scale * ((sbyte)data[i] - zero);
        }

        return reals;
    }

    private NpyArray Predictions(IEnumerable<ReadOnlyMemory<byte>> outputs)
    {
        var rows = outputs.ToList();
        return new NpyArray(Plan.Output.Dtype == "f32" ? NpyType.Float32 : NpyType.Int8, [rows.Count, .. Plan.Output.Shape[1..]], [.. rows.SelectMany(r => r.ToArray())]);
    }

    private static List<float> Means(IReadOnlyList<TrainResult> steps, int window) =>
        [.. steps.Chunk(window).Select(part => (float)part.Average(s => (double)s.Loss))];
}
