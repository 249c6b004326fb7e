// Experiments on the committed sample, on the host: that validation, early stop and keep-best choose among states of the run
// that would have been without them, byte for byte.

using TinyEngine.Compiler;
using TinyEngine.Data;
using TinyEngine.Experiments;
using TinyEngine.Image;
using TinyEngine.Ir;
using TinyEngine.Passes;

namespace TinyEngine.Device.Tests;

/// <summary>The keywords sample, compiled to a folder of its own.</summary>
public sealed class CompiledSample : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tinyengine-test-");

    public CompiledSample()
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(System.IO.Path.Combine(root, "TinyEngine.sln")))
        {
            root = System.IO.Path.GetDirectoryName(root)!;
        }

        Data = System.IO.Path.Combine(root, "samples", "keywords", "keywords.npz");
        var options = new CompileOptions
        {
            Name = "keywords",
            Train = TrainMode.Parse("last:1"),
            Classes = 8,
        };
        OutputFolder.Write(
            ModelCompiler.Compile(File.ReadAllBytes(System.IO.Path.ChangeExtension(Data, ".onnx")), options).Files,
            System.IO.Path.Combine(folder.FullName, "out")
        );
        Experiment = Experiment.Open(System.IO.Path.Combine(folder.FullName, "out"));
    }

    public string Data { get; }

    public string Path => folder.FullName;

    public Experiment Experiment { get; }

    public void Dispose() => folder.Delete(recursive: true);
}

public sealed class ExperimentTests(CompiledSample sample) : IClassFixture<CompiledSample>
{
    private const int Kept = 8 * 48; // of 480 clips, with a share of 0.2 held out

    private readonly ExperimentOptions options = new()
    {
        Train = sample.Data,
        Test = sample.Data,
        LimitTest = 40,
        Epochs = 3,
        LearningRate = 0.03f,
        Schedule = RateSchedule.Constant,
        Seed = 5,
    };

    private Task<ExperimentResult> RunAsync(ExperimentOptions o) => sample.Experiment.SimulateAsync(o, new Toolchain());

    /// <summary>The training samples that a share of 0.2 leaves, and those it holds out, as files of their own.</summary>
    private (string Kept, string Both) SplitFiles()
    {
        using var file = Npz.Open(sample.Data);
        var (x, y) = (file.Read("x_train"), file.Read("y_train"));
        var format = new SampleFormat([49, 10, 1], NpyType.Int8, 1, 0, 8);
        var (kept, held) = HoldOut.Split(Dataset.From(x, y, format, SampleLayout.Auto, ""), 0.2, options.Seed);
        string Write(string name, params (string Pair, Dataset Data)[] pairs)
        {
            string path = Path.Combine(sample.Path, name);
            using var zip = new System.IO.Compression.ZipArchive(File.Create(path), System.IO.Compression.ZipArchiveMode.Create);
            foreach (var (pair, data) in pairs)
            {
                using (var entry = zip.CreateEntry($"x_{pair}.npy").Open())
                {
                    new NpyArray(NpyType.Int8, [data.Count, 49, 10, 1], data.Samples).Write(entry);
                }

                using (var entry = zip.CreateEntry($"y_{pair}.npy").Open())
                {
                    new NpyArray(NpyType.UInt8, [data.Count], [.. data.Labels.Select(l => (byte)l)]).Write(entry);
                }
            }

            return path;
        }

        return (Write("kept.npz", ("train", kept)), Write("both.npz", ("train", kept), ("val", held)));
    }

    [Fact]
    public async Task Validation_between_epochs_leaves_the_weights_of_the_uncut_run()
    {
        var (kept, both) = SplitFiles();
        var uncut = await RunAsync(options with { Train = kept });
        var share = await RunAsync(options with { Validation = 0.2 });
        var pair = await RunAsync(options with { Train = both });

        Assert.Null(uncut.Validation);
        Assert.Equal(3, share.Validation!.Accuracy.Count);
        Assert.Equal(share.Validation.Accuracy, pair.Validation!.Accuracy);
        Assert.All(
            [share, pair],
            r =>
                Assert.Equal(
                    (uncut.WeightsSha256, uncut.AccuracyBefore, uncut.AccuracyAfter, 3 * Kept),
                    (r.WeightsSha256, r.AccuracyBefore, r.AccuracyAfter, r.Steps)
                )
        );
        Assert.All([share, pair], r => Assert.Equal(uncut.Loss, r.Loss));
        Assert.All([share, pair], r => Assert.Equal(uncut.Predictions!.Data, r.Predictions!.Data));
        Assert.Null((await RunAsync(options with { Train = both, Validation = 0 })).Validation);
    }

    [Fact]
    public async Task Early_stop_and_keep_best_give_the_weights_of_their_epoch()
    {
        // With a constant rate the run of k epochs is the beginning of every longer run.
        var rising = options with { LearningRate = 0.3f, Epochs = 6, Validation = 0.2 };
        var full = await RunAsync(rising);
        int best = full.Validation!.BestEpoch;
        Assert.InRange(best, 1, 5); // else the sample no longer shows anything here

        var kept = await RunAsync(rising with { KeepBest = true });
        var stopped = await RunAsync(rising with { EarlyStop = 1 });
        int last = stopped.Validation!.Accuracy.Count;
        Assert.True(stopped.Validation.StoppedEarly);
        Assert.Equal((best, 6 * Kept), (kept.Validation!.Epoch, kept.Steps));
        Assert.Equal((await RunAsync(rising with { Epochs = best })).WeightsSha256, kept.WeightsSha256);
        var shorter = await RunAsync(rising with { Epochs = last });
        Assert.Equal(
            (shorter.WeightsSha256, shorter.Steps, shorter.AccuracyAfter),
            (stopped.WeightsSha256, stopped.Steps, stopped.AccuracyAfter)
        );
        Assert.Equal(shorter.Loss, stopped.Loss);
    }

