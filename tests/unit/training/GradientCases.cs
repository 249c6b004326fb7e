// Nodes on which gradient rules are checked, for every differentiable operator. Quantized cases use powers of two as scales,
// so that rounding does nothing and a difference of one code is an exact derivative; clamped ones stay away from the kink.

using TinyEngine.Ir;
using static TinyEngine.Tests.Training.Tensors;

namespace TinyEngine.Tests.Training;

/// <summary>One node with contents of its operands.</summary>
internal sealed record GradientCase(string Name, Node Node, Tensor?[] Operands);

/// <summary>The cases of each operator.</summary>
internal static class GradientCases
{
    private static readonly Attributes None = Attributes.Empty;

    /// <summary>The cases of an operator; none where nobody wrote any.</summary>
    public static IEnumerable<GradientCase> Of(Op op) =>
        op switch
        {
            Dense => DenseCases(),
            Conv2d => ConvCases(),
            Conv2dTranspose => LayerGradientCases.Transposed(),
            MaxPool2d => LayerGradientCases.MaxPool(),
            Normalize => LayerGradientCases.Normalized(),
            Concat or Slice or Place or Upsample => BoxGradientCases.Of(op),
            OverlayChannels => OverlayCases(),
            PRelu => PReluCases(),
            Binary =>
            [
                .. BinaryCases(op),
                .. op is Add ? AddCases()
                : op is Mul ? MulCases()
                : [],
            ],
            Unary => UnaryCases(op),
            ReduceSum => ReduceCases(),
            Softmax =>
            [
                Case(op, "rank 2", None, null, Real(2, 5)),
                Case(op, "rank 3", None, null, Real(2, 2, 3)),
                Case(op, "one column", None, null, Real(3, 1)),
            ],
            AveragePool2d => PoolCases(),
            Clamp => ClampCases(),
            Quantize => QuantizeCases(),
            Dequantize =>
            [
                Case(op, "zero point", None, null, Codes(0.25f, 7, 2, 3, 2, 2)),
                Case(op, "rank 2", None, null, Codes(0.5f, -3, 2, 5)),
            ],
            Reshape =>
            [
                Case(op, "flatten", None.With("shape", [2, 12]), null, Real(2, 2, 2, 3)),
                Case(op, "split", None.With("shape", [1, 2, 3, 4]), null, Real(1, 24)),
                Case(op, "codes", None.With("shape", [1, 12]), null, Codes(0.5f, 4, 1, 2, 2, 3)),
            ],
            _ => [],
        };

    private static IEnumerable<GradientCase> ConvCases()
    {
        (string Name, int[] X, int[] W, Attributes A)[] shapes =
        [
            ("1x1", [1, 3, 4, 3], [5, 1, 1, 3], None),
            ("3x3 padded, batch 2", [2, 5, 4, 2], [3, 3, 3, 2], None.With("pads", [1, 1, 1, 1])),
            ("stride 2, uneven pads", [1, 6, 7, 2], [3, 3, 2, 2], None.With("strides", [2, 3]).With("pads", [0, 1, 2, 0])),
            ("dilation", [1, 7, 8, 2], [2, 3, 2, 2], None.With("dilations", [2, 3]).With("pads", [1, 2, 0, 1])),
            ("groups", [2, 4, 4, 6], [4, 3, 3, 3], None.With("group", 2).With("pads", [1, 0, 1, 0])),
            ("depthwise", [1, 5, 5, 4], [4, 3, 3, 1], None.With("group", 4).With("pads", [1, 1, 1, 1]).With("strides", [2, 2])),
            ("depthwise multiplier 2", [1, 4, 5, 3], [6, 2, 3, 1], None.With("group", 3).With("pads", [0, 1, 1, 1])),
            ("kernel wider than the map", [1, 2, 2, 2], [2, 5, 5, 2], None.With("pads", [2, 2, 2, 2])),
        ];
        foreach (var (name, x, w, a) in shapes)
        {
            yield return Case(Conv2d.Op, name, a, null, Real(x), Real(w), Real(w[0]));
            yield return QuantizedConv(Conv2d.Op, name + ", int8", a, x, w);
        }

        yield return Case(Conv2d.Op, "no bias", None, null, Real(1, 2, 2, 3), Real(2, 1, 1, 3), null);
        yield return Case(
            Conv2d.Op,
            "clamped",
            None.With("min", -0.4).With("max", 0.6).With("mask", 1),
            null,
            Real(1, 4, 4, 2),
            Real(3, 2, 2, 2),
            Real(3)
        );
        yield return QuantizedConv(Conv2d.Op, "clamped, int8", None.With("min", 0.0).With("max", 1.5), [1, 3, 2, 2], [2, 2, 2, 2]);
    }

