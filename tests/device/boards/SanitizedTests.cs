// The emitted C of real models under the address and undefined-behaviour sanitizers with strict warnings: nothing is reported,
// and the results are those of the usual build. Other compilers see the same sources.

using System.Diagnostics;
using TinyEngine.Experiments;
using TinyEngine.Tests;

namespace TinyEngine.Device.Tests;

public sealed class SanitizedTests : IDisposable
{
    private const long Small = 5_000_000;

    private readonly SanitizingCompiler sanitizing = new();

    public void Dispose() => sanitizing.Dispose();

    public static TheoryData<string> Models => [.. SharedModels.Int8];

    [SharedTheory]
    [MemberData(nameof(Models))]
    public async Task Inference_is_clean(string name)
    {
        if (await ForwardMacsOfCleanRunAsync(name, "cortex-m7") <= Small)
        {
            // Without an FPU other branches of the kernels run, the same ones in large networks and in small ones.
            await ForwardMacsOfCleanRunAsync(name, "cortex-m3");
        }
    }

    private async Task<long> ForwardMacsOfCleanRunAsync(string name, string target)
    {
        using var model = new SharedModel(name, target);
        var options = new ExperimentOptions { Test = model.Samples(model.Plan.Macs.Forward > Small ? 1 : 3) };
        var checkedRun = await model.Experiment.SimulateAsync(options, sanitizing.Tools);
        var usual = await model.Experiment.SimulateAsync(options, new Toolchain());
        Assert.Equal(usual.Predictions!.Data, checkedRun.Predictions!.Data);
        return model.Plan.Macs.Forward;
    }

    [SharedTheory]
    [InlineData("stochastic")]
    [InlineData("residual")]
    [InlineData("nearest")]
    public async Task Training_is_clean(string rule)
    {
        using var model = new SharedModel("dscnn-kws-int8-qdq", "cortex-m7", "last:2", rule, classes: 12);
        var options = new ExperimentOptions { Train = model.Part("kws01", "test", 0, 20), Steps = 20 };
        var checkedRun = await model.Experiment.SimulateAsync(options, sanitizing.Tools);
        var usual = await model.Experiment.SimulateAsync(options, new Toolchain());
        Assert.Equal(usual.WeightsSha256, checkedRun.WeightsSha256);
        Assert.Equal(usual.Loss, checkedRun.Loss);
    }

    [SharedTheory]
    [InlineData("gcc -O2", "cortex-m7")]
    [InlineData("clang-19 -O2", "cortex-m7")]
    [InlineData("clang-19 -O2", "cortex-m3")]
    [InlineData("arm-none-eabi-gcc -O2 -mcpu=cortex-m3 -mthumb", "cortex-m3")]
    [InlineData("arm-none-eabi-gcc -O2 -mcpu=cortex-m55 -mthumb -mfloat-abi=hard", "cortex-m55")]
    public void Emitted_C_compiles_without_warning(string compiler, string target)
    {
        if (new Toolchain() is var tools && compiler.StartsWith("arm", StringComparison.Ordinal) && tools.ArmCompiler.Path is null)
        {
            return;
        }

        // The runtime has the same sources for all models: each is compiled where it occurs first.
        var seen = new HashSet<string>();
        foreach (
            var (name, train) in new[]
            {
                ("resnet8-cifar10-int8-qdq", "full"),
                ("dscnn-kws-fp32", "last:2"),
                ("mcunet-5fps-int8-qdq", "last:2"),
            }
        )
        {
            using var model = new SharedModel(name, target, train, "residual", classes: 10, sram: 1 << 22);
            string[] runtime =
            [
                .. Directory.EnumerateFiles(Path.Combine(model.Folder, "runtime"), "*.c").Select(f => $"runtime/{Path.GetFileName(f)}"),
            ];
            string files = string.Join(' ', runtime.Where(seen.Add).Prepend("net.c"));
            using var process = Process.Start(
                new ProcessStartInfo(
                    "sh",
                    ["-c", $"for f in {files}; do {compiler} {SanitizingCompiler.Strict} -c $f -o /dev/null || exit 1; done 2>&1"]
                )
                {
                    WorkingDirectory = model.Folder,
                    RedirectStandardOutput = true,
                }
            )!;
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, output);
        }
    }
}
