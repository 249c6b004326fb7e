// The C kernels of block floating point, under sanitizers, against the operators' references on random shapes, scales and exponents:
// equal bit for bit, mantissas, exponents and fp32 results alike.

using TinyEngine.Ir;
using TinyEngine.Tests.Codegen;

namespace TinyEngine.Tests.Training;

public sealed class BlockKernelTests
{
    private static readonly Target Host = Target.Find("host")!;

    [CompilerFact("gcc")]
    public void Conv2d_dx_of_blocks_in_C_equals_reference() =>
        AssertEqual(
            Many(
                400,
                (random, mantissa) =>
                {
                    var (attributes, x, w, y) = BlockTensors.Geometry(random);
                    var weights = BlockTensors.Codes(Tensors.Weights(BlockTensors.Scales(random, w[0]), w), random);
                    var dy = BlockTensors.Random(
                        BlockTensors.Cut(
                            BlockFormat.Type(mantissa, Shape.Of(y), BlockFormat.FoldedScale(weights.Type, Shape.Of(y))),
                            random
                        ),
                        random
                    );
                    return (Conv2dDx.Op, attributes.With("input", x), BlockTensors.Result(mantissa, x, random), [dy, weights]);
                }
            )
        );

    [CompilerFact("gcc")]
    public void Conv2d_dw_of_blocks_in_C_equals_reference() =>
        AssertEqual(
            Many(
                300,
                (random, mantissa) =>
                {
                    var (attributes, x, w, y) = BlockTensors.Geometry(random);
                    return (
                        Conv2dDw.Op,
                        attributes.With("weights", w),
                        null,
                        [BlockTensors.Random(BlockTensors.Result(mantissa, y, random), random), BlockTensors.Activations(x, random)]
                    );
                }
            )
        );

    [CompilerFact("gcc")]
    public void Conv2d_update_of_blocks_in_C_equals_reference() =>
        AssertEqual(
            Many(
                400,
                (random, mantissa) =>
                {
                    var (attributes, x, w, y) = BlockTensors.Geometry(random);
                    var weights = BlockTensors.Codes(Tensors.Weights(BlockTensors.Scales(random, w[0]), w), random);
                    string rule = Update.Rules[random.Next(3)];
                    var residual = rule == "residual" ? Tensor.Zeros(weights.Type with { Quant = null }) : null;
                    attributes = attributes
                        .With("rule", rule)
                        .With("tensor", random.Next(50))
                        .With("rate", random.NextDouble() * 3)
                        .With("qas", random.Next(2));
                    return (
                        Conv2dUpdate.Op,
                        attributes,
                        null,
                        [
                            weights,
                            BlockTensors.Random(BlockTensors.Result(mantissa, y, random), random),
                            BlockTensors.Activations(x, random),
                            Tensors.Of(Tensors.Real(1), (float)random.NextDouble()),
                            Tensors.Of(new TensorType(DType.U32, Shape.Of(2)), random.Next(), random.Next()),
                            residual,
                        ]
                    );
                }
            )
        );

    [CompilerFact("gcc")]
    public void Channel_sum_of_blocks_in_C_equals_reference() =>
        AssertEqual(
            Many(
                100,
                (random, mantissa) =>
                    (
                        ChannelSum.Op,
                        Attributes.Empty,
                        null,
                        [BlockTensors.Random(BlockTensors.Result(mantissa, BlockTensors.Map(random), random), random)]
                    )
            )
        );

    [CompilerFact("gcc")]
    public void Add_of_blocks_in_C_equals_reference() =>
        AssertEqual(
            Many(
                200,
                (random, mantissa) =>
                {
                    var map = BlockTensors.Map(random);
                    var result = BlockTensors.Result(mantissa, map, random);
                    var plain = result with { Quant = null };
                    return (
                        Add.Op,
                        Attributes.Empty,
                        result,
                        [BlockTensors.Random(plain, random), BlockTensors.Random(plain, random)]
                    );
                }
            )
        );

    [CompilerFact("gcc")]
    public void Apply_mask_of_blocks_in_C_equals_reference() =>
        AssertEqual(
            Many(
                200,
                (random, mantissa) =>
                {
                    var map = BlockTensors.Map(random);
                    var result = BlockTensors.Result(mantissa, map, random);
                    var mask = Tensor.Zeros(new TensorType(DType.Bit, Shape.Of(map)));
                    for (int i = 0; i < mask.Data.Length; i++)
                    {
                        mask.Data[i] = random.Next(2);
                    }

                    return (
                        ApplyMask.Op,
                        Attributes.Empty,
                        result,
                        [BlockTensors.Random(random.Next(2) == 0 ? result : result with { Quant = null }, random), mask]
                    );
                }
            )
        );

    [CompilerFact("gcc")]
    public void Average_pool2d_dx_of_blocks_in_C_equals_reference() =>
        AssertEqual(
            Many(
                300,
                (random, mantissa) =>
                {
                    var (attributes, x, w, y) = BlockTensors.Geometry(random);
                    var dy = BlockFormat.Type(mantissa, Shape.Of(y[0], y[1], y[2], x[3]), null);
                    return (
                        AveragePool2dDx.Op,
                        attributes.Without("group").With("kernel", [w[1], w[2]]).With("input", x).With("count_include_pad", random.Next(2)),
                        BlockTensors.Result(mantissa, x, random),
                        [BlockTensors.Random(BlockTensors.Cut(dy, random), random)]
                    );
                }
            )
        );

