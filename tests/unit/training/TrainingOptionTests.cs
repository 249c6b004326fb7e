// Options of the training step as a caller of the C# API gives them: what cannot be is diagnosed, and the plan says what trains.


using TinyEngine.Compiler;
using TinyEngine.Experiments;
using TinyEngine.Ir;
using TinyEngine.Passes;
using TinyEngine.Tests.Models;

namespace TinyEngine.Tests.Training;

public sealed class TrainingOptionTests
{
    private static readonly CompileOptions Good = new() { Name = "m", Train = TrainMode.Parse("last:1") };

    public static TheoryData<string, CompileOptions> Bad => new()
    {
        { "Classes", Good with { Classes = 1 } },
        { "Classes", Good with { Classes = 10001 } },
        { "Loss.Smoothing", Good with { Loss = LossChoice.CrossEntropy with { Smoothing = 1 } } },
        { "Loss.Smoothing", Good with { Loss = new LossChoice(MeanLoss.Squared, 0.1) } },
        { "Loss.Reconstructs", Good with { Loss = new LossChoice(MeanLoss.Bce, Reconstructs: true) } },
        { "Optimizer.Momentum", Good with { Optimizer = new OptimizerChoice(Momentum: 1) } },
        { "Optimizer.Momentum", Good with { Optimizer = new OptimizerChoice(Momentum: double.NaN) } },
        { "Optimizer.Decay", Good with { Optimizer = new OptimizerChoice(Decay: -1) } },
        { "Optimizer.Decay", Good with { Optimizer = new OptimizerChoice(Decay: 1e60) } },
        { "Optimizer.Accumulate", Good with { Optimizer = new OptimizerChoice(Accumulate: 0) } },
        { "Optimizer.Accumulate", Good with { Optimizer = new OptimizerChoice(Accumulate: 65537) } },
        { "Optimizer.ClipNorm", Good with { Optimizer = new OptimizerChoice(ClipNorm: double.PositiveInfinity) } },
        { "Update.Rule", Good with { Update = Good.Update with { Rule = "up" } } },
        { "Update.WeightRate", Good with { Update = Good.Update with { WeightRate = float.NaN } } },
        { "Update.BiasRate", Good with { Update = Good.Update with { BiasRate = -1 } } },
        { "Update.HeadRate", Good with { Update = Good.Update with { HeadRate = float.PositiveInfinity } } },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void Option_that_cannot_be_is_diagnosed(string option, CompileOptions options)
    {
        var diagnostic = Assert.Single(
            Assert.Throws<DiagnosticException>(() => ModelCompiler.Compile(OnnxModel.Classifier().Bytes, options)).Diagnostics
        );
        Assert.Equal(("TE0304", option), (diagnostic.Code, diagnostic.Node));
    }

    [Theory]
    [InlineData("none", false, "none", 0.0025f)]
    [InlineData("head", false, "none", 0.0025f)]
    [InlineData("head", true, "none", 0.0025f)]
    [InlineData("bias:1", false, "biases", 0.01f)]
    [InlineData("bias:1", true, "biases", 0.01f)]
    [InlineData("last:1", false, "weights", 0.0025f)]
    public void Plan_says_what_trains_besides_the_head_and_the_default_rate_follows(
        string mode,
        bool quantizedHead,
        string trained,
        float rate
    )
    {
        var plan = ModelCompiler
            .Compile(OnnxModel.Classifier().Bytes, Good with { Train = TrainMode.Parse(mode), QuantizedHead = quantizedHead })
            .Report!;
        Assert.Equal(trained, plan.TrainedLayers);
        Assert.Equal(rate, Experiment.DefaultRate(plan));
    }
}
