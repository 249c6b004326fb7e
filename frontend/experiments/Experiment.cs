// An experiment on an emitted model: evaluate, train, evaluate again. The same list of commands goes to the host twin and to
// the emulated board, so both give the same bytes.

using System.Runtime.InteropServices;
using System.Text.Json;
using TinyEngine.Compiler;
using TinyEngine.Data;
using TinyEngine.Device;
using TinyEngine.Ir;

namespace TinyEngine.Experiments;

/// <summary>Trains and evaluates an emitted model.</summary>
public sealed class Experiment
{
    private const int ProfiledSteps = 4;
    private const int MostSteps = 1 << 24; // a list of commands goes to the device, 16 bytes each

    private readonly string folder;
    private readonly SampleFormat format;
    private readonly MeanLoss? loss; // of real numbers; null where classes are told apart

    private Experiment(string folder, PlanReport plan)
    {
        this.folder = folder;
        Plan = plan;
        loss = Loss.Find(plan.Loss) as MeanLoss;
        var targets = plan.Targets switch
        {
            "input" => TargetForm.Sample,
            "vector" => loss!.TakesReals ? TargetForm.Reals : TargetForm.Shares,
            _ => TargetForm.Classes,
        };
        format = EmittedFormat.Of(plan.Input, plan.Output, targets);
    }

    /// <summary>The report of the emitted folder.</summary>
    public PlanReport Plan { get; }

    /// <summary>Opens a folder that compile emitted.</summary>
    /// <exception cref="DiagnosticException">TE0701: there is no plan in it.</exception>
    public static Experiment Open(string folder)
    {
        try
        {
            return new Experiment(folder, PlanReport.FromJson(File.ReadAllText(Path.Combine(folder, "plan.json"))));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or ArgumentException)
        {
            throw ExperimentDiagnostics.NotEmitted.Failure(OutputManifest.Read(folder) is { IsComplete: false }
                ? $"a compilation into {folder} was interrupted: compile again"
                : $"{folder} is not a folder that compile emitted: it has no plan.json that can be read");
        }
    }

    /// <summary>
    /// Rate that works for most models in this mode with a cosine schedule; docs/training.md says how they were found. A momentum
    /// makes every gradient count 1/(1 - momentum) times, so the rate is that much smaller.
    /// </summary>
    public static float DefaultRate(PlanReport plan) => (float)(1 - plan.Momentum) * (plan.TrainedLayers == "biases" ? 0.01f : 0.0025f);

    /// <summary>Runs on the host.</summary>
    /// <exception cref="DiagnosticException">TE07xx.</exception>
    public async Task<ExperimentResult> SimulateAsync(
        ExperimentOptions options,
        Toolchain toolchain,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        var program = await HostBuild.RunAsync(folder, toolchain, cancellation);
        return await RunAsync(program, options, toolchain, progress, cancellation);
    }

    /// <summary>Builds firmware for the board of the plan's target and runs it under QEMU.</summary>
    /// <exception cref="DiagnosticException">TE07xx.</exception>
    public async Task<ExperimentResult> EmulateAsync(
        ExperimentOptions options,
        Toolchain toolchain,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        var firmware = await FirmwareBuild.RunAsync(
            folder,
            Board.Of(Plan.Target),
            Plan.Sram.Budget,
            Plan.Flash.Budget,
            toolchain,
            cancellation: cancellation
        );
        return await RunAsync(firmware, options, toolchain, progress, cancellation);
    }

