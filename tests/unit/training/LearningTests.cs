// Whole runs of emitted C: losses fall on data that can be learned, from random weights too, and host and device agree.

using System.IO.Compression;
using TinyEngine.Compiler;
using TinyEngine.Data;
using TinyEngine.Device;
using TinyEngine.Experiments;
using TinyEngine.Ir;
using TinyEngine.Passes;
using TinyEngine.Tests.Codegen;

namespace TinyEngine.Tests.Training;

public sealed class LearningTests : IDisposable
{
    private readonly string data = Path.Combine(Directory.CreateTempSubdirectory("tinyengine-learning-").FullName, "data.npz");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(data)!, recursive: true);

    [CompilerFact("gcc")]
    public async Task Autoencoder_from_random_weights_learns_to_reconstruct()
    {
        Save(("x", Waves(200, 16)));
        using var emitted = new EmittedTraining(SmallNetworks.Dense(1, 16, 12, 3, 12, 16), EmittedTraining.Options with
        {
            Loss = new LossChoice(MeanLoss.Squared),
            Optimizer = new OptimizerChoice(0.9),
            InitialSeed = 3,
        });
        Assert.Equal("input", emitted.Plan.Targets);
        var result = await Simulate(emitted, 0.02f, epochs: 20);
        Assert.Null(result.AccuracyAfter);
        Assert.True(result.LossAfter < 0.3 * result.LossBefore, $"{result.LossBefore} before, {result.LossAfter} after");
        Assert.True(result.Loss[^1] < result.Loss[0]);
    }

    [CompilerFact("gcc")]
    public Task Mse_of_a_function_falls() => Regression_OfAFunction_LossFalls(MeanLoss.Squared, 0.05f);

    [CompilerFact("gcc")]
    public Task L1_of_a_function_falls() => Regression_OfAFunction_LossFalls(MeanLoss.Absolute, 0.02f);

    [CompilerFact("gcc")]
    public Task Huber_of_a_function_falls() => Regression_OfAFunction_LossFalls(MeanLoss.Huber, 0.05f);

    private async Task Regression_OfAFunction_LossFalls(Loss loss, float lr)
    {
        var x = Waves(200, 16);
        Save(
            ("x", x),
            (
                "y",
                NpyArray.Of(
                    [
                        .. Enumerable
                            .Range(0, 200)
                            .SelectMany(i => new[] { x.SingleAt(16 * i) * x.SingleAt(16 * i + 3), x.SingleAt(16 * i + 7) }),
                    ],
                    200,
                    2
                )
            )
        );
        using var emitted = new EmittedTraining(
            SmallNetworks.Dense(2, 16, 12, 2),
            EmittedTraining.Options with
            {
                Loss = new LossChoice(loss),
            }
        );
        Assert.Equal("vector", emitted.Plan.Targets);
        var result = await Simulate(emitted, lr, epochs: 15);
        Assert.True(result.LossAfter < 0.4 * result.LossBefore, $"{result.LossBefore} before, {result.LossAfter} after");
    }

    [CompilerFact("gcc")]
    public async Task Bce_of_class_indices_learns_the_classes()
    {
        var x = Waves(200, 16);
        Save(("x", x), ("y", NpyArray.Of([.. Enumerable.Range(0, 200).Select(i => x.SingleAt(16 * i) > 0 ? 1 : 0)], 200)));
        using var emitted = new EmittedTraining(
            SmallNetworks.Dense(2, 16, 12, 2),
            EmittedTraining.Options with
            {
                Loss = new LossChoice(MeanLoss.Bce),
            }
        );
        var result = await Simulate(emitted, 0.05f, epochs: 10);
        Assert.True(result.LossAfter < 0.4 * result.LossBefore, $"{result.LossBefore} before, {result.LossAfter} after");
        Assert.True(result.AccuracyAfter > 0.95, $"{result.AccuracyAfter}");
    }

    [CompilerFact("qemu-system-arm")]
    public async Task Vector_targets_on_the_device_give_the_weights_of_the_host()
    {
        var x = Waves(12, 16);
        Save(("x", x), ("y", NpyArray.Of([.. Enumerable.Range(0, 24).Select(i => x.SingleAt(i))], 12, 2)));
        using var emitted = new EmittedTraining(
            SmallNetworks.Dense(2, 16, 12, 2),
            EmittedTraining.Options with
            {
                Target = Target.Find("cortex-m7")!,
                SramBudget = 256 * 1024,
                FlashBudget = 1024 * 1024,
                Loss = new LossChoice(MeanLoss.Huber),
                Optimizer = new OptimizerChoice(0.9, 0.01, 3, 0.5),
            }
        );
        var experiment = Experiment.Open(emitted.Folder);
        var options = new ExperimentOptions
        {
            Train = data,
            Test = data,
            Epochs = 2,
            LearningRate = 0.05f,
        };
        var (host, device) = (
            await experiment.SimulateAsync(options, new Toolchain()),
            await experiment.EmulateAsync(options, new Toolchain())
        );
        Assert.Equal(host.WeightsSha256, device.WeightsSha256);
        Assert.Equal(host.Loss, device.Loss);
        // A kernel's longest chain of calls, of which the bound is, need not be taken.
        Assert.InRange(emitted.Plan.Sram.Stack - device.Cost.StackPeak!.Value, 0, 384);
    }

    [SharedFact]
    public async Task Digits_from_random_weights_are_learned_by_emitted_C()
    {
        using var emitted = new EmittedTraining(
            SmallNetworks.Classifier(1, 8, 8, 10),
            EmittedTraining.Options with
            {
                RawScale = new RawScale(1 / 16.0, 0),
                Optimizer = new OptimizerChoice(0.9),
                InitialSeed = 1,
            }
        );
        var options = new ExperimentOptions
        {
            Train = SharedModels.Data("digits8x8"),
            Test = SharedModels.Data("digits8x8"),
            Epochs = 15,
            LearningRate = 0.005f,
        };
        var result = await Experiment.Open(emitted.Folder).SimulateAsync(options, new Toolchain());
        Assert.InRange(result.AccuracyBefore!.Value, 0, 0.3);
        Assert.True(result.AccuracyAfter >= 0.95, $"{result.AccuracyAfter}");
    }

    [SharedFact]
    public async Task Int8_autoencoder_on_its_own_input_equals_interpreter()
    {
        using var emitted = new EmittedTraining(
            SharedModels.Model("autoencoder-ad-int8-qdq"),
            EmittedTraining.Options with
            {
                Train = TrainMode.Parse("last:1"),
                Loss = new LossChoice(MeanLoss.Squared),
                Io = BoundaryType.Float32,
                Update = new UpdateRule("residual", true, 1, 1, 1),
                Optimizer = new OptimizerChoice(0.9),
            }
        );
        Assert.Equal("input", emitted.Plan.Targets);
        var random = new Random(1);
        Sample[] samples =
        [
            .. Enumerable
                .Range(0, 3)
                .Select(_ => new Sample([.. Enumerable.Range(0, 640).Select(_ => (float)(4 * random.NextDouble() - 2))])),
        ];
        var (losses, trained) = await emitted.RunAsync(samples, 0.01f);
        var interpreter = emitted.Start();
        Assert.Equal(samples.Select(s => emitted.Step(interpreter, s, 0.01f)), losses);
        Assert.Equal(emitted.Stored(interpreter), trained);
    }

    [Fact]
    public void Random_weights_of_a_seed_are_the_same_and_within_their_limit()
    {
        Value[] Weights(uint? seed) =>
            [
                .. ModelCompiler
                    .Compile(SmallNetworks.Classifier(1, 8, 4, 3), EmittedTraining.Options with { InitialSeed = seed })
                    .Graph.OfKind(ValueKind.Parameter),
            ];
        foreach (
            var (a, b, other, own) in Weights(1).Zip(Weights(1), Weights(2)).Zip(Weights(null), (t, w) => (t.First, t.Second, t.Third, w))
        )
        {
            Assert.Equal(a.Data!.Data, b.Data!.Data);
            if (a.Type.Shape.Rank == 1)
            {
                Assert.All(a.Data.Data, v => Assert.Equal(0, v));
                continue;
            }

            Assert.NotEqual(a.Data.Data, other.Data!.Data);
            Assert.NotEqual(a.Data.Data, own.Data!.Data);
            double limit = Math.Sqrt(6.0 * a.Type.Shape[0] / a.Type.Count);
            Assert.InRange(a.Data.Data.Max(Math.Abs), 0.8 * limit, limit);
            Assert.InRange(a.Data.Data.Average(), -0.3 * limit, 0.3 * limit);
        }
    }

    [SharedFact]
    public void Impossible_choices_are_diagnosed()
    {
        Fails("TE0302", SmallNetworks.Filter(1, 4, 2), EmittedTraining.Options);
        Fails(
            "TE0304",
            SmallNetworks.Dense(1, 4, 3),
            EmittedTraining.Options with
            {
                Loss = new LossChoice(MeanLoss.Squared, 0, Reconstructs: true),
            }
        );
        Fails("TE0304", SharedModels.Model("resnet8-cifar10-int8-qdq"), EmittedTraining.Options with { InitialSeed = 0 });
        Fails(
            "TE0304",
            SharedModels.Model("resnet8-cifar10-fp32"),
            EmittedTraining.Options with
            {
                Loss = new LossChoice(MeanLoss.Squared),
            }
        );

        static void Fails(string code, byte[] model, CompileOptions options) =>
            Assert.Equal(
                code,
                Assert.Single(Assert.Throws<DiagnosticException>(() => ModelCompiler.Compile(model, options)).Diagnostics).Code
            );
    }

    private async Task<ExperimentResult> Simulate(EmittedTraining emitted, float lr, int epochs) =>
        await Experiment
            .Open(emitted.Folder)
            .SimulateAsync(
                new ExperimentOptions
                {
                    Train = data,
                    Test = data,
                    Epochs = epochs,
                    LearningRate = lr,
                },
                new Toolchain()
            );

    /// <summary>Sums of two waves of random phase and size: four numbers decide a sample.</summary>
    private static NpyArray Waves(int samples, int length)
    {
        var random = new Random(8);
        var x = new float[samples * length];
        for (int s = 0; s < samples; s++)
        {
            var (phase, size, other) = (2 * Math.PI * random.NextDouble(), 0.5 + random.NextDouble(), random.NextDouble() - 0.5);
            for (int i = 0; i < length; i++)
            {
                x[s * length + i] = (float)(size * Math.Sin(phase + 2 * Math.PI * i / length) + other * Math.Cos(4 * Math.PI * i / length));
            }
        }

        return NpyArray.Of(x, samples, length);
    }

    private void Save(params (string Name, NpyArray Array)[] arrays)
    {
        using var archive = ZipFile.Open(data, ZipArchiveMode.Create);
        foreach (var (name, array) in arrays)
        {
            using var stream = archive.CreateEntry(name + ".npy").Open();
            array.Write(stream);
        }
    }
}
