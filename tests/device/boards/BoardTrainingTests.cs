// Training on every board gives the weights of the host twin, bit for bit, for every update rule and gradient format. The emulator is
// slow, most of all where floating point is software, so a usual run takes a part of the combinations and few steps;
// TINYENGINE_FULL=1 takes all of them, with every layer trained, for 100 steps.

using TinyEngine.Experiments;
using TinyEngine.Ir;

namespace TinyEngine.Device.Tests;

public abstract class BoardTrainingTests(string target)
{
    internal static readonly bool IsFull = Environment.GetEnvironmentVariable("TINYENGINE_FULL") == "1";

    /// <summary>Update rules and gradient formats.</summary>
    public static TheoryData<string, DType> Combinations
    {
        get
        {
            var data = new TheoryData<string, DType>();
            string[] rules = ["stochastic", "residual", "nearest"];
            DType[] formats = [DType.F32, DType.I8, DType.I16];
            for (int i = 0; i < (IsFull ? 9 : 3); i++)
            {
                data.Add(rules[i % 3], formats[(i + i / 3) % 3]);
            }

            return data;
        }
    }

    [BoardTheory]
    [MemberData(nameof(Combinations))]
    public async Task Weights_equal_host_twin(string rule, DType gradients)
    {
        int steps =
            IsFull ? 100
            : target is "cortex-m0plus" or "cortex-m3" ? 4
            : 20;
        using var model = new SharedModel(
            "dscnn-kws-int8-qdq",
            target,
            IsFull ? "full" : "last:2",
            rule,
            classes: 12,
            sram: 512 * 1024,
            gradients: gradients
        );
        // Fewer samples than steps, so that the host takes the frozen steps of some from its memory.
        var device = await EqualHost(
            model,
            new ExperimentOptions
            {
                Train = model.Part("kws01", "test", 0, Math.Max(3, steps / 2)),
                Steps = steps,
                Seed = 3,
            }
        );
        if (!IsFull)
        {
            string run = $"{model.Name}, step, {rule}, {gradients.Name()}";
            SpeedFigures.Hold(target, run, device.Cost.TrainInstructions!.Value);
        }
    }

    internal static async Task<ExperimentResult> EqualHost(SharedModel model, ExperimentOptions options)
    {
        var device = await model.Experiment.EmulateAsync(options, new Toolchain());
        var host = await model.Experiment.SimulateAsync(options, new Toolchain());

        Assert.Equal(host.WeightsSha256, device.WeightsSha256);
        Assert.Equal(host.Loss, device.Loss);
        BoardReport.IsTrue(model.Plan, device);
        return device;
    }
}

public sealed class CortexM0PlusTrainingTests() : BoardTrainingTests("cortex-m0plus");

public sealed class CortexM3TrainingTests() : BoardTrainingTests("cortex-m3");

public sealed class CortexM4TrainingTests() : BoardTrainingTests("cortex-m4");

public sealed class CortexM7TrainingTests() : BoardTrainingTests("cortex-m7");

public sealed class CortexM33TrainingTests() : BoardTrainingTests("cortex-m33");

public sealed class CortexM55TrainingTests() : BoardTrainingTests("cortex-m55");

public sealed class SparseTrainingTests
{
    /// <summary>Boards, update rules and gradient formats; a usual run takes the first of each.</summary>
    public static TheoryData<string, string, DType> Combinations
    {
        get
        {
            var data = new TheoryData<string, string, DType>();
            foreach (
                string target in BoardTrainingTests.IsFull
                    ? ["cortex-m7", "cortex-m3", "cortex-m4", "cortex-m33", "cortex-m55"]
                    : new[] { "cortex-m7" }
            )
            {
                foreach (string rule in BoardTrainingTests.IsFull ? ["stochastic", "residual", "nearest"] : new[] { "stochastic" })
                {
                    foreach (var gradients in BoardTrainingTests.IsFull ? [DType.I8, DType.I16, DType.F32] : new[] { DType.I8 })
                    {
                        data.Add(target, rule, gradients);
                    }
                }
            }

            return data;
        }
    }

    [BoardTheory]
    [MemberData(nameof(Combinations))]
    public async Task Weights_of_a_published_scheme_equal_host_twin(string target, string rule, DType gradients)
    {
        using var model = new SharedModel(
            "mcunet-5fps-int8-qdq",
            target,
            "mcunet-5fps-49k",
            rule,
            classes: 10,
            raw: new(0.00784313772, -1.00392163),
            sram: 1 << 20,
            gradients: gradients
        );
        await BoardTrainingTests.EqualHost(model, new ExperimentOptions { Train = model.Part("clothing10", "train", 0, 12), Steps = 20 });
    }
}
