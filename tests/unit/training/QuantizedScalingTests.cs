// Quantization-aware scaling: a step of the codes is the step of the real numbers they stand for, up to rounding; without it a
// step is the naive one in codes.

using TinyEngine.Ir;
using TinyEngine.Passes;

namespace TinyEngine.Tests.Training;

public sealed class QuantizedScalingTests
{
    private static readonly Numerics Fp32 = Numerics.For(Target.Default);

    public static TheoryData<string, string, double, int> Cases()
    {
        var data = new TheoryData<string, string, double, int>();
        for (int seed = 1; seed <= 4; seed++)
        {
            foreach (string parameter in new[] { QuantizedNetwork.Weights, QuantizedNetwork.Bias })
            {
                data.Add(parameter, "nearest", 0.5, seed);
                data.Add(parameter, "stochastic", 1, seed);
                data.Add(parameter, "residual", 1, seed);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Step_with_quantization_aware_scaling_is_step_of_dequantized_network(
        string parameter,
        string rule,
        double withinSteps,
        int seed
    )
    {
        const double lr = 0.7;
        var network = QuantizedNetwork.Create(seed);
        var quantized = TrainedGraph.Differentiated(network.Quantized, TrainScheme.All, new UpdateRule(rule, true, 1, 1, 1));
        var real = TrainedGraph.Differentiated(network.Float, TrainScheme.All);
        var (codesAfter, realAfter) = (
            TrainedGraph.Step(quantized, network.Codes, 1, lr, Fp32),
            TrainedGraph.Step(real, network.Reals, 1, lr, Fp32)
        );

        var (codes, reals) = (TrainedGraph.Parameter(quantized, parameter), TrainedGraph.Parameter(real, parameter));
        Assert.Contains(Enumerable.Range(0, codes.Data!.Data.Length), i => Math.Abs(codesAfter[codes].Data[i] - codes.Data.Data[i]) > 2);
        for (int i = 0; i < codes.Data.Data.Length; i++)
        {
            double scale = Scale(codes, i), difference = codesAfter[codes].Real(i) - realAfter[reals].Data[i];
            Assert.True(Math.Abs(difference) <= withinSteps * scale * (1 + 1e-4), $"{parameter}[{i}] is {difference / scale} steps away");
        }
    }

    [Theory]
    [InlineData(QuantizedNetwork.Weights)]
    [InlineData(QuantizedNetwork.Bias)]
    public void Step_without_quantization_aware_scaling_is_naive_step_of_codes(string parameter)
    {
        const double lr = 40;
        var network = QuantizedNetwork.Create(1);
        var naive = TrainedGraph.Differentiated(network.Quantized, TrainScheme.All, TrainedGraph.Nearest with { Aware = false });
        var real = TrainedGraph.Differentiated(network.Float, TrainScheme.All);
        var (after, realAfter) = (
            TrainedGraph.Step(naive, network.Codes, 1, lr, Fp32),
            TrainedGraph.Step(real, network.Reals, 1, 1, Numerics.Double)
        );

        var (codes, reals) = (TrainedGraph.Parameter(naive, parameter), TrainedGraph.Parameter(real, parameter));
        Assert.Contains(Enumerable.Range(0, codes.Data!.Data.Length), i => Math.Abs(after[codes].Data[i] - codes.Data.Data[i]) > 2);
        for (int i = 0; i < codes.Data.Data.Length; i++)
        {
            // dL/d(code) = dL/d(real) * scale
            double gradient = (reals.Data!.Data[i] - realAfter[reals].Data[i]) * Scale(codes, i);
            Assert.True(
                Math.Abs(after[codes].Data[i] - Math.Clamp(codes.Data.Data[i] - lr * gradient, -127, 127)) <= 0.5001,
                $"{parameter}[{i}]"
            );
        }
    }

    [Fact]
    public void Step_of_dead_channel_is_frozen()
    {
        float[] scales = [0.5f, 1e-9f, 0.25f];
        var type = Tensors.Weights(scales, 3, 2);
        var after = Updates.Step(type, [1, 2, 3, 4, 5, 6], Enumerable.Repeat(-1.0, 6), rule: "nearest");
        Assert.Equal([3, 4, 3, 4, 9, 10], after);
    }

    private static double Scale(Value codes, int index) => codes.Type.ScaleOf((int)(index / (codes.Type.Count / codes.Type.Shape[0])));
}
