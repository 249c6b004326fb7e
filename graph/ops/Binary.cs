// Elementwise operators of two tensors with broadcasting: add (residual connections, accumulation of gradients), sub, mul (gates,
// squeeze-excite) and div. int8: add brings both operands to the result's scale in fp32 and rounds once; mul rescales the exact
// integer product. A constant per channel is a scale or a shift that a layer before can absorb.

using System.Collections.Immutable;

namespace TinyEngine.Ir;

/// <summary>Shared by the binary operators: <c>y[, mask] = op(a, b)</c> clamp(min, max) mask, shapes broadcast as in numpy.</summary>
public abstract class Binary : Op
{
    /// <inheritdoc/>
    public override bool AcceptsClamp => true;

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <summary>True where operands may change places.</summary>
    protected virtual bool Commutes => false;

    /// <summary>The real function.</summary>
    protected abstract double Compute(double a, double b);

    /// <summary>scale and shift with scale*x + shift = op(x, constant), or null if no such pair exists.</summary>
    protected virtual (double Scale, double Shift)? Affine(double constant) => null;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node)
    {
        var (a, b) = (node.Input(0).Type.Shape, node.Input(1).Type.Shape);
        return Broadcast.Of(a, b) switch
        {
            null => throw new DiagnosticException(
                Diagnostics.ShapeMismatch.At(node.Name, Name, $"operands {a} and {b} cannot be broadcast together")
            ),
            { Loops.Length: > Broadcast.MaxLoops } => throw new DiagnosticException(
                Diagnostics.UnsupportedForm.At(node.Name, Name, $"broadcasting {a} with {b} in more than {Broadcast.MaxLoops} loops")
            ),
            var y => Clamping.Results(node, BlockFormat.Declared(node, TensorType.F32(y.Shape))),
        };
    }

    /// <inheritdoc/>
    public override Attributes? Permuted(Node node, IReadOnlyList<int> permutation) => node.Attributes;

    /// <inheritdoc/>
    public override (double[] Scale, double[] Shift)? AsChannelAffine(Node node)
    {
        var (x, c) = Commutes && node.Input(0).IsConstant ? (node.Input(1), node.Input(0)) : (node.Input(0), node.Input(1));
        if (
            x.IsConstant
            || x.Type.Shape.Rank == 0
            || !c.IsConstant
            || !(c.Type.DType == DType.F32 || c.Type.IsQuantized)
            || Clamping.IsClamped(node)
        )
        {
            return null;
        }

        var (channels, shape) = (x.Type.Shape[-1], c.Type.Shape);
        bool perChannel = shape.Count == 1 || (shape.Count == channels && shape[-1] == channels);
        if (!perChannel || !node.Output.Type.Shape.Equals(x.Type.Shape))
        {
            return null;
        }

        var affine = Enumerable
            .Range(0, channels)
            .Select(i => Affine(c.Data!.Real(shape.Count == 1 ? 0 : i)))
            .OfType<(double Scale, double Shift)>()
            .ToArray();
        return affine.Length < channels ? null : ([.. affine.Select(a => a.Scale)], [.. affine.Select(a => a.Shift)]);
    }

    /// <summary>The gradient of an operand from the gradient at the result's shape: summed where the operand was repeated.</summary>
    protected static Value EmitReduced(GradientRequest request, int operand, Value gradient)
    {
        var (node, shape) = (request.Node, request.Node.Input(operand).Type.Shape);
        string name = $"{node.Name}.d{(operand == 0 ? "a" : "b")}";
        var axes = Broadcast.Repeated(shape, gradient.Type.Shape);
        var sum =
            axes.Length == 0
                ? gradient
                : request.Builder.Emit(ReduceSum.Op, name + ".sum", [gradient], Attributes.Empty.With("axes", axes));
        return sum.Type.Shape.Equals(shape)
            ? sum
            : request.Builder.Emit(Reshape.Op, name, [sum], Attributes.Empty.With("shape", shape.ToArray()));
    }

    /// <inheritdoc/>
    public override KernelRequest Request(Node node)
    {
        var (a, b, y) = (node.Input(0).Type, node.Input(1).Type, node.Output.Type);
        var (min, max) = Clamping.Codes(node);
        // Kernels of real numbers read no scale.
        KernelField[] scales =
            !y.IsQuantized && !b.IsQuantized
                ? []
                :
                [
                    KernelField.Float("a_scale", a.ScaleOf(0) / y.ScaleOf(0)),
                    KernelField.Float("b_scale", b.ScaleOf(0) / y.ScaleOf(0)),
                    KernelField.Float("scale", ProductScale(node)),
                ];
        return new KernelRequest(
            Name,
            "te_binary",
            [
                .. Broadcast.Of(a.Shape, b.Shape)!.Fields(),
                KernelField.Int("a_zero", a.ZeroPoint),
                KernelField.Int("b_zero", b.ZeroPoint),
                KernelField.Int("y_zero", y.ZeroPoint),
                KernelField.Int("y_min", min),
                KernelField.Int("y_max", max),
                .. scales,
                .. Clamping.RealFields(node),
            ],
            []
        );
    }

    /// <summary>The factor of an integer product of codes, rounded to fp32 step by step.</summary>
    protected static float ProductScale(Node node) =>
        node.Input(0).Type.ScaleOf(0) * node.Input(1).Type.ScaleOf(0) / node.Output.Type.ScaleOf(0);

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        var (a, b) = (operands[0]!.As(node.Input(0).Type), operands[1]!.As(node.Input(1).Type));
        var y = new ClampedResult(node, numerics);
        Broadcast.Of(a.Type.Shape, b.Type.Shape)!.ForEach((i, ia, ib) =>
        {
            if (node.Output.Type.IsQuantized)
            {
                StoreCode(y, i, node, (long)a.Data[ia] - a.Type.ZeroPoint, (long)b.Data[ib] - b.Type.ZeroPoint, numerics);
            }
            else
            {
                y.Store(i, Compute(numerics.Round(a.Real(ia)), numerics.Round(b.Real(ib))));
            }
        });
        return y.Tensors();
    }

    /// <summary>Stores the code for two codes less their zero points.</summary>
    protected virtual void StoreCode(ClampedResult y, int index, Node node, long a, long b, Numerics numerics) =>
        throw new InvalidOperationException($"{Name} does not compute on codes");

    /// <summary>Imports the operator; where operands may change places, a constant or repeated one comes second.</summary>
    protected Value[] Import(ImportRequest r)
    {
        var (a, b) = (r.RealInput(0), r.RealInput(1));
        bool swap = Commutes && (a.IsConstant ? !b.IsConstant : !b.IsConstant && a.Type.Count < b.Type.Count);
        return [r.Emit(this, swap ? [b, a] : [a, b])];
    }
}

