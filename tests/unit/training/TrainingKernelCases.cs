// Random nodes with operands, of which TrainingKernelTests and others make cases.

using TinyEngine.Ir;

namespace TinyEngine.Tests.Training;

internal static class TrainingKernelCases
{
    public static List<(Node, Tensor?[])> Many(int count, Func<Random, (Node, Tensor?[])> make) =>
        [.. Enumerable.Range(0, count).Select(seed => make(new Random(seed)))];

    public static (Node, Tensor?[]) Make(Random random, Op op, Attributes attributes, params Tensor?[] operands) =>
        (
            new GraphBuilder().EmitNode(
                op,
                $"case{random.Next()}",
                [.. operands.Select((t, i) => t is null ? null : Tensors.Input($"operand{i}", t.Type))],
                attributes
            ),
            operands
        );

    /// <summary>A random gradient of random magnitude, a quarter of it zero as a mask leaves it.</summary>
    public static Tensor Gradient(Random random, params int[] shape)
    {
        var gradient = Tensors.Random(Tensors.Real(shape), random);
        double magnitude = Math.Pow(10, random.Next(-6, 5));
        Fill(gradient, v => random.Next(4) == 0 ? 0 : (float)(v * magnitude));
        return gradient;
    }

    public static void Fill(Tensor tensor, Func<double, double> map)
    {
        for (int i = 0; i < tensor.Data.Length; i++)
        {
            tensor.Data[i] = map(tensor.Data[i]);
        }
    }

    public static float Scale(Random random) => (float)(0.001 + random.NextDouble());

    public static float[] Scales(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => random.Next(8) == 0 ? 1e-9f : Scale(random))];

    public static TensorType Type(Random random, int[] w) =>
        random.Next(3) == 0 ? Tensors.Real(w) : Tensors.Weights(Scales(random, w[0]), w);

    public static Attributes Rule(Random random, string rule, Attributes attributes) =>
        attributes.With("rule", rule).With("tensor", random.Next(50)).With("rate", random.NextDouble() * 3).With("qas", random.Next(2))
            .With("momentum", random.NextDouble()).With("decay", random.Next(2) * random.NextDouble() / 10);

    public static Tensor? Velocity(Random random, Tensor parameter) =>
        random.Next(2) == 0 ? null : Gradient(random, parameter.Type.Shape.ToArray());

    public static Tensor Rate(Random random) => Tensors.Of(Tensors.Real(1), (float)random.NextDouble());

    public static Tensor? Random(Random random, Tensor parameter) => !parameter.Type.IsQuantized ? null
        : Tensors.Of(new TensorType(DType.U32, Shape.Of(2)), random.Next(), random.Next());

    public static Tensor? Residual(Random random, string rule, Tensor parameter)
    {
        if (rule != "residual" || parameter.Type.DType != DType.I8)
        {
            return null;
        }

        // At the ends of the range the residual is what saturation leaves.
        var residual = Tensor.Zeros(parameter.Type with { Quant = null });
        return new Tensor(
            residual.Type,
            [
                .. parameter.Data.Select(q =>
                    (double)(
                        q == 127 ? random.Next(-128, 1)
                        : q == -127 ? random.Next(0, 128)
                        : random.Next(-128, 128)
                    )
                ),
            ]
        );
    }
}
