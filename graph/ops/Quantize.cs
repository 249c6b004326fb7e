// The bridges between real numbers and codes: quantize, dequantize, and lookup, which maps raw uint8 samples to the type of
// the model's input. In an imported QDQ graph quantize and dequantize stand around every operator; later only where a
// part of the network runs in floating point.

using System.Collections.Immutable;
using static TinyEngine.Ir.OperatorSample;

namespace TinyEngine.Ir;

/// <summary>
/// <c>y[, mask] = quantize(x)</c>: clamp(round_half_even(x/s) + z) of an fp32 x; codes of another quantization are rescaled,
/// clamp(round_half_even((x - z_x) * (s_x/s)) + z); ONNX QuantizeLinear 10/13/19/21.
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
    public override Attributes? Permuted(Node node, IReadOnlyList<int> permutation) =>
        node.Output.Type.Quant?.Axis is null ? node.Attributes : null;

    /// <inheritdoc/>
    public override bool AcceptsClamp => true;

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override Value?[] Gradient(GradientRequest request) => [request.EmitUnclamped()];

    /// <inheritdoc/>
    public override bool Quantizes(Node node) =>
        node.Input(0).Type is { DType: DType.I8, Quant.Axis: null } && Numerics.CanScale(Ratio(node));

    /// <inheritdoc/>
    public override KernelRequest Request(Node node)
    {
        var (x, y) = (node.Input(0).Type, node.Output.Type);
        var (min, max) = Clamping.Codes(node);
        if (x.IsQuantized)
        {
            return new KernelRequest("quantize", "te_rescale",
                [KernelField.Int("count", y.Count), KernelField.Int("x_zero", x.ZeroPoint), KernelField.Int("y_zero", y.ZeroPoint),
                 KernelField.Int("y_min", min), KernelField.Int("y_max", max), KernelField.Float("multiplier", Ratio(node))], []);
        }

        return new KernelRequest(
            "quantize",
            "te_affine",
            [
                KernelField.Int("count", y.Count),
                KernelField.Int("zero", y.ZeroPoint),
                KernelField.Int("min", min),
                KernelField.Int("max", max),
                KernelField.Float("scale", y.ScaleOf(0)),
            ],
            []
        );
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
    public override IEnumerable<ImportRule> Imports =>
        [new("QuantizeLinear", 10, Import, Operands: 3, Form: "8 bits, one scale for computed tensors")];

    private static Value[] Import(ImportRequest r)
    {
        var x = r.Input(0);
        var zero = r.OptionalConstant(2);
        var dtype = zero?.Type.DType ?? OutputType(r);
        if (x.IsConstant && x.Type.DType == DType.F32)
        {
            // Weights that the exporter left real: their codes are computed here. Their dequantize says what they mean.
            var (codes, zeros) = QuantizedTypes.Channels(r, x.Type.Shape, dtype, r.Constant(1), zero);
            QuantParams[] channels = [.. zeros.Select(z => codes.Quant! with { ZeroPoint = z })];
            return
            [
                Value.Constant(
                    r.Output,
                    new Tensor(
                        codes with
                        {
                            Quant = null,
                        },
                        [
                            .. x.Data!.Data.Select(
                                (v, i) => channels[channels.Length == 1 ? 0 : codes.ChannelOf(i)].Quantize(v, dtype, codes.ChannelOf(i))
                            ),
                        ]
                    )
                ),
            ];
        }

        if (dtype is not (DType.I8 or DType.U8))
        {
            throw r.Fail(Diagnostics.UnsupportedType, $"{dtype.Name()} of quantized activations (int8 and uint8 are)");
        }

        var type = QuantizedTypes.Of(r, x.Type.Shape, dtype, r.Constant(1), zero);
        r.Require(type.Quant!.Axis is null, "per-channel quantization of a computed tensor");
        return [r.Builder.Emit(Op, r.Name, [x], type: type, outputName: r.Output)];
    }

    /// <summary>
    /// The type of codes without a zero point that tells it: attribute output_dtype, a number of ONNX's TensorProto.DataType, else uint8.
    /// </summary>
    private static DType OutputType(ImportRequest r) => r.Attributes.Int("output_dtype", 0) switch
    {
        0 or 2 => DType.U8,
        3 => DType.I8,
        5 => DType.I16,
        var other => throw r.Fail(Diagnostics.UnsupportedType, $"{other} (output_dtype of {r.OnnxOp})"),
    };

    /// <inheritdoc/>
    public override IEnumerable<OperatorSample> Samples
    {
        get
        {
            var masked = Attributes.Empty.Masked();
            OperatorSample[] samples =
            [
                new("zero point", masked, Int8(0.25f, 11, 1), Fp32(1, 3, 3, 2)),
                new("saturating", masked, Int8(0.25f, 126, 1), Fp32(2, 12)),
                new("codes of another scale", masked, Int8(0.25f, 11, 1), Int8(0.5f, -3, 2, 5)),
                new("saturating codes", masked, Int8(0.25f, 125, 1), Int8(0.25f, -3, 1, 2, 3, 2)),
                new("clamped", masked.Clamped(-0.25, 0.5), Int8(0.25f, 0, 1), Fp32(1, 8)),
            ];
            // Real operands are multiples of the scale.
            return samples.Select(s =>
                s.Operands[0]!.IsQuantized
                    ? s
                    : s with
                    {
                        Content = (_, random) => random.Data.Select(v => Math.Round(v / s.Result!.ScaleOf(0)) * s.Result.ScaleOf(0)),
                    }
            );
        }
    }
}

