// Training on every board gives the weights of the host twin, bit for bit. The emulator is slow, most of all where floating
// point is software, so a usual run takes fewer steps; TINYENGINE_FULL=1 takes 100 everywhere.

using TinyEngine.Tests;

namespace TinyEngine.Device.Tests;

public abstract class BoardTrainingTests(string rule)
{
    private const int FullSteps = 100;

    [BoardTheory]
    [InlineData("cortex-m3", 4)]
    [InlineData("cortex-m4", 20)]
    [InlineData("cortex-m7", 20)]
    [InlineData("cortex-m33", 20)]
    [InlineData("cortex-m55", 20)]
    public async Task Weights_equal_host_twin(string target, int steps)
    {
        steps = Environment.GetEnvironmentVariable("TINYENGINE_FULL") == "1" ? FullSteps : steps;
        using var model = new SharedModel("dscnn-kws-int8-qdq", target, "last:2", rule, classes: 12, sram: 256 * 1024);
        var options = new ExperimentOptions { Train = model.Part("kws01", "test", 0, 200), Steps = steps, Seed = 3 };
        var device = await model.Experiment.EmulateAsync(options, new Toolchain());
        var host = await model.Experiment.SimulateAsync(options, new Toolchain());

        Assert.Equal(host.WeightsSha256, device.WeightsSha256);
        Assert.Equal(host.Loss, device.Loss);
        BoardReport.IsTrue(model.Plan, device);
    }
}

public sealed class StochasticTrainingTests() : BoardTrainingTests("stochastic");

public sealed class ResidualTrainingTests() : BoardTrainingTests("residual");

public sealed class NearestTrainingTests() : BoardTrainingTests("nearest");

public sealed class LargeModelTrainingTests
{
    [BoardTheory]
    [InlineData("cortex-m7", 20)]
    public async Task Weights_of_mcunet_equal_host_twin(string target, int steps)
    {
        using var model = new SharedModel("mcunet-5fps-int8-qdq", target, "last:2", classes: 10, raw: new(0.00784313772, -1.00392163), sram: 1 << 20);
        var options = new ExperimentOptions { Train = model.Part("clothing10", "train", 0, 40), Steps = steps };
        var device = await model.Experiment.EmulateAsync(options, new Toolchain());
        var host = await model.Experiment.SimulateAsync(options, new Toolchain());

        Assert.Equal(host.WeightsSha256, device.WeightsSha256);
        BoardReport.IsTrue(model.Plan, device);
    }
}
