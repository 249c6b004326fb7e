// The leaky rectifier whose slope below 0 is an operand, usually one per channel, and its gradient. int8: the code above 0 and
// the exact product with the slope below 0 are each rescaled and rounded once.

using System.Collections.Immutable;
using static TinyEngine.Ir.OperatorSample;

namespace TinyEngine.Ir;

/// <summary>
/// <c>y[, mask] = prelu(x, slope)</c> clamp(min, max) mask: x, below 0 slope*x; the slope is broadcast to x; ONNX PRelu 7/9/16.
/// </summary>
public sealed class PRelu : Binary
{
    /// <summary>The operator.</summary>
    public static readonly PRelu Op = new();

    /// <inheritdoc/>
    public override string Name => "prelu";

    /// <inheritdoc/>
    protected override double Compute(double a, double b) => a < 0 ? a * b : a;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node)
    {
        var (x, slope) = (node.Input(0).Type.Shape, node.Input(1).Type.Shape);
        return x.Equals(Broadcast.Of(x, slope)?.Shape) ? base.Infer(node)
            : throw new DiagnosticException(Diagnostics.ShapeMismatch.At(node.Name, Name, $"a slope {slope} for {x}"));
    }

    /// <inheritdoc/>
    public override Value?[] Gradient(GradientRequest request)
    {
        var (node, builder, dy) = (request.Node, request.Builder, request.EmitUnclamped());
        var (x, slope) = (node.Input(0), node.Input(1));
        var type = x.Type.IsQuantized ? x.Type : null;
        return
        [
            request.Wanted[0] ? builder.Emit(PReluDx.Op, node.Name + ".da", [dy, x, slope]) : null,
            request.Wanted[1]
                ? EmitReduced(
                    request,
                    1,
                    builder.Emit(
                        Mul.Op,
                        node.Name + ".db",
                        [dy, builder.Emit(Clamp.Op, node.Name + ".negative", [x], NodeForm.Plain.Clamped(max: 0), type)]
                    )
                )
                : null,
        ];
    }

    /// <inheritdoc/>
    public override bool Quantizes(Node node) => Mul.Op.Quantizes(node) && Numerics.CanScale(AboveZero(node));

    private static float AboveZero(Node node) => node.Input(0).Type.ScaleOf(0) / node.Output.Type.ScaleOf(0);

    /// <inheritdoc/>
    protected override void StoreCode(ClampedResult y, int index, Node node, long a, long b, Numerics numerics) =>
        y.Requantize(index, a < 0 ? a * b : a, a < 0 ? ProductScale(node) : AboveZero(node));

    /// <inheritdoc/>
    public override IEnumerable<ImportRule> Imports => [new("PRelu", 7, Import, Operands: 2)];

    /// <inheritdoc/>
    public override IEnumerable<OperatorSample> Samples
    {
        get
        {
            var masked = Attributes.Empty.Masked();
            OperatorSample[] samples =
            [
                new("channel slopes", Attributes.Empty, null, Fp32(2, 3, 2, 4), Fp32(4)),
                new("one slope, clamped", masked.Clamped(-0.1, 0.6), null, Fp32(2, 9), Fp32(1)),
                new("int8", masked, Int8(0.125f, 5, 1), Int8(0.5f, 3, 1, 3, 2, 2), Int8(0.25f, -4, 2)),
                new("int8, saturating", masked, Int8(0.25f, 124, 1), Int8(0.5f, 3, 1, 5), Int8(0.5f, -4, 5)),
            ];
            // No operand at the kink.
            return samples.Select(s =>
                s with
                {
                    Content = (operand, random) =>
                        operand == 0 ? random.Data.Select(v => v == random.Type.ZeroPoint ? v + 2 : v) : random.Data,
                }
            );
        }
    }
}

/// <summary>
/// <c>dx = prelu_dx(dy, x, slope)</c>: dy, where x is below 0 times the slope; x and slope may be codes, taken as real values.
/// </summary>
public sealed class PReluDx : Op
{
    /// <summary>The operator.</summary>
    public static readonly PReluDx Op = new();

    /// <inheritdoc/>
    public override string Name => "prelu_dx";

    /// <inheritdoc/>
    public override bool PassesNotANumber(int operand) => false;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node) => [TensorType.F32(node.Input(0).Type.Shape)];

    /// <inheritdoc/>
    public override KernelRequest Request(Node node)
    {
        var (x, slope) = (node.Input(1).Type, node.Input(2).Type);
        return new KernelRequest(
            Name,
            "te_binary",
            [
                .. Broadcast.Of(x.Shape, slope.Shape)!.Fields(),
                KernelField.Int("a_zero", x.ZeroPoint),
                KernelField.Int("b_zero", slope.ZeroPoint),
                KernelField.Int("y_zero", 0),
                KernelField.Int("y_min", 0),
                KernelField.Int("y_max", 0),
                KernelField.Float("a_scale", x.ScaleOf(0)),
                KernelField.Float("b_scale", slope.ScaleOf(0)),
            ],
            []
        );
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        var (dy, x, slope) = (operands[0]!.Data, operands[1]!.As(node.Input(1).Type), operands[2]!.As(node.Input(2).Type));
        var dx = new double[dy.Length];
        Broadcast
            .Of(x.Type.Shape, slope.Type.Shape)!
            .ForEach((i, _, s) => dx[i] = x.Real(i) < 0 ? Numerics.Limit(numerics.Round(dy[i] * numerics.Round(slope.Real(s)))) : dy[i]);
        return [new Tensor(node.Output.Type, dx)];
    }
}