/// <summary><c>y[, mask] = add(a, b)</c> clamp(min, max) mask; ONNX Add 7/13/14.</summary>
public sealed class Add : Binary
{
    /// <summary>The operator.</summary>
    public static readonly Add Op = new();

    /// <inheritdoc/>
    public override string Name => "add";

    /// <inheritdoc/>
    protected override bool Commutes => true;

    /// <inheritdoc/>
    protected override double Compute(double a, double b) => a + b;

    /// <inheritdoc/>
    protected override (double Scale, double Shift)? Affine(double constant) => (1, constant);

    /// <inheritdoc/>
    public override Value?[] Gradient(GradientRequest request)
    {
        var dy = request.EmitUnclamped();
        return [request.Wanted[0] ? EmitReduced(request, 0, dy) : null, request.Wanted[1] ? EmitReduced(request, 1, dy) : null];
    }

    /// <inheritdoc/>
    public override BlockRule? NarrowRule(Node node) =>
        node.Outputs.Length == 1 && !Clamping.IsClamped(node) && node.Input(0).Type.Shape.Equals(node.Input(1).Type.Shape)
            ? new([0, 1], BlockScale.Plain, MakesBlocks: true)
            : null;

    private static int Guard(TensorType type) => BlockFormat.Guard(type, 0, 2);

    /// <inheritdoc/>
    public override bool Quantizes(Node node) =>
        node.Inputs.All(v =>
            v!.Type is { DType: DType.I8, Quant.Axis: null } type && Numerics.CanScale(type.ScaleOf(0) / node.Output.Type.ScaleOf(0))
        );

