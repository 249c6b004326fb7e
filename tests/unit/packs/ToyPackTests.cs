// A pack beside the core: a model with an operator of another domain is imported and trains in C, on the host and on the device, and a
// model without one is emitted as if the pack were not there.

using System.IO.Compression;
using TinyEngine.Compiler;
using TinyEngine.Data;
using TinyEngine.Device;
using TinyEngine.Experiments;
using TinyEngine.Image;
using TinyEngine.Ir;
using TinyEngine.Tests.Codegen;
using TinyEngine.Tests.Models;
using TinyEngine.Tests.Training;
using TinyEngine.ToyPack;

namespace TinyEngine.Tests.Packs;

public sealed class ToyPackTests : IDisposable
{
    private static readonly OperatorSet WithToy = OperatorSet.Core + Pack.Operators;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tinyengine-pack-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Operator_of_a_domain_is_known_by_the_set_that_has_it()
    {
        var options = new CompileOptions { Name = "m", Train = TrainMode.None };
        var failure = Assert.Throws<DiagnosticException>(() => ModelCompiler.Compile(Model().Bytes, options));
        Assert.Equal("operator toy.example.Squash is not supported", Assert.Single(failure.Diagnostics).Message);

        var compilation = ModelCompiler.Compile(Model().Bytes, options with { Operators = WithToy });
        Assert.Contains(compilation.Graph.Nodes, n => n.Op is Squash && Math.Abs(n.Attributes.Float("gain", 0) - 1.5) < 1e-6);
        Assert.Contains("runtime/toy_squash_f32_ref.c", compilation.Files.Select(f => f.Path));
        Assert.DoesNotContain("runtime/toy_squash_dx_f32_ref.c", compilation.Files.Select(f => f.Path));
        Assert.Equal(compilation.Graph.Nodes, Parser.Parse(Printer.Print(compilation.Graph), WithToy).Nodes, (a, b) => a.Op == b.Op);
    }

    [Fact]
    public void Opset_of_a_domain_is_its_own()
    {
        var options = new CompileOptions
        {
            Name = "m",
            Train = TrainMode.None,
            Operators = WithToy,
        };
        var failure = Assert.Throws<DiagnosticException>(() => ModelCompiler.Compile(Model(version: 0).Bytes, options));
        Assert.Equal("TE0104", Assert.Single(failure.Diagnostics).Code);
    }

    [Fact]
    public void Two_sets_with_the_same_names_are_refused()
    {
        var failure = Assert.Throws<DiagnosticException>(() => WithToy + Pack.Operators);
        Assert.All(failure.Diagnostics, d => Assert.Equal("TE0608", d.Code));
        string[] expected = ["operator toy_squash", "import rule toy.example:Squash 1", "kernel toy_squash_f32_ref", "file toy_kernels.h"];
        Assert.All(expected, e => Assert.Contains(failure.Diagnostics, d => d.Message.Contains(e, StringComparison.Ordinal)));
    }

    [Fact]
    public void Other_models_are_emitted_alike_with_the_pack_and_without()
    {
        byte[][] models = [OnnxModel.Classifier().Bytes, SmallNetworks.Dense(2, 16, 12, 2), SmallNetworks.Classifier(1, 8, 8, 10)];
        foreach (byte[] model in models)
        {
            IReadOnlyList<EmittedFile> Files(OperatorSet operators) =>
                ModelCompiler.Compile(model, EmittedTraining.Options with { Target = Target.Default, Operators = operators }).Files;
            Assert.Equal(Files(OperatorSet.Core), Files(WithToy));
        }
    }

    [CompilerFact("qemu-system-arm")]
    public async Task Model_with_a_pack_operator_trains_on_host_and_device_alike()
    {
        using var emitted = new EmittedTraining(
            Model().Bytes,
            EmittedTraining.Options with
            {
                Target = Target.Find("cortex-m4")!,
                SramBudget = 64 * 1024,
                FlashBudget = 256 * 1024,
                Operators = WithToy,
            }
        );
        string data = Data();
        var options = new ExperimentOptions
        {
            Train = data,
            Test = data,
            Epochs = 8,
            LearningRate = 0.1f,
        };
        var experiment = Experiment.Open(emitted.Folder);
        using var sanitizing = new SanitizingCompiler();
        var host = await experiment.SimulateAsync(options, sanitizing.Tools);
        var device = await experiment.EmulateAsync(options, new Toolchain());
        Assert.Equal(host.WeightsSha256, device.WeightsSha256);
        Assert.Equal(host.Loss, device.Loss);
        var (first, last) = (device.Loss[0], device.Loss[^1]);
        Assert.True(last < 0.5 * first, $"a loss of {first} at first, {last} at last");
        Assert.InRange(device.Cost.StackPeak!.Value, 1, emitted.Plan.Sram.Stack);
    }

    /// <summary>A perceptron whose activation is the pack's.</summary>
    private static OnnxModel Model(int version = 1) =>
        new OnnxModel()
            .Opset(Pack.Domain, version)
            .Input("x", 1, 8)
            .Weights("w", 12, 8)
            .Weights("b", 12)
            .Node("Gemm", "x w b", "h", ("transB", 1))
            .Node($"{Pack.Domain}::Squash", "h", "s", ("gain", 1.5f))
            .Weights("v", 3, 12)
            .Weights("c", 3)
            .Node("Gemm", "s v c", "y", ("transB", 1))
            .Output("y");

    /// <summary>Samples of three classes: which of three elements is the largest.</summary>
    private string Data()
    {
        var random = new Random(5);
        float[] x = [.. Enumerable.Range(0, 60 * 8).Select(_ => (float)(2 * random.NextDouble() - 1))];
        byte[] y = [.. Enumerable.Range(0, 60).Select(n => (byte)Enumerable.Range(0, 3).MaxBy(c => x[8 * n + c]))];
        string path = Path.Combine(folder.FullName, "data.npz");
        using var zip = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        foreach (var (name, array) in new[] { ("x.npy", NpyArray.Of(x, 60, 8)), ("y.npy", new NpyArray(NpyType.UInt8, [60], y)) })
        {
            using var stream = zip.CreateEntry(name).Open();
            array.Write(stream);
        }

        return path;
    }
}
