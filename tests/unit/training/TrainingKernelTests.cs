// The C kernels of training, under sanitizers, against the operators' reference on random shapes: integers and fp32 sums bit for
// bit, the loss (whose reference is in double precision) within 1e-5.

using TinyEngine.Ir;
using TinyEngine.Tests.Codegen;

using static TinyEngine.Tests.Training.TrainingKernelCases;

namespace TinyEngine.Tests.Training;

public sealed class TrainingKernelTests
{
    private static readonly Target Host = Target.Find("host")!;

    [CompilerFact("gcc")]
    public void Conv2d_dx_in_C_equals_reference() =>
        AssertEqual(
            Many(
                300,
                random =>
                {
                    var (attributes, x, w, y) = BlockTensors.Geometry(random);
                    return Make(
                        random,
                        Conv2dDx.Op,
                        attributes.With("input", x),
                        Gradient(random, y),
                        Tensors.Random(Type(random, w), random, 127)
                    );
                }
            )
        );

    [CompilerFact("gcc")]
    public void Conv2d_update_in_C_equals_reference() =>
        AssertEqual(
            Many(
                450,
                random =>
                {
                    var (attributes, x, w, y) = BlockTensors.Geometry(random);
                    var weights = Tensors.Random(Type(random, w), random, 127);
                    bool codes = weights.Type.IsQuantized && random.Next(4) != 0;
                    var input = codes
                        ? Tensors.Random(Tensors.Codes(Scale(random), random.Next(-128, 128), x), random, 0)
                        : Tensors.Random(Tensors.Real(x), random);
                    if (input.Type.IsQuantized)
                    {
                        Fill(input, _ => random.Next(-128, 128));
                    }

                    var rule = Update.Rules[random.Next(3)];
                    return Make(
                        random,
                        Conv2dUpdate.Op,
                        Rule(random, rule, attributes),
                        weights,
                        Gradient(random, y),
                        input,
                        Rate(random),
                        Random(random, weights),
                        Residual(random, rule, weights),
                        Velocity(random, weights)
                    );
                }
            )
        );

    [CompilerFact("gcc")]
    public void Conv2d_dw_in_C_equals_reference() =>
        AssertEqual(
            Many(
                300,
                random =>
                {
                    var (attributes, x, w, y) = BlockTensors.Geometry(random);
                    var input = Tensors.Random(
                        random.Next(2) == 0 ? Tensors.Real(x) : Tensors.Codes(Scale(random), random.Next(-20, 20), x),
                        random,
                        100
                    );
                    return Make(random, Conv2dDw.Op, attributes.With("weights", w), Gradient(random, y), input);
                }
            )
        );

    [CompilerFact("gcc")]
    public void Sgd_in_C_equals_reference() =>
        AssertEqual(
            Many(
                600,
                random =>
                {
                    int[] shape = [random.Next(1, 6), random.Next(1, 9)];
                    var type = random.Next(3) switch
                    {
                        0 => Tensors.Real(shape),
                        1 => Tensors.Weights(Scales(random, shape[0]), shape),
                        _ => Tensors.Biases(Scales(random, shape[0])),
                    };
                    var rule = Update.Rules[random.Next(3)];
                    var parameter = Tensors.Random(type, random, type.DType == DType.I32 ? 1 << 30 : 127);
                    var gradient = Gradient(random, type.Shape.ToArray());
                    if (type.IsQuantized)
                    {
                        gradient.Data[random.Next(gradient.Data.Length)] = new[] { double.NaN, double.PositiveInfinity, -1e38f, 0, 1e-42f }[
                            random.Next(5)
                        ];
                    }

                    int every = random.Next(1, 4);
                    var clip = random.Next(2) == 0 ? null : Tensors.Of(Tensors.Real(1), (float)random.NextDouble());
                    var counter =
                        Random(random, parameter) ?? Tensors.Of(new TensorType(DType.U32, Shape.Of(2)), random.Next(), random.Next());
                    return Make(
                        random,
                        Sgd.Op,
                        Rule(random, rule, Attributes.Empty).With("every", every),
                        parameter,
                        gradient,
                        Rate(random),
                        counter,
                        Residual(random, rule, parameter),
                        Velocity(random, parameter),
                        clip
                    );
                }
            )
        );

