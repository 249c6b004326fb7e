// The convolution family: conv2d and its backward operators conv2d_dx, conv2d_dw and conv2d_update. NHWC, weights OHWI
// ([out][kernel_h][kernel_w][in/groups]), any kernel, stride, padding, dilation and group. Operands of rank 2 are 1x1 maps,
// which is how dense layers share this code. Padding holds real 0 and contributes nothing.

using System.Collections.Immutable;

namespace TinyEngine.Ir;

/// <summary>
/// <c>y[, mask] = conv2d(x, w, b?)</c> {strides, pads (top, left, bottom, right), dilations, group} clamp(min, max) mask.
/// int8: x i8 per tensor, w i8 symmetric per output channel, b i32 at scale s_x*s_w; a gradient that is a convolution has x and y
/// fp32 with w i8, taken as real values; ONNX Conv 1/11.
/// </summary>
public class Conv2d : Op
{
    /// <summary>The operator.</summary>
    public static readonly Conv2d Op = new();

    /// <inheritdoc/>
    public override string Name => "conv2d";

    /// <inheritdoc/>
    public override bool AcceptsClamp => true;

    /// <inheritdoc/>
    public override LayerForm? Layer(Node node)
    {
        var g = Geometry(node);
        return new(Weights: 1, g.Taps)
        {
            OutputChannels = 0,
            InputChannels = g switch
            {
                { Groups: 1 } => node.Input(1).Type.Shape.Rank - 1,
                { InPerGroup: 1, OutPerGroup: 1 } => 0,
                _ => null,
            },
        };
    }