    /// <inheritdoc/>
    public override KernelRequest Request(Node node) => node.Output.Type is { Block: not null } y
        ? new KernelRequest("add", "te_block_rows",
            [.. BlockFormat.RowFields(y, Guard(y), BlockFormat.FactorExponent(y), y.Quant is not null)], BlockFormat.FactorTable(node))
        : base.Request(node);

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        if (operands[0]!.Exponents is not { } first || operands[1]!.Exponents is not { } second)
        {
            return base.Evaluate(node, operands, numerics);
        }

        int block = node.Output.Type.Block!.Value;
        int[] exponents = [.. first.Zip(second, (p, q) => Math.Max(p, q) - Guard(node.Output.Type))];
        return
        [
            BlockSums.Store(
                node.Output.Type,
                [
                    .. operands[0]!
                        .Data.Zip(operands[1]!.Data)
                        .Select(
                            (m, i) =>
                                BlockSums.Round(m.First, first[i / block] - exponents[i / block])
                                + BlockSums.Round(m.Second, second[i / block] - exponents[i / block])
                        ),
                ],
                exponents
            ),
        ];
    }

    /// <inheritdoc/>
    protected override void StoreCode(ClampedResult y, int index, Node node, long a, long b, Numerics numerics)
    {
        var type = node.Output.Type;
        float aScale = node.Input(0).Type.ScaleOf(0) / type.ScaleOf(0),
            bScale = node.Input(1).Type.ScaleOf(0) / type.ScaleOf(0);
        double sum = numerics.IntegerRequantize
            ? Numerics.RoundSum(a, aScale, b, bScale)
            : MathF.Round((float)a * aScale + (float)b * bScale, MidpointRounding.ToEven);
        y.StoreCode(index, sum + type.ZeroPoint);
    }

    /// <inheritdoc/>
    public override IEnumerable<ImportRule> Imports =>
        [new("Add", 7, Import, Operands: 2, r => ConstantArithmetic.Binary(r, Op.Compute, (a, b) => checked(a + b)))];

    /// <inheritdoc/>
    public override IEnumerable<OperatorSample> Samples => BinarySamples.Add();
}

/// <summary><c>y[, mask] = sub(a, b)</c> clamp(min, max) mask; ONNX Sub 7/13/14.</summary>
public sealed class Sub : Binary
{
    /// <summary>The operator.</summary>
    public static readonly Sub Op = new();

    /// <inheritdoc/>
    public override string Name => "sub";

    /// <inheritdoc/>
    protected override double Compute(double a, double b) => a - b;

    /// <inheritdoc/>
    protected override (double Scale, double Shift)? Affine(double constant) => (1, -constant);

    /// <inheritdoc/>
    public override Value?[] Gradient(GradientRequest request)
    {
        var dy = request.EmitUnclamped();
        return
        [
            request.Wanted[0] ? EmitReduced(request, 0, dy) : null,
            request.Wanted[1] ? request.Builder.Emit(Unary.Neg, request.Node.Name + ".db", [EmitReduced(request, 1, dy)]) : null,
        ];
    }

    /// <inheritdoc/>
    public override IEnumerable<ImportRule> Imports =>
        [new("Sub", 7, Import, Operands: 2, r => ConstantArithmetic.Binary(r, Op.Compute, (a, b) => checked(a - b)))];

    /// <inheritdoc/>
    public override IEnumerable<OperatorSample> Samples => BinarySamples.Broadcast();
}

/// <summary>
/// <c>y[, mask] = mul(a, b)</c> clamp(min, max) mask; b may be codes beside an fp32 a; ONNX Mul 7/13/14, Pow 7/12/13/15 with some constant
/// exponents.
/// </summary>
public sealed class Mul : Binary
{
    /// <summary>The operator.</summary>
    public static readonly Mul Op = new();

    /// <inheritdoc/>
    public override string Name => "mul";

    /// <inheritdoc/>
    protected override bool Commutes => true;

    /// <inheritdoc/>
    protected override double Compute(double a, double b) => a * b;

    /// <inheritdoc/>
    protected override (double Scale, double Shift)? Affine(double constant) => (constant, 0);

    /// <inheritdoc/>
    public override bool IsProduct(Node node) => !Clamping.IsClamped(node);

