// Pooling over windows of NHWC maps: averages and maxima. A global pool is a window as large as the map. Averages of int8
// are taken of the real values in fp32, in a stated order, and rounded to a code at most once; maxima keep their quantization.

using System.Collections.Immutable;

namespace TinyEngine.Ir;

/// <summary>Shared by average_pool2d and max_pool2d: {kernel, strides, pads, dilations, count_include_pad}; x is NHWC.</summary>
public abstract class Pool2d : Op
{
    /// <summary>The pool as a depthwise window: kernel [C, kh, kw, 1] of a convolution with as many groups as channels.</summary>
    protected static ConvGeometry Geometry(Node node) => GeometryOf(node.Input(0).Type.Shape, node);

    /// <summary>The same, for a map of the given shape.</summary>
    protected static ConvGeometry GeometryOf(Shape x, Node node)
    {
        var kernel = node.Attributes.Ints("kernel", 1, 1);
        if (x.Rank != 4 || kernel.Length != 2 || kernel.Any(k => k < 1))
        {
            throw new DiagnosticException(
                Diagnostics.ShapeMismatch.At(node.Name, "pooling", $"input {x} with a window of {kernel.Length} dimensions")
            );
        }

        return ConvGeometry.Of(x, Shape.Of(x[3], kernel[0], kernel[1], 1), node.Attributes.With(WindowNames.Group, x[3]), node.Name);
    }

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node) =>
        [
            (node.Outputs.Length > 0 ? node.Output.Type : node.Input(0).Type with { Quant = null, DType = DType.F32 }) with
            {
                Shape = Geometry(node).OutShape(4),
            },
        ];

    /// <inheritdoc/>
    public override bool Quantizes(Node node) => node.Input(0).Type is { DType: DType.I8, Quant.Axis: null };

    /// <inheritdoc/>
    public override ChannelFlow ChannelFlow(Node node) => node.Output.Type.IsQuantized ? Ir.ChannelFlow.Kept : Ir.ChannelFlow.Unknown;

    /// <inheritdoc/>
    public override ConvGeometry? SlidingWindow(Node node) => Geometry(node);

    /// <summary>A request for the kernel family of this pool.</summary>
    protected static KernelRequest Request(Node node, string family)
    {
        var (x, y, g) = (node.Input(0).Type, node.Output.Type, Geometry(node));
        var (min, max) = Clamping.Codes(node);
        return new KernelRequest(
            family,
            "te_pool2d",
            [
                .. Extents(g, node),
                KernelField.Int("x_zero", x.ZeroPoint),
                KernelField.Int("y_zero", y.ZeroPoint),
                KernelField.Int("y_min", min),
                KernelField.Int("y_max", max),
                KernelField.Float("x_scale", x.ScaleOf(0)),
                KernelField.Float("y_scale", y.ScaleOf(0)),
                KernelField.Int("partial_taps", family == "average_pool2d" && IsGlobal(g) ? g.KernelH * g.KernelW / 4 * 4 : 0),
            ],
            []
        );
    }

    /// <summary>The extents of the C struct te_pool2d.</summary>
    protected static IEnumerable<KernelField> Extents(ConvGeometry g, Node node) =>
        g.Fields().Where(f => f.Name is not ("in_c" or "out_c" or "groups")).Append(KernelField.Int("channels", g.InC))
            .Append(KernelField.Int("count_include_pad", node.Attributes.Int("count_include_pad", 0)));

    /// <summary>
    /// True for a window that sees the whole map. With padding or dilation a window of the map's size does not see every element.
    /// </summary>
    protected static bool IsGlobal(ConvGeometry g) =>
        g is { OutH: 1, OutW: 1, PadTop: 0, PadLeft: 0, DilationH: 1, DilationW: 1 } && g.KernelH == g.InH && g.KernelW == g.InW;

    /// <summary>Elements an average divides by.</summary>
    protected static int Divisor(Node node, ConvGeometry g, int taps) =>
        node.Attributes.Int("count_include_pad", 0) == 1 ? g.KernelH * g.KernelW : taps;

    /// <summary>Imports a window pool.</summary>
    protected static Value[] Import(ImportRequest r, Op op)
    {
        var (x, a) = (r.Input(0), r.Attributes);
        r.Require(x.Type.Shape.Rank == 4, $"an input of rank {x.Type.Shape.Rank} (only two spatial dimensions)");
        r.Require(a.Int("ceil_mode", 0) == 0 && a.Int("storage_order", 0) == 0, "ceil_mode or storage_order");
        r.Require(r.OutputNames.Count(n => n.Length > 0) == 1, "the output of indices");
        var kernel = a.Ints("kernel_shape");
        var strides = a.Ints(WindowNames.Strides, 1, 1);
        var dilations = a.Ints(WindowNames.Dilations, 1, 1);
        r.Require(
            kernel.Length == 2
                && strides.Length == 2
                && dilations.Length == 2
                && kernel.Concat(strides).Concat(dilations).All(v => v is > 0 and < 65536),
            "kernel_shape, strides or dilations that are not two positive integers"
        );
        int[] pads = Windows.Pads(r, x.Type.Shape, kernel, strides, dilations);
        bool countsPadding = op is AveragePool2d && a.Int("count_include_pad", 0) == 1;
        r.Require(
            countsPadding || !Windows.HoldPaddingAlone(x.Type.Shape, kernel, strides, dilations, pads),
            "a window that holds padding alone, which has no value,"
        );
        return Emit(
            r,
            op,
            kernel,
            Windows.Attributes(strides, dilations, pads).With("count_include_pad", a.Int("count_include_pad", 0))
        );
    }

    /// <summary>Imports a pool over the whole map.</summary>
    protected static Value[] ImportGlobal(ImportRequest r, Op op)
    {
        var shape = r.Input(0).Type.Shape;
        r.Require(shape.Rank == 4, $"an input of rank {shape.Rank} (only two spatial dimensions)");
        return Emit(r, op, [shape[2], shape[3]], Attributes.Empty);
    }

    private static Value[] Emit(ImportRequest r, Op op, int[] kernel, Attributes attributes) =>
        [Layouts.ToNchw(r, r.Emit(op, [Layouts.ToNhwc(r, r.Input(0))], attributes.With("kernel", kernel)))];
}

