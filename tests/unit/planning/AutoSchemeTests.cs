// --train auto: the plan fits, trains at least what a published scheme trains in the same memory, and its scheme.yaml gives the same plan.

using TinyEngine.Compiler;
using TinyEngine.Ir;
using TinyEngine.Tests.Training;

namespace TinyEngine.Tests.Planning;

public sealed class AutoSchemeTests
{
    private static readonly CompileOptions Auto = new()
    {
        Name = "m",
        Train = TrainMode.Auto,
        FlashBudget = 1 << 23,
    };

    [Theory]
    [InlineData("inverted bottlenecks", 0.6)]
    [InlineData("inverted bottlenecks", 0.9)]
    [InlineData("separable chain", 0.7)]
    public void Chosen_scheme_fits_and_its_file_gives_the_same_plan(string model, double share)
    {
        byte[] bytes = StandInModels.All[model]();
        long whole = ModelCompiler.Compile(bytes, Auto with { Train = TrainMode.Full, SramBudget = 1 << 23 }).Report!.Sram.Total;
        var options = Auto with { SramBudget = (long)(share * whole) };
        var chosen = ModelCompiler.Compile(bytes, options);
        Assert.InRange(chosen.Report!.Sram.Total, 1, options.SramBudget);
        Assert.Single(chosen.Notes, n => n.Code == "TE0506");
        string yaml = chosen.Files.Single(f => f.Path == "scheme.yaml").Content;
        var again = ModelCompiler.Compile(bytes, options with { Train = new TrainMode("scheme.yaml", SchemeFile.Parse(yaml)) });
        Assert.Equal(
            chosen.Files.Where(f => f.Path != "scheme.yaml" && f.Path != "plan.json"),
            again.Files.Where(f => f.Path != "plan.json")
        );
        Assert.Equal((again.Report! with { Files = [] }).ToJson(), (chosen.Report with { Files = [] }).ToJson());
        Assert.DoesNotContain(again.Files, f => f.Path == "scheme.yaml");
    }

    [Fact]
    public void More_memory_trains_more()
    {
        byte[] bytes = StandInModels.All["inverted bottlenecks"]();
        long least = ModelCompiler.Compile(bytes, Auto with { Train = TrainMode.Bias(1) }).Report!.Sram.Total;
        long most = ModelCompiler.Compile(bytes, Auto with { SramBudget = 1 << 23 }).Report!.Sram.Total;
        var learned = new[] { least, (least + most) / 2, most }
            .Select(budget => ModelCompiler.Compile(bytes, Auto with { SramBudget = budget }).Report!)
            .Select(r => r.Trained.Where(t => t.IsValue).Sum(t => t.Elements))
            .ToList();
        Assert.Equal(learned.Order(), learned);
        Assert.True(learned[0] < learned[^1]);
    }

    [Fact]
    public void Model_without_blocks_trains_its_dense_layers()
    {
        var report = ModelCompiler.Compile(SmallNetworks.Dense(1, 24, 24, 24, 4), Auto).Report!;
        Assert.Equal(report.Trained.Sum(t => t.Of), report.Trained.Sum(t => t.Elements));
    }

    [Fact]
    public void No_scheme_that_fits_is_diagnosed_with_what_is_alive_and_what_would_fit()
    {
        var failure = Assert.Throws<DiagnosticException>(() =>
            ModelCompiler.Compile(StandInModels.All["inverted bottlenecks"](), Auto with { SramBudget = 64 })
        );
        Assert.Equal(["TE0507", "TE0501", "TE0504"], failure.Diagnostics.Select(d => d.Code));
    }

    [SharedFact]
    public void Weights_train_in_pointwise_layers_before_depthwise_ones()
    {
        var options = Auto with { Gradients = DType.I8, SramBudget = 48 * 1024 };
        var chosen = ModelCompiler.Compile(SharedModels.Model("dscnn-kws-int8-qdq"), options);
        var parts = SchemeFile.Parse(chosen.Files.Single(f => f.Path == "scheme.yaml").Content).Parts;
        Assert.NotEmpty(parts);
        Assert.Subset(new HashSet<string> { "2", "4", "6" }, parts.Select(p => p.Layer.Text).ToHashSet());
    }
}
