// The dense layer, a convolution whose maps are 1x1: y[n,o] = sum over i of x[n,i]*w[o,i] + b[o]. Gradients are those of
// conv2d; ONNX Gemm and MatMul with constant weights become dense.

using System.Collections.Immutable;
using static TinyEngine.Ir.OperatorSample;

namespace TinyEngine.Ir;

/// <summary>
/// <c>y[, mask] = dense(x [n,i], w [o,i], b [o]?, part?)</c> clamp(min, max) mask; part as in conv2d; ONNX Gemm 7/9/11/13, MatMul 1/9/13.
/// </summary>
public sealed class Dense : Conv2d
{
    /// <summary>The operator.</summary>
    public static new readonly Dense Op = new();

    /// <inheritdoc/>
    public override string Name => "dense";

    /// <inheritdoc/>
    public override LayerForm? Layer(Node node) => base.Layer(node)! with { Contracted = 1 };

    /// <inheritdoc/>
    public override KernelRequest Request(Node node)
    {
        var (x, w, y) = (node.Input(0).Type, WholeWeights(node), node.Output.Type);
        var (min, max) = Clamping.Codes(node);
        return new KernelRequest(
            "dense",
            "te_dense",
            [
                KernelField.Int("batch", x.Shape[0]),
                KernelField.Int("in", w.Shape[1]),
                KernelField.Int("out", w.Shape[0]),
                KernelField.Int("x_zero", x.ZeroPoint),
                KernelField.Int("y_zero", y.ZeroPoint),
                KernelField.Int("y_min", min),
                KernelField.Int("y_max", max),
                .. Clamping.RealFields(node),
                .. WeightParts.Fields(node, Part),
            ],
            y.IsQuantized
                ? [Value.Constant(node.Name + ".multiplier", Tensor.Vector(Multipliers(node))), .. WeightParts.Table(node, Weights, Part)]
                : [.. WeightParts.Table(node, Weights, Part)]
        )
        {
            Packing = "oi",
        };
    }

    /// <inheritdoc/>
    public override IEnumerable<ImportRule> Imports =>
        [
            new("Gemm", 7, ImportGemm, Operands: 3, Form: "constant second and third operand"),
            new("MatMul", 1, ImportMatMul, Operands: 2, Form: "constant matrix as the second operand"),
        ];

    private static Value[] ImportGemm(ImportRequest r)
    {
        var a = r.Attributes;
        var (x, w, b) = (r.Input(0), Scaled(r, r.Weights(1), a.Float("alpha", 1)), r.OptionalWeights(2));
        r.Require(x.Type.Shape.Rank == 2 && w.Type.Shape.Rank == 2, "an operand that is not a matrix");
        if (a.Int("transA", 0) != 0)
        {
            x = r.Builder.Emit(Transpose.Op, r.Name + ".a", [x], Attributes.Empty.With("perm", [1, 0]));
        }

        if (a.Int("transB", 0) == 0)
        {
            w = Layouts.Permute(r, w, [1, 0]);
        }

        if (b is null)
        {
            return [r.Emit(Op, [x, w, null])];
        }

        var product = Shape.Of(x.Type.Shape[0], w.Type.Shape[0]);
        if (!product.Equals(Broadcast.Of(product, b.Type.Shape)?.Shape))
        {
            throw r.Fail(Diagnostics.ShapeMismatch, r.OnnxOp, $"a bias of shape {b.Type.Shape} for a result of {product}");
        }

        b = Scaled(r, b, a.Float("beta", 1));
        if (Broadcast.Padded(b.Type.Shape, 2)[0] > 1)
        {
            // Rows differ, so it is a sum behind the layer.
            return [r.Emit(Add.Op, [r.Builder.Emit(Op, r.Name, [x, w]), b])];
        }

        return [r.Emit(Op, [x, w, b.Type.Count == product[1] ? Layouts.Reshaped(r, b, Shape.Of(product[1])) : Repeated(r, b, product[1])])];
    }

    /// <summary>A bias of one number, repeated for every output.</summary>
    private static Value Repeated(ImportRequest r, Value bias, int count) =>
        Value.Constant(
            bias.Name,
            new Tensor(TensorType.F32(Shape.Of(count)), [.. Enumerable.Repeat(r.RealConstant(bias)!.Data[0], count)])
        );

    /// <summary>Weights times a factor, as a constant or as constant codes of another scale; themselves where the factor is 1.</summary>
    private static Value Scaled(ImportRequest r, Value weights, double factor)
    {
        if (factor == 1)
        {
            return weights;
        }

        if (r.Builder.Producer(weights) is { Op: Dequantize } node && node.Input(0) is { IsConstant: true, Type.Quant: { } quant } codes)
        {
            ImmutableArray<float> scales = [.. quant.Scales.Select(s => (float)(s * factor))];
            r.Require(scales.All(s => s > 0 && float.IsNormal(s)), $"a factor {factor} on weights of scale {quant.Scales[0]}");
            return r.Builder.Emit(
                Dequantize.Op,
                weights.Name,
                [Value.Constant(codes.Name, codes.Data!.As(codes.Type with { Quant = quant with { Scales = scales } }), codes.Packing)]
            );
        }

        r.Require(weights.IsConstant, $"a factor {factor} on weights that are quantized or moved in the graph");
        return Value.Constant(
            weights.Name,
            new Tensor(weights.Type, [.. weights.Data!.Data.Select(v => (double)(float)(v * factor))]),
            weights.Packing
        );
    }

    private static Value[] ImportMatMul(ImportRequest r)
    {
        var (x, w) = (r.Input(0), r.Weights(1));
        r.Require(x.Type.Shape.Rank >= 2 && w.Type.Shape.Rank == 2, "a second operand that is not a matrix");
        var rows = x.Type.Shape;
        var matrix = Layouts.Reshaped(r, x, Shape.Of((int)(rows.Count / rows[-1]), rows[-1]));
        var weights = Layouts.Permute(r, w, [1, 0]);
        if (rows.Rank == 2)
        {
            return [r.Emit(Op, [matrix, weights])];
        }

        var product = r.Builder.Emit(Op, r.Name, [matrix, weights]);
        return [r.Emit(Reshape.Op, [product], Attributes.Empty.With("shape", rows.With(-1, w.Type.Shape[1]).ToArray()))];
    }

    /// <inheritdoc/>
    public override IEnumerable<OperatorSample> Samples =>
        [
            new("batch 2", Attributes.Empty, null, Fp32(2, 5), Fp32(3, 5), Fp32(3)),
            new("no bias", Attributes.Empty, null, Fp32(1, 4), Fp32(6, 4), null),
            new("one input", Attributes.Empty, null, Fp32(3, 1), Fp32(2, 1), Fp32(2)),
            new("clamped", Attributes.Empty.Clamped(min: 0.0).Masked(), null, Fp32(2, 5), Fp32(4, 5), Fp32(4)),
            ConvSamples.Quantized("int8", Attributes.Empty, [2, 6], [4, 6]),
            .. ConvSamples.InParts([2, 5], [3, 5]),
        ];
}
