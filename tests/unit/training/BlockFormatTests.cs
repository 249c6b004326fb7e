// Block floating point as a number format: stored numbers are the nearest ones, no sum can overflow, and bytes and text keep them.

using CsCheck;
using TinyEngine.Ir;

namespace TinyEngine.Tests.Training;

public sealed class BlockFormatTests
{
    private static readonly Gen<int> Seeds = Gen.Int[0, int.MaxValue];

    [Fact]
    public void Store_of_any_row_is_within_half_a_unit_and_uses_all_bits() =>
        Seeds.Sample(seed =>
        {
            var random = new Random(seed);
            var map = BlockTensors.Map(random);
            var type = BlockTensors.Result(random.Next(2) == 0 ? DType.I8 : DType.I16, map, random);
            int block = type.Block!.Value,
                max = BlockFormat.MantissaMax(type);
            double reach = Math.Pow(2, random.Next(1, 30));
            long[] wide = [.. Enumerable.Range(0, (int)type.Count).Select(_ => (long)(reach * (2 * random.NextDouble() - 1)))];
            int[] exponents = [.. Enumerable.Range(0, wide.Length / block).Select(_ => random.Next(-50, 0))];
            var stored = BlockSums.Store(type, wide, exponents);
            var factors = type.Quant is { } scale ? BlockFormat.Factors(scale) : null;
            for (int b = 0; b < exponents.Length; b++)
            {
                // Exact in double: at most 30 + 15 bits.
                double[] exact =
                [
                    .. Enumerable
                        .Range(b * block, block)
                        .Select(i =>
                            Math.ScaleB(wide[i] * (double)(factors?[i % type.Shape[-1]] ?? 1), exponents[b] - (factors is null ? 0 : 15))
                        ),
                ];
                double unit = Math.ScaleB(1, stored.Exponents![b]),
                    largest = exact.Max(Math.Abs);
                for (int i = 0; i < block; i++)
                {
                    Assert.True(
                        Math.Abs(stored.Data[b * block + i] * unit - exact[i]) <= unit / 2,
                        "further from the exact value than half a unit"
                    );
                    Assert.InRange(Math.Abs(stored.Data[b * block + i]), 0, max);
                }

                // One bit finer the largest would not fit, unless the row was stored exactly.
                bool exactly = exact.Select((v, i) => v == stored.Data[b * block + i] * unit).All(e => e);
                Assert.True(exactly || Math.Round(largest / (unit / 2), MidpointRounding.ToEven) > max);
                Assert.True(largest > 0 || stored.Exponents[b] == BlockFormat.ExponentMin);
            }
        });

    [Fact]
    public void Exponent_out_of_range_saturates_and_small_rows_become_zero()
    {
        var type = BlockFormat.Type(DType.I8, Shape.Of(4, 2), null);
        var stored = BlockSums.Store(type, [127, -1, 127, 3, 127, 0, 1 << 20, 1], [-90, -94, -150, 200]);
        Assert.Equal([127, -1, 8, 0, 0, 0, 64, 0], stored.Data);
        Assert.Equal([-90, -90, -90, 25], stored.Exponents!);
    }

    [Fact]
    public void Folded_scale_times_weight_scale_is_a_power_of_two() =>
        Seeds.Sample(seed =>
        {
            var random = new Random(seed);
            var weights = Tensors.Weights(BlockTensors.Scales(random, 6), 6, 1);
            var scale = BlockFormat.FoldedScale(weights, Shape.Of(1, 6));
            double target = Math.ScaleB(1, BlockFormat.FoldedExponent(weights));
            var factors = BlockFormat.Factors(scale);
            Assert.InRange(factors.Max(), 1 << 14, short.MaxValue);
            for (int c = 0; c < 6; c++)
            {
                // The factor has 15 bits of the largest scale; channels it rounds to 0 have no gradient.
                Assert.True(
                    Math.Abs(factors[c] / 32768.0 * target - weights.ScaleOf(c)) <= target / 32768,
                    $"factor {factors[c]} of {weights.ScaleOf(c)}"
                );
                Assert.Equal(factors[c] == 0 ? 65536 : 32768.0 / factors[c], scale.ScaleOf(c), 1e-3);
            }
        });

    [Theory]
    [InlineData(768, 1, 4, 16, 48)]
    [InlineData(160, 1, 4, 25, 32)]
    [InlineData(576, 1, 4, 4, 576)]
    [InlineData(160, 1, 7, 7, 160)]
    [InlineData(900, 1, 2, 3, 900)]
    [InlineData(1000, 2, 1000)]
    public void Rows_are_cut_into_the_fewest_equal_blocks_of_whole_pixels(int elements, params int[] shape) =>
        Assert.Equal(elements, BlockFormat.Type(DType.I8, Shape.Of(shape), null).Block);

    [Fact]
    public void Bytes_of_a_block_are_its_exponent_then_its_mantissas()
    {
        var type = BlockFormat.Type(DType.I16, Shape.Of(1, 2, 1, 2), null);
        var tensor = new Tensor(type, [1, -2, 300, 4], [-7, 12]);
        Assert.Equal(12, type.Bytes);
        Assert.Equal([0xf9, 0xff, 1, 0, 0xfe, 0xff, 12, 0, 0x2c, 1, 4, 0], tensor.ToBytes());
        var back = Tensor.FromBytes(type, tensor.ToBytes());
        Assert.Equal(tensor.Data, back.Data);
        Assert.Equal(tensor.Exponents, back.Exponents);
        Assert.Equal(300 * 4096.0, back.Real(2));
    }

    [Theory]
    [InlineData(DType.I8)]
    [InlineData(DType.I16)]
    public void Verifier_objects_to_blocks_that_are_not_rows(DType mantissa)
    {
        var x = Tensors.Input("x", Tensors.Real(1, 2, 3, 4));
        var right = BlockFormat.Type(mantissa, x.Type.Shape, null);
        Assert.Empty(Violations(right));
        Assert.NotEmpty(Violations(right with { Block = 4 }));
        Assert.NotEmpty(Violations(right with { DType = DType.I32 }));
        Assert.NotEmpty(Violations(right with { Quant = new QuantParams(0.5f, 3) }));

        IEnumerable<string> Violations(TensorType type)
        {
            var builder = new GraphBuilder();
            var y = builder.Emit(ConvertOp.Op, "narrow", [x], type: type);
            var graph = TrainedGraph.Forward(builder, x, builder.Emit(ConvertOp.Op, "wide", [y]));
            var text = Printer.Print(graph);
            Assert.Equal(text, Printer.Print(Parser.Parse(text, OperatorSet.Core)));
            return Verifier.Violations(graph);
        }
    }

    [Fact]
    public void Verifier_objects_to_operators_that_cannot_read_blocks()
    {
        var x = Tensors.Input("x", Tensors.Real(1, 4));
        var builder = new GraphBuilder();
        var y = builder.Emit(ConvertOp.Op, "narrow", [x], type: BlockFormat.Type(DType.I8, x.Type.Shape, null));
        Assert.Contains(
            "cannot read",
            string.Join('\n', Verifier.Violations(TrainedGraph.Forward(builder, x, builder.Emit(Softmax.Op, "softmax", [y]))))
        );
    }
}
