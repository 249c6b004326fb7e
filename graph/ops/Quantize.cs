// The bridges between real numbers and codes: quantize, dequantize, and lookup, which maps raw uint8 samples to what
// the model's input takes. In an imported QDQ graph quantize and dequantize stand around every operator; later only where a
// part of the network runs in floating point.

using System.Collections.Immutable;

namespace TinyEngine.Ir;

/// <summary>
/// <c>y[, mask] = quantize(x)</c>: clamp(round_half_even(x/s) + z) of an fp32 x; codes of another quantization are rescaled,
/// clamp(round_half_even((x - z_x) * (s_x/s)) + z); ONNX QuantizeLinear 10/13.
/// </summary>
public sealed class Quantize : Op
{
    /// <summary>The operator.</summary>
    public static readonly Quantize Op = new();

    /// <inheritdoc/>
    public override string Name => "quantize";

    /// <inheritdoc/>
    public override bool KeepsValues => true;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node) => Clamping.Results(node, TensorType.F32(node.Input(0).Type.Shape));

    /// <inheritdoc/>
    public override Attributes? Permuted(Node node, IReadOnlyList<int> permutation) => node.Output.Type.Quant?.Axis is null ? node.Attributes : null;

    /// <inheritdoc/>
    public override bool AcceptsClamp => true;

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override Value?[] Gradient(GradientRequest request) => [request.Unclamped()];

    /// <inheritdoc/>
    public override bool Quantizes(Node node) => node.Input(0).Type is { DType: DType.I8, Quant.Axis: null } && Numerics.CanScale(Ratio(node));

    /// <inheritdoc/>
    public override KernelRequest Request(Node node)
    {
        var (x, y) = (node.Input(0).Type, node.Output.Type);
        var (min, max) = Clamping.Codes(node);
        if (x.IsQuantized)
        {
            return new KernelRequest("quantize", x.DType.Name() + "_" + y.DType.Name(), "te_rescale",
                [KernelField.Int("count", y.Count), KernelField.Int("x_zero", x.ZeroPoint), KernelField.Int("y_zero", y.ZeroPoint),
                 KernelField.Int("y_min", min), KernelField.Int("y_max", max), KernelField.Float("multiplier", Ratio(node))], []);
        }

        return new KernelRequest("quantize", "f32_" + y.DType.Name(), "te_affine",
            [KernelField.Int("count", y.Count), KernelField.Int("zero", y.ZeroPoint), KernelField.Int("min", min), KernelField.Int("max", max), KernelField.Float("scale", y.ScaleOf(0))], []);
    }

    private static float Ratio(Node node) => node.Input(0).Type.ScaleOf(0) / node.Output.Type.ScaleOf(0);

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        var y = new ClampedResult(node, numerics);
        var (x, quant) = (node.Input(0).Type, node.Output.Type.Quant!);
        for (int i = 0; i < operands[0]!.Data.Length; i++)
        {
            if (x.IsQuantized)
            {
                y.Requantize(i, (long)operands[0]!.Data[i] - x.ZeroPoint, Ratio(node));
            }
            else
            {
                y.StoreCode(i, quant.Quantize(operands[0]!.Data[i], DType.I32));
            }
        }

        return y.Tensors();
    }

    /// <inheritdoc/>
    public override IEnumerable<ImportRule> Imports => [new("QuantizeLinear", 10, Import)];

    private static Value[] Import(ImportRequest r)
    {
        var x = r.Input(0);
        var zero = r.OptionalConstant(2);
        var type = QuantizedTypes.Of(r, x.Type.Shape, zero?.Type.DType ?? DType.U8, r.Constant(1), zero);
        if (x.IsConstant && x.Type.DType == DType.F32)
        {
            // Weights that the exporter left real: their codes are computed here.
            return [Value.Constant(r.Output, new Tensor(type, [.. x.Data!.Data.Select((v, i) => type.Quant!.Quantize(v, type.DType, type.ChannelOf(i)))]))];
        }

        r.Require(type.Quant!.Axis is null, "per-channel quantization of a computed tensor");
        return [r.Builder.Emit(Op, r.Name, [x], type: type, outputName: r.Output)];
    }
}

/// <summary><c>y f32 = dequantize(x)</c>: s*(x - z); ONNX DequantizeLinear 10/13.</summary>
public sealed class Dequantize : Op
{
    /// <summary>The operator.</summary>
    public static readonly Dequantize Op = new();

    /// <inheritdoc/>
    public override string Name => "dequantize";

