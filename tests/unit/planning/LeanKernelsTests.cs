// --optimize: less flash for more instructions, in that order, and the results that any kernels give.

using TinyEngine.Compiler;
using TinyEngine.Ir;

namespace TinyEngine.Tests.Planning;

public sealed class LeanKernelsTests
{
    private const string Keywords = "dscnn-kws-int8-qdq";

    private static readonly CompileOptions Options = new()
    {
        Name = "net",
        Train = TrainMode.None,
        SramBudget = 1 << 22,
        FlashBudget = 1 << 24,
        PatchLayers = 0,
    };

    [Theory]
    [InlineData("cortex-m0plus", false)]
    [InlineData("cortex-m0plus", true)]
    [InlineData("cortex-m7", false)]
    [InlineData("cortex-m7", true)]
    [InlineData("cortex-m55", false)]
    [InlineData("cortex-m55", true)]
    public void Each_objective_of_a_network_of_fp32_gives_what_it_is_for(string target, bool trains) =>
        HasItsPurpose(StandInModels.All["inverted bottlenecks"](), Of(target, trains));

    [SharedTheory]
    [InlineData("cortex-m0plus", false)]
    [InlineData("cortex-m0plus", true)]
    [InlineData("cortex-m7", false)]
    [InlineData("cortex-m7", true)]
    [InlineData("cortex-m55", false)]
    [InlineData("cortex-m55", true)]
    public void Each_objective_of_a_quantized_network_gives_what_it_is_for(string target, bool trains) =>
        HasItsPurpose(SharedModels.Model(Keywords), Of(target, trains) with { Gradients = trains ? DType.I8 : DType.F32 });

    [SharedFact]
    public void Code_for_size_is_at_most_10_KB()
    {
        var report = ModelCompiler.Compile(SharedModels.Model(Keywords), Options with { Objective = Objective.Size }).Report!;
        Assert.InRange(report.Flash.Code, 1, 10 * 1024);
    }

    [Fact]
    public void Size_takes_one_kernel_where_speed_takes_several()
    {
        var model = StandInModels.All["inverted bottlenecks"]();
        int[] kernels =
        [
            .. new[] { Objective.Speed, Objective.Size }.Select(o =>
                ModelCompiler
                    .Compile(model, Options with { Objective = o })
                    .Graph.Nodes.SelectMany(n => n.Body?.Nodes ?? [n])
                    .Select(n => n.Kernel?.Symbol)
                    .Distinct()
                    .Count()
            ),
        ];
        Assert.InRange(kernels[1], 1, kernels[0] - 1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Speed_stays_within_the_budget_of_flash(bool trains)
    {
        var model = StandInModels.All["inverted bottlenecks"]();
        var options = Of("cortex-m7", trains);
        PlanReport Report(CompileOptions o) => ModelCompiler.Compile(model, o).Report!;
        var (speed, size) = (Report(options), Report(options with { Objective = Objective.Size }));
        const int later = 4096; // what passes after the choice of kernels may add
        long middle = (speed.Flash.Total + size.Flash.Total) / 2;
        var fitted = Report(options with { FlashBudget = middle + later });
        Assert.InRange(fitted.Flash.Total, size.Flash.Total, middle + later);
        Assert.InRange(fitted.Instructions!.Inference, speed.Instructions!.Inference, size.Instructions!.Inference);
        var (chosen, fastest) = (fitted.Objectives[0], speed.Objectives[0]);
        Assert.InRange(chosen.Code + chosen.Constants, 1, fastest.Code + fastest.Constants - 1);
    }

    private static CompileOptions Of(string target, bool trains) =>
        Options with { Target = Target.Find(target)!, Train = trains ? TrainMode.Full : TrainMode.None };

    private static void HasItsPurpose(byte[] model, CompileOptions options)
    {
        var all = ModelCompiler.Compile(model, options).Report!.Objectives;
        Assert.Equal(["speed", "balanced", "size"], all.Select(o => o.Objective));
        var (speed, balanced, size) = (all[0], all[1], all[2]);
        Assert.InRange(Instructions(balanced), Instructions(speed), 1.1 * Instructions(speed));
        Assert.InRange(Flash(balanced), 1, Flash(speed));
        Assert.InRange(Flash(size), 1, Flash(balanced));

        foreach (var (report, objective) in all.Zip(Enum.GetValues<Objective>()))
        {
            var chosen = ModelCompiler.Compile(model, options with { Objective = objective }).Report!;
            long predicted = chosen.Instructions!.TrainStep ?? chosen.Instructions.Inference;
            Assert.InRange(predicted, Instructions(report), 1.1 * Instructions(report)); // moves and masks made later come on top
            Assert.Equal(all, chosen.Objectives); // what each gives does not depend on what was asked for
        }

        long Instructions(ObjectiveReport o) => o.TrainStep ?? o.Inference;
        long Flash(ObjectiveReport o) => o.Code + o.Constants;
    }
}