    private static IEnumerable<GradientCase> DenseCases() =>
    [
        Case(Dense.Op, "batch 2", None, null, Real(2, 5), Real(3, 5), Real(3)),
        Case(Dense.Op, "no bias", None, null, Real(1, 4), Real(6, 4), null),
        Case(Dense.Op, "one input", None, null, Real(3, 1), Real(2, 1), Real(2)),
        Case(Dense.Op, "clamped", None.With("min", 0.0).With("mask", 1), null, Real(2, 5), Real(4, 5), Real(4)),
        QuantizedConv(Dense.Op, "int8", None, [2, 6], [4, 6]),
    ];

    private static IEnumerable<GradientCase> AddCases() =>
        [
            Case(Add.Op, "rank 4", None, null, Real(2, 3, 2, 2), Real(2, 3, 2, 2)),
            Case(Add.Op, "clamped", None.With("min", -0.5).With("max", 0.5).With("mask", 1), null, Real(1, 4, 4, 2), Real(1, 4, 4, 2)),
            Case(
                Add.Op,
                "int8, two scales and zero points",
                None.With("mask", 1),
                Codes(0.25f, 9, 1, 3, 3, 2),
                Codes(0.5f, 4, 1, 3, 3, 2),
                Codes(0.25f, -6, 1, 3, 3, 2)
            ),
            Case(
                Add.Op,
                "int8, saturating",
                None.With("mask", 1),
                Codes(0.25f, 125, 1, 4, 4, 2),
                Codes(0.5f, 4, 1, 4, 4, 2),
                Codes(0.5f, -6, 1, 4, 4, 2)
            ),
        ];

    private static IEnumerable<GradientCase> OverlayCases() =>
    [
        Case(OverlayChannels.Op, "last axis", ChannelOp.Selection(3, [2, 0]), null, Real(3, 2, 2, 4), Real(3, 2, 2, 2)),
        Case(OverlayChannels.Op, "first axis", ChannelOp.Selection(0, [1, 4]), null, Real(5, 3, 3, 1), Real(2, 3, 3, 1)),
        Case(OverlayChannels.Op, "matrix", ChannelOp.Selection(1, [0, 3, 1]), null, Real(2, 4), Real(2, 3)),
    ];

    private static IEnumerable<GradientCase> MulCases() =>
        [
            Case(
                Mul.Op,
                "int8, two scales and zero points",
                None.With("mask", 1),
                Codes(0.25f, 9, 1),
                Codes(0.5f, 4, 1, 3, 3, 2),
                Codes(0.5f, -6, 1, 3, 3, 2)
            ),
            Case(
                Mul.Op,
                "int8, channel gate",
                None.With("mask", 1),
                Codes(0.125f, 3, 1),
                Codes(0.5f, 4, 2, 3, 2, 4),
                Codes(0.25f, -100, 2, 1, 1, 4)
            ),
            Case(Mul.Op, "int8, saturating", None.With("mask", 1), Codes(0.25f, 122, 1), Codes(0.5f, 4, 2, 12), Codes(0.5f, -6, 2, 12)),
        ];

