// A scale and shift per channel: batch normalization with its statistics fixed, and the affine map behind the other
// normalizations. It is folded into the convolution before it. Without such a layer it becomes a depthwise 1x1 convolution, which has
// gradient, clamp and kernel. No channel_affine is left after the canonical stage.

using System.Collections.Immutable;

namespace TinyEngine.Ir;

/// <summary>
/// <c>y = channel_affine(x, scale [C], shift [C])</c> over the last dimension; ONNX BatchNormalization 7/9/14/15 in inference form.
/// </summary>
public sealed class ChannelAffine : Op
{
    /// <summary>The operator.</summary>
    public static readonly ChannelAffine Op = new();

    /// <inheritdoc/>
    public override string Name => "channel_affine";

    /// <inheritdoc/>
    public override Stage LastStage => Stage.Imported;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node)
    {
        var shape = node.Input(0).Type.Shape;
        return node.Input(1).Type.Count == shape[-1] && node.Input(2).Type.Count == shape[-1]
            ? [TensorType.F32(shape)]
            : throw new DiagnosticException(
                Diagnostics.ShapeMismatch.At(node.Name, Name, $"{node.Input(1).Type.Count} parameters for {shape[-1]} channels")
            );
    }

    /// <inheritdoc/>
    public override (double[] Scale, double[] Shift)? AsChannelAffine(Node node) => (node.Input(1).Data!.Data, node.Input(2).Data!.Data);

    /// <summary>
    /// Operands of a layer (x, w, b?) that computes y = scale[c]*layer + shift[c], where <paramref name="channelOf"/> tells the channel of
    /// a weight; null where the layer clamps its result or its parameters are not fp32 constants.
    /// </summary>
    public static ImmutableArray<Value?>? Absorbed(Node layer, double[] scale, double[] shift, Func<int, int> channelOf)
    {
        var (w, b) = (layer.Input(1), layer.Optional(2));
        if (!w.IsConstant || w.Type.IsQuantized || b is { IsConstant: false } || Clamping.IsClamped(layer))
        {
            return null;
        }

        var scaled = w.Data!.Data.Select((v, i) => (double)(float)(v * scale[channelOf(i)])).ToArray();
        var shifted = scale.Select((s, c) => (double)(float)((b?.Data!.Data[c] ?? 0) * s + shift[c])).ToArray();
        return
        [
            layer.Input(0),
            Value.Constant(w.Name, new Tensor(w.Type, scaled), w.Packing),
            Value.Constant(b?.Name ?? layer.Name + ".bias", new Tensor(TensorType.F32(Shape.Of(scale.Length)), shifted)),
        ];
    }

    /// <inheritdoc/>
    public override Value Lower(Node node, GraphBuilder builder)
    {
        var (x, w, b) = (node.Input(0), node.Input(1), node.Input(2));
        int channels = x.Type.Shape[-1];
        var weights = Value.Constant(
            w.Name,
            w.Data!.As(TensorType.F32(x.Type.Shape.Rank == 4 ? Shape.Of(channels, 1, 1, 1) : Shape.Of(channels, 1)))
        );
        var groups = Attributes.Empty.With(WindowNames.Group, channels);
        return builder.Emit(Conv2d.Op, node.Name, [x, weights, b], groups, outputName: node.Output.Name);
    }

    /// <inheritdoc/>
    public override KernelRequest Request(Node node) =>
        throw new InvalidOperationException("no channel_affine is left after the canonical stage");

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        var (x, scale, shift) = (operands[0]!.Data, operands[1]!.Data, operands[2]!.Data);
        return
        [
            new Tensor(
                node.Output.Type,
                [.. x.Select((v, i) => numerics.Round(numerics.Round(v * scale[i % scale.Length]) + shift[i % scale.Length]))]
            ),
        ];
    }

    /// <inheritdoc/>
    public override IEnumerable<ImportRule> Imports =>
        [new("BatchNormalization", 7, Import, Operands: 5, Form: "inference, ranks 2 and 4")];

    private static Value[] Import(ImportRequest r)
    {
        var x = r.Input(0);
        r.Require(r.Attributes.Int("training_mode", 0) == 0 && r.OutputNames.Count(n => n.Length > 0) == 1, "training mode");
        r.Require(x.Type.Shape.Rank is 4 or 2, $"an input of rank {x.Type.Shape.Rank}");
        var (gamma, beta, mean, variance) = (r.Constant(1).Data, r.Constant(2).Data, r.Constant(3).Data, r.Constant(4).Data);
        r.Require(new[] { beta, mean, variance }.All(t => t.Length == gamma.Length), "parameters of different lengths");
        double epsilon = r.Attributes.Float("epsilon", 1e-5);
        var scale = gamma.Select((g, c) => g / Math.Sqrt(variance[c] + epsilon)).ToArray();
        var shift = beta.Select((b, c) => b - mean[c] * scale[c]);
        var type = TensorType.F32(Shape.Of(gamma.Length));
        Value Stored(string name, IEnumerable<double> data) =>
            Value.Constant(r.Name + name, new Tensor(type, [.. data.Select(v => (double)(float)v)]));
        var operands = new[] { Stored(".scale", scale), Stored(".shift", shift) };
        return x.Type.Shape.Rank == 2
            ? [r.Emit(Op, [x, .. operands])]
            : [Layouts.ToNchw(r, r.Emit(Op, [Layouts.ToNhwc(r, x), .. operands]))];
    }
}