    /// <inheritdoc/>
    public override ConvGeometry? SlidingWindow(Node node) => Geometry(node);

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <summary>The geometry of a node of this family's forward operators.</summary>
    public static ConvGeometry Geometry(Node node) =>
        ConvGeometry.Of(node.Input(0).Type.Shape, node.Input(1).Type.Shape, node.Attributes, node.Name);

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node)
    {
        var g = Geometry(node);
        if (node.Optional(2) is { } b && b.Type.Count != g.OutC)
        {
            throw new DiagnosticException(
                Diagnostics.ShapeMismatch.At(node.Name, Name, $"bias {b.Type.Shape} for {g.OutC} output channels")
            );
        }

        return Clamping.Results(node, TensorType.F32(g.OutShape(node.Input(0).Type.Shape.Rank)));
    }

    /// <inheritdoc/>
    public override ImmutableArray<Value?>? AbsorbAffine(Node node, double[] scale, double[] shift)
    {
        int taps = (int)(node.Input(1).Type.Count / scale.Length);
        return ChannelAffine.Absorbed(node, scale, shift, i => i / taps);
    }

    /// <inheritdoc/>
    public override Value?[] Gradient(GradientRequest request)
    {
        var (node, builder) = (request.Node, request.Builder);
        var dy = request.EmitUnclamped();
        var (x, w) = (node.Input(0), node.Input(1));
        var attributes = node.Attributes;
        return
        [
            request.Wanted[0]
                ? builder.Emit(Conv2dDx.Op, node.Name + ".dx", [dy, w], attributes.With("input", x.Type.Shape.ToArray()))
                : null,
            request.Wanted[1]
                ? builder.Emit(Conv2dDw.Op, node.Name + ".dw", [dy, x], attributes.With("weights", w.Type.Shape.ToArray()))
                : null,
            request.Wanted.Count > 2 && request.Wanted[2] ? builder.Emit(ChannelSum.Op, node.Name + ".db", [dy]) : null,
        ];
    }

    /// <inheritdoc/>
    public override bool Quantizes(Node node) =>
        node.Input(0).Type is { DType: DType.I8, Quant.Axis: null }
        && node.Input(1).Type is { DType: DType.I8, Quant: { ZeroPoint: 0, Axis: null or 0 } }
        && node.Optional(2)?.Type.DType is null or DType.I32
        && Multipliers(node).All(Numerics.CanScale);

    /// <inheritdoc/>
    public override KernelRequest Request(Node node)
    {
        var (y, x) = (node.Output.Type, node.Input(0).Type);
        var (min, max) = Clamping.Codes(node);
        var w = node.Input(1).Type;
        return new KernelRequest("conv2d", "te_conv2d",
            [.. Geometry(node).Fields(), KernelField.Int("x_zero", x.ZeroPoint), KernelField.Int("y_zero", y.ZeroPoint),
             KernelField.Int("y_min", min), KernelField.Int("y_max", max), .. Clamping.RealFields(node)],
            y.IsQuantized ? [Value.Constant(node.Name + ".multiplier", Tensor.Vector(Multipliers(node)))]
                : IsMixed(node) ? [Value.Constant(node.Name + ".scale", Tensor.Vector(Enumerable.Range(0, w.Shape[0]).Select(w.ScaleOf)))]
                : []
        )
        {
            Packing = ConvGeometry.Packing,
        };
    }

    /// <summary>True for fp32 maps and int8 weights.</summary>
    private static bool IsMixed(Node node) => !node.Output.Type.IsQuantized && node.Input(1).Type.IsQuantized;

    /// <summary>s_x*s_w/s_y per output channel, each step rounded to fp32.</summary>
    protected static IEnumerable<float> Multipliers(Node node)
    {
        var (x, w, y) = (node.Input(0).Type, node.Input(1).Type, node.Output.Type);
        return Enumerable.Range(0, w.Shape[0]).Select(c => x.ScaleOf(0) * w.ScaleOf(c) / y.ScaleOf(0));
    }

    /// <inheritdoc/>
    public override long Macs(Node node) => Geometry(node).Macs;

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        var g = Geometry(node);
        var (x, w, b) = (operands[0]!.Data, operands[1]!.Data, operands.Count > 2 ? operands[2]?.Data : null);
        var y = new ClampedResult(node, numerics);
        if (node.Output.Type.IsQuantized)
        {
            int zero = node.Input(0).Type.ZeroPoint;
            var multipliers = Multipliers(node).ToArray();
            g.ForEachOutput((i, n, oh, ow, oc) =>
            {
                long acc = (long)(b?[oc] ?? 0);
                g.ForEachTap(n, oh, ow, oc, (ix, iw) => acc += (long)(x[ix] - zero) * (long)w[iw]);
                y.Requantize(i, acc, multipliers[oc]);
            });
        }
        else
        {
            g.ForEachOutput((i, n, oh, ow, oc) =>
            {
                double acc = IsMixed(node) ? 0 : b?[oc] ?? 0;
                g.ForEachTap(n, oh, ow, oc, (ix, iw) => acc = numerics.Round(acc + numerics.Round(x[ix] * w[iw])));
                y.Store(i, IsMixed(node) ? (b?[oc] ?? 0) + numerics.Round(acc * node.Input(1).Type.ScaleOf(oc)) : acc);
            });
        }

        return y.Tensors();
    }

    /// <inheritdoc/>
    public override IEnumerable<ImportRule> Imports =>
        [new("Conv", 1, Import, Operands: 3, Form: "two spatial dimensions, constant weights")];

    private static Value[] Import(ImportRequest r)
    {
        var x = r.Input(0);
        var w = r.Weights(1);
        r.Require(x.Type.Shape.Rank == 4 && w.Type.Shape.Rank == 4, $"an input of rank {x.Type.Shape.Rank} (only two spatial dimensions)");
        var a = r.Attributes;
        var strides = a.Ints(WindowNames.Strides, 1, 1);
        var dilations = a.Ints(WindowNames.Dilations, 1, 1);
        r.Require(
            strides.Length == 2 && dilations.Length == 2 && strides.Concat(dilations).All(v => v is > 0 and < 65536),
            "strides or dilations that are not two positive integers"
        );
        var pads = Windows.Pads(r, x.Type.Shape, [w.Type.Shape[2], w.Type.Shape[3]], strides, dilations);
        var node = r.Builder.Emit(
            Op,
            r.Name,
            [Layouts.ToNhwc(r, x), Layouts.ToNhwc(r, w), r.OptionalWeights(2)],
            Windows.Attributes(strides, dilations, pads).With(WindowNames.Group, a.Int(WindowNames.Group, 1)),
            outputName: r.Output
        );
        return [Layouts.ToNchw(r, node)];
    }

    /// <inheritdoc/>
    public override IEnumerable<OperatorSample> Samples => ConvSamples.All();
}

/// <summary>
/// <c>dx = conv2d_dx(dy, w)</c> {geometry, input shape}: the transposed convolution; w may be int8, taken as real values.
/// </summary>
public sealed class Conv2dDx : Op
{
    /// <summary>The operator.</summary>
    public static readonly Conv2dDx Op = new();