    /// <summary>
    /// Counts the instructions of every step of an inference and of a few training steps under QEMU, on the first samples, or zeros without
    /// data.
    /// </summary>
    /// <exception cref="DiagnosticException">TE07xx.</exception>
    public async Task<IReadOnlyList<StepCost>> ProfileAsync(
        ExperimentOptions options,
        Toolchain toolchain,
        CancellationToken cancellation = default
    )
    {
        // The board's own limits: the counters take code and stack that are not the model's.
        var board = Board.Of(Plan.Target);
        var firmware = await FirmwareBuild.RunAsync(
            folder,
            board,
            board.SramLimit,
            board.FlashLimit,
            toolchain,
            StepCost.Kernels(Plan),
            cancellation
        );
        var (train, _, test) = Read(options);
        var data = (train ?? test)?.Take(ProfiledSteps) ?? Dataset.Zero(format);

        // More than one step: behind a head that begins with zeros the first has no gradients.
        List<RunCommand> commands = [new(RunCommandKind.Infer)];
        commands.AddRange(Enumerable.Range(0, Plan.Trainable ? ProfiledSteps : 0).Select(i => i % data.Count)
            .Select(sample => new RunCommand(RunCommandKind.Train, sample, TargetOf(data, sample), DefaultRate(Plan))));
        var request = new RunRequest(options.Seed, [data.Samples], OutputBytes, commands, Targets: data.Targets);
        return StepCost.Of(
            Plan,
            board,
            (await new Session(toolchain, TimeSpan.FromHours(1)).RunAsync(firmware, request, null, cancellation)).Profile
        );
    }

    private async Task<ExperimentResult> RunAsync(
        DeviceProgram program,
        ExperimentOptions options,
        Toolchain toolchain,
        IProgress<double>? progress,
        CancellationToken cancellation
    )
    {
        var (train, validation, test) = Read(options);
        if (train is not null && !Plan.Trainable)
        {
            throw ExperimentDiagnostics.NotTrainable.Failure(
                $"the model was compiled with {OptionName.Train} none: it has no training step"
            );
        }

        long asked = train is null ? 0 : options.Steps ?? (long)options.Epochs * train.Count;
        long evaluations = 2L * (test?.Count ?? 0) + (train is null ? 0 : asked / train.Count * (validation?.Count ?? 0));
        int steps =
            asked + evaluations <= MostSteps
                ? (int)asked
                : throw ExperimentDiagnostics.TooManySteps.Failure(
                    $"{asked} training steps and {evaluations} evaluations; one run takes at most {MostSteps} of both"
                );
        var commands = Commands(options, train, validation, test, steps);
        var request = new RunRequest(
            options.Seed,
            [train?.Samples ?? [], validation?.Samples ?? [], test?.Samples ?? []],
            OutputBytes,
            commands,
            Stored(options.WeightsIn),
            train?.Targets
        );
        var counter = progress is null ? null : new Progress<int>(done => progress.Report((double)done / commands.Count));
        var session = new Session(toolchain, TimeSpan.FromHours(12));
        var result = await session.RunAsync(program, request, counter, cancellation);

        int tests = test?.Count ?? 0;
        var (before, after, stored) = (result.Outputs.Take(tests).ToList(), result.Outputs.TakeLast(tests).ToList(), result.WeightsOut);
        ValidationCourse? course = null;
        if (validation is not null && steps > 0)
        {
            // Only now is it known which epoch is the result: its weights are loaded again for the test.
            double[] accuracies = [.. result.Outputs.Skip(tests).Chunk(validation.Count).Select(epoch => Accuracy(epoch, validation))];
            course = ValidationCourse.Of(accuracies, options.EarlyStop, options.KeepBest);
            stored = result.WeightsOut.AsSpan((int)Plan.Sram.Trained * (course.Epoch - 1), (int)Plan.Sram.Trained).ToArray();
            steps = Math.Min(steps, course.Accuracy.Count * train!.Count);
            if (test is not null)
            {
                var again = request with
                {
                    Samples = [test.Samples],
                    WeightsIn = stored,
                    Commands = [new(RunCommandKind.LoadWeights), .. Evaluation(0, test)],
                };
                after = [.. (await session.RunAsync(program, again, null, cancellation)).Outputs];
            }
        }

        var weights = Plan.Trainable ? WeightsFile.ToOnnxOrder(Plan, stored) : [];
        return new ExperimentResult(
            HasAccuracy(test) ? Accuracy(before, test!) : null,
            HasAccuracy(test) ? Accuracy(after, test!) : null,
            Means(result.Steps.Take(steps), options.Steps is null && train is not null ? train.Count : 50),
            steps,
            weights,
            WeightsFile.Hash(weights),
            test is null ? null : Predictions(after),
            result.Elapsed.TotalSeconds,
            result.Cost,
            program as Firmware
        )
        {
            Rate = steps > 0 ? RateOf(options) : null,
            Validation = course,
            LossBefore = test is null || loss is null ? null : MeanTestLoss(before, test),
            LossAfter = test is null || loss is null ? null : MeanTestLoss(after, test),
            Confusion = test is not { HasClasses: true }
                ? null
                : ConfusionMatrix.Of(test.Labels, after.Select(o => Predicted(o.Span)), format.Labels, test.ClassNames),
        };
    }

