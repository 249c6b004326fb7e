// Parts of tensors by channel, for layers of which only some input channels are trained. gather_channels takes chosen indices of
// one axis; overlay_channels puts them back over a constant, so that forward kernels see whole weights and need no second
// form. The overlaid weights live only around the kernel that reads them and are made again for the backward pass.

using System.Collections.Immutable;
using static TinyEngine.Ir.OperatorSample;

namespace TinyEngine.Ir;

/// <summary>Shared by the two operators: {axis, channels}: an axis and indices along it, and the extents of a copy.</summary>
public abstract class ChannelOp : Op
{
    /// <summary>Largest extent of an axis: kernels read the indices from a table of int16.</summary>
    public const int MaxExtent = short.MaxValue + 1;

    /// <summary>The attributes of a selection.</summary>
    public static Attributes Selection(int axis, IEnumerable<int> channels) =>
        Attributes.Empty.With("axis", axis).With("channels", channels);

    /// <summary>The axis of a node.</summary>
    public static int Axis(Node node) => node.Attributes.Int("axis", 0);

    /// <summary>The indices of a node.</summary>
    public static int[] Channels(Node node) => node.Attributes.Ints("channels");

    /// <summary>A type with only the chosen indices of an axis; scales along that axis are chosen, too.</summary>
    public static TensorType Select(TensorType type, int axis, IReadOnlyList<int> channels)
    {
        var quant = type.Quant is { Axis: { } a } q && a == axis ? q with { Scales = [.. channels.Select(c => q.Scales[c])] } : type.Quant;
        return type with { Shape = type.Shape.With(axis, channels.Count), Quant = quant };
    }

    /// <summary>Visits every chosen element: its index in the part and in the whole.</summary>
    public static void ForEach(Shape whole, int axis, IReadOnlyList<int> channels, Action<int, int> visit)
    {
        int inner = whole.Strides()[axis], extent = whole[axis], part = 0;
        for (int outer = 0; outer < whole.Count / (inner * extent); outer++)
        {
            foreach (int channel in channels)
            {
                for (int i = 0; i < inner; i++)
                {
                    visit(part++, (outer * extent + channel) * inner + i);
                }
            }
        }
    }

    /// <summary>TE0202 unless the indices are distinct and within the axis; their order is free.</summary>
    protected static void Check(Node node, Shape whole)
    {
        var (axis, channels) = (Axis(node), Channels(node));
        if (
            axis < 0
            || axis >= whole.Rank
            || channels.Distinct().Count() != channels.Length
            || channels.Any(c => c < 0 || c >= whole[axis])
        )
        {
            throw new DiagnosticException(
                Diagnostics.ShapeMismatch.At(node.Name, node.Op.Name, $"channels [{string.Join(',', channels)}] of axis {axis} of {whole}")
            );
        }
    }

    /// <summary>The request for a family: extents of the whole, and the table of indices.</summary>
    protected static KernelRequest Request(Node node, TensorType whole)
    {
        var (axis, channels) = (Axis(node), Channels(node));
        int inner = whole.Shape.Strides()[axis];
        var table = new Tensor(new TensorType(DType.I16, Shape.Of(channels.Length)), [.. channels.Select(c => (double)c)]);
        return new KernelRequest(
            node.Op.Name,
            "te_channels",
            [
                KernelField.Int("outer", whole.Count / ((long)inner * whole.Shape[axis])),
                KernelField.Int("extent", whole.Shape[axis]),
                KernelField.Int("inner", inner),
                KernelField.Int("count", channels.Length),
            ],
            [Value.Constant(node.Name + ".channels", table)]
        );
    }
}

/// <summary><c>y = gather_channels(x)</c> {axis, channels}: x at the chosen indices of the axis, in their order.</summary>
public sealed class GatherChannels : ChannelOp
{
    /// <summary>The operator.</summary>
    public static readonly GatherChannels Op = new();

    /// <inheritdoc/>
    public override string Name => "gather_channels";

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node)
    {
        Check(node, node.Input(0).Type.Shape);
        return [Select(node.Input(0).Type, Axis(node), Channels(node))];
    }

    /// <inheritdoc/>
    public override bool Quantizes(Node node) => true;

    /// <inheritdoc/>
    public override KernelRequest Request(Node node) => Request(node, node.Input(0).Type);

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        var y = new double[node.Output.Type.Count];
        ForEach(node.Input(0).Type.Shape, Axis(node), Channels(node), (part, whole) => y[part] = operands[0]!.Data[whole]);
        return [new Tensor(node.Output.Type, y)];
    }
}

/// <summary><c>y = overlay_channels(base, part)</c> {axis, channels}: base with part at the chosen indices of the axis.</summary>
public sealed class OverlayChannels : ChannelOp
{
    /// <summary>The operator.</summary>
    public static readonly OverlayChannels Op = new();

    /// <inheritdoc/>
    public override string Name => "overlay_channels";

    /// <inheritdoc/>
    public override bool Rematerializes => true;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node)
    {
        var (whole, part) = (node.Input(0).Type, node.Input(1).Type);
        Check(node, whole.Shape);
        return part.Equals(Select(whole, Axis(node), Channels(node)))
            ? [whole]
            : throw new DiagnosticException(
                Diagnostics.ShapeMismatch.At(node.Name, Name, $"{part.Shape} is not that part of {whole.Shape}")
            );
    }

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override Value?[] Gradient(GradientRequest request)
    {
        var node = request.Node;
        var dPart = request.Wanted[1]
            ? request.Builder.Emit(GatherChannels.Op, node.Input(1).Name + ".dw", [request.Output], Selection(Axis(node), Channels(node)))
            : null;
        if (!request.Wanted[0])
        {
            return [null, dPart];
        }

        var zero = Value.Constant(node.Name + ".zero", Tensor.Zeros(Select(request.Output.Type, Axis(node), Channels(node))));
        return [request.Builder.Emit(Op, node.Name + ".dx", [request.Output, zero], node.Attributes), dPart];
    }

    /// <inheritdoc/>
    public override bool Quantizes(Node node) => true;

    /// <inheritdoc/>
    public override KernelRequest Request(Node node) => Request(node, node.Input(0).Type);

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        double[] y = [.. operands[0]!.Data];
        ForEach(node.Input(0).Type.Shape, Axis(node), Channels(node), (part, whole) => y[whole] = operands[1]!.Data[part]);
        return [new Tensor(node.Output.Type, y)];
    }

    /// <inheritdoc/>
    public override IEnumerable<OperatorSample> Samples =>
        [
            new("last axis", Selection(3, [2, 0]), null, Fp32(3, 2, 2, 4), Fp32(3, 2, 2, 2)),
            new("first axis", Selection(0, [1, 4]), null, Fp32(5, 3, 3, 1), Fp32(2, 3, 3, 1)),
            new("matrix", Selection(1, [0, 3, 1]), null, Fp32(2, 4), Fp32(2, 3)),
        ];
}
