// How an ONNX operator becomes nodes of the IR. Rules live in the operator's own file and read a neutral node, so that
// the protobuf types stay in the importer.

namespace TinyEngine.Ir;

/// <summary>One ONNX operator from one opset on.</summary>
/// <param name="OnnxOp">Operator type in the rule's domain.</param>
/// <param name="SinceOpset">First opset this rule reads; the rule with the largest one not above the model's serves.</param>
/// <param name="Build">Makes the nodes and returns the results, one per ONNX output.</param>
/// <param name="Operands">The most operands that the ONNX operator has.</param>
/// <param name="Fold">Computes the only result if all operands are constant and integers are among them (<see cref="ConstantArithmetic"/>);
/// null for an operator without such a form.</param>
/// <param name="Form">The part of the ONNX operator that is read, for people; null for all of it.</param>
public sealed record ImportRule(
    string OnnxOp,
    int SinceOpset,
    Func<ImportRequest, Value[]> Build,
    int Operands = 1,
    Func<ImportRequest, Tensor>? Fold = null,
    string? Form = null
)
{
    private const string DefaultDomain = "";

    /// <summary>The operator domain; empty for the domain of ONNX itself.</summary>
    public string Domain { get; init; } = DefaultDomain;

    /// <summary>True where only the rule of constant operands exists.</summary>
    public bool IsOfConstants { get; private init; }

    /// <summary>Operands without a limit (<c>Concat</c>).</summary>
    public const int AnyNumber = int.MaxValue;

    /// <summary>A domain as rules write it: ONNX's own has two names.</summary>
    public static string DomainOf(string domain) => domain == "ai.onnx" ? DefaultDomain : domain;

    /// <summary>The rule of an operator that is supported for constant operands only.</summary>
    public static ImportRule OfConstants(string onnxOp, int sinceOpset, Func<ImportRequest, Tensor> fold, int operands) =>
        new(
            onnxOp,
            sinceOpset,
            r =>
                r.Inputs.All(v => v is null or { IsConstant: true })
                    ? [Value.Constant(r.Output, fold(r))]
                    : throw r.Fail(Diagnostics.UnsupportedForm, onnxOp, "an operand that is computed (only shapes and constants)"),
            operands
        )
        {
            IsOfConstants = true,
        };
}

