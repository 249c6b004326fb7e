// Momentum, weight decay, accumulation, clipping and rates per kind of parameter: the interpreter against the definitions in plain
// double arithmetic, and the emitted C against the interpreter bit for bit.

using TinyEngine.Compiler;
using TinyEngine.Image;
using TinyEngine.Ir;
using TinyEngine.Passes;
using TinyEngine.Tests.Codegen;

namespace TinyEngine.Tests.Training;

public sealed class OptimizerTests
{
    private const float Rate = 0.05f;

    /// <summary>Optimizers, each also with two others.</summary>
    public static TheoryData<double, double, int, double> Choices() => new()
    {
        { 0, 0, 1, 0 }, { 0.9, 0, 1, 0 }, { 0, 0.01, 1, 0 }, { 0, 0, 4, 0 }, { 0, 0, 1, 0.1 }, { 0.5, 0.1, 3, 0.05 },
    };

    [Theory]
    [MemberData(nameof(Choices))]
    public void Steps_in_interpreter_follow_the_definition(double momentum, double decay, int every, double norm)
    {
        var training = TrainingOptions.Plain(new UpdateRule("nearest", true, 0.5f, 2, 3)) with
        {
            Optimizer = new OptimizerChoice(momentum, decay, every, norm),
        };
        var forward = QuantizedNetwork.Create(4).Float;
        var plain = TrainedGraph.Differentiated(forward, TrainScheme.All);
        var graph = TrainedGraph.Differentiated(forward, TrainScheme.All, training);
        string[] names = [QuantizedNetwork.Weights, QuantizedNetwork.Bias, "head.w", "head.b"];
        double[] rates = [0.5, 2, 3, 3];
        double[][] w = [.. names.Select(n => TrainedGraph.Parameter(plain, n).Data!.Data.ToArray())];
        double[][] velocity = [.. w.Select(p => new double[p.Length])], sum = [.. w.Select(p => new double[p.Length])];
        var actual = new Interpreter(Numerics.Double);
        var random = new Random(5);
        for (int step = 0; step < 7; step++)
        {
            var (x, target) = (Tensors.Random(graph.Inputs[0].Type, random), random.Next(3));
            Feed(actual, graph, x, target).TrainStep(graph);

            // The gradient at the weights of the last update, from a step of plain descent with rate 1.
            var probe = Feed(new Interpreter(Numerics.Double), plain, x, target, 1);
            names
                .Select((n, i) => (n, i))
                .ToList()
                .ForEach(p => probe[TrainedGraph.Parameter(plain, p.n)] = new Tensor(TrainedGraph.Parameter(plain, p.n).Type, [.. w[p.i]]));
            probe.TrainStep(plain);
            for (int p = 0; p < names.Length; p++)
            {
                var after = probe[TrainedGraph.Parameter(plain, names[p])].Data;
                sum[p] = [.. sum[p].Select((s, i) => s + w[p][i] - after[i])];
            }

            if ((step + 1) % every == 0)
            {
                double length = Math.Sqrt(sum.Sum(s => s.Sum(g => g * g))) / every, scale = norm > 0 && length > norm ? norm / length : 1;
                for (int p = 0; p < names.Length; p++)
                {
                    for (int i = 0; i < w[p].Length; i++)
                    {
                        velocity[p][i] = momentum * velocity[p][i] + sum[p][i] / every * scale;
                        w[p][i] -= Rate * rates[p] * (velocity[p][i] + (p % 2 == 0 ? decay : 0) * w[p][i]);
                    }

                    sum[p] = new double[w[p].Length];
                }
            }

            for (int p = 0; p < names.Length; p++)
            {
                var now = actual[TrainedGraph.Parameter(graph, names[p])].Data;
                Assert.All(now.Zip(w[p]), v => Assert.Equal(v.Second, v.First, 1e-6));
            }
        }
    }

