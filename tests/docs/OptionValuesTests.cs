// A program that sets every option of a compilation names one namespace: this file has no other using.

using TinyEngine.Compiler;

namespace TinyEngine.Docs.Tests;

public sealed class OptionValuesTests
{
    [Fact]
    public void Every_option_is_set_with_one_namespace()
    {
        var options = new CompileOptions
        {
            Name = "keywords",
            Target = Targets.CortexM4,
            SramBudget = 512 * 1024,
            FlashBudget = 1 << 20,
            Train = TrainMode.Last(2),
            Classes = 8,
            Update = new("residual", true, 1, 1, 0.5f),
            Gradients = GradientFormats.Int8,
            Loss = Losses.CrossEntropy with { Smoothing = 0.1 },
            Optimizer = new(Momentum: 0.9),
            Schedule = RateSchedules.Cosine,
            Io = BoundaryTypes.UInt8,
            RawScale = new(1 / 255.0, 0),
            CallerInput = true,
            Dims = new Dictionary<string, int>(),
            Command = "test",
            AfterPass = (pass, graph) => Assert.NotEmpty(graph.Nodes),
            StopAfter = "fuse-updates",
        };
        byte[] model = File.ReadAllBytes(Path.Combine(Page.Root, "samples", "keywords", "keywords.onnx"));
        Assert.Contains(ModelCompiler.Compile(model, options).Graph.Nodes, n => n.Op.Name.EndsWith("update"));
    }
}