    [CompilerFact("gcc")]
    public void Accumulate_in_C_equals_reference() =>
        AssertEqual(
            Many(
                60,
                random =>
                    Make(
                        random,
                        Accumulate.Op,
                        Attributes.Empty.With("every", random.Next(1, 4)),
                        Gradient(random, 1, 7),
                        Gradient(random, 1, 7),
                        Tensors.Of(new TensorType(DType.U32, Shape.Of(2)), random.Next(), random.Next(9))
                    )
            )
        );

    [CompilerFact("gcc")]
    public void Square_sum_in_C_equals_reference() =>
        AssertEqual(
            Many(
                60,
                random =>
                    Make(
                        random,
                        SquareSum.Op,
                        Attributes.Empty,
                        Gradient(random, 1, random.Next(1, 30)),
                        random.Next(2) == 0 ? null : Tensors.Of(Tensors.Real(1), random.Next(9))
                    )
            )
        );

    [CompilerFact("gcc")]
    public void Clip_scale_in_C_equals_reference() =>
        AssertEqual(
            Many(
                2000,
                random =>
                {
                    double squares = random.Next(20) switch
                    {
                        0 => 0,
                        1 => 1e-40f,
                        2 => double.PositiveInfinity,
                        3 => 1.17549435e-38f,
                        4 => float.MaxValue,
                        _ => (float)Math.Pow(10, 60 * random.NextDouble() - 30),
                    };
                    return Make(
                        random,
                        ClipScale.Op,
                        Attributes.Empty.With("norm", Math.Pow(10, random.Next(-16, 3))).With("every", random.Next(1, 5)),
                        Tensors.Of(Tensors.Real(1), squares)
                    );
                }
            )
        );

    [CompilerFact("gcc")]
    public void Losses_of_reals_in_C_equal_reference()
    {
        (Node, Tensor?[]) Case(Loss loss, Random random)
        {
            int count = random.Next(1, 25);
            var (y, target) = (Tensors.Random(Tensors.Real(1, count), random), Tensors.Random(Tensors.Real(1, count), random));
            double spread = Math.Pow(10, random.Next(-2, 4));
            Fill(y, v => random.Next(9) == 0 ? target.Data[0] : (float)(v * spread));
            Fill(target, t => loss.TakesReals ? t : (float)Math.Abs(t));
            return Make(random, loss, Attributes.Empty, y, target);
        }

        AssertEqual([.. Loss.All.Where(l => l.TakesReals).SelectMany(l => Many(100, random => Case(l, random)))]);
        AssertEqual(Many(200, random => Case(MeanLoss.Bce, random)), tolerance: 1e-5);
    }

    [CompilerFact("gcc")]
    public void Channel_sum_in_C_equals_reference() =>
        AssertEqual(
            Many(
                60,
                random =>
                    Make(
                        random,
                        ChannelSum.Op,
                        Attributes.Empty,
                        Gradient(random, random.Next(1, 3), random.Next(1, 5), random.Next(1, 5), random.Next(1, 9))
                    )
            )
        );

    [CompilerFact("gcc")]
    public void Apply_mask_in_C_equals_reference() =>
        AssertEqual(
            Many(
                60,
                random =>
                {
                    int count = random.Next(1, 40);
                    var mask = Tensor.Zeros(new TensorType(DType.Bit, Shape.Of(1, count)));
                    Fill(mask, _ => random.Next(2));
                    return Make(random, ApplyMask.Op, Attributes.Empty, Gradient(random, 1, count), mask);
                }
            )
        );