    [CompilerFact("gcc")]
    public async Task Steps_in_emitted_C_equal_interpreter()
    {
        var choices = Choices().Select(row => new OptimizerChoice((double)row[0], (double)row[1], (int)row[2], (double)row[3])).ToList();
        var all = choices[^1];
        foreach (
            var (loss, choice) in choices.Select(c => (MeanLoss.Squared, c)).Append((MeanLoss.Absolute, all)).Append((MeanLoss.Huber, all))
        )
        {
            using var emitted = new EmittedTraining(SmallNetworks.Dense(1, 6, 5, 3), EmittedTraining.Options with
            {
                Loss = new LossChoice(loss),
                Optimizer = choice,
                Update = new UpdateRule("nearest", true, 0.5f, 2, 3),
            });
            await AssertEqual(emitted, Samples(9, 6, 3));
        }

        using var map = new EmittedTraining(
            SmallNetworks.Filter(2, 5, 3),
            EmittedTraining.Options with
            {
                Loss = new LossChoice(MeanLoss.Squared),
                Optimizer = all,
            }
        );
        await AssertEqual(map, [.. Samples(7, 25, 0).Select(s => s with { Target = null })]);
    }

    [CompilerFact("gcc")]
    public async Task Accumulated_steps_in_emitted_C_are_one_step_of_the_mean_gradient()
    {
        const int every = 4;
        var model = SmallNetworks.Dense(1, 6, 5, 3);
        var options = EmittedTraining.Options with { Loss = new LossChoice(MeanLoss.Squared) };
        using var accumulated = new EmittedTraining(model, options with { Optimizer = new OptimizerChoice(Accumulate: every) });
        using var plain = new EmittedTraining(model, options);
        var samples = Samples(every, 6, 3);
        var (_, trained) = await accumulated.RunAsync(samples, Rate);
        var (_, before) = await accumulated.RunAsync([.. samples.Take(every - 1)], Rate);

        // The batch: every sample's gradient at the same weights, by a plain step of rate 1 from them, summed in fp32 in their order.
        var values = plain.Graph.OfKind(ValueKind.Parameter).ToList();
        var state = StateLayout.Of(accumulated.Graph);
        foreach (var value in values)
        {
            var sum = new float[value.Type.Count];
            for (int s = 0; s < every; s++)
            {
                var interpreter = plain.Start();
                var gradient = GradientOf(plain.Graph, value, interpreter, () => plain.Step(interpreter, samples[s], 0));
                sum = [.. sum.Select((v, i) => s == 0 ? (float)gradient[i] : v + (float)gradient[i])];
            }

            var member = state.Trained.Single(m => m.Value.Name == value.Name);
            var bytes = trained.AsMemory((int)(member.Offset - state.ArenaBytes), (int)value.Type.Bytes);
            var expected = value.Data!.Data.Select((w, i) => (double)((float)w - Rate * (sum[i] * 0.25f))).ToArray();
            Assert.Equal(expected, Tensor.FromBytes(value.Type, bytes.Span).Data);
            Assert.Equal(
                value.Data.Data,
                Tensor.FromBytes(value.Type, before.AsSpan((int)(member.Offset - state.ArenaBytes), (int)value.Type.Bytes)).Data
            );
        }
    }

    [Theory]
    [InlineData(0.9, 1, 0, 2)]
    [InlineData(0, 2, 0, 2)]
    [InlineData(0.9, 4, 1, 3)]
    public void Optimizer_state_of_every_element_is_counted_in_the_plan(double momentum, int every, double norm, int perElement)
    {
        var options = EmittedTraining.Options with
        {
            Loss = new LossChoice(MeanLoss.Squared),
            Optimizer = new OptimizerChoice(momentum, 0, every, norm),
        };
        var model = SmallNetworks.Dense(1, 6, 5, 3);
        var report = ModelCompiler.Compile(model, options).Report!;
        Assert.Equal(perElement * 4 * (6 * 5 + 5 + 5 * 3 + 3), report.Sram.Trained);
        Assert.Equal(["b0", "b2", "w0", "w2"], report.Trained.Take(4).Select(t => t.Name).Order());
        Assert.All(report.Trained.Take(4), t => Assert.Equal("value", t.Role));
        Assert.All(report.Trained.Skip(4), t => Assert.Equal("optimizer", t.Role));
    }

