// `tinyengine simulate` and `tinyengine emulate`: one set of options, run on the host twin or on the emulated board.

using System.CommandLine;
using Spectre.Console;
using TinyEngine.Data;
using TinyEngine.Device;
using TinyEngine.Experiments;
using TinyEngine.Image;
using TinyEngine.Ir;

namespace TinyEngine.Cli;

/// <summary>The simulate and emulate commands.</summary>
internal static class ExperimentCommand
{
    private static readonly Argument<string> Folder = new("DIR") { Description = "folder that compile emitted" };
    private static readonly Option<string?> Train = new("--train")
    {
        Description = "training samples: an .npz file, or a folder with one sub-folder of images per class",
        HelpName = "DATA",
    };
    private static readonly Option<string?> Test = new("--test")
    {
        Description = "test samples, evaluated before and after training",
        HelpName = "DATA",
    };
    private static readonly Option<int?> Epochs = new("--epochs") { Description = $"training epochs [{new ExperimentOptions().Epochs}]" };
    private static readonly Option<int?> Steps = new("--steps") { Description = "training steps instead of epochs" };
    private static readonly Option<int> BatchSize = new("--batch-size")
    {
        Description = "samples per step (only 1)",
        DefaultValueFactory = _ => 1,
    };
    private static readonly Option<float?> Rate = new("--lr")
    {
        Description = "learning rate in real units [depends on the training mode]",
    };
    private static readonly ChoiceOption<RateSchedule> Schedule = new(
        "--lr-schedule",
        "how the learning rate falls",
        ("cosine", RateSchedule.Cosine),
        ("constant", RateSchedule.Constant),
        ("step", RateSchedule.Step)
    );
    private static readonly Option<uint> Seed = new("--seed")
    {
        Description = "seed of the sample order, the held-out samples and stochastic rounding",
        DefaultValueFactory = _ => 0,
    };
    private static readonly ChoiceOption<bool> Shuffle = new(
        "--shuffle",
        "visit the samples in a new order in each epoch",
        ("on", true),
        ("off", false)
    );
    private static readonly ChoiceOption<SampleLayout> Layout = new(
        "--layout",
        "layout of the samples",
        ("auto", SampleLayout.Auto),
        ("nchw", SampleLayout.Nchw),
        ("nhwc", SampleLayout.Nhwc)
    );
    private static readonly Option<int?> LimitTest = new("--limit-test") { Description = "evaluate only the first N test samples" };
    private static readonly Option<string?> Predictions = new("--predictions")
    {
        Description = "write the output of every test sample to an .npy file",
        HelpName = "FILE.npy",
    };
    private static readonly Option<string?> WeightsIn = new("--weights-in")
    {
        Description = "trained parameters to start from",
        HelpName = "FILE",
    };
    private static readonly Option<string?> WeightsOut = new("--weights-out")
    {
        Description = "write the trained parameters",
        HelpName = "FILE",
    };
    private static readonly Option<string?> Plot = new("--plot")
    {
        Description = "draw loss and accuracy as a .png or .svg file",
        HelpName = "FILE",
    };

    private static readonly Option<double?> Validation = new("--validation")
    {
        Description = "share of each class that is held out of training for validation [x_val, y_val of the training file, or none]",
    };
    private static readonly Option<int?> EarlyStop = new("--early-stop")
    {
        Description = "stop after N epochs without a better validation accuracy",
    };
    private static readonly Option<bool> KeepBest = new("--keep-best")
    {
        Description = "keep the weights of the epoch with the best validation accuracy",
    };
    private static readonly Option<bool> Confusion = new("--confusion")
    {
        Description = "show how many test samples of each class were taken for which class",
    };
    private static readonly Option<bool> FindRate = new("--find-lr")
    {
        Description = "try a grid of learning rates in short runs and recommend one",
    };

    private static readonly Option<bool> Profile = new("--profile")
    {
        Description = "count the instructions of every plan step; the largest count of an inference and a few training steps",
    };

    /// <summary>The simulate command.</summary>
    public static Command CreateSimulate() => Create("simulate", "train and evaluate the emitted C on the host",
        "tinyengine simulate out/keywords --train keywords.npz --test keywords.npz --validation 0.2 --keep-best", emulate: false, FindRate);