    [CompilerFact("gcc")]
    public void Convert_in_C_equals_reference() =>
        AssertEqual(
            Many(
                500,
                (random, mantissa) =>
                {
                    var map = BlockTensors.Map(random);
                    var result = BlockTensors.Result(mantissa, map, random);
                    return random.Next(3) switch
                    {
                        0 => (ConvertOp.Op, Attributes.Empty, result, [BlockTensors.Reals(map, random)]),
                        1 => (ConvertOp.Op, Attributes.Empty, Tensors.Real(map), [BlockTensors.Random(result, random)]),
                        _ => (ConvertOp.Op, Attributes.Empty, result, [BlockTensors.Random(result with { Quant = null }, random)]),
                    };
                }
            )
        );

    /// <summary>
    /// Every operand at its largest and every exponent the same: what the guard bits are computed for. The sanitizer sees an overflow.
    /// </summary>
    [CompilerFact("gcc")]
    public void Sums_of_largest_operands_do_not_overflow() =>
        AssertEqual(
            Many(
                24,
                (random, mantissa) =>
                {
                    Tensor Blocks(QuantParams? scale, params int[] shape)
                    {
                        var type = BlockFormat.Type(mantissa, Shape.Of(shape), scale);
                        return new Tensor(
                            type,
                            [.. Enumerable.Repeat((double)BlockFormat.MantissaMax(type), (int)type.Count)],
                            new int[type.Count / type.Block!.Value]
                        );
                    }

                    TensorType Canonical(int[] shape) =>
                        BlockFormat.Type(mantissa, Shape.Of(shape), BlockTensors.Result(mantissa, shape, random).Quant);
                    Tensor Lowest(TensorType type) => new(type, [.. Enumerable.Repeat(-128.0, (int)type.Count)]);
                    int[] map = [1, 40, 33, 3];
                    var (weights, wide) = (
                        Lowest(Tensors.Weights([.. Enumerable.Repeat(1f, 600)], 600, 3, 3, 2)),
                        new TensorType(DType.I8, Shape.Of(1, 40, 33, 2), new QuantParams(1, 127))
                    );
                    return (random.Next(6)) switch
                    {
                        0 => (
                            Conv2dDx.Op,
                            Attributes.Empty.With("input", [1, 5, 5, 2]),
                            BlockTensors.Result(mantissa, [1, 5, 5, 2], random),
                            [Blocks(BlockFormat.FoldedScale(weights.Type, Shape.Of(1, 3, 3, 600)), 1, 3, 3, 600), weights]
                        ),
                        1 => (
                            Conv2dDw.Op,
                            Attributes.Empty.With("weights", [2, 1, 1, 2]),
                            null,
                            [Blocks(null, 1, 40, 33, 2), Lowest(wide)]
                        ),
                        2 => (ChannelSum.Op, Attributes.Empty, null, [Blocks(null, map)]),
                        3 => (Add.Op, Attributes.Empty, Canonical(map), [Blocks(null, map), Blocks(null, map)]),
                        4 => (ConvertOp.Op, Attributes.Empty, Canonical(map), [Blocks(null, map)]),
                        _ => (
                            AveragePool2dDx.Op,
                            Attributes.Empty.With("kernel", [9, 9]).With("input", map).With("pads", [8, 8, 8, 8]),
                            BlockTensors.Result(mantissa, map, random),
                            (Tensor?[])[Blocks(null, 1, 48, 41, 3)]
                        ),
                    };
                }
            )
        );

    private static List<(Node, Tensor?[])> Many(
        int count,
        Func<Random, DType, (Op Op, Attributes Attributes, TensorType? Result, Tensor?[] Operands)> make
    ) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(seed =>
                {
                    var (op, attributes, result, operands) = make(new Random(seed), seed % 2 == 0 ? DType.I8 : DType.I16);
                    Value?[] inputs = [.. operands.Select((t, i) => t is null ? null : Tensors.Input($"operand{i}", t.Type))];
                    return (new GraphBuilder().EmitNode(op, $"case{seed}", inputs, attributes, result), operands);
                }),
        ];

    private static void AssertEqual(IReadOnlyList<(Node Node, Tensor?[] Operands)> cases)
    {
        using var native = new NativeKernels([.. cases.Select(c => NativeKernels.Selected(c.Node))], integerRequantize: false);
        for (int i = 0; i < cases.Count; i++)
        {
            var (node, operands) = cases[i];
            var (after, results) = native.Run(i, operands); // before the reference, which changes residuals in place
            var expected = node.Op.Evaluate(node, operands, Numerics.For(Host))[0];
            var actual = node.Op.Mutates >= 0 ? Tensor.FromBytes(expected.Type, after[node.Op.Mutates]!) : results[0];
            Assert.True(
                expected.ToBytes().AsSpan().SequenceEqual(actual.ToBytes()),
                $"'{node.Name}': C has {string.Join(' ', actual.Data)} | {string.Join(' ', actual.Exponents ?? [])}, the reference "
                    + $"{string.Join(' ', expected.Data)} | {string.Join(' ', expected.Exponents ?? [])}"
            );
            for (int o = 0; o < operands.Length; o++)
            {
                Assert.True(
                    o == node.Op.Mutates || (operands[o]?.ToBytes() ?? []).SequenceEqual(after[o] ?? []),
                    $"'{node.Name}' changed operand {o}"
                );
            }
        }
    }
}
