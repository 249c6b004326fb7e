// Activations that are made again are the ones that would have been kept: training gives the same parameters, in less memory.

using TinyEngine.Compiler;
using TinyEngine.Ir;
using TinyEngine.Passes;

namespace TinyEngine.Tests.Planning;

public sealed class RecomputeTests
{
    private const int Steps = 2;

    [SharedTheory]
    [InlineData("dscnn-kws-int8-qdq", 96)]
    [InlineData("dscnn-kws-int8-qdq", 84)]
    [InlineData("resnet8-cifar10-int8-qdq", 170)]
    public void Training_over_budget_gives_the_same_parameters(string model, int kibibytes)
    {
        var (kept, repeated) = (Compile(model, 1 << 20), Compile(model, kibibytes * 1024));
        Assert.Equal(0, kept.Report!.Macs.Recomputed);
        Assert.True(repeated.Report!.Macs.Recomputed > 0);
        Assert.Equal(kept.Report.Macs.Backward + repeated.Report.Macs.Recomputed, repeated.Report.Macs.Backward);
        Assert.True(repeated.Report.Sram.Total <= kibibytes * 1024);
        Assert.Equal(Trained(kept.Graph), Trained(repeated.Graph));
    }

    [SharedFact]
    public void Depthwise_layers_run_again_first()
    {
        var again = Compile("dscnn-kws-int8-qdq", 96 * 1024).Graph.Nodes.Where(n => n is { Phase: Phase.Train, Layer: not null }).ToList();
        Assert.NotEmpty(again);
        Assert.All(again, n => Assert.Contains("depthwise", n.Kernel!.Symbol));
    }

    [SharedFact]
    public void Inference_and_training_within_budget_stay_as_they_are() =>
        Assert.Equal(0, Recompute.Macs(Compile("dscnn-kws-int8-qdq", 256 * 1024).Graph));

    [SharedTheory]
    [InlineData("dscnn-kws-int8-qdq")]
    [InlineData("resnet8-cifar10-int8-qdq")]
    public void No_layer_runs_again_that_need_not(string model)
    {
        var scheduled = Compile(model, 1 << 20, "schedule").Graph;
        long peak = TrainingPeak(scheduled);
        foreach (long budget in new[] { 0.97, 0.9, 0.8, 0.75, 0.7 }.Select(share => (long)(share * peak)))
        {
            var repeated = Recompute.Run(scheduled, budget);
            Assert.Contains(repeated.Nodes, Recompute.IsRepeated);
            if (TrainingPeak(repeated) <= budget)
            {
                Assert.All(repeated.Nodes.Where(Recompute.IsRepeated), n => Assert.True(TrainingPeak(Without(repeated, n)) > budget));
            }
        }
    }

    [SharedFact]
    public void Refusal_names_values_as_the_model_does()
    {
        var failure = Assert.Throws<DiagnosticException>(() => Compile("dscnn-kws-int8-qdq", 48 * 1024));
        string text = failure.Diagnostics[0].Message;
        Assert.Contains("gradient at the ", text);
        Assert.DoesNotMatch("[.](again|dx|unclamp|lines|scratch|1) [(]", text);
    }

    private static long TrainingPeak(Graph graph)
    {
        var live = Lifetimes.Of(graph).Live;
        return graph.Nodes.Select((n, i) => n.Phase == Phase.Train ? live[i] : 0).Max();
    }

    /// <summary>The graph in which the readers of a repeated node read what was made in the forward phase.</summary>
    private static Graph Without(Graph graph, Node repeated)
    {
        string name = repeated.Name[..repeated.Name.LastIndexOf('.')];
        var kept = graph.Nodes.Single(n => n.Name == name).Output;
        Value? Kept(Value? v) => v == repeated.Output ? kept : v;
        return graph with
        {
            Nodes =
            [
                .. graph
                    .Nodes.Where(n => n != repeated)
                    .Select(n =>
                        n with
                        {
                            Inputs = [.. n.Inputs.Select(Kept)],
                            Call = n.Call is null ? null : n.Call with { Arguments = [.. n.Call.Arguments.Select(Kept)] },
                        }
                    ),
            ],
        };
    }

    private static Compilation Compile(string model, long budget, string? stopAfter = null) =>
        ModelCompiler.Compile(
            SharedModels.Model(model),
            new CompileOptions
            {
                Name = "m",
                Train = TrainMode.Parse("full"),
                Gradients = DType.I8,
                SramBudget = budget,
                StopAfter = stopAfter,
            }
        );

    /// <summary>All parameters after some steps on noise.</summary>
    internal static List<double[]> Trained(Graph graph)
    {
        var random = new Random(1);
        var interpreter = new Interpreter(Numerics.For(graph.Target));
        for (int step = 0; step < Steps; step++)
        {
            var input = graph.Inputs[0];
            interpreter[input] = new Tensor(
                input.Type,
                [.. Enumerable.Range(0, (int)input.Type.Count).Select(_ => (double)random.Next(-128, 128))]
            );
            foreach (var argument in graph.TrainInputs)
            {
                interpreter[argument] = new Tensor(argument.Type, [argument.Role == ValueRole.Rate ? 0.01f : step]);
            }

            interpreter.TrainStep(graph);
        }

        return [.. graph.OfKind(ValueKind.Parameter).OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => interpreter[p].Data)];
    }
}