/// <summary><c>y = average_pool2d(x)</c>; ONNX AveragePool 7/10/11/19, GlobalAveragePool 1.</summary>
public sealed class AveragePool2d : Pool2d
{
    /// <summary>The operator.</summary>
    public static readonly AveragePool2d Op = new();

    /// <inheritdoc/>
    public override string Name => "average_pool2d";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override Value?[] Gradient(GradientRequest request) =>
        [request.Builder.Emit(AveragePool2dDx.Op, request.Node.Name + ".dx", [request.Output],
            request.Node.Attributes.With("input", request.Node.Input(0).Type.Shape.ToArray()))];

    /// <inheritdoc/>
    public override bool CanSkipRounding(Node node) => Quantizes(node);

    /// <inheritdoc/>
    public override KernelRequest Request(Node node) => Request(node, "average_pool2d");

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        var (g, x, input, type) = (Geometry(node), operands[0]!.Data, node.Input(0).Type, node.Output.Type);
        var y = new ClampedResult(node, numerics);
        bool global = IsGlobal(g);
        g.ForEachOutput((i, n, oh, ow, oc) =>
        {
            var taps = new List<double>();
            g.ForEachTap(n, oh, ow, oc, (ix, _) => taps.Add(numerics.Round((x[ix] - input.ZeroPoint) * input.ScaleOf(0))));
            double mean = numerics.Round(Sum(taps, global ? 4 : 1, numerics) / Divisor(node, g, taps.Count));
            if (type.Quant is { } q)
            {
                y.StoreCode(i, q.Quantize(mean, DType.I32));
            }
            else
            {
                y.Store(i, mean);
            }
        });
        return y.Tensors();
    }

    /// <summary>
    /// The sum in the order of ONNX Runtime's fp32 pooling, which decides rounding ties: a global pool keeps four partial
    /// sums by position modulo 4, added as (0+2)+(1+3), and then adds the elements that are left over; a window adds in order.
    /// </summary>
    private static double Sum(List<double> taps, int lanes, Numerics numerics)
    {
        var partial = new double[lanes];
        int whole = taps.Count / lanes * lanes;
        for (int t = 0; t < whole; t++)
        {
            partial[t % lanes] = numerics.Round(partial[t % lanes] + taps[t]);
        }

        double sum = lanes == 1 ? partial[0]
            : numerics.Round(numerics.Round(partial[0] + partial[2]) + numerics.Round(partial[1] + partial[3]));
        return taps.Skip(whole).Aggregate(sum, (s, t) => numerics.Round(s + t));
    }

    /// <inheritdoc/>
    public override IEnumerable<ImportRule> Imports =>
        [
            new("AveragePool", 7, r => Import(r, Op), Form: "two spatial dimensions, without ceil_mode"),
            new("GlobalAveragePool", 1, r => ImportGlobal(r, Op), Form: "two spatial dimensions"),
        ];

    /// <inheritdoc/>
    public override IEnumerable<OperatorSample> Samples => PoolSamples.Average();
}