    /// <inheritdoc/>
    public override Value?[] Gradient(GradientRequest request)
    {
        var (node, dy) = (request.Node, request.EmitUnclamped());
        return [Of(0, 1), Of(1, 0)];

        Value? Of(int operand, int other) =>
            !request.Wanted[operand]
                ? null
                : EmitReduced(
                    request,
                    operand,
                    request.Builder.Emit(Op, $"{node.Name}.d{(operand == 0 ? "a" : "b")}", [dy, node.Input(other)], Clamping.OfGradient)
                );
    }

    /// <inheritdoc/>
    public override bool Quantizes(Node node) =>
        node.Inputs.All(v => v!.Type is { DType: DType.I8, Quant.Axis: null }) && Numerics.CanScale(ProductScale(node));

    /// <inheritdoc/>
    protected override void StoreCode(ClampedResult y, int index, Node node, long a, long b, Numerics numerics) =>
        y.Requantize(index, a * b, ProductScale(node));

    /// <inheritdoc/>
    public override IEnumerable<ImportRule> Imports =>
        [
            new("Mul", 7, Import, Operands: 2, r => ConstantArithmetic.Binary(r, Op.Compute, (a, b) => checked(a * b))),
            new("Pow", 7, ImportPower, Operands: 2, Form: "constant exponent -1, 0.5, 1, 2 or 3"),
        ];

    /// <summary>The powers that are products, roots or reciprocals.</summary>
    private static Value[] ImportPower(ImportRequest r)
    {
        var (x, exponent) = (r.RealInput(0), r.Constant(1));
        r.Require(
            exponent.Data.Length > 0
                && exponent.Data.All(e => e == exponent.Data[0])
                && x.Type.Shape.Equals(Broadcast.Of(x.Type.Shape, exponent.Type.Shape)?.Shape),
            "an exponent that is not one number"
        );
        switch (exponent.Data[0])
        {
            case -1:
                return [r.Emit(Unary.Reciprocal, [x])];
            case 0.5:
                return [r.Emit(Unary.Sqrt, [x])];
            case 1:
                return [x];
            case 2:
                return [r.Emit(Op, [x, x])];
            case 3:
                return [r.Emit(Op, [r.Builder.Emit(Op, r.Name + ".square", [x, x]), x])];
            default:
                throw r.Fail(
                    Diagnostics.UnsupportedForm,
                    r.OnnxOp,
                    FormattableString.Invariant($"the exponent {exponent.Data[0]} (only -1, 0.5, 1, 2 and 3)")
                );
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<OperatorSample> Samples => BinarySamples.Mul();
}

/// <summary><c>y[, mask] = div(a, b)</c> clamp(min, max) mask; ONNX Div 7/13/14.</summary>
public sealed class Div : Binary
{
    /// <summary>The operator.</summary>
    public static readonly Div Op = new();

    /// <inheritdoc/>
    public override string Name => "div";

    /// <inheritdoc/>
    protected override double Compute(double a, double b) => a / b;

    /// <inheritdoc/>
    protected override (double Scale, double Shift)? Affine(double constant) => (1 / constant, 0);

    /// <inheritdoc/>
    public override Value?[] Gradient(GradientRequest request)
    {
        // da = dy/b and db = -(dy/b)*y.
        var (node, builder) = (request.Node, request.Builder);
        var da = builder.Emit(Op, node.Name + ".da", [request.EmitUnclamped(), node.Input(1)], Clamping.OfGradient);
        return
        [
            request.Wanted[0] ? EmitReduced(request, 0, da) : null,
            request.Wanted[1]
                ? builder.Emit(
                    Unary.Neg,
                    node.Name + ".db",
                    [EmitReduced(request, 1, builder.Emit(Mul.Op, node.Name + ".product", [da, node.Output], Clamping.OfGradient))]
                )
                : null,
        ];
    }

    /// <inheritdoc/>
    public override IEnumerable<ImportRule> Imports =>
        [new("Div", 7, Import, Operands: 2, r => ConstantArithmetic.Binary(r, Op.Compute, (a, b) => a / b))];

    /// <inheritdoc/>
    public override IEnumerable<OperatorSample> Samples => BinarySamples.Div();
}
