// Elementwise functions of one tensor: activations and their parts. Each function is one operator, which brings its backward
// operator. fp32 kernels are the runtime's own functions, accurate to a few units in the last place; int8 is a table
// of 256 codes that the compiler computes, and so is its derivative, which is 0 where the result's code is at an end of its range.

using System.Collections.Immutable;
using static TinyEngine.Ir.OperatorSample;

namespace TinyEngine.Ir;

/// <summary><c>y = function(x)</c> {alpha, beta where the function has them}.</summary>
public sealed class Unary : Op
{
    /// <summary>1/(1 + exp(-x)); ONNX Sigmoid.</summary>
    public static readonly Unary Sigmoid = new("sigmoid", (x, _, _) => RealFunctions.Sigmoid(x), (y, _, _) => y * (1 - y),
        fromResult: true, "Sigmoid", 6)
    { Results = new(0, 1) };

    /// <summary>tanh(x); ONNX Tanh.</summary>
    public static readonly Unary Tanh = new("tanh", (x, _, _) => Math.Tanh(x), (y, _, _) => 1 - y * y, fromResult: true, "Tanh", 6);

    /// <summary>max(0, min(1, alpha*x + beta)); ONNX HardSigmoid.</summary>
    public static readonly Unary HardSigmoid = new(
        "hard_sigmoid",
        (x, a, b) => Math.Clamp(a * x + b, 0, 1),
        (y, a, _) => y > 0 && y < 1 ? a : 0,
        fromResult: true,
        "HardSigmoid",
        6,
        r => (r.Attributes.Float("alpha", 0.2), r.Attributes.Float("beta", 0.5))
    )
    {
        Results = new(0, 1),
    };

    /// <summary>x * max(0, min(1, alpha*x + beta)); ONNX HardSwish.</summary>
    public static readonly Unary HardSwish = new("hard_swish", (x, a, b) => x * Math.Clamp(a * x + b, 0, 1),
        (x, a, b) => a * x + b <= 0 ? 0 : a * x + b >= 1 ? 1 : 2 * a * x + b, fromResult: false, "HardSwish", 14, _ => (1.0 / 6, 0.5));

    /// <summary>x/(1 + exp(-x)), which files write as a product of x and Sigmoid.</summary>
    public static readonly Unary Silu = new("silu", (x, _, _) => x * RealFunctions.Sigmoid(x),
        (x, _, _) => RealFunctions.Sigmoid(x) * (1 + x * RealFunctions.Sigmoid(-x)), fromResult: false);

    /// <summary>x, below 0 alpha*x; ONNX LeakyRelu.</summary>
    public static readonly Unary LeakyRelu = new("leaky_relu", (x, a, _) => x < 0 ? a * x : x, (x, a, _) => x < 0 ? a : 1,
        fromResult: false, "LeakyRelu", 6, r => (r.Attributes.Float("alpha", 0.01), 0));

    /// <summary>x, below 0 alpha*(exp(x) - 1); ONNX Elu.</summary>
    public static readonly Unary Elu = new("elu", (x, a, _) => x < 0 ? a * RealFunctions.ExpM1(x) : x, (y, a, _) => y < 0 ? y + a : 1,
        fromResult: true, "Elu", 6, r => (Positive(r, 1), 0));

    /// <summary>beta*x, below 0 beta*alpha*(exp(x) - 1); ONNX Selu, whose gamma is beta.</summary>
    public static readonly Unary Selu = new(
        "selu",
        (x, a, b) => b * (x < 0 ? a * RealFunctions.ExpM1(x) : x),
        (y, a, b) => y < 0 ? y + a * b : b,
        fromResult: true,
        "Selu",
        6,
        r => (Positive(r, 1.67326319217681884765625), r.Attributes.Float("gamma", 1.05070102214813232421875))
    );

    /// <summary>x, below 0 alpha*(exp(x/alpha) - 1); ONNX Celu.</summary>
    public static readonly Unary Celu = new(
        "celu",
        (x, a, _) => x < 0 ? a * RealFunctions.ExpM1(x / a) : x,
        (y, a, _) => y < 0 ? y / a + 1 : 1,
        fromResult: true,
        "Celu",
        12,
        r => (Positive(r, 1), 0)
    );

    /// <summary>log(1 + exp(x)); ONNX Softplus.</summary>
    public static readonly Unary Softplus = new("softplus", (x, _, _) => RealFunctions.Softplus(x), (x, _, _) => RealFunctions.Sigmoid(x),
        fromResult: false, "Softplus", 1)
    { Results = Positives };