/// <summary><c>dx = average_pool2d_dx(dy)</c> {window, input shape}: every tap of a window gets its share of the gradient.</summary>
public sealed class AveragePool2dDx : Pool2d
{
    /// <summary>The operator.</summary>
    public static readonly AveragePool2dDx Op = new();

    /// <inheritdoc/>
    public override string Name => "average_pool2d_dx";

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node) =>
        [BlockFormat.Declared(node, TensorType.F32(Shape.Of(node.Attributes.Ints("input"))))];

    /// <inheritdoc/>
    public override BlockRule NarrowRule(Node node) => new([0], BlockScale.Plain, MakesBlocks: true);

    /// <summary>
    /// Shares are mantissa * round(2^reciprocal / taps): at most 15 bits more, summed over the windows that cover an element.
    /// </summary>
    private static (int Reciprocal, int Guard) Widths(Node node, ConvGeometry g)
    {
        static int Fewest(int outputs, int stride, int pad, int dilation, int kernel, int extent) =>
            Enumerable
                .Range(0, outputs)
                .Select(o => Enumerable.Range(0, kernel).Count(k => o * stride - pad + k * dilation is var i && i >= 0 && i < extent))
                .Where(n => n > 0)
                .DefaultIfEmpty(1)
                .Min();
        int taps = Divisor(
            node,
            g,
            Fewest(g.OutH, g.StrideH, g.PadTop, g.DilationH, g.KernelH, g.InH)
                * Fewest(g.OutW, g.StrideW, g.PadLeft, g.DilationW, g.KernelW, g.InW)
        );
        long windows = (long)Math.Min(g.KernelH, g.OutH) * Math.Min(g.KernelW, g.OutW);
        return (Math.Min(14 + (int)Math.Log2(taps), 29), BlockFormat.Guard(node.Input(0).Type, 15, windows));
    }

    /// <inheritdoc/>
    public override ConvGeometry? SlidingWindow(Node node) => null;

    /// <inheritdoc/>
    public override (int First, int End) RowsRead(Node node, int row) =>
        GeometryOf(node.Output.Type.Shape, node).OutputRowsReaching(row);

    /// <inheritdoc/>
    public override bool Quantizes(Node node) => false;

    /// <inheritdoc/>
    public override KernelRequest Request(Node node)
    {
        var g = GeometryOf(node.Output.Type.Shape, node);
        if (node.Output.Type is not { Block: not null } y)
        {
            return new("average_pool2d_dx", "te_pool2d", [.. Extents(g, node)], []);
        }

        var (reciprocal, guard) = Widths(node, g);
        return new(
            "average_pool2d_dx",
            "te_block_pool2d",
            [
                .. Extents(g, node),
                KernelField.Int("reciprocal", reciprocal),
                KernelField.Int("guard", guard),
                KernelField.Int("exponent", BlockFormat.FactorExponent(y)),
                KernelField.Int("in_pixels", BlockFormat.Pixels(y)),
                KernelField.Int("out_pixels", BlockFormat.Pixels(node.Input(0).Type)),
            ],
            BlockFormat.FactorTable(node)
        );
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        var (g, dy) = (GeometryOf(node.Output.Type.Shape, node), operands[0]!.Data);
        if (operands[0]!.Exponents is { } from)
        {
            return [EvaluateBlocks(node, g, operands[0]!, from)];
        }

        var dx = new double[node.Output.Type.Count];
        g.ForEachOutput((i, n, oh, ow, oc) =>
        {
            int taps = 0;
            g.ForEachTap(n, oh, ow, oc, (_, _) => taps++);
            double share = numerics.Round(dy[i] / Divisor(node, g, taps));
            g.ForEachTap(n, oh, ow, oc, (ix, _) => dx[ix] = numerics.Round(dx[ix] + share));
        });
        return [new Tensor(node.Output.Type, dx)];
    }

    private static Tensor EvaluateBlocks(Node node, ConvGeometry g, Tensor dy, int[] from)
    {
        var (reciprocal, guard) = Widths(node, g);
        int fromBlock = dy.Type.Block!.Value, block = node.Output.Type.Block!.Value;
        int[] exponents = BlockSums.SpreadExponents(g, dy, node.Output.Type, guard);
        var dx = new long[node.Output.Type.Count];
        g.ForEachOutput(
            (i, n, oh, ow, oc) =>
            {
                int taps = 0;
                g.ForEachTap(n, oh, ow, oc, (_, _) => taps++);
                taps = Divisor(node, g, taps);
                long share = taps == 0 ? 0 : ((1L << reciprocal) + taps / 2) / taps;
                g.ForEachTap(
                    n,
                    oh,
                    ow,
                    oc,
                    (ix, _) => dx[ix] += share * BlockSums.Round(dy.Data[i], from[i / fromBlock] - exponents[ix / block])
                );
            }
        );
        return BlockSums.Store(node.Output.Type, dx, [.. exponents.Select(e => e - reciprocal)]);
    }
}

