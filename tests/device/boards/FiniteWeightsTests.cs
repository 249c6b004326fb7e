// Steps at the ends of fp32 on a board: refused steps leave all trained bytes unchanged, and subnormal steps give the
// weights of the host twin, also where the compiler would rather use Helium.

using TinyEngine.Compiler;
using TinyEngine.Ir;
using TinyEngine.Passes;
using TinyEngine.Tests;

namespace TinyEngine.Device.Tests;

public sealed class FiniteWeightsTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tinyengine-finite-");

    public void Dispose() => folder.Delete(recursive: true);

    [ArmTheory]
    [InlineData("cortex-m7")]
    [InlineData("cortex-m0plus")]
    public async Task Refused_steps_change_nothing(string target)
    {
        var plan = Compile("anomaly", target, new LossChoice(MeanLoss.Squared), classes: null);
        var random = new Random(1);
        float[] sample = [.. Enumerable.Range(0, 64).Select(_ => (float)(random.NextDouble() - 0.5))];
        float[][] samples = [sample, With(float.NaN), With(float.PositiveInfinity), With(3e38f)];
        (int Sample, float Rate)[] refused =
        [
            (0, float.NaN),
            (0, float.PositiveInfinity),
            (0, float.NegativeInfinity),
            (0, 3e38f),
            (1, 0.1f),
            (2, 0.1f),
            (3, 0.1f),
        ];
        var save = new RunCommand(RunCommandKind.SaveWeights);
        RunCommand Step(int sample, float rate) => new(RunCommandKind.Train, sample, 0, rate);
        RunCommand[] commands =
        [
            Step(0, 0.1f),
            save,
            .. refused.SelectMany(r => new[] { Step(r.Sample, r.Rate), save }),
            Step(0, 0.1f),
            save,
        ];
        var request = new RunRequest(7, [Bytes(samples)], 64 * sizeof(float), commands);

        var device = await RunAsync(Board.Of(target), plan, request);
        var host = await RunAsync(null, plan, request);

        Assert.Equal(host.WeightsOut, device.WeightsOut);
        Assert.Equal(host.Steps.Select(s => s.Loss), device.Steps.Select(s => s.Loss));
        Assert.Equal([.. new bool[] { true }, .. refused.Select(_ => false), true], device.Steps.Select(s => float.IsFinite(s.Loss)));
        var saved = device.WeightsOut.Chunk((int)plan.Sram.Trained).ToList();
        Assert.Equal(refused.Length + 2, saved.Count);
        Assert.All(saved.SkipLast(1), weights => Assert.Equal(saved[0], weights));
        Assert.NotEqual(saved[0], saved[^1]);

        float[] With(float value) => [.. sample.Select((v, i) => i == 40 ? value : v)];
    }

    /// <summary>Compiler flags of the model: those of the board, as of a user who forgets them, and of clang.</summary>
    public static TheoryData<string, bool> Compilers => new()
    {
        { "-mcpu=cortex-m55 -mfloat-abi=hard -fno-tree-vectorize", false },
        { "-mcpu=cortex-m55 -mfloat-abi=hard -O3", false },
        { "-mcpu=cortex-m55 -mfloat-abi=hard -O3 -fno-vectorize -fno-slp-vectorize -DTE_NO_VECTORIZE", true },
    };

    [ArmTheory]
    [MemberData(nameof(Compilers))]
    public async Task Subnormal_steps_on_Helium_equal_host_twin(string flags, bool clang)
    {
        const int Steps = 6, Features = 490;
        if (clang && Clang() is null)
        {
            return; // the machine has no clang for Arm
        }

        var plan = Compile("keywords", "cortex-m55", LossChoice.CrossEntropy, classes: 8);
        byte[] samples = new byte[Steps * Features];
        new Random(2).NextBytes(samples);
        var save = new RunCommand(RunCommandKind.SaveWeights);
        IEnumerable<RunCommand> At(float rate) =>
            Enumerable.Range(0, Steps).Select(i => new RunCommand(RunCommandKind.Train, i, i, rate)).Append(save);
        RunCommand[] commands = [.. At(1e-38f), .. At(1e-36f)];
        var request = new RunRequest(7, [samples], 8 * sizeof(float), commands);
        var board = Board.Of("cortex-m55") with { ModelFlags = flags };

        var device = await RunAsync(board, plan, request, clang ? Clang() : null);
        var host = await RunAsync(null, plan, request);

        Assert.Equal(host.WeightsOut, device.WeightsOut);
        Assert.True(Floats(device.WeightsOut[..(int)plan.Sram.Trained]).Count(float.IsSubnormal) > 20, "the steps were not subnormal");
    }

    private PlanReport Compile(string sample, string target, LossChoice loss, int? classes)
    {
        byte[] model = File.ReadAllBytes(Path.Combine(SharedModels.Root, "samples", sample, sample + ".onnx"));
        var options = new CompileOptions
        {
            Name = sample,
            Target = Target.Find(target)!,
            Train = TrainMode.Parse(classes is null ? "full" : "head")!,
            Loss = loss,
            Classes = classes,
        };
        var compilation = ModelCompiler.Compile(model, options);
        OutputFolder.Write(compilation.Files, Place);
        return compilation.Report!;
    }

    private string Place => Path.Combine(folder.FullName, "net");

    private async Task<RunResult> RunAsync(Board? board, PlanReport plan, RunRequest request, Toolchain? compilers = null)
    {
        var tools = new Toolchain();
        DeviceProgram program = board is null
            ? await HostBuild.RunAsync(Place, tools)
            : await FirmwareBuild.RunAsync(Place, board, plan.Sram.Budget, plan.Flash.Budget, compilers ?? tools);
        return await new Session(tools, TimeSpan.FromMinutes(5)).RunAsync(program, request);
    }

    /// <summary>Tools whose Arm compiler compiles the model by clang and everything else by GCC, or null where there is no clang.</summary>
    private Toolchain? Clang()
    {
        string? clang = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Select(p => Path.Combine(p, "clang-19"))
            .FirstOrDefault(File.Exists);
        if (clang is null || OperatingSystem.IsWindows())
        {
            return null;
        }

        var tools = new Toolchain();
        string gcc = tools.ArmCompiler.Require(), place = Path.Combine(folder.FullName, "tools");
        Directory.CreateDirectory(place);
        string script = Path.Combine(place, "arm-none-eabi-gcc");
        File.WriteAllText(
            script,
            $"#!/bin/sh\ncase \"$*\" in\n  *DTE_NO_VECTORIZE*\" -c \"*) exec '{clang}' --target=arm-none-eabi \"$@\" ;;\n  *) ;;\nesac\n"
                + "for word in \"$@\"; do\n  shift\n  case $word in -fno-vectorize | -fno-slp-vectorize) ;; *) set -- \"$@\" \"$word\" "
                + $";; esac\ndone\nexec '{gcc}' \"$@\"\n"
        );
        File.WriteAllText(Path.Combine(place, "arm-none-eabi-size"), $"#!/bin/sh\nexec '{tools.ArmSize.Require()}' \"$@\"\n");
        foreach (string file in Directory.EnumerateFiles(place))
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        return new Toolchain(place);
    }

    private static byte[] Bytes(float[][] samples) => [.. samples.SelectMany(s => s.SelectMany(BitConverter.GetBytes))];

    private static IEnumerable<float> Floats(byte[] bytes) => bytes.Chunk(sizeof(float)).Select(b => BitConverter.ToSingle(b));
}