    [Fact]
    public void Residuals_in_the_plan_stand_between_values_and_optimizer_state()
    {
        var graph = TrainedGraph.Differentiated(QuantizedNetwork.Create(1).Quantized, TrainScheme.All,
            TrainingOptions.Plain(new UpdateRule("residual", true, 1, 1, 1)) with { Optimizer = new OptimizerChoice(0.9) });
        var planned = PlanMemory.Run(Schedule.Run(SelectKernels.Run(FuseUpdates.Run(graph), NativeKernels.Table)));
        var state = StateLayout.Of(planned);
        Assert.Equal(["head.b", "head.w", "layer.b", "layer.w"], state.InWeightsOrder.Take(4).Select(m => m.Value.Name).Order());
        Assert.Equal("layer.w.residual", state.InWeightsOrder[4].Value.Name);
        Assert.All(state.InWeightsOrder.Skip(5), m => Assert.EndsWith(".velocity", m.Value.Name));
        Assert.All(state.Trained, m => Assert.Equal(0, m.Offset % m.Value.Type.DType.ElementBytes()));
    }

    [Fact]
    public void Plain_steps_consume_weight_gradients_at_once_and_others_keep_them()
    {
        Assert.False(HasWeightGradient(new OptimizerChoice(0.9, 0.1)));
        Assert.True(HasWeightGradient(new OptimizerChoice(Accumulate: 2)));
        Assert.True(HasWeightGradient(new OptimizerChoice(ClipNorm: 1)));

        static bool HasWeightGradient(OptimizerChoice choice) =>
            ModelCompiler
                .Compile(SmallNetworks.Dense(1, 6, 5, 3), EmittedTraining.Options with { Optimizer = choice })
                .Graph.Nodes.Any(n => n.Op is Conv2dDw);
    }

    private static Interpreter Feed(Interpreter interpreter, Graph graph, Tensor x, int target, double lr = Rate)
    {
        interpreter[graph.Inputs[0]] = x;
        interpreter[graph.TrainInputs[0]] = new Tensor(graph.TrainInputs[0].Type, [target]);
        interpreter[graph.TrainInputs[1]] = new Tensor(graph.TrainInputs[1].Type, [lr]);
        return interpreter;
    }

    /// <summary>The gradient of a parameter in a step of rate 0: what its update takes, or the fused update's sum.</summary>
    private static double[] GradientOf(Graph graph, Value parameter, Interpreter interpreter, Action step)
    {
        step();
        var update = graph.Nodes.Single(n => n.Op.Mutates == 0 && n.Input(0) == parameter);
        if (update.Op is Sgd)
        {
            return interpreter[update.Input(1)].Data;
        }

        var dw = new GraphBuilder().EmitNode(
            Conv2dDw.Op,
            "dw",
            [update.Input(1), update.Input(2)],
            update.Attributes.With("weights", parameter.Type.Shape.ToArray())
        );
        return Conv2dDw.Op.Evaluate(dw, [interpreter[update.Input(1)], interpreter[update.Input(2)]], Numerics.For(graph.Target))[0].Data;
    }

    private static async Task AssertEqual(EmittedTraining emitted, Sample[] samples)
    {
        var (losses, trained) = await emitted.RunAsync(samples, Rate);
        var interpreter = emitted.Start();
        var expected = samples.Select(s => emitted.Step(interpreter, s, Rate)).ToArray();
        Assert.Equal(expected, losses);
        Assert.Equal(emitted.Stored(interpreter), trained);
        Assert.NotEqual(emitted.Stored(emitted.Start()), trained);
    }

    private static Sample[] Samples(int count, int inputs, int outputs)
    {
        var random = new Random(count);
        float[] Vector(int n) => [.. Enumerable.Range(0, n).Select(_ => (float)(2 * random.NextDouble() - 1))];
        return [.. Enumerable.Range(0, count).Select(_ => new Sample(Vector(inputs), 0, Vector(outputs)))];
    }
}