    private static IEnumerable<GradientCase> PReluCases() =>
    [
        Case(PRelu.Op, "channel slopes", None, null, Real(2, 3, 2, 4), Real(4)),
        Case(PRelu.Op, "one slope, clamped", None.With("min", -0.1).With("max", 0.6).With("mask", 1), null, Real(2, 9), Real(1)),
        Case(PRelu.Op, "int8", None.With("mask", 1), Codes(0.125f, 5, 1), Codes(0.5f, 3, 1, 3, 2, 2), Codes(0.25f, -4, 2)),
        Case(PRelu.Op, "int8, saturating", None.With("mask", 1), Codes(0.25f, 124, 1), Codes(0.5f, 3, 1, 5), Codes(0.5f, -4, 5)),
    ];

    /// <summary>Every way in which shapes of maps and matrices are broadcast.</summary>
    private static IEnumerable<GradientCase> BinaryCases(Op op)
    {
        (string Name, int[] A, int[] B)[] shapes =
        [
            ("equal", [2, 3, 2, 4], [2, 3, 2, 4]),
            ("channel vector", [2, 3, 2, 4], [4]),
            ("channel map", [2, 3, 2, 4], [1, 1, 1, 4]),
            ("channel gate", [2, 3, 2, 4], [2, 1, 1, 4]),
            ("spatial gate", [2, 3, 2, 4], [2, 3, 2, 1]),
            ("one row", [2, 3, 2, 4], [3, 1, 1]),
            ("one number", [2, 3, 4], [1]),
            ("scalar first", [], [2, 5]),
            ("both repeated", [3, 1], [1, 4]),
            ("repeated first", [4], [2, 2, 4]),
        ];
        foreach (var (name, a, b) in shapes)
        {
            yield return Case(op, name + ", broadcast", None, null, Real(a), Real(b));
        }

        yield return Case(
            op,
            "broadcast and clamped",
            None.With("min", -0.4).With("max", 0.5).With("mask", 1),
            null,
            Real(1, 3, 2, 2),
            Real(2)
        );
    }

    /// <summary>Values on both sides of every kink, or positive ones where the function is defined only there.</summary>
    private static IEnumerable<GradientCase> UnaryCases(Op op)
    {
        var parameters = None.With("alpha", 0.3).With("beta", 0.5);
        yield return Case(op, "map", parameters, null, Real(1, 2, 3, 4));
        yield return Case(op, "matrix", parameters, null, Real(2, 11));
        if (op == Unary.Abs || op == Unary.Neg)
        {
            yield return Case(op, "int8", None, Codes(0.25f, -7, 1), Codes(0.5f, 5, 2, 7));
            yield return Case(op, "int8, saturating", None, Codes(0.5f, op == Unary.Abs ? 126 : -127, 1), Codes(0.5f, 5, 2, 7));
        }
    }

    private static IEnumerable<GradientCase> ReduceCases()
    {
        foreach (int mean in new[] { 0, 1 })
        {
            foreach (int[] axes in new int[][] { [1, 2], [3], [0, 2], [1, 3], [0, 1, 2, 3] })
            {
                yield return Case(
                    ReduceSum.Op,
                    $"axes {string.Join(' ', axes)}, mean {mean}",
                    None.With("axes", axes).With("mean", mean),
                    null,
                    Real(2, 3, 2, 4)
                );
            }

            yield return Case(
                ReduceSum.Op,
                $"int8, mean {mean}",
                None.With("axes", [1, 2]).With("mean", mean).With("mask", 1),
                Codes(0.125f, -5, 1),
                Codes(0.5f, 4, 1, 2, 2, 3)
            );
        }

        yield return Case(
            ReduceSum.Op,
            "int8, saturating",
            None.With("axes", [1]).With("mask", 1),
            Codes(0.5f, 125, 1),
            Codes(0.5f, 4, 8, 2)
        );
        yield return Case(ReduceSum.Op, "clamped", None.With("axes", [1]).With("min", 0.0).With("mask", 1), null, Real(6, 3));
    }

