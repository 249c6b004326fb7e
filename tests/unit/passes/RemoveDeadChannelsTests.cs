// Networks with channels that are constant, or all but constant, compute the same codes without them.

using TinyEngine.Ir;
using TinyEngine.Passes;
using TinyEngine.Tests.Training;

namespace TinyEngine.Tests.PassPages;

public sealed class RemoveDeadChannelsTests
{
    private const int Networks = 120;

    [Theory]
    [InlineData("cortex-m7")]
    [InlineData("cortex-m0plus")]
    public void Random_networks_compute_the_same_codes(string target)
    {
        int lost = 0;
        for (int seed = 0; seed < Networks; seed++)
        {
            var random = new Random(seed);
            var graph = Network(random) with { Target = Target.Find(target)! };
            var smaller = Verifier.Verify(RemoveDeadChannels.Run(graph));
            lost += smaller.Nodes.Sum(n => n.Form.LostChannels);
            for (int run = 0; run < 3; run++)
            {
                var x = BlockTensors.Codes(graph.Inputs[0].Type, random);
                Assert.Equal(Result(graph, x), Result(smaller, x));
            }
        }

        Assert.True(lost > 2 * Networks, $"{lost} channels of {Networks} networks");
    }

    private static double[] Result(Graph graph, Tensor x) =>
        new Interpreter(Numerics.For(graph.Target)) { [graph.Inputs[0]] = x }.Infer(graph)[graph.Outputs[0]].Data;

    /// <summary>Two to five layers, pooled at the end, with a skip connection here and there.</summary>
    private static Graph Network(Random random)
    {
        var builder = new GraphBuilder();
        int zero = random.Next(-128, 128), height = random.Next(3, 8), width = random.Next(3, 8);
        var input = Tensors.Input("x", Tensors.Codes(0.1f, zero, 1, height, width, random.Next(1, 5)));
        var value = input;
        for (int i = 0, layers = random.Next(2, 6); i < layers; i++)
        {
            var before = value;
            value = Convolution(builder, random, $"conv{i}", value);
            if (value.Type.Shape.Equals(before.Type.Shape) && random.Next(3) == 0)
            {
                value = builder.Emit(Add.Op, $"add{i}", [value, before], type: Tensors.Codes(0.1f, random.Next(-20, 20), 1));
            }
        }

        if (random.Next(2) == 0)
        {
            var window = Attributes.Empty.With("kernel", [value.Type.Shape[1], value.Type.Shape[2]]);
            value = builder.Emit(AveragePool2d.Op, "pool", [value], window, type: Tensors.Codes(0.05f, 3, 1));
            value = builder.Emit(Reshape.Op, "flat", [value], Attributes.Empty.With("shape", [1, value.Type.Shape[3]]));
            value = Layer(builder, random, "dense", Dense.Op, Attributes.Empty, value, [random.Next(1, 6), value.Type.Shape[1]]);
        }

        return builder.Finish(
            new Graph
            {
                Name = "g",
                Stage = Stage.Quantized,
                Inputs = [input],
                Nodes = [],
                Outputs = [value],
            }
        );
    }

    private static Value Convolution(GraphBuilder builder, Random random, string name, Value x)
    {
        int kernel = random.Next(1, 4), channels = x.Type.Shape[3];
        int pad = random.Next(2) * (kernel / 2);
        var attributes = Attributes.Empty.With("pads", [pad, pad, kernel - 1 - pad, kernel - 1 - pad]);
        return random.Next(2) == 0
            ? Layer(builder, random, name, Conv2d.Op, attributes, x, [random.Next(1, 5) * 2, kernel, kernel, channels])
            : Layer(builder, random, name, Conv2d.Op, attributes.With("group", channels), x, [channels, kernel, kernel, 1]);
    }

    /// <summary>A layer of which a third of the channels has no weights, or a bias far beyond all codes.</summary>
    private static Value Layer(GraphBuilder builder, Random random, string name, Op op, Attributes attributes, Value x, int[] w)
    {
        float[] scales = [.. Enumerable.Range(0, w[0]).Select(_ => 0.001f + 0.01f * random.NextSingle())];
        var weights = BlockTensors.Codes(Tensors.Weights(scales, w), random);
        var bias = Tensors.Random(Tensors.Biases([.. scales.Select(s => x.Type.ScaleOf(0) * s)]), random, 1000);
        int taps = weights.Data.Length / w[0];
        for (int c = 0; c < w[0]; c++)
        {
            int kind = random.Next(6);
            bias.Data[c] = kind == 0 ? (random.Next(2) == 0 ? -1 : 1) * 10_000_000 : bias.Data[c];
            weights.Data.AsSpan(c * taps, kind == 1 ? taps : 0).Clear();
        }

        NodeForm form = attributes;
        return builder.Emit(
            op,
            name,
            [x, Value.Constant(name + ".w", weights), Value.Constant(name + ".b", bias)],
            random.Next(2) == 0 ? form.Clamped(0, 6) : form,
            Tensors.Codes(0.1f, random.Next(-128, 100), 1)
        );
    }
}