    /// <summary>The emulate command.</summary>
    public static Command CreateEmulate() => Create("emulate", "build firmware, train and evaluate it under QEMU on the target's core",
        "tinyengine emulate out/keywords --train keywords.npz --test keywords.npz --steps 480 --lr 0.03", emulate: true, Profile);

    private static Command Create(string name, string description, string example, bool emulate, params Option[] own)
    {
        var command = new DocumentedCommand(name, description, example,
            ("Data", [Train, Test, Validation, Layout, LimitTest]),
            ("Training", [Epochs, Steps, BatchSize, Rate, Schedule, Seed, Shuffle, EarlyStop, KeepBest, WeightsIn]),
            ("Results", [WeightsOut, Predictions, Confusion, Plot, .. own])) { Folder };
        command.SetAction(result => Terminal.Run(result, result.GetValue(Folder)!, terminal => Run(result, terminal, emulate)));
        return command;
    }

    private static void Run(ParseResult parsed, Terminal terminal, bool emulate)
    {
        var options = Options(parsed) with { Note = note => terminal.Note(DataDiagnostics.Rounded.At("", note)) };
        var experiment = Experiment.Open(parsed.GetValue(Folder)!);
        if (!emulate && parsed.GetValue(FindRate))
        {
            options = parsed.GetValue(Epochs) is null ? options with { Epochs = RateFinder.Epochs } : options;
            var trials = WithProgress(
                terminal,
                "find-lr",
                progress => RateFinder.RunAsync(experiment, options, new Toolchain(), progress, terminal.Cancellation)
            );
            terminal.Result(RateTable.Json(trials), () => RateTable.Lines(trials));
            return;
        }

        if (parsed.GetValue(WeightsOut) is not null && !experiment.Plan.Trainable)
        {
            throw ExperimentDiagnostics.NotTrainable.Failure(
                "--weights-out: the model was compiled with --train none and has no trained weights"
            );
        }

        var result = WithProgress(terminal, emulate ? "emulate" : "simulate", progress => emulate
            ? experiment.EmulateAsync(options, new Toolchain(), progress, terminal.Cancellation)
            : experiment.SimulateAsync(options, new Toolchain(), progress, terminal.Cancellation));
        if (result.Loss.Any(loss => !float.IsFinite(loss)) || !double.IsFinite(result.LossAfter ?? 0))
        {
            throw ExperimentDiagnostics.Diverged.Failure(
                "training diverged: a step was refused, since its loss or a number of it is too large for fp32; a lower --lr may help "
                    + "(--find-lr looks for one)"
            );
        }

        terminal.Cancellation.ThrowIfCancellationRequested(); // no result once a signal has come, however late
        Write(parsed.GetValue(Predictions), stream => result.Predictions?.Write(stream));
        Write(parsed.GetValue(WeightsOut), stream => stream.Write(WeightsFile.Write(experiment.Plan, result.Weights)));
        if (parsed.GetValue(Plot) is { } plot)
        {
            LearningPlot.Save(result, experiment.Plan.Model, plot);
        }

        var confusion = parsed.GetValue(Confusion) ? result.Confusion : null;
        var profile =
            emulate && parsed.GetValue(Profile)
                ? experiment.ProfileAsync(options with { Note = null }, new Toolchain(), terminal.Cancellation).GetAwaiter().GetResult()
                : null;
        terminal.Result(
            ResultTable.Json(result, confusion, profile),
            () =>
                [
                    .. ResultTable.Lines(result, options.Schedule),
                    .. confusion is null ? [] : ConfusionTable.Lines(confusion),
                    .. profile is null ? [] : ProfileTable.Lines(profile),
                ]
        );
    }

    private static T WithProgress<T>(Terminal terminal, string what, Func<IProgress<double>?, Task<T>> work) =>
        !terminal.IsInteractive ? work(null).GetAwaiter().GetResult()
            : AnsiConsole.Progress().AutoClear(true).Start(context =>
            {
                var bar = context.AddTask(what, maxValue: 1);
                return work(new Progress<double>(done => bar.Value = done)).GetAwaiter().GetResult();
            });

