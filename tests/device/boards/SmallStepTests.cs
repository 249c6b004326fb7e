// Training steps of two small networks that train whole, one in fp32 and one on codes, counted on boards.

using System.IO.Compression;
using TinyEngine.Compiler;
using TinyEngine.Data;
using TinyEngine.Experiments;
using TinyEngine.Ir;
using TinyEngine.Tests.Models;
using TinyEngine.Tests.Training;

namespace TinyEngine.Device.Tests;

public sealed class SmallStepTests : IDisposable
{
    private const int Samples = 4;
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tinyengine-steps-");

    public void Dispose() => folder.Delete(recursive: true);

    [ArmTheory]
    [InlineData("cortex-m7")]
    [InlineData("cortex-m33")]
    public Task Dense_layers_of_fp32(string target) =>
        CountAsync("dense 64-32-10, step", SmallNetworks.Dense(1, 64, 32, 10), target, DType.F32, 64);

    [ArmTheory]
    [InlineData("cortex-m7")]
    [InlineData("cortex-m33")]
    public Task Convolution_and_dense_layers_of_codes(string target) =>
        CountAsync("convolution 3@16x2, dense 147-160-4, step", Convolution().Bytes, target, DType.I8, 1, 64, 2);

    /// <summary>Three filters of 16x2 over 64x2 samples, then two dense layers.</summary>
    private static OnnxModel Convolution() =>
        new OnnxModel()
            .Input("x", 1, 1, 64, 2)
            .Quantized("x", 0.02f, 0)
            .QuantizedWeights("w1", 0.01f, 3, 1, 16, 2)
            .Node("Conv", "x.dq w1.dq", "c", ("kernel_shape", new long[] { 16, 2 }))
            .Node("Relu", "c", "r1")
            .Quantized("r1", 0.05f, -128)
            .Node("Flatten", "r1.dq", "f")
            .Quantized("f", 0.05f, -128)
            .QuantizedWeights("w2", 0.005f, 160, 147)
            .Node("Gemm", "f.dq w2.dq", "d", ("transB", 1L))
            .Node("Relu", "d", "r2")
            .Quantized("r2", 0.1f, -128)
            .QuantizedWeights("w3", 0.005f, 4, 160)
            .Node("Gemm", "r2.dq w3.dq", "l", ("transB", 1L))
            .Quantized("l", 0.2f, 0, "y")
            .Output("y");

    private async Task CountAsync(string name, byte[] model, string target, DType gradients, params int[] sample)
    {
        var compilation = ModelCompiler.Compile(
            model,
            new CompileOptions
            {
                Name = "net",
                Target = Target.Find(target)!,
                Train = TrainMode.Full,
                QuantizedHead = gradients != DType.F32,
                Gradients = gradients,
            }
        );
        string project = Path.Combine(folder.FullName, "net");
        OutputFolder.Write(compilation.Files, project);
        var options = new ExperimentOptions { Train = Data(sample), Steps = Samples };
        var experiment = Experiment.Open(project);
        var device = await experiment.EmulateAsync(options, new Toolchain());
        var host = await experiment.SimulateAsync(options, new Toolchain());
        Assert.Equal(host.WeightsSha256, device.WeightsSha256);
        SpeedFigures.Hold(target, name, device.Cost.TrainInstructions!.Value);
    }

    private string Data(int[] sample)
    {
        var random = new Random(5);
        int length = sample.Aggregate(Samples, (n, d) => n * d);
        string path = Path.Combine(folder.FullName, "samples.npz");
        using var zip = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        Add("x", NpyArray.Of([.. Enumerable.Range(0, length).Select(_ => (float)(random.NextDouble() - 0.5))], [Samples, .. sample]));
        Add("y", new NpyArray(NpyType.UInt8, [Samples], [0, 1, 2, 3]));
        return path;

        void Add(string entry, NpyArray array)
        {
            using var stream = zip.CreateEntry(entry + ".npy").Open();
            array.Write(stream);
        }
    }
}