    [CompilerFact("gcc")]
    public void Average_pool2d_dx_in_C_equals_reference() =>
        AssertEqual(
            Many(
                200,
                random =>
                {
                    var (attributes, x, w, y) = BlockTensors.Geometry(random);
                    return Make(
                        random,
                        AveragePool2dDx.Op,
                        attributes.Without("group").With("kernel", [w[1], w[2]]).With("input", x).With("count_include_pad", random.Next(2)),
                        Gradient(random, y[0], y[1], y[2], x[3])
                    );
                }
            )
        );

    [CompilerFact("gcc")]
    public void Max_pool2d_dx_in_C_equals_reference() =>
        AssertEqual(
            Many(
                200,
                random =>
                {
                    var (attributes, x, w, y) = BlockTensors.Geometry(random);
                    // Small codes and few reals: ties are common.
                    var input = Tensors.Random(
                        random.Next(2) == 0 ? Tensors.Real(x) : Tensors.Codes(Scale(random), random.Next(-120, 120), x),
                        random
                    );
                    Fill(input, v => input.Type.IsQuantized ? v : Math.Round(4 * v));
                    return Make(
                        random,
                        MaxPool2dDx.Op,
                        attributes.Without("group").With("kernel", [w[1], w[2]]),
                        Gradient(random, y[0], y[1], y[2], x[3]),
                        input
                    );
                }
            )
        );

    [CompilerFact("gcc")]
    public void Normalize_in_C_equals_reference() =>
        AssertEqual(
            Many(
                200,
                random =>
                {
                    int outer = random.Next(1, 3),
                        positions = random.Next(1, 6),
                        groups = random.Next(1, 4),
                        channels = random.Next(1, 9);
                    var attributes = Attributes
                        .Empty.With("outer", outer)
                        .With("groups", groups)
                        .With("channels", channels)
                        .With("epsilon", (double)(float)Math.Pow(10, random.Next(-8, 0)));
                    var x = Tensors.Random(Tensors.Real(outer, positions, groups * channels), random);
                    double spread = Math.Pow(10, random.Next(-3, 4));
                    Fill(x, v => (float)(v * spread + spread));
                    return random.Next(2) == 0
                        ? Make(random, Normalize.Op, attributes, x)
                        : Make(random, NormalizeDx.Op, attributes, Gradient(random, x.Type.Shape.ToArray()), x);
                }
            )
        );

    [CompilerFact("gcc")]
    public void Softmax_cross_entropy_in_C_equals_reference() =>
        AssertEqual(
            Many(
                200,
                random =>
                {
                    int classes = random.Next(1, 25);
                    var logits = Tensors.Random(Tensors.Real(1, classes), random);
                    double spread = Math.Pow(10, random.Next(-2, 4));
                    Fill(logits, v => (float)(v * spread));
                    return Make(
                        random,
                        SoftmaxCrossEntropy.Op,
                        Attributes.Empty.With("smoothing", random.Next(2) * random.NextDouble()),
                        logits,
                        Tensors.Of(new TensorType(DType.I32, Shape.Of(1)), random.Next(classes))
                    );
                }
            ),
            tolerance: 1e-5
        );

    [CompilerFact("gcc")]
    public void Count_step_in_C_equals_reference() =>
        AssertEqual([
            .. new double[] { 0, 41, uint.MaxValue }.Select(n =>
                Make(new Random(1), CountStep.Op, Attributes.Empty, Tensors.Of(new TensorType(DType.U32, Shape.Of(2)), 7, n))
            ),
        ]);