    private (Dataset? Train, Dataset? Validation, Dataset? Test) Read(ExperimentOptions options)
    {
        Dataset? Of(string? path, string pair, bool needsTargets = true)
        {
            var data = path is null ? null : Dataset.Read(path, pair, format, options.Layout, needsTargets);
            foreach (string note in data?.Notes ?? [])
            {
                options.Note?.Invoke(note);
            }

            return data;
        }

        var (train, test) = (Of(options.Train, "train"), Of(options.Test, "test", !options.UnlabelledTest));
        if (train?.ClassNames is { } names && test?.ClassNames is { } others && !names.SequenceEqual(others))
        {
            throw DataDiagnostics.BadClasses.Failure(
                $"{options.Train} and {options.Test} have different classes: {string.Join(", ", names)}; {string.Join(", ", others)}"
            );
        }

        Dataset? validation = null;
        if (train is not null && options.Validation is > 0 and var share)
        {
            (train, validation) = HoldOut.Split(train, share, options.Seed);
        }
        else if (train is not null && options.Validation is null && Dataset.Holds(options.Train!, "val"))
        {
            validation = Of(options.Train, "val");
        }

        if (validation is not null && !HasAccuracy(validation))
        {
            throw DataDiagnostics.NoValidation.Failure("validation compares accuracies: the training data have no classes");
        }

        return (options.EarlyStop is not null || options.KeepBest) && validation is null
            ? throw DataDiagnostics.NoValidation.Failure(
                $"stopping early or keeping the best epoch needs {OptionName.Train} with {OptionName.Validation} SHARE, "
                    + "or x_val and y_val in the training file"
            )
            : (train, validation, options.LimitTest is { } limit ? test?.Take(limit) : test);
    }

    private int OutputBytes => format.Classes * (Plan.Output.Dtype == "f32" ? sizeof(float) : 1);

    private byte[]? Stored(byte[]? weights) => weights is null ? null
        : Plan.Trainable ? WeightsFile.Read(Plan, weights)
        : throw ExperimentDiagnostics.NotTrainable.Failure($"the model was compiled with {OptionName.Train} none: it takes no weights");

    /// <summary>Load, evaluate, train, evaluate, save. With validation every epoch is evaluated and saved, and the test waits.</summary>
    private List<RunCommand> Commands(ExperimentOptions options, Dataset? train, Dataset? validation, Dataset? test, int steps)
    {
        List<RunCommand> commands = options.WeightsIn is null ? [] : [new RunCommand(RunCommandKind.LoadWeights)];
        var evaluation = Evaluation((train?.Count ?? 0) + (validation?.Count ?? 0), test);
        commands.AddRange(evaluation);
        if (train is null || steps == 0)
        {
            return Plan.Trainable ? [.. commands, new RunCommand(RunCommandKind.SaveWeights)] : commands;
        }

        float rate = RateOf(options);
        var training = SampleOrder
            .OfSteps(train.Count, steps, options.Seed, options.Shuffle)
            .Select(
                (sample, step) =>
                    new RunCommand(
                        RunCommandKind.Train,
                        sample,
                        TargetOf(train, sample),
                        LearningRate.At(options.Schedule, rate, step, steps)
                    )
            );
        foreach (var epoch in training.Chunk(validation is null ? steps : train.Count))
        {
            commands.AddRange(epoch);
            commands.AddRange(validation is null ? evaluation : Evaluation(train.Count, validation));
            commands.Add(new RunCommand(RunCommandKind.SaveWeights));
        }

        return commands;
    }