    private static IEnumerable<GradientCase> PoolCases()
    {
        foreach (int include in new[] { 0, 1 })
        {
            var a = None.With("count_include_pad", include);
            yield return Case(
                AveragePool2d.Op,
                $"2x2, include {include}",
                a.With("kernel", [2, 2]).With("strides", [2, 2]),
                null,
                Real(2, 4, 4, 3)
            );
            yield return Case(
                AveragePool2d.Op,
                $"overlapping, uneven pads, include {include}",
                a.With("kernel", [3, 2]).With("pads", [1, 0, 0, 1]),
                null,
                Real(1, 4, 5, 2)
            );
            yield return Case(
                AveragePool2d.Op,
                $"dilated, include {include}",
                a.With("kernel", [2, 3]).With("dilations", [2, 2]).With("strides", [2, 1]).With("pads", [1, 1, 1, 2]),
                null,
                Real(1, 5, 6, 2)
            );
        }

        yield return Case(AveragePool2d.Op, "global", None.With("kernel", [3, 5]), null, Real(2, 3, 5, 2));
        yield return Case(
            AveragePool2d.Op,
            "int8",
            None.With("kernel", [2, 2]).With("strides", [2, 2]),
            Codes(0.125f, 3, 1, 2, 2, 3),
            Codes(0.5f, -5, 1, 4, 4, 3)
        );
        yield return Case(AveragePool2d.Op, "codes to reals", None.With("kernel", [4, 4]), null, Codes(0.5f, -5, 1, 4, 4, 3));
    }

    private static IEnumerable<GradientCase> ClampCases() =>
    [
        Case(Clamp.Op, "relu", None.With("min", 0.0).With("mask", 1), null, Real(1, 3, 4, 2)),
        Case(Clamp.Op, "both sides", None.With("min", -0.3).With("max", 0.4).With("mask", 1), null, Real(2, 9)),
        Case(Clamp.Op, "open", None, null, Real(2, 4)),
        Case(Clamp.Op, "int8", None.With("min", -0.75).With("max", 0.75).With("mask", 1), Codes(0.5f, 4, 1), Codes(0.5f, 4, 1, 10)),
    ];

    private static IEnumerable<GradientCase> QuantizeCases() =>
    [
        Case(Quantize.Op, "zero point", None.With("mask", 1), Codes(0.25f, 11, 1), Real(1, 3, 3, 2)),
        Case(Quantize.Op, "saturating", None.With("mask", 1), Codes(0.25f, 126, 1), Real(2, 12)),
        Case(Quantize.Op, "codes of another scale", None.With("mask", 1), Codes(0.25f, 11, 1), Codes(0.5f, -3, 2, 5)),
        Case(Quantize.Op, "saturating codes", None.With("mask", 1), Codes(0.25f, 125, 1), Codes(0.25f, -3, 1, 2, 3, 2)),
        Case(Quantize.Op, "clamped", None.With("mask", 1).With("min", -0.25).With("max", 0.5), Codes(0.25f, 0, 1), Real(1, 8)),
    ];

    /// <summary>
    /// A case with random operands whose result keeps a distance from the kinks of its clamp; a quantized result's type lends no shape.
    /// </summary>
    public static GradientCase Case(Op op, string name, Attributes attributes, TensorType? result, params TensorType?[] operands)
    {
        Value?[] inputs = [.. operands.Select((t, i) => t is null ? null : Input($"operand{i}", t))];
        var builder = new GraphBuilder();
        var shape = builder.Emit(op, name, inputs, attributes).Type.Shape;
        var node = builder.EmitNode(op, name, inputs, attributes, result is null ? null : result with { Shape = shape });
        return Enumerable.Range(1, 10_000)
            .Select(seed => new Random(seed))
            .Select(random => new GradientCase(
                name,
                node,
                [.. operands.Select((t, i) => t is null ? null : Suitable(Random(t, random), i))]
            ))
            .First(IsSmooth);

        // Quantized operands are multiples of the scale, divisors stay away from 0, and functions are taken at fixed distances.
        Tensor Suitable(Tensor t, int operand) =>
            op switch
            {
                Quantize when !t.Type.IsQuantized => new Tensor(
                    t.Type,
                    [.. t.Data.Select(v => Math.Round(v / result!.ScaleOf(0)) * result!.ScaleOf(0))]
                ),
                Div when operand == 1 => new Tensor(t.Type, [.. t.Data.Select(v => (double)(float)(Math.Abs(v) + 0.5))]),
                Unary when !t.Type.IsQuantized => new Tensor(t.Type, [.. t.Data.Select((_, i) => (double)(float)Abscissa(op, i))]),
                PRelu when operand == 0 => new Tensor(t.Type, [.. t.Data.Select(v => v == t.Type.ZeroPoint ? v + 2 : v)]),
                _ => t,
            };
    }