/// <summary>
/// <c>y f32 = dequantize(x)</c> {scale, zero if x is an input of the file, whose type has no quantization yet}: s*(x - z); ONNX
/// DequantizeLinear 10/13/19/21.
/// </summary>
public sealed class Dequantize : Op
{
    /// <summary>The operator.</summary>
    public static readonly Dequantize Op = new();

    /// <inheritdoc/>
    public override string Name => "dequantize";

    /// <inheritdoc/>
    public override bool KeepsValues => true;

    /// <inheritdoc/>
    public override bool PassesConstants => true;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node) => [TensorType.F32(node.Input(0).Type.Shape)];

    /// <summary>The type of a node's operand with what its codes mean.</summary>
    public static TensorType Codes(Node node) => node.Input(0).Type is not { Quant: null } bare ? node.Input(0).Type
        : bare with { Quant = new QuantParams((float)node.Attributes.Float("scale", 1), node.Attributes.Int("zero", 0)) };

    /// <inheritdoc/>
    public override Attributes? Permuted(Node node, IReadOnlyList<int> permutation) =>
        node.Input(0).Type.Quant?.Axis is null ? node.Attributes : null;

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override Value?[] Gradient(GradientRequest request) => [request.Output];

    /// <inheritdoc/>
    public override KernelRequest Request(Node node)
    {
        var x = node.Input(0).Type;
        return new KernelRequest(
            "dequantize",
            "te_affine",
            [
                KernelField.Int("count", x.Count),
                KernelField.Int("zero", x.ZeroPoint),
                KernelField.Int("min", 0),
                KernelField.Int("max", 0),
                KernelField.Float("scale", x.ScaleOf(0)),
            ],
            []
        );
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        var x = operands[0]!.As(Codes(node));
        return [new Tensor(node.Output.Type, [.. Enumerable.Range(0, x.Data.Length).Select(i => numerics.Round(x.Real(i)))])];
    }

    /// <inheritdoc/>
    public override IEnumerable<ImportRule> Imports =>
        [new("DequantizeLinear", 10, Import, Operands: 3, Form: "8 bits, constants also of 16 and 32; one scale for computed tensors")];

    private static Value[] Import(ImportRequest r)
    {
        var x = r.Input(0);
        if (x.IsConstant)
        {
            var codes = Meant(r, x);
            return [codes.Type.IsQuantized ? r.Emit(Op, [codes]) : codes];
        }

        var type = QuantizedTypes.Of(r, x.Type.Shape, x.Type.DType, r.Constant(1), r.OptionalConstant(2));
        if (x.Type.Quant is null)
        {
            r.Require(type.Quant!.Axis is null, "per-channel quantization of a computed tensor");
            return [r.Emit(Op, [x], Attributes.Empty.With("scale", (double)type.Quant.Scale).With("zero", type.ZeroPoint))];
        }

        return x.Type.Equals(type) ? [r.Emit(Op, [x])]
            : throw r.Fail(Diagnostics.BadQuantization, $"dequantizes '{x.Name}' with other parameters than it was quantized with");
    }

    /// <summary>
    /// A constant, which learns here what its codes mean. If channels have different zero points, codes are taken around
    /// them; if these do not fit int8, the constant becomes the real numbers themselves.
    /// </summary>
    private static Value Meant(ImportRequest r, Value x)
    {
        var (type, zeros) = QuantizedTypes.Channels(r, x.Type.Shape, x.Type.DType, r.Constant(1), r.OptionalConstant(2));
        if (zeros.All(z => z == zeros[0]))
        {
            return Value.Constant(x.Name, x.Data!.As(type), x.Packing);
        }

        var around = new Tensor(
            new TensorType(DType.I8, type.Shape, type.Quant! with { ZeroPoint = 0 }),
            [.. x.Data!.Data.Select((v, i) => v - zeros[type.ChannelOf(i)])]
        );
        return around.Data.All(v => v is >= sbyte.MinValue and <= sbyte.MaxValue)
            ? Value.Constant(x.Name, around, x.Packing)
            : Value.Constant(
                r.Output,
                new Tensor(TensorType.F32(type.Shape), [.. around.Data.Select((_, i) => (double)(float)around.Real(i))])
            );
    }

    /// <inheritdoc/>
    public override IEnumerable<OperatorSample> Samples =>
        [
            new("zero point", Attributes.Empty, null, Int8(0.25f, 7, 2, 3, 2, 2)),
            new("rank 2", Attributes.Empty, null, Int8(0.5f, -3, 2, 5)),
        ];
}