    private float RateOf(ExperimentOptions options) => options.LearningRate ?? DefaultRate(Plan);

    private static List<RunCommand> Evaluation(int first, Dataset? data) =>
        [.. Enumerable.Range(first, data?.Count ?? 0).Select(i => new RunCommand(RunCommandKind.Infer, i))];

    /// <summary>True where outputs can be right or wrong: classes, or shares.</summary>
    private bool HasAccuracy(Dataset? data) =>
        data is not null && (data.HasClasses || (format.Targets == TargetForm.Shares && data.Targets is not null));

    /// <summary>
    /// The share of samples of the right class; for shares without classes, the share of elements on the right side of one half.
    /// </summary>
    private double Accuracy(IEnumerable<ReadOnlyMemory<byte>> outputs, Dataset data) =>
        data.HasClasses
            ? outputs.Zip(data.Labels).Count(pair => Predicted(pair.First.Span) == pair.Second) / (double)data.Count
            : outputs.SelectMany(o => SaysYes(o.Span)).Zip(data.Targets!).Count(pair => pair.First == pair.Second > 0.5f)
                / (double)data.Targets!.Length;

    /// <summary>For each output whether its share is above one half, which a logit has if it is positive.</summary>
    private IEnumerable<bool> SaysYes(ReadOnlySpan<byte> output) =>
        Reals(output, Plan.Output)!.Select(y => y > (Plan.Activation.Length > 0 ? 0.5f : 0));

    /// <summary>The class of the largest output, the first of equals; 1 or 0 if a single output says yes or no.</summary>
    private int Predicted(ReadOnlySpan<byte> output)
    {
        if (format.Labels > format.Classes)
        {
            return SaysYes(output).Single() ? 1 : 0;
        }

        int best = 0;
        for (int i = 1; i < format.Classes; i++)
        {
            best = Value(output, i) > Value(output, best) ? i : best;
        }

        return best;
    }

    private float Value(ReadOnlySpan<byte> output, int i) =>
        Plan.Output.Dtype == "f32" ? BitConverter.ToSingle(output[(i * sizeof(float))..]) : (sbyte)output[i];

    /// <summary>The target that a training step gets: the class, or the number of its vector.</summary>
    private static int TargetOf(Dataset data, int sample) => data.Targets is null ? data.Labels[sample] : sample;

    /// <summary>
    /// The mean loss of test samples; null without targets, and where raw samples are the targets, whose real values only the device knows.
    /// </summary>
    private double? MeanTestLoss(IEnumerable<ReadOnlyMemory<byte>> outputs, Dataset test)
    {
        var targets = format.Targets == TargetForm.Sample ? Reals(test.Samples, Plan.Input) : test.Targets;
        return targets is null
            ? null
            : outputs.Take(test.Count).Select((output, i) => TestLoss(Reals(output.Span, Plan.Output)!, i)).Average();

        double TestLoss(float[] outputs, int sample)
        {
            var target = new ArraySegment<float>(targets, sample * format.Classes, format.Classes);
            return Plan.Activation.Length > 0 ? loss!.OfProbabilities(outputs, target, Plan.Output.Scale ?? 0) : loss!.Of(outputs, target);
        }
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
        return new NpyArray(
            Plan.Output.Dtype == "f32" ? NpyType.Float32 : NpyType.Int8,
            [rows.Count, .. Plan.Output.SampleShape()],
            [.. rows.SelectMany(r => r.ToArray())]
        );
    }

    private static List<float> Means(IEnumerable<TrainResult> steps, int window) =>
        [.. steps.Chunk(window).Select(part => (float)part.Average(s => (double)s.Loss))];
}