    [CompilerFact("gcc")]
    public void Generator_in_C_equals_reference()
    {
        var random = new Random(9);
        uint[] keys = [.. Enumerable.Range(0, 4 * 5000).Select(i => i % 7 == 0 ? (uint)(i % 3) : (uint)random.NextInt64(1L << 32))];
        float[] values =
        [
            .. Enumerable
                .Range(0, 5000)
                .Select(i => Math.Clamp((float)((random.NextDouble() - 0.5) * Math.Pow(2, random.Next(-20, 32))), -(1 << 30), 1 << 30))
                .Select((v, i) => i % 5 == 0 ? MathF.Round(v) + 0.5f : v),
        ];
        uint[] bits = [.. values.Select((_, i) => i % 11 == 0 ? 0u : (uint)random.NextInt64(1L << 32))];
        using var program = new NativeProgram(
        [
            """
            static void function_0(void **b)
            {
                const uint32_t *key = b[0];
                uint32_t *out = b[1];
                for (int i = 0; i < 5000; i++) {
                    out[i] = te_random_at(te_random_key(&key[4 * i], key[4 * i + 2]), key[4 * i + 3]);
                }
            }

            """,
            """
            static void function_1(void **b)
            {
                const float *v = b[0];
                const uint32_t *bits = b[1];
                int32_t *stochastic = b[2], *nearest = b[3];
                for (int i = 0; i < 5000; i++) {
                    stochastic[i] = te_round_stochastic(v[i], bits[i]);
                    nearest[i] = te_round_nearest(v[i]);
                }
            }

            """,
        ], [], integerRequantize: false);
        byte[]?[][] results =
        [
            program.Call(0, [Bytes(keys), new byte[4 * 5000]]),
            program.Call(1, [Bytes(values), Bytes(bits), new byte[4 * 5000], new byte[4 * 5000]]),
        ];
        for (int i = 0; i < 5000; i++)
        {
            Assert.Equal(
                Generator.At(Generator.Key(keys[4 * i], keys[4 * i + 2], keys[4 * i + 1]), keys[4 * i + 3]),
                BitConverter.ToUInt32(results[0][1]!, 4 * i)
            );
            Assert.Equal(Generator.RoundStochastic(values[i], bits[i]), BitConverter.ToInt32(results[1][2]!, 4 * i));
            Assert.Equal(Math.Round((double)values[i], MidpointRounding.ToEven), BitConverter.ToInt32(results[1][3]!, 4 * i));
        }
    }

    private static byte[] Bytes<T>(T[] values)
        where T : unmanaged => System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

    /// <summary>Runs every node in C and in the reference on the same operands.</summary>
    private static void AssertEqual(IReadOnlyList<(Node Node, Tensor?[] Operands)> cases, double tolerance = 0)
    {
        using var native = new NativeKernels([.. cases.Select(c => NativeKernels.Selected(c.Node))], integerRequantize: false);
        for (int i = 0; i < cases.Count; i++)
        {
            var (node, operands) = cases[i];
            var (after, results) = native.Run(i, operands); // before the reference, which changes residuals and velocities in place
            var evaluated = node.Op.Evaluate(node, operands, Numerics.For(Host));
            var expected = operands.ToArray();
            if (node.Op.Mutates >= 0)
            {
                expected[node.Op.Mutates] = evaluated[0];
            }

            var actual = after.Select((b, o) => b is null ? null : Tensor.FromBytes(operands[o]!.Type, b)).Concat(results).ToList();
            Tensor?[] all = [.. expected, .. node.Op.Mutates >= 0 ? [] : evaluated];
            Assert.Equal(all.Length, actual.Count);
            foreach (var (reference, inC) in all.Zip(actual).Where(p => p.First is not null))
            {
                Assert.All(
                    inC!.Data.Zip(reference!.Data),
                    p =>
                        Assert.True(
                            p.First.Equals(p.Second)
                                || p.First == p.Second
                                || Math.Abs(p.First - p.Second) <= tolerance * Math.Max(1, Math.Abs(p.Second)),
                            $"{node.Op.Name}, case {i}: C has {p.First}, the reference {p.Second}"
                        )
                );
            }
        }
    }
}