    [Fact]
    public async Task Confusion_agrees_with_the_accuracy_and_names_the_classes()
    {
        var result = await RunAsync(options with { Epochs = 1, LimitTest = null });
        var m = result.Confusion!;
        Assert.Equal(240, m.Counts.Sum(r => r.Sum()));
        Assert.Equal(result.AccuracyAfter, Enumerable.Range(0, 8).Sum(i => m.Counts[i][i]) / 240.0);
        Assert.Equal(["lamp", "music", "heater", "window", "coffee", "alarm", "garage", "curtain"], m.ClassNames!);
    }

    [Fact]
    public async Task Nothing_to_validate_with_is_diagnosed()
    {
        var error = await Assert.ThrowsAsync<DiagnosticException>(() => RunAsync(options with { KeepBest = true }));
        Assert.Equal(DataDiagnostics.NoValidation.Code, error.Code);
    }

    [Fact]
    public async Task Rate_finder_tries_every_rate_from_the_same_start()
    {
        var trials = await RateFinder.RunAsync(sample.Experiment, options with { Steps = 100 }, new Toolchain());
        Assert.Equal(RateFinder.Grid, trials.Select(t => t.Rate));
        var alone = await RunAsync(options with { Test = null, Steps = 100, LearningRate = trials[4].Rate, Validation = RateFinder.Share });
        Assert.Equal((alone.Loss[^1], alone.Validation!.Accuracy[^1]), (trials[4].Loss, trials[4].Accuracy));
    }

    [ArmFact]
    public async Task Profile_needs_no_data_where_targets_are_vectors()
    {
        string folder = Path.Combine(sample.Path, "vectors");
        var compiled = new CompileOptions
        {
            Name = "keywords",
            Train = TrainMode.Head,
            Classes = 8,
            Loss = new LossChoice(MeanLoss.Bce),
            Target = Target.Find("cortex-m7")!,
        };
        OutputFolder.Write(ModelCompiler.Compile(File.ReadAllBytes(Path.ChangeExtension(sample.Data, ".onnx")), compiled).Files, folder);
        var profile = await Experiment.Open(folder).ProfileAsync(new ExperimentOptions(), new Toolchain());
        Assert.All(profile, p => Assert.True(p.Instructions > 0));
    }

    [ArmTheory]
    [InlineData("cortex-m3")]
    [InlineData("cortex-m7")]
    [InlineData("cortex-m55")]
    public async Task Profile_of_all_steps_is_the_inference(string target)
    {
        string folder = Path.Combine(sample.Path, target);
        var compiled = new CompileOptions { Name = "keywords", Train = TrainMode.Head, Classes = 8, Target = Target.Find(target)! };
        OutputFolder.Write(ModelCompiler.Compile(File.ReadAllBytes(Path.ChangeExtension(sample.Data, ".onnx")), compiled).Files, folder);
        var experiment = Experiment.Open(folder);
        var once = new ExperimentOptions { Test = sample.Data, LimitTest = 1 };
        var profile = await experiment.ProfileAsync(once, new Toolchain());
        long inference = (await experiment.EmulateAsync(once, new Toolchain())).Cost.InferenceInstructions!.Value;

        Assert.Equal(experiment.Plan.Steps.Where(s => s.Kernel.Length > 0), profile.Select(p => p.Step));
        Assert.All(profile, p => Assert.InRange(p.Instructions, 4, inference));
        // The rest is the entry, the copy of the output, the returns between the steps, and the loops over the rows of regions. Without
        // an FPU arithmetic on the zero head of the inference takes less than after the training steps, whose figures are shown.
        long rows = experiment.Plan.Steps.SelectMany(s => s.Body ?? []).Sum(b => b.Rows);
        Assert.InRange(
            inference - profile.Where(p => p.Step.Phase != "train").Sum(p => p.Instructions),
            target == "cortex-m3" ? -inference / 100 : 0,
            1000 + (rows * 25)
        );
    }

    [ArmFact]
    public async Task Profile_of_a_region_counts_each_node_over_all_rows()
    {
        var whole = await ProfileAsync(0);
        var streamed = await ProfileAsync(3);
        Assert.Equal(3, streamed[0].Body.Count);
        Assert.Equal(streamed[0].Instructions, streamed[0].Body.Sum(b => b.Instructions));
        foreach (var (stage, instructions) in streamed[0].Body)
        {
            // The same results; each row is a call, which prepares what the kernel keeps for all rows of a map, and five pixels of a row
            // take as many blocks of four as eight.
            long once = whole.Single(p => p.Step.Name == stage.Name).Instructions;
            Assert.InRange(instructions, once, (2 * once) + (stage.Rows * 400));
        }

        async Task<IReadOnlyList<StepCost>> ProfileAsync(int layers)
        {
            string folder = Path.Combine(sample.Path, $"region-{layers}");
            var compiled = new CompileOptions
            {
                Name = "keywords",
                Target = Target.Find("cortex-m3")!,
                Train = TrainMode.None,
                PatchLayers = layers,
            };
            var compilation = ModelCompiler.Compile(File.ReadAllBytes(Path.ChangeExtension(sample.Data, ".onnx")), compiled);
            OutputFolder.Write(compilation.Files, folder);
            return await Experiment.Open(folder).ProfileAsync(new ExperimentOptions { Test = sample.Data, LimitTest = 1 }, new Toolchain());
        }
    }
}