    /// <summary>x * tanh(log(1 + exp(x))); ONNX Mish.</summary>
    public static readonly Unary Mish = new("mish", (x, _, _) => x * Math.Tanh(RealFunctions.Softplus(x)),
        (x, _, _) => Math.Tanh(RealFunctions.Softplus(x))
            + x * RealFunctions.Sigmoid(x) / Math.Pow(Math.Cosh(RealFunctions.Softplus(x)), 2),
        fromResult: false, "Mish", 18);

    /// <summary>x/(1 + |x|); ONNX Softsign.</summary>
    public static readonly Unary Softsign = new(
        "softsign",
        (x, _, _) => x / (1 + Math.Abs(x)),
        (y, _, _) => (1 - Math.Abs(y)) * (1 - Math.Abs(y)),
        fromResult: true,
        "Softsign",
        1
    );

    /// <summary>x times the normal distribution function; ONNX Gelu with approximate none.</summary>
    public static readonly Unary Gelu = new("gelu", (x, _, _) => x * RealFunctions.NormalCdf(x),
        (x, _, _) => RealFunctions.NormalCdf(x) + x * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI), fromResult: false, "Gelu", 20);

    /// <summary>x * (1 + tanh(sqrt(2/pi)*(x + 0.044715 x^3)))/2; ONNX Gelu with approximate tanh.</summary>
    public static readonly Unary GeluTanh = new(
        "gelu_tanh",
        (x, _, _) => x * RealFunctions.GeluTanhGate(x),
        (x, _, _) => DerivativeOfGeluTanh(x),
        fromResult: false
    );

    /// <summary>The error function; ONNX Erf.</summary>
    public static readonly Unary Erf = new("erf", (x, _, _) => RealFunctions.Erf(x), (x, _, _) => 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x),
        fromResult: false, "Erf", 9);

    /// <summary>exp(x); ONNX Exp.</summary>
    public static readonly Unary Exp = new("exp", (x, _, _) => Math.Exp(x), (y, _, _) => y, fromResult: true, "Exp", 6)
    {
        Results = Positives,
    };

    /// <summary>The natural logarithm; ONNX Log.</summary>
    public static readonly Unary Log = new("log", (x, _, _) => Math.Log(x), (x, _, _) => 1 / x, fromResult: false, "Log", 6);

    /// <summary>The square root; ONNX Sqrt.</summary>
    public static readonly Unary Sqrt = new("sqrt", (x, _, _) => Math.Sqrt(x), (y, _, _) => 0.5 / y, fromResult: true, "Sqrt", 6)
    {
        Results = Positives,
    };

    /// <summary>1/x; ONNX Reciprocal.</summary>
    public static readonly Unary Reciprocal = new(
        "reciprocal",
        (x, _, _) => 1 / x,
        (y, _, _) => -(y * y),
        fromResult: true,
        "Reciprocal",
        6
    );

    /// <summary>|x|; ONNX Abs.</summary>
    public static readonly Unary Abs = new(
        "abs",
        (x, _, _) => Math.Abs(x),
        (x, _, _) => double.IsNaN(x) ? x : Math.Sign(x),
        fromResult: false,
        "Abs",
        6
    )
    {
        Results = Positives,
    };

    /// <summary>-x; ONNX Neg.</summary>
    public static readonly Unary Neg = new("neg", (x, _, _) => -x, (_, _, _) => -1, fromResult: false, "Neg", 6);

    /// <summary>All functions.</summary>
    public static readonly ImmutableArray<Unary> All =
    [
        Sigmoid,
        Tanh,
        HardSigmoid,
        HardSwish,
        Silu,
        LeakyRelu,
        Elu,
        Selu,
        Celu,
        Softplus,
        Mish,
        Softsign,
        Gelu,
        GeluTanh,
        Erf,
        Exp,
        Log,
        Sqrt,
        Reciprocal,
        Abs,
        Neg,
    ];

    private static ClampRange Positives => new(0, double.PositiveInfinity);

    private readonly Func<double, double, double, double> function;
    private readonly Func<double, double, double, double> derivative;
    private readonly bool fromResult;

    private readonly string? onnxOp;
    private readonly int sinceOpset;
    private readonly Func<ImportRequest, (double Alpha, double Beta)>? parameters;

    /// <summary>A function of x, alpha and beta.</summary>
    /// <param name="name">The operator's name, and the family of its kernels; the family of the derivative ends in <c>_dx</c>.</param>
    /// <param name="function">The function.</param>
    /// <param name="derivative">Its derivative, of x or of the result.</param>
    /// <param name="fromResult">True where the derivative is taken from the result, so that a kernel may overwrite the operand.</param>
    /// <param name="onnxOp">The ONNX operator; null where files write it as several.</param>
    /// <param name="sinceOpset">The opset that the ONNX operator is read from.</param>
    /// <param name="parameters">Alpha and beta of an ONNX node; null where the function has none.</param>
    public Unary(
        string name,
        Func<double, double, double, double> function,
        Func<double, double, double, double> derivative,
        bool fromResult,
        string? onnxOp = null,
        int sinceOpset = 0,
        Func<ImportRequest, (double Alpha, double Beta)>? parameters = null
    )
    {
        Name = name;
        (this.function, this.derivative, this.fromResult) = (function, derivative, fromResult);
        (this.onnxOp, this.sinceOpset, this.parameters) = (onnxOp, sinceOpset, parameters);
        Dx = new UnaryDx(this);
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <summary>The backward operator.</summary>
    public UnaryDx Dx { get; }

    /// <summary>The domain of the ONNX operator; empty for the domain of ONNX itself.</summary>
    public string Domain { get; init; } = "";

    /// <summary>The interval in which every result lies.</summary>
    public ClampRange Results { get; init; } = ClampRange.Open;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node)
    {
        var shape = node.Input(0).Type.Shape;
        return [node is { Outputs: [{ Type: { IsQuantized: true } type }, ..] } ? type with { Shape = shape } : TensorType.F32(shape)];
    }

    /// <inheritdoc/>
    public override Attributes? Permuted(Node node, IReadOnlyList<int> permutation) => node.Attributes;

    /// <inheritdoc/>
    public override ClampRange Range(Node node) => Results;

    /// <inheritdoc/>
    public override Op? TimesOperand => this == Sigmoid ? Silu : this == HardSigmoid ? HardSwish : null;

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override Value?[] Gradient(GradientRequest request)
    {
        var (node, builder, dy) = (request.Node, request.Builder, request.Output);
        string name = node.Name + ".dx";
        if (node.Output.Type.Quant is { } q)
        {
            var codes = node.Attributes.With("y_scale", (double)q.Scale).With("y_zero", q.ZeroPoint);
            return [builder.Emit(Dx, name, [dy, node.Input(0)], codes)];
        }

        return [this == Neg ? builder.Emit(Neg, name, [dy])
            : builder.Emit(Dx, name, [dy, fromResult ? node.Output : node.Input(0)], node.Attributes)];
    }

    /// <inheritdoc/>
    public override bool Quantizes(Node node) =>
        node.Input(0).Type is { DType: DType.I8, Quant.Axis: null } && node.Output.Type is { DType: DType.I8, Quant.Axis: null };

    /// <inheritdoc/>
    public override IEnumerable<(string Family, string DType)> OtherKernels => [("lookup", "i8")];

    /// <inheritdoc/>
    public override KernelRequest Request(Node node) =>
        node.Output.Type.IsQuantized
            ? new(
                "lookup",
                "te_elements",
                [KernelField.Int("count", node.Output.Type.Count)],
                [Value.Constant(node.Name + ".table", Table(node))]
            )
            : new(Name, "te_unary", Fields(node), []);

    /// <summary>The fields of the C struct te_unary.</summary>
    internal static ImmutableArray<KernelField> Fields(Node node) =>
        [
            KernelField.Int("count", node.Output.Type.Count),
            KernelField.Float("alpha", (float)Alpha(node)),
            KernelField.Float("beta", (float)Beta(node)),
        ];

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        var x = operands[0]!.Data;
        if (node.Output.Type.IsQuantized)
        {
            var table = Table(node).Data;
            return [new Tensor(node.Output.Type, [.. x.Select(code => table[(byte)(sbyte)code])])];
        }

        return [new Tensor(node.Output.Type, [.. x.Select(v => numerics.Round(function(v, Alpha(node), Beta(node))))])];
    }

    /// <summary>The derivative from the value that the forward pass kept, the operand or the result.</summary>
    internal double DerivativeFromSaved(double saved, Node node) => derivative(saved, Alpha(node), Beta(node));

    /// <summary>The derivative at an operand, 0 where the code of the result is at an end of its range.</summary>
    internal double DerivativeOnCodes(double x, Node node, QuantParams result)
    {
        double y = function(x, Alpha(node), Beta(node));
        double code = result.Quantize(y, DType.I8);
        return code is sbyte.MinValue or sbyte.MaxValue ? 0 : derivative(fromResult ? y : x, Alpha(node), Beta(node));
    }

    /// <summary>The results for all codes, in the order of their bytes.</summary>
    private Tensor Table(Node node)
    {
        var (x, y) = (node.Input(0).Type, node.Output.Type);
        return new Tensor(y with { Shape = Shape.Of(256) },
            [.. Enumerable.Range(0, 256).Select(b => y.Quant!.Quantize(function(RealOf((sbyte)b, x), Alpha(node), Beta(node)), y.DType))]);
    }

    /// <summary>The fp32 number that a code stands for.</summary>
    internal static double RealOf(sbyte code, TensorType type) => (float)(code - type.ZeroPoint) * type.ScaleOf(0);

    private static double Alpha(Node node) => (float)node.Attributes.Float("alpha", 0);

    private static double Beta(Node node) => (float)node.Attributes.Float("beta", 0);

    private static double DerivativeOfGeluTanh(double x)
    {
        double gate = RealFunctions.GeluTanhGate(x);
        return gate + x * gate * (1 - gate) * 2 * Math.Sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x);
    }

    /// <inheritdoc/>
    public override IEnumerable<ImportRule> Imports => onnxOp is null ? [] : [new(onnxOp, sinceOpset, Import) { Domain = Domain }];

    private Value[] Import(ImportRequest r)
    {
        string approximation = r.Attributes.Text("approximate", "none");
        r.Require(approximation is "none" or "tanh", $"the approximation {approximation}");
        var attributes = Attributes.Empty;
        if (parameters is not null)
        {
            var (alpha, beta) = parameters(r);
            attributes = attributes.With("alpha", alpha).With("beta", beta);
        }

        return [r.Emit(approximation == "tanh" ? GeluTanh : this, [r.RealInput(0)], attributes)];
    }

    /// <summary>The parameter alpha of a function whose derivative follows from its result only where alpha is positive.</summary>
    private static double Positive(ImportRequest r, double otherwise)
    {
        double alpha = r.Attributes.Float("alpha", otherwise);
        r.Require(alpha > 0, "an alpha that is not positive");
        return alpha;
    }

    /// <inheritdoc/>
    public override IEnumerable<OperatorSample> Samples
    {
        get
        {
            var parameters = Attributes.Empty.With("alpha", 0.3).With("beta", 0.5);
            yield return new("map", parameters, null, Fp32(1, 2, 3, 4)) { Content = Abscissas };
            yield return new("matrix", parameters, null, Fp32(2, 11)) { Content = Abscissas };
            if (this == Abs || this == Neg)
            {
                yield return new("int8", Attributes.Empty, Int8(0.25f, -7, 1), Int8(0.5f, 5, 2, 7));
                yield return new("int8, saturating", Attributes.Empty, Int8(0.5f, this == Abs ? 126 : -127, 1), Int8(0.5f, 5, 2, 7));
            }
        }
    }

    /// <summary>
    /// No closer than 0.03 to a kink of any function at alpha 0.3 and beta 0.5: 0, -5/3, 5/3; positive where the function is defined only
    /// there.
    /// </summary>
    private IEnumerable<double> Abscissas(int operand, Tensor random) =>
        Enumerable
            .Range(0, random.Data.Length)
            .Select(i => -2.95 + 0.31 * i)
            .Select(x => (double)(float)(double.IsFinite(function(-1, 0.3, 0.5)) && this != Reciprocal ? x : Math.Abs(x) + 0.2));
}

