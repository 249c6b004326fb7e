// The code bound of compile against what the linker places: on every core, with and without an FPU, the firmware has at most as much.

using TinyEngine.Compiler;
using TinyEngine.Ir;
using TinyEngine.Passes;
using TinyEngine.Tests;

namespace TinyEngine.Device.Tests;

public sealed class FlashBoundTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tinyengine-flash-");

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>Cores, models and what trains: each core has three of the models in other forms than the next core.</summary>
    public static TheoryData<string, string, string, string> Cases
    {
        get
        {
            var data = new TheoryData<string, string, string, string>();
            foreach (var (board, i) in Board.All.Select((b, i) => (b, i)))
            {
                data.Add(board.Target, "keywords", i % 2 == 0 ? "last:2" : "none", i % 3 == 0 ? "int8" : "fp32");
                data.Add(board.Target, "anomaly", i % 2 == 0 ? "full" : "none", "fp32");
                data.Add(board.Target, "image-transfer", i % 2 == 0 ? "none" : "last:3", i % 3 == 1 ? "int16" : "fp32");
            }

            return data;
        }
    }

    [ArmTheory]
    [MemberData(nameof(Cases))]
    public async Task Firmware_is_at_most_the_bound(string target, string sample, string train, string gradients)
    {
        string model = Directory.EnumerateFiles(Path.Combine(SharedModels.Root, "samples", sample), "*.onnx").Single();
        var options = new CompileOptions
        {
            Name = "net",
            Target = Target.Find(target)!,
            Train = TrainMode.Parse(train)!,
            SramBudget = 1 << 20,
            Gradients = gradients switch
            {
                "int8" when train != "none" => DType.I8,
                "int16" when train != "none" => DType.I16,
                _ => DType.F32,
            },
            Loss = sample == "anomaly" ? new LossChoice(MeanLoss.Squared) : LossChoice.CrossEntropy,
            Optimizer = sample == "anomaly" ? new OptimizerChoice(0.9, 0.001, 2, 1) : OptimizerChoice.Sgd,
        };
        var compilation = ModelCompiler.Compile(File.ReadAllBytes(model), options);
        OutputFolder.Write(compilation.Files, Path.Combine(folder.FullName, "net"));
        var bound = compilation.Report!.Flash;
        var sizes = (
            await FirmwareBuild.RunAsync(Path.Combine(folder.FullName, "net"), Board.Of(target), 1 << 20, 1 << 20, new Toolchain())
        ).Sizes;
        Assert.True(
            sizes.Flash <= bound.Total,
            $"{sizes.Flash} bytes of flash ({sizes.Code} of code), bound {bound.Total} ({bound.Code} of code)"
        );
    }
}