    /// <inheritdoc/>
    public override string Name => "conv2d_dx";

    /// <inheritdoc/>
    public override bool PassesNotANumber(int operand) => false;

    private static ConvGeometry Geometry(Node node) =>
        ConvGeometry.Of(Shape.Of(node.Attributes.Ints("input")), node.Input(1).Type.Shape, node.Attributes, node.Name);

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node) =>
        [BlockFormat.Declared(node, TensorType.F32(Shape.Of(node.Attributes.Ints("input"))))];

    /// <inheritdoc/>
    public override BlockRule? NarrowRule(Node node) =>
        node.Input(1).Type is not { DType: DType.I8, Quant: { ZeroPoint: 0, Axis: null or 0 } } w
            ? null
            : new([0], BlockScale.Folded, MakesBlocks: true)
            {
                IsProduct = true,
                Folded = BlockFormat.FoldedScale(w, node.Input(0).Type.Shape),
            };

    /// <inheritdoc/>
    public override (int First, int End) RowsRead(Node node, int row) => Geometry(node).OutputRowsReaching(row);

    private static int Guard(ConvGeometry g, TensorType dy) => BlockFormat.Guard(dy, 7, (long)g.KernelH * g.KernelW * g.OutPerGroup);

    /// <inheritdoc/>
    public override KernelRequest Request(Node node)
    {
        var (dy, w, g) = (node.Input(0).Type, node.Input(1).Type, Geometry(node));
        if (dy.Block is not null)
        {
            return new KernelRequest(
                "conv2d_dx",
                "te_block_conv2d",
                [
                    .. g.Fields(),
                    KernelField.Int("guard", Guard(g, dy)),
                    KernelField.Int("exponent", BlockFormat.FoldedExponent(w) + BlockFormat.FactorExponent(node.Output.Type)),
                ],
                BlockFormat.FactorTable(node)
            )
            {
                Packing = ConvGeometry.Packing,
            };
        }

        return new KernelRequest("conv2d_dx", "te_conv2d", [.. g.Fields()],
            w.IsQuantized ? [Value.Constant(node.Name + ".scale", Tensor.Vector(Enumerable.Range(0, w.Shape[0]).Select(w.ScaleOf)))] : [])
        {
            Packing = ConvGeometry.Packing,
        };
    }

    /// <inheritdoc/>
    public override long Macs(Node node) => Geometry(node).Macs;

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        var g = Geometry(node);
        if (operands[0]!.Exponents is not null)
        {
            var exponents = BlockSums.SpreadExponents(g, operands[0]!, Guard(g, node.Input(0).Type));
            int folded = BlockFormat.FoldedExponent(node.Input(1).Type);
            return
            [
                BlockSums.Store(
                    node.Output.Type,
                    BlockSums.ConvolutionDx(g, operands[0]!, operands[1]!.Data, exponents),
                    [.. exponents.Select(e => e + folded)]
                ),
            ];
        }

        var (dy, w, wType) = (operands[0]!.Data, operands[1]!.Data, node.Input(1).Type);
        var dx = new double[node.Output.Type.Count];
        g.ForEachOutput((i, n, oh, ow, oc) =>
        {
            double scaled = numerics.Round(dy[i] * wType.ScaleOf(oc));
            g.ForEachTap(n, oh, ow, oc, (ix, iw) => dx[ix] = numerics.Round(dx[ix] + numerics.Round(scaled * w[iw])));
        });
        return [new Tensor(node.Output.Type, [.. dx.Select(Numerics.Limit)])];
    }
}

/// <summary>
/// <c>dw = conv2d_dw(dy, x)</c> {geometry, weights shape}: dL/d(real w); x may be int8, taken as real values (zero point subtracted).
/// </summary>
public sealed class Conv2dDw : Op
{
    /// <summary>The operator.</summary>
    public static readonly Conv2dDw Op = new();

    /// <inheritdoc/>
    public override string Name => "conv2d_dw";

    /// <inheritdoc/>
    public override (Op Op, Attributes Attributes)? FusedUpdate(Node gradient) =>
        (Conv2dUpdate.Op, gradient.Attributes.Without("weights")); // the parameter has that shape