/// <summary>An ONNX node to import.</summary>
/// <param name="OnnxOp">Operator type.</param>
/// <param name="Name">Node name, or its first output's name where it has none.</param>
/// <param name="Opset">The model's opset of the operator's domain.</param>
/// <param name="Inputs">Operands; null where an optional one is left out.</param>
/// <param name="OutputNames">Names of the results; an empty string for one that is not used.</param>
/// <param name="Attributes">ONNX attributes.</param>
/// <param name="Builder">Takes the nodes.</param>
public sealed record ImportRequest(
    string OnnxOp,
    string Name,
    int Opset,
    IReadOnlyList<Value?> Inputs,
    IReadOnlyList<string> OutputNames,
    Attributes Attributes,
    GraphBuilder Builder
)
{
    /// <summary>Name of the first result.</summary>
    public string Output => OutputNames[0];

    /// <summary>The operand at an index, or null.</summary>
    public Value? Optional(int index) => index < Inputs.Count ? Inputs[index] : null;

    /// <summary>The operand at an index.</summary>
    /// <exception cref="DiagnosticException">TE0113: it is missing.</exception>
    public Value Input(int index) => Optional(index) ?? throw Fail(Diagnostics.MissingOperand, OnnxOp, index);

    /// <summary>The operand at an index, which computes on real numbers.</summary>
    /// <exception cref="DiagnosticException">TE0113: it is missing; TE0114: it is of integers.</exception>
    public Value RealInput(int index) => Input(index) is { Type.DType: DType.F32 } real ? real
        : throw Fail(Diagnostics.UnsupportedType, $"{Input(index).Type.DType.Name()} of {OnnxOp}");

    /// <summary>The contents of a constant operand, or null where it is absent.</summary>
    /// <exception cref="DiagnosticException">TE0112: it is computed.</exception>
    public Tensor? OptionalConstant(int index) => Optional(index) switch
    {
        null => null,
        { IsConstant: true } v => v.Data,
        _ => throw Fail(Diagnostics.NotConstant, OnnxOp, index),
    };

    /// <summary>The contents of a constant operand.</summary>
    public Tensor Constant(int index) => OptionalConstant(index) ?? throw Fail(Diagnostics.MissingOperand, OnnxOp, index);

    /// <summary>The weights of a layer: a constant, also one that is dequantized or moved.</summary>
    /// <exception cref="DiagnosticException">TE0113: they are missing; TE0112: they are computed.</exception>
    public Value Weights(int index) => OptionalWeights(index) ?? throw Fail(Diagnostics.MissingOperand, OnnxOp, index);

    /// <summary>As <see cref="Weights"/>, or null if the operand is absent.</summary>
    /// <exception cref="DiagnosticException">TE0112: they are computed.</exception>
    public Value? OptionalWeights(int index)
    {
        var source = Optional(index);
        while (source is { IsConstant: false })
        {
            source = Builder.Producer(source) is { } node && node.Op.PassesConstants ? node.Input(0)
                : throw Fail(Diagnostics.NotConstant, OnnxOp, index);
        }

        return Optional(index);
    }

    /// <summary>The real values of a constant operand, also of one that is dequantized or moved; null where it is computed.</summary>
    /// <exception cref="DiagnosticException">TE0113: it is missing.</exception>
    public Tensor? RealConstant(int index) => RealConstant(Input(index));

    /// <summary>The real values of a constant, also of one that is dequantized or moved; null where the value is computed.</summary>
    public Tensor? RealConstant(Value value) => ConstantArithmetic.RealConstant(value, Builder.Producer);

    /// <summary>Requires a condition on the form of the node.</summary>
    /// <exception cref="DiagnosticException">TE0105: the form is not supported.</exception>
    public void Require(bool condition, string form)
    {
        if (!condition)
        {
            throw Fail(Diagnostics.UnsupportedForm, OnnxOp, form);
        }
    }

    /// <summary>An axis of a tensor of this rank; a negative one counts from the end.</summary>
    /// <exception cref="DiagnosticException">TE0105: there is no such axis.</exception>
    public int Axis(int axis, int rank)
    {
        Require(axis >= -rank && axis < rank, $"axis {axis} of {rank} dimensions");
        return axis < 0 ? axis + rank : axis;
    }

    /// <summary>Axes of a tensor of this rank, each at most once; negative ones count from the end.</summary>
    /// <exception cref="DiagnosticException">TE0105: there is no such axis, or it is given twice.</exception>
    public int[] Axes(IEnumerable<int> axes, int rank)
    {
        int[] result = [.. axes.Select(a => Axis(a, rank))];
        Require(result.Distinct().Count() == result.Length, "an axis given twice");
        return result;
    }

    /// <summary>Adds a node under this node's name whose first result has the ONNX output's name.</summary>
    public Value Emit(Op op, IReadOnlyList<Value?> inputs, NodeForm? form = null) =>
        Builder.Emit(op, Name, inputs, form, outputName: Output);

    /// <summary>Adds a node that only moves elements of operand 0; of a constant the result is a constant again.</summary>
    public Value Move(Op op, Attributes attributes, int output = 0)
    {
        var node = (Input(0).IsConstant ? new GraphBuilder() : Builder).EmitNode(
            op,
            OutputNames.Count == 1 ? Name : $"{Name}.{output}",
            [Input(0)],
            attributes,
            outputName: OutputNames[output]
        );
        return Input(0) is { IsConstant: true } constant
            ? Value.Constant(node.Output.Name, op.Evaluate(node, [constant.Data], Numerics.Double)[0])
            : node.Output;
    }

    /// <summary>The exception that reports a problem with this node.</summary>
    public DiagnosticException Fail(DiagnosticRule rule, params object[] args) => new(rule.At(Name, args));
}
