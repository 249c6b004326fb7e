// The rounding rules of updates: small steps add up with a residual exactly and with stochastic rounding on average, nearest
// loses them; all saturate.

using CsCheck;
using TinyEngine.Ir;
using static TinyEngine.Tests.Training.Tensors;

namespace TinyEngine.Tests.Training;

public sealed class UpdateRuleTests
{
    private const int Count = 10_000;

    /// <summary>One weight of scale 1/2: a gradient of -0.005 is a step of +0.01 codes.</summary>
    private static readonly TensorType One = Weights([0.5f], 1, 1);

    [Fact]
    public void Residual_after_many_small_steps_has_moved_by_their_sum()
    {
        for (uint seed = 0; seed < 5; seed++)
        {
            var updates = new Updates(One, [0], "residual", seed);
            for (int i = 0; i < Count; i++)
            {
                updates.Step([-0.005]);
            }

            Assert.InRange(updates.Codes[0] + updates.Residuals[0] / 256, 99, 101);
        }
    }

    [Fact]
    public void Stochastic_after_many_small_steps_has_moved_by_their_sum_on_average()
    {
        const int seeds = 1000;
        double[] moved =
        [
            .. Enumerable
                .Range(0, seeds)
                .Select(seed => (double)Enumerable.Range(0, Count).Count(update => StepsUp((uint)seed, (uint)update))),
        ];

        // The operator rounds by the generator's bits of its tensor, element and update.
        var updates = new Updates(Biases([0.5f]), [0], "stochastic", 17);
        for (int i = 0; i < Count; i++)
        {
            updates.Step([-0.005]);
        }

        Assert.Equal(moved[17], updates.Codes[0]);

        // The number of steps taken is binomial.
        double variance = Count * 0.01 * 0.99, mean = moved.Average();
        Assert.InRange(mean, 100 - 3 * Math.Sqrt(variance / seeds), 100 + 3 * Math.Sqrt(variance / seeds));
        Assert.InRange(moved.Sum(m => (m - mean) * (m - mean)) / seeds, 0.85 * variance, 1.15 * variance);
    }

    [Fact]
    public void Stochastic_under_noise_is_unbiased()
    {
        const int seeds = 1000;
        var random = new Random(6);
        float[] noise = [.. Enumerable.Range(0, Count).Select(_ => (float)(random.NextDouble() - 0.5) * 0.02f)];
        double exact = noise.Sum(v => (double)v), variance = noise.Sum(v => Math.Abs(v) * (1.0 - Math.Abs(v)));
        double mean = Enumerable.Range(0, seeds).Average(seed => noise.Select((v, update) =>
            Generator.RoundStochastic(v, Generator.At(Generator.Key((uint)seed, Updates.Tensor, (uint)update), 0))).Sum());

        // Each rounding is a Bernoulli variable whose mean is the value itself.
        Assert.InRange(mean, exact - 3 * Math.Sqrt(variance / seeds), exact + 3 * Math.Sqrt(variance / seeds));
    }

    private static bool StepsUp(uint seed, uint update) =>
        Generator.RoundStochastic(0.01f, Generator.At(Generator.Key(seed, Updates.Tensor, update), 0)) == 1;

    [Fact]
    public void Nearest_after_many_small_steps_has_not_moved()
    {
        var updates = new Updates(One, [0], "nearest");
        for (int i = 0; i < Count; i++)
        {
            updates.Step([-0.005]);
        }

        Assert.Equal(0, updates.Codes[0]);
    }

    [Fact]
    public void Residual_under_noise_stays_within_one_step_of_the_sum()
    {
        var random = new Random(4);
        var type = Weights([0.5f], 1, 64);
        var updates = new Updates(type, new double[64], "residual");
        var sum = new double[64];
        for (int i = 0; i < Count; i++)
        {
            double[] gradient = [.. sum.Select(_ => (double)(float)((random.NextDouble() - 0.5) * 0.3))];
            updates.Step(gradient);
            for (int k = 0; k < sum.Length; k++)
            {
                sum[k] -= gradient[k] * 2;
                Assert.InRange(sum[k], -126, 126); // the noise itself never saturates the weight
                Assert.InRange(updates.Codes[k] + updates.Residuals[k] / 256 - sum[k], -1, 1);
            }
        }

        Assert.Contains(sum, s => Math.Abs(s) > 10);
    }

    [Theory]
    [InlineData("stochastic", -1e9, 127)]
    [InlineData("stochastic", 1e9, -127)]
    [InlineData("residual", -1e30, 127)]
    [InlineData("residual", 1e30, -127)]
    [InlineData("nearest", -300, 127)]
    [InlineData("nearest", double.PositiveInfinity, -127)]
    [InlineData("nearest", double.NaN, 100)]
    public void Weight_beyond_its_range_saturates(string rule, double gradient, double expected)
    {
        var updates = new Updates(One, [100], rule).Step([gradient]);
        Assert.Equal(expected, updates.Codes[0]);
        Assert.Equal(0, rule == "residual" ? updates.Residuals[0] : 0);

        // And comes back: one code away from the limit, by a step of one code.
        Assert.Equal(expected - Math.Sign(expected), updates.Step([Math.Sign(expected) * 0.5]).Codes[0]);
    }

    [Theory]
    [InlineData("stochastic")]
    [InlineData("nearest")]
    public void Bias_beyond_its_range_saturates(string rule)
    {
        var type = Biases([0.5f]);
        Assert.Equal(1 << 30, Updates.Step(type, [(1 << 30) - 5], [-1e9], rule)[0]);
        Assert.Equal(-(1 << 30), Updates.Step(type, [5 - (1 << 30)], [1e30], rule)[0]);
        Assert.Equal((1 << 30) - 2, Updates.Step(type, [(1 << 30) - 5], [-1.5], rule)[0]);
    }

    [Fact]
    public void Residual_after_any_step_is_the_rest_of_the_nearest_code() =>
        Gen.Select(Gen.Double[-300, 300], Gen.Int[-127, 127], Gen.UInt)
            .Sample(
                (gradient, code, seed) =>
                {
                    var updates = new Updates(One, [code], "residual", seed).Step([gradient]);
                    double exact = Math.Clamp(code - 2 * (double)(float)gradient, -127, 127),
                        master = updates.Codes[0] + updates.Residuals[0] / 256;
                    Assert.InRange(updates.Codes[0], -127, 127);
                    Assert.InRange(updates.Residuals[0], -128, 127);
                    Assert.InRange(master - exact, -1.0 / 256, 1.0 / 256);
                },
                iter: 2000,
                seed: "0000aBcD1234"
            );

    [Fact]
    public void Nearest_of_any_step_is_the_nearest_code() =>
        Gen.Select(Gen.Double[-200, 200], Gen.Int[-127, 127])
            .Sample(
                (gradient, code) =>
                    Assert.Equal(
                        Math.Clamp(code + Math.Round(-2 * (double)(float)gradient, MidpointRounding.ToEven), -127, 127),
                        Updates.Step(One, [code], [gradient], "nearest")[0]
                    ),
                iter: 2000,
                seed: "0000aBcD1234"
            );
}