/// <summary>
/// <c>dx = FUNCTION_dx(dy, saved)</c> {alpha, beta, and y_scale and y_zero where saved is codes}: dy times the derivative.
/// </summary>
public sealed class UnaryDx(Unary function) : Op
{
    /// <inheritdoc/>
    public override string Name => function.Name + "_dx";

    /// <inheritdoc/>
    public override bool PassesNotANumber(int operand) => false;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node) => [TensorType.F32(node.Input(0).Type.Shape)];

    /// <inheritdoc/>
    public override KernelRequest Request(Node node) =>
        node.Input(1).Type.IsQuantized
            ? new(
                "lookup_dx",
                "te_elements",
                [KernelField.Int("count", node.Output.Type.Count)],
                [Value.Constant(node.Name + ".table", Tensor.Vector(Table(node)))]
            )
            : new(Name, "te_unary", Unary.Fields(node), []);

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        var (dy, saved) = (operands[0]!.Data, operands[1]!.Data);
        float[] table = node.Input(1).Type.IsQuantized ? [.. Table(node)] : [];
        return
        [
            new Tensor(
                node.Output.Type,
                [
                    .. dy.Select(
                        (g, i) =>
                            Numerics.Limit(
                                numerics.Round(
                                    g
                                        * (
                                            table.Length > 0
                                                ? table[(byte)(sbyte)saved[i]]
                                                : numerics.Round(function.DerivativeFromSaved(saved[i], node))
                                        )
                                )
                            )
                    ),
                ]
            ),
        ];
    }

    /// <summary>The derivatives for all codes, in the order of their bytes.</summary>
    private IEnumerable<float> Table(Node node)
    {
        var y = new QuantParams((float)node.Attributes.Float("y_scale", 1), node.Attributes.Int("y_zero", 0));
        return Enumerable
            .Range(0, 256)
            .Select(b => (float)function.DerivativeOnCodes(Unary.RealOf((sbyte)b, node.Input(1).Type), node, y));
    }
}
