// The gradients of convolutions: conv2d_dx, to the operand, and conv2d_dw, to the weights, which conv2d_update (Update.cs) consumes at
// once. Geometry and order of storage are those of conv2d.

using System.Collections.Immutable;

namespace TinyEngine.Ir;

/// <summary>
/// <c>dx = conv2d_dx(dy, w, part?)</c> {geometry, input shape}: the transposed convolution; w may be int8, taken as real values. With a
/// part, w holds the channels that the part does not (<see cref="WeightParts"/>).
/// </summary>
public sealed class Conv2dDx : Op
{
    /// <summary>The operator.</summary>
    public static readonly Conv2dDx Op = new();

    private const int Weights = 1, Part = 2;

    /// <inheritdoc/>
    public override string Name => "conv2d_dx";

    /// <inheritdoc/>
    public override bool PassesNotANumber(int operand) => false;

    private static ConvGeometry Geometry(Node node) =>
        ConvGeometry.Of(
            Shape.Of(node.Attributes.Ints("input")),
            WeightParts.WholeType(node, Weights, Part).Shape,
            node.Attributes,
            node.Name
        );

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node)
    {
        WeightParts.Check(node, Weights, Part);
        return [BlockFormat.Declared(node, TensorType.F32(Shape.Of(node.Attributes.Ints("input"))))];
    }

    /// <inheritdoc/>
    public override Node? WithParts(Node node, WeightParts parts) =>
        node.Optional(Weights) == parts.Whole
        && node.Optional(Part) is null
        && Geometry(node).Groups == 1
        && parts.AreReadable
        && (parts.AreFirst || parts.Whole.Type.IsQuantized)
            ? node with
            {
                Inputs = [node.Input(0), parts.Rest, parts.Part],
                Form = node.Form with { Attributes = parts.On(node.Attributes) },
            }
            : null;

    /// <inheritdoc/>
    public override BlockRule? NarrowRule(Node node) =>
        node.Input(Weights).Type is not { DType: DType.I8, Quant: { ZeroPoint: 0, Axis: null or 0 } } w
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
        var (dy, w, g) = (node.Input(0).Type, node.Input(Weights).Type, Geometry(node));
        if (dy.Block is not null)
        {
            return new KernelRequest(
                "conv2d_dx",
                "te_block_conv2d",
                [
                    .. g.Fields(),
                    KernelField.Int("guard", Guard(g, dy)),
                    KernelField.Int("exponent", BlockFormat.FoldedExponent(w) + BlockFormat.FactorExponent(node.Output.Type)),
                    KernelField.Int("in_pixels", BlockFormat.Pixels(node.Output.Type)),
                    KernelField.Int("out_pixels", BlockFormat.Pixels(dy)),
                    .. WeightParts.Fields(node, Part),
                ],
                [.. WeightParts.Table(node, Weights, Part), .. BlockFormat.FactorTable(node)]
            )
            {
                Packing = ConvGeometry.Packing,
            };
        }

        ImmutableArray<Value> scale = w.IsQuantized
            ? [Value.Constant(node.Name + ".scale", Tensor.Vector(Enumerable.Range(0, w.Shape[0]).Select(w.ScaleOf)))]
            : [];
        return new KernelRequest("conv2d_dx", "te_conv2d", [.. g.Fields(), .. WeightParts.Fields(node, Part)],
            [.. scale, .. WeightParts.Table(node, Weights, Part)])
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
            var exponents = BlockSums.SpreadExponents(g, operands[0]!, node.Output.Type, Guard(g, node.Input(0).Type));
            int folded = BlockFormat.FoldedExponent(node.Input(Weights).Type);
            return
            [
                BlockSums.Store(
                    node.Output.Type,
                    BlockSums.ConvolutionDx(
                        g,
                        operands[0]!,
                        WeightParts.Joined(node, operands, Weights, Part).Data,
                        node.Output.Type,
                        exponents
                    ),
                    [.. exponents.Select(e => e + folded)]
                ),
            ];
        }

        var (dy, w, wType) = (operands[0]!.Data, WeightParts.Joined(node, operands, Weights, Part).Data, node.Input(Weights).Type);
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
                    KernelField.Int("out_pixels", BlockFormat.Pixels(dy)),
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
