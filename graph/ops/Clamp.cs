// Clamping of values to a range: Relu, Clip, and Max and Min with constants. It is mostly fused into the operator before it, and
// stands alone where that is not possible.

using System.Collections.Immutable;
using static TinyEngine.Ir.OperatorSample;

namespace TinyEngine.Ir;

/// <summary>
/// <c>y[, mask] = clamp(x)</c> clamp(min, max) mask; ONNX Relu 1/6/13/14, Clip 1/6/11/12/13, Max and Min 6/8/12/13 with constants.
/// </summary>
public sealed class Clamp : Op
{
    /// <summary>The operator.</summary>
    public static readonly Clamp Op = new();

    /// <inheritdoc/>
    public override string Name => "clamp";

    /// <inheritdoc/>
    public override bool AcceptsClamp => true;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node) => Clamping.Results(node, TensorType.F32(node.Input(0).Type.Shape));

    /// <inheritdoc/>
    public override Attributes? Permuted(Node node, IReadOnlyList<int> permutation) => node.Attributes;

    /// <inheritdoc/>
    public override ClampRange? AsClamp(Node node) => node.Clamp;

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override Value?[] Gradient(GradientRequest request) => [request.EmitUnclamped()];

    /// <inheritdoc/>
    public override bool Quantizes(Node node) =>
        node.Input(0).Type.DType == DType.I8 && Equals(node.Input(0).Type.Quant, node.Output.Type.Quant);

    /// <inheritdoc/>
    public override KernelRequest Request(Node node) => new("clamp", "te_clamp", Clamping.Fields(node.Clamp, node.Output.Type), []);

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        var y = new ClampedResult(node, numerics);
        for (int i = 0; i < operands[0]!.Data.Length; i++)
        {
            if (node.Output.Type.IsQuantized)
            {
                y.StoreCode(i, operands[0]!.Data[i]);
            }
            else
            {
                y.Store(i, operands[0]!.Data[i]);
            }
        }

        return y.Tensors();
    }

    /// <inheritdoc/>
    public override IEnumerable<ImportRule> Imports =>
        [
            new("Relu", 1, r => [r.Emit(Op, [r.Input(0)], NodeForm.Plain.Clamped(min: 0))]),
            new(
                "Clip",
                1,
                r => Import(r, r.Attributes.Float("min", double.NegativeInfinity), r.Attributes.Float("max", double.PositiveInfinity))
            ),
            new(
                "Clip",
                11,
                r => Import(r, Bound(r, 1, double.NegativeInfinity), Bound(r, 2, double.PositiveInfinity)),
                Operands: 3,
                Form: "real numbers, constant bounds"
            ),
            new(
                "Max",
                6,
                r => ImportExtreme(r, isMax: true),
                ImportRule.AnyNumber,
                r => Fold(r, Math.Max),
                Form: "one computed operand, constants of one number"
            ),
            new(
                "Min",
                6,
                r => ImportExtreme(r, isMax: false),
                ImportRule.AnyNumber,
                r => Fold(r, Math.Min),
                Form: "one computed operand, constants of one number"
            ),
        ];

    /// <summary>The largest or smallest of constant operands.</summary>
    private static Tensor Fold(ImportRequest r, Func<double, double, double> choose) =>
        ConstantArithmetic.Elementwise(
            r,
            r.Constant(0).Type.DType,
            [.. r.Inputs.Select((_, i) => r.Constant(i))],
            v => v.Aggregate(choose)
        );

    /// <summary>The largest or smallest of one computed tensor and of any number of constants, each of them one number.</summary>
    private static Value[] ImportExtreme(ImportRequest r, bool isMax)
    {
        Value[] operands = [.. r.Inputs.Select((_, i) => r.Input(i)).Distinct()];
        var x = operands.FirstOrDefault(v => r.RealConstant(v) is null) ?? operands[0];
        r.Require(x.Type.DType == DType.F32, $"an operand of {x.Type.DType.Name()}");
        double bound = isMax ? double.NegativeInfinity : double.PositiveInfinity;
        foreach (var operand in operands.Where(v => v != x))
        {
            double[] constant =
                r.RealConstant(operand)?.Data ?? throw r.Fail(Diagnostics.UnsupportedForm, r.OnnxOp, "more than one computed operand");
            r.Require(constant.Length > 0 && constant.All(c => c == constant[0]), "a constant of different numbers");
            r.Require(
                x.Type.Shape.Equals(Broadcast.Of(x.Type.Shape, operand.Type.Shape)?.Shape),
                $"a constant {operand.Type.Shape} to which {x.Type.Shape} is repeated"
            );
            bound = isMax ? Math.Max(bound, constant[0]) : Math.Min(bound, constant[0]);
        }

        return operands.Length == 1 ? [x] : Emitted(r, x, isMax ? bound : double.NegativeInfinity, isMax ? double.PositiveInfinity : bound);
    }

    private static double Bound(ImportRequest r, int operand, double open) =>
        r.OptionalConstant(operand) switch
        {
            null => open,
            { Data.Length: 1, Type.DType: DType.F32 } t => t.Data[0],
            _ => throw r.Fail(Diagnostics.UnsupportedForm, r.OnnxOp, "a bound that is not one fp32 number"),
        };

    private static Value[] Import(ImportRequest r, double min, double max)
    {
        r.Require(min <= max, "a minimum above the maximum");
        return Emitted(r, r.Input(0), min, max);
    }

    private static Value[] Emitted(ImportRequest r, Value x, double min, double max) => [r.Emit(Op, [x], NodeForm.Plain.Clamped(min, max))];

    /// <inheritdoc/>
    public override IEnumerable<OperatorSample> Samples
    {
        get
        {
            var masked = Attributes.Empty.Masked();
            return
            [
                new("relu", masked.Clamped(min: 0.0), null, Fp32(1, 3, 4, 2)),
                new("both sides", masked.Clamped(-0.3, 0.4), null, Fp32(2, 9)),
                new("open", Attributes.Empty, null, Fp32(2, 4)),
                new("int8", masked.Clamped(-0.75, 0.75), Int8(0.5f, 4, 1), Int8(0.5f, 4, 1, 10)),
            ];
        }
    }
}
