// Real models on every board: the same output bytes as the host twin, and a report that is true to the byte where it states
// sizes and a tight bound where it states bounds.

using TinyEngine.Experiments;
using TinyEngine.Tests;

namespace TinyEngine.Device.Tests;

public abstract class BoardInferenceTests(string target)
{
    public static TheoryData<string> Models => [.. SharedModels.Int8, "dscnn-kws-fp32", "autoencoder-ad-fp32", "resnet8-cifar10-fp32"];

    [BoardTheory]
    [MemberData(nameof(Models))]
    public async Task Predictions_equal_host_twin(string name)
    {
        using var model = new SharedModel(name, target);
        // Slow ones run once: the emulator executes some hundred million instructions a second.
        var options = new ExperimentOptions { Test = model.Samples(model.Plan.Macs.Forward > 5_000_000 ? 1 : 3) };
        var device = await model.Experiment.EmulateAsync(options, new Toolchain());
        var host = await model.Experiment.SimulateAsync(options, new Toolchain());

        Assert.Equal(host.Predictions!.Data, device.Predictions!.Data);
        Assert.True(device.Predictions.Data.Distinct().Count() > 1, "all outputs are the same byte");
        BoardReport.IsTrue(model.Plan, device);
        SpeedFigures.Hold(target, name, device.Cost.InferenceInstructions!.Value);
    }
}

public sealed class CortexM0PlusInferenceTests() : BoardInferenceTests("cortex-m0plus");

public sealed class CortexM3InferenceTests() : BoardInferenceTests("cortex-m3");

public sealed class CortexM4InferenceTests() : BoardInferenceTests("cortex-m4");

public sealed class CortexM7InferenceTests() : BoardInferenceTests("cortex-m7");

public sealed class CortexM33InferenceTests() : BoardInferenceTests("cortex-m33");

public sealed class CortexM55InferenceTests() : BoardInferenceTests("cortex-m55");