/// <summary>Quantized types from the scale and zero point operands of ONNX.</summary>
public static class QuantizedTypes
{
    /// <summary>The type of codes with these parameters.</summary>
    /// <exception cref="DiagnosticException">TE0401: a scale or zero point that cannot be.</exception>
    public static TensorType Of(ImportRequest r, Shape shape, DType dtype, Tensor scale, Tensor? zero)
    {
        var (type, zeros) = Channels(r, shape, dtype, scale, zero);
        return zeros.All(z => z == zeros[0])
            ? type
            : throw r.Fail(Diagnostics.BadQuantization, "zero points of a computed tensor must be the same for all channels");
    }

    /// <summary>The type of codes with these parameters, with the first zero point, and all zero points.</summary>
    /// <exception cref="DiagnosticException">TE0401: a scale or zero point that cannot be.</exception>
    public static (TensorType Type, int[] Zeros) Channels(ImportRequest r, Shape shape, DType dtype, Tensor scale, Tensor? zero)
    {
        DiagnosticException Bad(string text) => r.Fail(Diagnostics.BadQuantization, text);
        r.Require(dtype is DType.I8 or DType.U8 or DType.I32 or DType.I16, $"quantization to {dtype.Name()}");
        r.Require(r.Attributes.Int("block_size", 0) == 0, "quantization in blocks");
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

        var (min, max) = dtype.Range();
        if (zero is not null && (zero.Data.Length != scale.Data.Length || zero.Data.Any(z => z < min || z > max)))
        {
            throw Bad("zero points must be one per scale and within the type");
        }

        int[] zeros = zero is null ? [0] : [.. zero.Data.Select(z => (int)z)];
        return (
            new TensorType(dtype, shape, new QuantParams([.. scale.Data.Select(s => (float)s)], zeros[0], perChannel ? axis : null)),
            zeros
        );
    }
}

/// <summary>
/// <c>y = lookup(x u8)</c> {scale, offset}: raw samples (real = raw*scale + offset) to codes or fp32, by a table of 256 entries.
/// </summary>
public sealed class Lookup : Op
{
    /// <summary>The operator.</summary>
    public static readonly Lookup Op = new();

    /// <inheritdoc/>
    public override string Name => "lookup";

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node) =>
        [(node.Outputs.Length > 0 ? node.Output.Type : TensorType.F32(Shape.Scalar)) with { Shape = node.Input(0).Type.Shape }];

    /// <inheritdoc/>
    public override KernelRequest Request(Node node) => new("lookup", "te_elements",
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
        return new Tensor(
            y with
            {
                Shape = Shape.Of(256),
            },
            [
                .. Enumerable
                    .Range(0, 256)
                    .Select(raw => y.Quant is { } q ? q.Quantize((float)(raw * scale) + offset, y.DType) : (float)(raw * scale) + offset),
            ]
        );
    }
}