    /// <inheritdoc/>
    public override Value? RestrictTo(Node node, int axis, IReadOnlyList<int> channels, GraphBuilder builder)
    {
        var (g, weights) = (Geometry(node), Shape.Of(node.Attributes.Ints("weights")));
        bool depthwise = g is { Groups: > 1, InPerGroup: 1, OutPerGroup: 1 };
        if (!depthwise && (g.Groups > 1 || axis != weights.Rank - 1))
        {
            return null;
        }

        var (phase, dy, x) = (builder.Phase, node.Input(0), node.Input(1));
        builder.Phase = Phase.Forward;
        var part = builder.Emit(
            GatherChannels.Op,
            x.Name + ".trained",
            [x],
            ChannelOp.Selection(x.Type.Shape.Rank - 1, channels),
            x.Type.IsQuantized ? ChannelOp.Select(x.Type, x.Type.Shape.Rank - 1, channels) : null
        );
        builder.Phase = phase;
        if (depthwise)
        {
            dy = builder.Emit(GatherChannels.Op, dy.Name + ".trained", [dy], ChannelOp.Selection(dy.Type.Shape.Rank - 1, channels));
        }

        return builder.Emit(Op, node.Name, [dy, part],
            node.Attributes.With("weights", weights.With(axis, channels.Count).ToArray()).With("group", depthwise ? channels.Count : 1));
    }

    private static ConvGeometry Geometry(Node node) =>
        ConvGeometry.Of(node.Input(1).Type.Shape, Shape.Of(node.Attributes.Ints("weights")), node.Attributes, node.Name);

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node) => [TensorType.F32(Shape.Of(node.Attributes.Ints("weights")))];

    /// <inheritdoc/>
    public override BlockRule? NarrowRule(Node node) =>
        node.Input(1).Type is { DType: DType.I8, Quant.Axis: null }
            ? new([0], BlockScale.Any, MakesBlocks: false) { IsProduct = true }
            : null;

    /// <inheritdoc/>
    public override KernelRequest Request(Node node)
    {
        var (dy, x, g) = (node.Input(0).Type, node.Input(1).Type, Geometry(node));
        if (dy.Block is not null)
        {
            return new KernelRequest(
                "conv2d_dw",
                "te_block_conv2d_update",
                [
                    .. g.Fields(),
                    KernelField.Int("x_zero", x.ZeroPoint),
                    KernelField.Int("guard", BlockSums.GuardDw(g, dy)),
                    KernelField.Float("x_scale", x.ScaleOf(0)),
                ],
                BlockFormat.ScaleTable(node, dy)
            )
            {
                Packing = ConvGeometry.Packing,
            };
        }

        return new KernelRequest("conv2d_dw", "te_conv2d_update",
            [.. g.Fields(), KernelField.Int("x_zero", x.ZeroPoint), KernelField.Float("x_scale", x.ScaleOf(0))], [])
        {
            Packing = ConvGeometry.Packing,
        };
    }

    /// <inheritdoc/>
    public override long Macs(Node node) => Geometry(node).Macs;

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        var (g, dy, x) = (Geometry(node), operands[0]!.As(node.Input(0).Type), operands[1]!.As(node.Input(1).Type));
        var dw = Sums(g, dy, x, numerics);
        return
        [
            new Tensor(
                node.Output.Type,
                dy.Exponents is null ? dw : [.. dw.Select((v, i) => (double)((float)v * dy.Type.ScaleOf(i / g.Taps)))]
            ),
        ];
    }

    /// <summary>The gradient of every weight; if dy is in blocks, without its scale.</summary>
    internal static double[] Sums(ConvGeometry g, Tensor dy, Tensor x, Numerics numerics)
    {
        if (dy.Exponents is not null)
        {
            return [.. BlockSums.ConvolutionDw(g, dy, x, BlockSums.GuardDw(g, dy.Type)).Select(v => (double)v)];
        }

        var dw = new double[g.OutC * g.Taps];
        g.ForEachOutput(
            (i, n, oh, ow, oc) =>
                g.ForEachTap(
                    n,
                    oh,
                    ow,
                    oc,
                    (ix, iw) => dw[iw] = numerics.Round(dw[iw] + numerics.Round(dy.Data[i] * (x.Data[ix] - x.Type.ZeroPoint)))
                )
        );
        return [.. dw.Select(v => numerics.Round(v * x.Type.ScaleOf(0)))];
    }
}