/// <summary><c>y = max_pool2d(x)</c>; padding never wins; ONNX MaxPool 1/8/10/11/12, GlobalMaxPool 1.</summary>
public sealed class MaxPool2d : Pool2d
{
    /// <summary>The operator.</summary>
    public static readonly MaxPool2d Op = new();

    /// <inheritdoc/>
    public override string Name => "max_pool2d";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override Value?[] Gradient(GradientRequest request) =>
        [request.Builder.Emit(MaxPool2dDx.Op, request.Node.Name + ".dx", [request.Output, request.Node.Input(0)], request.Node.Attributes)];

    /// <inheritdoc/>
    public override KernelRequest Request(Node node) => Request(node, "max_pool2d");

    /// <inheritdoc/>
    public override bool Quantizes(Node node) => base.Quantizes(node) && Equals(node.Input(0).Type.Quant, node.Output.Type.Quant);

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        var (g, x) = (Geometry(node), operands[0]!.Data);
        var y = new double[node.Output.Type.Count];
        double lowest = node.Output.Type.IsQuantized ? Clamping.Codes(node).Min : numerics.Round(double.MinValue);
        g.ForEachOutput((i, n, oh, ow, oc) =>
        {
            double max = lowest;
            g.ForEachTap(n, oh, ow, oc, (ix, _) => max = Math.Max(max, x[ix]));
            y[i] = max;
        });
        return [new Tensor(node.Output.Type, y)];
    }

    /// <inheritdoc/>
    public override IEnumerable<ImportRule> Imports =>
        [
            new("MaxPool", 1, r => Import(r, Op), Form: "two spatial dimensions, without ceil_mode and indices"),
            new("GlobalMaxPool", 1, r => ImportGlobal(r, Op), Form: "two spatial dimensions"),
        ];

    /// <inheritdoc/>
    public override IEnumerable<OperatorSample> Samples => PoolSamples.Max();
}

/// <summary>
/// <c>dx = max_pool2d_dx(dy, x)</c> {window}: the first maximum of a window, in order of row and column, gets its gradient; codes compare
/// as reals.
/// </summary>
public sealed class MaxPool2dDx : Pool2d
{
    /// <summary>The operator.</summary>
    public static readonly MaxPool2dDx Op = new();

    /// <inheritdoc/>
    public override string Name => "max_pool2d_dx";

    /// <inheritdoc/>
    public override bool PassesNotANumber(int operand) => operand != 1;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node) => [TensorType.F32(node.Input(1).Type.Shape)];

    /// <inheritdoc/>
    public override ConvGeometry? SlidingWindow(Node node) => null;

    /// <inheritdoc/>
    public override bool Quantizes(Node node) => false;

    /// <inheritdoc/>
    public override KernelRequest Request(Node node) =>
        new("max_pool2d_dx", "te_pool2d", [.. Extents(GeometryOf(node.Output.Type.Shape, node), node)], []);

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        var (g, dy, x) = (GeometryOf(node.Output.Type.Shape, node), operands[0]!.Data, operands[1]!.Data);
        var dx = new double[node.Output.Type.Count];
        g.ForEachOutput((i, n, oh, ow, oc) =>
        {
            int first = -1;
            g.ForEachTap(n, oh, ow, oc, (ix, _) => first = first < 0 || x[ix] > x[first] ? ix : first);
            if (first >= 0)
            {
                dx[first] = numerics.Round(dx[first] + dy[i]);
            }
        });
        return [new Tensor(node.Output.Type, dx)];
    }
}
