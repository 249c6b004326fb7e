// The losses: gradients against central differences in double precision, values against their definitions, and what each takes.

using TinyEngine.Ir;
using static TinyEngine.Tests.Training.Tensors;

namespace TinyEngine.Tests.Training;

public sealed class LossTests
{
    /// <summary>All losses by name.</summary>
    public static TheoryData<string> Names() => [.. Loss.All.Select(l => l.Title)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradient_of_loss_equals_central_differences(string name)
    {
        var loss = Loss.Find(name)!;
        var random = new Random(3);
        foreach (double smoothing in loss.TakesClass ? [0, 0.1] : new[] { 0.0 })
        {
            var (y, target) = (
                Random(Real(1, 7), random),
                loss.TakesClass ? Of(new TensorType(DType.I32, Shape.Of(1)), 4) : Random(Real(1, 7), random)
            );
            for (int i = 0; i < 7; i++)
            {
                y.Data[i] *= 3; // beyond the bend of the Huber loss
            }

            var node = new GraphBuilder().EmitNode(
                loss,
                "loss",
                [Input("y", y.Type), Input("t", target.Type)],
                Attributes.Empty.With("smoothing", smoothing)
            );
            var gradient = loss.Evaluate(node, [y, target], Numerics.Double)[^1].Data;
            for (int i = 0; i < 7; i++)
            {
                Assert.Equal((At(1e-6) - At(-1e-6)) / 2e-6, gradient[i], 1e-7);

                double At(double by)
                {
                    var moved = Of(y.Type, [.. y.Data.Select((v, k) => k == i ? v + by : v)]);
                    return loss.Evaluate(node, [moved, target], Numerics.Double)[0].Data[0];
                }
            }
        }
    }

    [Theory]
    [InlineData("mse", (9 + 0.25) / 2)]
    [InlineData("l1", 3.5 / 2)]
    [InlineData("huber", (2.5 + 0.125) / 2)]
    public void Loss_of_two_elements_is_the_mean(string name, double expected)
    {
        Assert.Equal(expected, Value(Loss.Find(name)!, [4, 0.5], [1, 1]), 1e-12);
        Assert.Equal(expected, ((MeanLoss)Loss.Find(name)!).Of([4f, 0.5f], [1f, 1f]), 1e-12);
    }

    [Fact]
    public void Bce_of_large_logits_is_finite()
    {
        Assert.Equal(0, Value(MeanLoss.Bce, [1000, -1000], [1, 0]), 1e-12);
        Assert.Equal(1000, Value(MeanLoss.Bce, [1000, -1000], [0, 1]), 1e-9);
        Assert.Equal(Math.Log(2), Value(MeanLoss.Bce, [0, 0], [0, 1]), 1e-12);
    }

    [Fact]
    public void Cross_entropy_with_smoothing_is_that_of_the_smoothed_distribution()
    {
        double[] z = [1, -2, 0.5, 3];
        var node = new GraphBuilder().EmitNode(
            SoftmaxCrossEntropy.Op,
            "loss",
            [Input("z", Real(1, 4)), Input("t", new TensorType(DType.I32, Shape.Of(1)))],
            Attributes.Empty.With("smoothing", 0.2)
        );
        double actual = SoftmaxCrossEntropy
            .Op.Evaluate(node, [Of(Real(1, 4), z), Of(new TensorType(DType.I32, Shape.Of(1)), 2)], Numerics.Double)[0]
            .Data[0];
        double sum = Math.Log(z.Sum(Math.Exp));
        Assert.Equal(z.Select((v, i) => (i == 2 ? 0.85 : 0.05) * (sum - v)).Sum(), actual, 1e-6);
    }

    private static double Value(Loss loss, double[] y, double[] target)
    {
        var type = Real(1, y.Length);
        var node = new GraphBuilder().EmitNode(loss, "loss", [Input("y", type), Input("t", type)]);
        return loss.Evaluate(node, [Of(type, y), Of(type, target)], Numerics.Double)[0].Data[0];
    }
}
