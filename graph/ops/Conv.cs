// The convolution family: conv2d; its backward operators stand in ConvGradients.cs and Update.cs. NHWC, weights OHWI
// ([out][kernel_h][kernel_w][in/groups]), any kernel, stride, padding, dilation and group. Operands of rank 2 are 1x1 maps,
// which is how dense layers share this code. Padding holds real 0 and contributes nothing.

using System.Collections.Immutable;

namespace TinyEngine.Ir;

/// <summary>
/// <c>y[, mask] = conv2d(x, w, b?, part?)</c> {strides, pads (top, left, bottom, right), dilations, group} clamp(min, max) mask.
/// With a part, w holds the channels that the part does not (<see cref="WeightParts"/>).
/// int8: x i8 per tensor, w i8 symmetric per output channel, b i32 at scale s_x*s_w; a gradient that is a convolution has x and y
/// fp32 with w i8, taken as real values; ONNX Conv 1/11.
/// </summary>
public class Conv2d : Op
{
    /// <summary>The operator.</summary>
    public static readonly Conv2d Op = new();

    /// <summary>Indices of operands.</summary>
    protected const int Weights = 1, Part = 3;

    /// <inheritdoc/>
    public override string Name => "conv2d";

    /// <inheritdoc/>
    public override bool AcceptsClamp => true;

    /// <inheritdoc/>
    public override LayerForm? Layer(Node node)
    {
        var g = Geometry(node);
        return new(Weights, g.Taps)
        {
            Part = node.Optional(Part) is null ? null : Part,
            OutputChannels = 0,
            InputChannels = g switch
            {
                { Groups: 1 } => node.Input(Weights).Type.Shape.Rank - 1,
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
        ConvGeometry.Of(node.Input(0).Type.Shape, WholeWeights(node).Shape, node.Attributes, node.Name);

    /// <summary>The type of all weights, of which the part holds some.</summary>
    protected static TensorType WholeWeights(Node node) => WeightParts.WholeType(node, Weights, Part);

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node)
    {
        WeightParts.Check(node, Weights, Part);
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
        var (x, w, part) = (node.Input(0), WholeWeights(node), node.Optional(Part));
        var attributes = node.Attributes;
        bool Wants(int operand) => operand < request.Wanted.Count && request.Wanted[operand];
        var dw = Wants(Weights) || Wants(Part)
            ? builder.Emit(Conv2dDw.Op, node.Name + ".dw", [dy, x], WeightParts.Without(attributes).With("weights", w.Shape.ToArray()))
            : null;
        Value? Of(int operand, IReadOnlyList<int> channels) =>
            Wants(operand)
                ? builder.Emit(GatherChannels.Op, $"{node.Name}.dw{operand}", [dw], ChannelOp.Selection(w.Shape.Rank - 1, channels))
                : null;
        int[] trained = part is null ? [] : WeightParts.ChannelsOf(node, Part);
        Value?[] gradients =
        [
            Wants(0)
                ? builder.Emit(
                    Conv2dDx.Op,
                    node.Name + ".dx",
                    part is null ? [dy, node.Input(Weights)] : [dy, node.Input(Weights), part],
                    attributes.With("input", x.Type.Shape.ToArray())
                )
                : null,
            part is null ? dw : Of(Weights, WeightParts.Others(w.Shape[-1], trained)),
            Wants(2) ? builder.Emit(ChannelSum.Op, node.Name + ".db", [dy]) : null,
            Of(Part, trained),
        ];
        return gradients[..node.Inputs.Length];
    }

    /// <inheritdoc/>
    public override Node? WithParts(Node node, WeightParts parts) =>
        node.Optional(Weights) == parts.Whole
        && node.Optional(Part) is null
        && Geometry(node).Groups == 1
        && parts.AreReadable
        && (parts.AreFirst || node.Output.Type.IsQuantized)
            ? node with
            {
                Inputs = [node.Input(0), parts.Rest, node.Optional(2), parts.Part],
                Form = node.Form with { Attributes = parts.On(node.Attributes) },
            }
            : null;

    /// <inheritdoc/>
    public override bool Quantizes(Node node) =>
        node.Input(0).Type is { DType: DType.I8, Quant.Axis: null }
        && node.Input(Weights).Type is { DType: DType.I8, Quant: { ZeroPoint: 0, Axis: null or 0 } }
        && node.Optional(2)?.Type.DType is null or DType.I32
        && Multipliers(node).All(Numerics.CanScale);

    /// <inheritdoc/>
    public override ChannelFlow ChannelFlow(Node node) => ConvChannels.Flow(node, Geometry(node), Weights);

    /// <inheritdoc/>
    public override CodeRange[] CodeRanges(Node node, IReadOnlyList<CodeRange> operand, Numerics numerics) =>
        ConvChannels.Ranges(node, Geometry(node), Weights, operand, [.. Multipliers(node)], numerics);

    /// <inheritdoc/>
    public override bool Absorbs(Node node, int code) =>
        code == node.Input(0).Type.ZeroPoint || !ConvChannels.HasPadding(Geometry(node));

    /// <inheritdoc/>
    public override Node WithoutChannels(Node node, ChannelCut cut) => ConvChannels.Cut(node, Geometry(node), Weights, cut);

    /// <inheritdoc/>
    public override KernelRequest Request(Node node)
    {
        var (y, x) = (node.Output.Type, node.Input(0).Type);
        var (min, max) = Clamping.Codes(node);
        var w = node.Input(Weights).Type;
        ImmutableArray<Value> scales =
            y.IsQuantized ? [Value.Constant(node.Name + ".multiplier", Tensor.Vector(Multipliers(node)))]
            : IsMixed(node) ? [Value.Constant(node.Name + ".scale", Tensor.Vector(Enumerable.Range(0, w.Shape[0]).Select(w.ScaleOf)))]
            : [];
        return new KernelRequest("conv2d", "te_conv2d",
            [.. Geometry(node).Fields(), KernelField.Int("x_zero", x.ZeroPoint), KernelField.Int("y_zero", y.ZeroPoint),
             KernelField.Int("y_min", min), KernelField.Int("y_max", max), .. Clamping.RealFields(node), .. WeightParts.Fields(node, Part)],
            [.. scales, .. WeightParts.Table(node, Weights, Part)]
        )
        {
            Packing = ConvGeometry.Packing,
        };
    }

    /// <summary>True for fp32 maps and int8 weights.</summary>
    private static bool IsMixed(Node node) => !node.Output.Type.IsQuantized && node.Input(Weights).Type.IsQuantized;

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
        var (x, w) = (operands[0]!.Data, WeightParts.Joined(node, operands, Weights, Part).Data);
        double[]? b = operands.Count > 2 ? operands[2]?.Data : null;
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
                y.Store(i, IsMixed(node) ? (b?[oc] ?? 0) + numerics.Round(acc * node.Input(Weights).Type.ScaleOf(oc)) : acc);
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
