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
        { "--classes", Good with { Classes = 1 } },
        { "--classes", Good with { Classes = 10001 } },
        { "--label-smoothing", Good with { Loss = LossChoice.CrossEntropy with { Smoothing = 1 } } },
        { "--label-smoothing", Good with { Loss = new LossChoice(MeanLoss.Squared, 0.1) } },
        { "--reconstruct", Good with { Loss = new LossChoice(MeanLoss.Bce, Reconstructs: true) } },
        { "--momentum", Good with { Optimizer = new OptimizerChoice(Momentum: 1) } },
        { "--momentum", Good with { Optimizer = new OptimizerChoice(Momentum: double.NaN) } },
        { "--weight-decay", Good with { Optimizer = new OptimizerChoice(Decay: -1) } },
        { "--weight-decay", Good with { Optimizer = new OptimizerChoice(Decay: 1e60) } },
        { "--accumulate", Good with { Optimizer = new OptimizerChoice(Accumulate: 0) } },
        { "--accumulate", Good with { Optimizer = new OptimizerChoice(Accumulate: 65537) } },
        { "--clip-norm", Good with { Optimizer = new OptimizerChoice(ClipNorm: double.PositiveInfinity) } },
        { "--update", Good with { Update = Good.Update with { Rule = "up" } } },
        { "--lr-weights", Good with { Update = Good.Update with { WeightRate = float.NaN } } },
        { "--lr-biases", Good with { Update = Good.Update with { BiasRate = -1 } } },
        { "--lr-head", Good with { Update = Good.Update with { HeadRate = float.PositiveInfinity } } },
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