    /// <summary>No closer than 0.03 to a kink of any function at alpha 0.3 and beta 0.5: 0, -5/3, 5/3.</summary>
    private static double Abscissa(Op op, int index)
    {
        double x = -2.95 + 0.31 * index;
        return op == Unary.Log || op == Unary.Sqrt || op == Unary.Reciprocal ? Math.Abs(x) + 0.2 : x;
    }

    /// <summary>An int8 convolution whose multipliers are 1 and 2, so that results are exact.</summary>
    private static GradientCase QuantizedConv(Op op, string name, Attributes attributes, int[] x, int[] w)
    {
        float[] scales = [.. Enumerable.Range(0, w[0]).Select(c => c % 2 == 0 ? 0.125f : 0.25f)];
        return Case(op, name, attributes.With("mask", 1), Codes(0.0625f, -9, 1),
            Codes(0.5f, 5, x), Weights(scales, w), Biases([.. scales.Select(s => s * 0.5f)]));
    }

    /// <summary>The derivative of the result of a case is taken by steps of this size: one code, or 1e-4.</summary>
    public static double Step(GradientCase c, int operand) =>
        c.Operands[operand]!.Type.IsQuantized ? 1 : c.Node.Op is Quantize ? c.Node.Output.Type.ScaleOf(0) : 1e-4;

    /// <summary>The operands of a case with one element moved.</summary>
    public static Tensor?[] Moved(GradientCase c, int operand, int index, double by)
    {
        var moved = new Tensor(c.Operands[operand]!.Type, [.. c.Operands[operand]!.Data]);
        moved.Data[index] += by;
        Tensor?[] operands = [.. c.Operands];
        operands[operand] = moved;
        return operands;
    }

    /// <summary>True where no step of an operand carries a result over the edge of its clamp.</summary>
    private static bool IsSmooth(GradientCase c)
    {
        if (!Clamping.CanSaturate(c.Node))
        {
            return true;
        }

        var y = c.Node.Output.Type;
        var (low, high) = y.IsQuantized
            ? ((double, double))Clamping.Codes(c.Node)
            : (Clamping.Range(c.Node).Min, Clamping.Range(c.Node).Max);
        var open = c.Node with
        {
            Attributes = c.Node.Attributes.Without("min").Without("max"),
            Outputs = [new Value("", y.IsQuantized ? y with { DType = DType.I32 } : y, ValueKind.Result)],
        };
        var now = Results(c.Operands);
        return Enumerable
            .Range(0, c.Operands.Length)
            .Where(o => c.Operands[o] is not null)
            .All(o =>
                Enumerable
                    .Range(0, c.Operands[o]!.Data.Length)
                    .All(i =>
                    {
                        var (up, down) = (Results(Moved(c, o, i, Step(c, o))), Results(Moved(c, o, i, -Step(c, o))));
                        return now.Select(
                                (v, k) =>
                                    v < low ? up[k] <= low && down[k] <= low
                                    : v > high ? up[k] >= high && down[k] >= high
                                    : Math.Min(up[k], down[k]) >= low && Math.Max(up[k], down[k]) <= high
                            )
                            .All(same => same);
                    })
            );

        double[] Results(Tensor?[] operands) => c.Node.Op.Evaluate(open, operands, Numerics.Double)[0].Data;
    }
}