    private static void Write(string? path, Action<Stream> write)
    {
        if (path is null)
        {
            return;
        }

        bool isNew = !File.Exists(path);
        try
        {
            using var stream = File.Create(path);
            write(stream);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            if (isNew && File.Exists(path))
            {
                File.Delete(path); // a disk that is full leaves half of it
            }

            throw new DiagnosticException(Diagnostics.CannotWrite.At(path, e.Message));
        }
    }

    private static ExperimentOptions Options(ParseResult parsed)
    {
        var problems = new List<Diagnostic>();
        bool IsGiven(Option option) => parsed.GetResult(option) is { Implicit: false };
        void Positive(string name, int? value)
        {
            if (value is < 1)
            {
                problems.Add(Diagnostics.BadOption.At(name, $"{value} is not a positive number"));
            }
        }

        Positive("--batch-size", parsed.GetValue(BatchSize));
        Positive("--epochs", parsed.GetValue(Epochs));
        Positive("--steps", parsed.GetValue(Steps));
        Positive("--limit-test", parsed.GetValue(LimitTest));
        Positive("--early-stop", parsed.GetValue(EarlyStop));
        if (parsed.GetValue(Validation) is { } share && !(share is >= 0 and < 1))
        {
            problems.Add(Diagnostics.BadOption.At("--validation", "the share held out is a number from 0 to below 1"));
        }

        foreach (
            var option in new Option[] { Confusion, Predictions, LimitTest }.Where(o => IsGiven(o) && !IsGiven(Test) && !IsGiven(FindRate))
        )
        {
            problems.Add(Diagnostics.BadOption.At(option.Name, "give the samples to evaluate with --test"));
        }

        foreach (
            var option in new Option[] { Test, LimitTest, Rate, EarlyStop, KeepBest, WeightsOut, Predictions, Confusion, Plot }.Where(o =>
                IsGiven(FindRate) && IsGiven(o)
            )
        )
        {
            problems.Add(Diagnostics.BadOption.At(option.Name, "has no use with --find-lr, which compares rates and keeps no result"));
        }

        // A run can take minutes: where its results go is looked at before it.
        problems.AddRange(
            new CommandFiles()
                .ReadsEmitted(parsed.GetValue(Folder)!)
                .Reads(Train, parsed)
                .Reads(Test, parsed)
                .Reads(WeightsIn, parsed)
                .Writes(WeightsOut, parsed, OutputKind.Weights)
                .Writes(Predictions, parsed, OutputKind.Array)
                .Writes(Plot, parsed, OutputKind.Picture)
                .Problems()
        );
        if (parsed.GetValue(Plot) is { } plot && !PlotFile.Takes(plot))
        {
            problems.Add(Diagnostics.BadOption.At("--plot", $"{plot}: a plot is a .png or .svg file"));
        }

        if (parsed.GetValue(Epochs) is not null && parsed.GetValue(Steps) is not null)
        {
            problems.Add(Diagnostics.BadOption.At("--steps", "give epochs or steps, not both"));
        }

        if (parsed.GetValue(BatchSize) > 1)
        {
            problems.Add(Diagnostics.NotBuilt.At("", "--batch-size above 1"));
        }

        if (parsed.GetValue(Rate) is { } rate && (!float.IsFinite(rate) || rate < 0))
        {
            problems.Add(Diagnostics.BadOption.At("--lr", "a learning rate is a finite number from 0 on"));
        }

        var options = new ExperimentOptions
        {
            Train = parsed.GetValue(Train),
            Test = parsed.GetValue(Test),
            Epochs = parsed.GetValue(Epochs) ?? new ExperimentOptions().Epochs,
            Steps = parsed.GetValue(Steps),
            LearningRate = parsed.GetValue(Rate),
            Schedule = Schedule.Read(parsed, problems),
            Seed = parsed.GetValue(Seed),
            Shuffle = Shuffle.Read(parsed, problems),
            LimitTest = parsed.GetValue(LimitTest),
            Validation = parsed.GetValue(Validation),
            EarlyStop = parsed.GetValue(EarlyStop),
            KeepBest = parsed.GetValue(KeepBest),
            Layout = Layout.Read(parsed, problems),
            UnlabelledTest = IsGiven(Predictions) && !IsGiven(Confusion),
            WeightsIn = parsed.GetValue(WeightsIn) is { } path ? Terminal.ReadFile(path, "--weights-in") : null,
        };
        return problems.Count == 0 ? options : throw new DiagnosticException(problems);
    }
}