    /// <inheritdoc/>
    public override bool KeepsValues => true;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node) => [TensorType.F32(node.Input(0).Type.Shape)];

    /// <inheritdoc/>
    public override Attributes? Permuted(Node node, IReadOnlyList<int> permutation) => node.Input(0).Type.Quant?.Axis is null ? node.Attributes : null;

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override Value?[] Gradient(GradientRequest request) => [request.Output];

    /// <inheritdoc/>
    public override KernelRequest Request(Node node)
    {
        var x = node.Input(0).Type;
        return new KernelRequest("dequantize", x.DType.Name() + "_f32", "te_affine",
            [KernelField.Int("count", x.Count), KernelField.Int("zero", x.ZeroPoint), KernelField.Int("min", 0), KernelField.Int("max", 0), KernelField.Float("scale", x.ScaleOf(0))], []);
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        var x = operands[0]!.As(node.Input(0).Type);
        return [new Tensor(node.Output.Type, [.. Enumerable.Range(0, x.Data.Length).Select(i => numerics.Round(x.Real(i)))])];
    }

    /// <inheritdoc/>
    public override IEnumerable<ImportRule> Imports => [new("DequantizeLinear", 10, Import)];

    private static Value[] Import(ImportRequest r)
    {
        var x = r.Input(0);
        var type = QuantizedTypes.Of(r, x.Type.Shape, x.Type.DType, r.Constant(1), r.OptionalConstant(2));
        // A constant learns here how its codes are meant; a computed one must have been quantized with the same parameters.
        if (x.IsConstant)
        {
            x = Value.Constant(x.Name, x.Data!.As(type), x.Packing);
        }
        else if (!x.Type.Equals(type))
        {
            throw r.Fail(Diagnostics.BadQuantization, $"dequantizes '{x.Name}' with other parameters than it was quantized with");
        }

        return [r.Emit(Op, [x])];
    }
}

/// <summary>Quantized types from the scale and zero point operands of ONNX.</summary>
public static class QuantizedTypes
{
    /// <summary>The type of codes with these parameters.</summary>
    /// <exception cref="DiagnosticException">TE0401: a scale or zero point that cannot be.</exception>
    public static TensorType Of(ImportRequest r, Shape shape, DType dtype, Tensor scale, Tensor? zero)
    {
        DiagnosticException Bad(string text) => r.Fail(Diagnostics.BadQuantization, text);
        r.Require(dtype is DType.I8 or DType.U8 or DType.I32 or DType.I16, $"quantization to {dtype.Name()}");
        if (scale.Type.DType != DType.F32 || scale.Data.Length == 0 || scale.Data.Any(s => !(s > 0) || double.IsInfinity(s)))
        {
            throw Bad("a scale must be a positive finite fp32 number");
        }

        bool perChannel = scale.Data.Length > 1;
        int axis = perChannel ? r.Axis(r.Attributes.Int("axis", 1), shape.Rank) : 0;
        if (perChannel && shape[axis] != scale.Data.Length)
        {
            throw Bad($"{scale.Data.Length} scales along axis {axis} of shape {shape}");
        }

        double z = zero?.Data[0] ?? 0;
        var (min, max) = dtype.Range();
        if (zero is not null && (zero.Data.Length != scale.Data.Length || zero.Data.Any(v => v != z) || z < min || z > max))
        {
            throw Bad("zero points must be one per scale, within the type and the same for all channels");
        }

        return new TensorType(dtype, shape, new QuantParams([.. scale.Data.Select(s => (float)s)], (int)z, perChannel ? axis : null));
    }
}

/// <summary><c>y = lookup(x u8)</c> {scale, offset}: raw samples (real = raw*scale + offset) to codes or fp32, by a table of 256 entries.</summary>
public sealed class Lookup : Op
{
    /// <summary>The operator.</summary>
    public static readonly Lookup Op = new();

    /// <inheritdoc/>
    public override string Name => "lookup";

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node) => [(node.Outputs.Length > 0 ? node.Output.Type : TensorType.F32(Shape.Scalar)) with { Shape = node.Input(0).Type.Shape }];

    /// <inheritdoc/>
    public override KernelRequest Request(Node node) => new("lookup", node.Output.Type.DType.Name(), "te_map",
        [KernelField.Int("count", node.Output.Type.Count)], [Value.Constant(node.Name + ".table", Table(node))]);

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        var table = Table(node).Data;
        return [new Tensor(node.Output.Type, [.. operands[0]!.Data.Select(v => table[(int)v])])];
    }

    private static Tensor Table(Node node)
    {
        var (scale, offset) = ((float)node.Attributes.Float("scale", 1), (float)node.Attributes.Float("offset", 0));
        var y = node.Output.Type;
        return new Tensor(y with { Shape = Shape.Of(256) },
            [.. Enumerable.Range(0, 256).Select(raw => y.Quant is { } q ? q.Quantize((float)(raw * scale) + offset, y.DType) : (float)(raw * scale) + offset)]);
    }
}
