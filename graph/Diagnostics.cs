// The compiler's diagnostics: 01 import, 02 shape, 03 training, 04 quantize, 05 memory, 06 command and emission. Those of data,
// builds and runs, 07, stand in the rooms that give them. A code is never reused for another meaning.

namespace TinyEngine.Ir;

/// <summary>Every diagnostic the compiler can give.</summary>
public static class Diagnostics
{
    // 01: import
    /// <summary>The file cannot be opened.</summary>
    public static readonly DiagnosticRule FileUnreadable = new("TE0101", "cannot read the file: {0}");
    /// <summary>Not an ONNX file.</summary>
    public static readonly DiagnosticRule NotOnnx = new("TE0102", "not an ONNX model: {0}");
    /// <summary>Operator without an import rule.</summary>
    public static readonly DiagnosticRule UnsupportedOperator = new("TE0103", "operator {0} is not supported");
    /// <summary>Operator version older or newer than the rules.</summary>
    public static readonly DiagnosticRule UnsupportedOpset = new(
        "TE0104",
        "operator {0} is supported from opset {1}, the model declares {2}"
    );

    /// <summary>A form of a supported operator that is not supported.</summary>
    public static readonly DiagnosticRule UnsupportedForm = new("TE0105", "{0}: {1} is not supported");
    /// <summary>An attribute of the wrong kind.</summary>
    public static readonly DiagnosticRule AttributeType = new("TE0106", "attribute {0} has the wrong type");
    /// <summary>A tensor name that nothing defines.</summary>
    public static readonly DiagnosticRule UndefinedTensor = new("TE0107", "reads tensor '{0}', which nothing defines");
    /// <summary>A tensor name defined twice.</summary>
    public static readonly DiagnosticRule DuplicateTensor = new("TE0108", "defines tensor '{0}' a second time");
    /// <summary>Nodes that depend on each other.</summary>
    public static readonly DiagnosticRule Cycle = new("TE0109", "the node depends on its own output");
    /// <summary>Initializer data of the wrong size or type.</summary>
    public static readonly DiagnosticRule BadInitializer = new("TE0110", "initializer: {0}");
    /// <summary>The graph lacks an input or output.</summary>
    public static readonly DiagnosticRule NoInterface = new("TE0111", "the model must have {0}");
    /// <summary>An operand that must be constant is computed.</summary>
    public static readonly DiagnosticRule NotConstant = new("TE0112", "{0}: operand {1} must be a constant");
    /// <summary>A required operand is missing.</summary>
    public static readonly DiagnosticRule MissingOperand = new("TE0113", "{0}: operand {1} is missing");
    /// <summary>Element type not supported.</summary>
    public static readonly DiagnosticRule UnsupportedType = new("TE0114", "element type {0} is not supported");
    /// <summary>The IR text cannot be parsed.</summary>
    public static readonly DiagnosticRule BadIrText = new("TE0115", "IR text, line {0}: {1}");
    /// <summary>
    /// A node that no ONNX model can have: without a result, with more operands or results than its operator has, an attribute given twice.
    /// </summary>
    public static readonly DiagnosticRule MalformedNode = new("TE0117", "malformed: {0}");
    /// <summary>A model that computes its scales at run time.</summary>
    public static readonly DiagnosticRule DynamicQuantization = new(
        "TE0118",
        "the model is quantized dynamically ({0} in {1} nodes), which computes scales at run time; "
            + "compile the fp32 model, or quantize it with quantize_static in QDQ form"
    );

    /// <summary>A model of quantized operators instead of QDQ.</summary>
    public static readonly DiagnosticRule QuantizedOperators = new(
        "TE0119",
        "the model is quantized in QOperator form ({0} in {1} nodes); "
            + "export it in QDQ form (quantize_static with quant_format=QuantFormat.QDQ)"
    );

    // 02: shape
    /// <summary>Dynamic dimensions without a value.</summary>
    public static readonly DiagnosticRule DynamicDimension = new(
        "TE0201",
        "dynamic dimensions without a value: {0}; give each a value, as in {1}"
    );

    /// <summary>Operand shapes that do not fit together.</summary>
    public static readonly DiagnosticRule ShapeMismatch = new("TE0202", "{0}: {1}");
    /// <summary>A tensor too large for any device.</summary>
    public static readonly DiagnosticRule TooLarge = new("TE0203", "shape {0} has more elements than the compiler accepts");
    /// <summary>A leading dynamic dimension, taken for the batch.</summary>
    public static readonly DiagnosticRule DefaultBatch = new(
        "TE0204",
        $"the leading dimension {{0}} is dynamic and taken as a batch of 1; {OptionName.Dims} {{1}}=N gives another value",
        Severity.Note
    );

    /// <summary>A value for a dimension that the model does not have.</summary>
    public static readonly DiagnosticRule UnknownDimension = new("TE0205", "{0} names no dynamic dimension of the model's inputs; {1}");

    // 03: training
    /// <summary>No gradient for an operator on the path.</summary>
    public static readonly DiagnosticRule NoGradient = new(
        "TE0301",
        $"{{0}} has no gradient; train only layers after it ({OptionName.Train} last:{{1}} or less)"
    );

    /// <summary>No classifier found.</summary>
    public static readonly DiagnosticRule NoHead = new("TE0302", "no classifier head found: {0}");
    /// <summary>More layers asked for than there are.</summary>
    public static readonly DiagnosticRule TooManyLayers = new("TE0303", "asks for {0} layers, but the model has {1} besides the head");
    /// <summary>An option value that training cannot use.</summary>
    public static readonly DiagnosticRule BadTrainOption = new("TE0304", "{0}");
    /// <summary>Channels with a vanishing scale are not trained.</summary>
    public static readonly DiagnosticRule FrozenChannels = new(
        "TE0305",
        "{0} channels have a vanishing weight scale and stay frozen",
        Severity.Note
    );

    /// <summary>A scheme that cannot be read or does not fit the model.</summary>
    public static readonly DiagnosticRule BadScheme = new("TE0306", "scheme: {0}");

    // 04: quantize
    /// <summary>Bad quantization parameters.</summary>
    public static readonly DiagnosticRule BadQuantization = new("TE0401", "{0}");
    /// <summary>Input needs a raw-to-real map.</summary>
    public static readonly DiagnosticRule MissingInputScale = new(
        "TE0402",
        $"uint8 samples need {OptionName.RawScale} (and {OptionName.RawOffset}) at compile time: the model's input is {{0}}"
    );

    // 05: memory
    /// <summary>SRAM budget exceeded.</summary>
    public static readonly DiagnosticRule OverSram = new(
        "TE0501",
        $"needs {{0:N0}} bytes of SRAM, {{1:N0}} more than {OptionName.Sram} {{2:N0}}; alive at the peak, step {{3}}: {{4}}"
    );

    /// <summary>Flash budget exceeded.</summary>
    public static readonly DiagnosticRule OverFlash = new(
        "TE0502",
        $"needs {{0:N0}} bytes of flash, {{1:N0}} more than {OptionName.Flash} {{2:N0}}"
    );
    /// <summary>Variants that fit, each of them planned.</summary>
    public static readonly DiagnosticRule WouldFit = new(
        "TE0503",
        "these variants fit, each planned, those that train most elements first: {0}",
        Severity.Note
    );

    /// <summary>No variant of the options fits.</summary>
    public static readonly DiagnosticRule NothingFits = new("TE0504", "no variant of these options fits: {0}", Severity.Note);

    /// <summary>A memory of several is too small.</summary>
    public static readonly DiagnosticRule OverRegion = new(
        "TE0505",
        "needs {0:N0} bytes of {2}, {1:N0} more than its {3:N0}; alive at the peak, step {4}: {5}"
    );

    /// <summary>The scheme that the compiler chose.</summary>
    public static readonly DiagnosticRule ChosenScheme = new(
        "TE0506",
        $"{OptionName.Train} auto trains {{0:N0}} elements: the head, {{1}}; scheme.yaml has the scheme",
        Severity.Note
    );

    /// <summary>Not even the smallest scheme fits.</summary>
    public static readonly DiagnosticRule NoSchemeFits = new(
        "TE0507",
        $"{OptionName.Train} auto finds no scheme that fits: not even the head with the biases of the last layer does"
    );

    // 06: command and emission
    /// <summary>Option planned but not built.</summary>
    public static readonly DiagnosticRule NotBuilt = new("TE0601", "{0} is planned but not built yet");
    /// <summary>Output cannot be written.</summary>
    public static readonly DiagnosticRule CannotWrite = new("TE0602", "cannot write: {0}");
    /// <summary>No kernel for a node.</summary>
    public static readonly DiagnosticRule NoKernel = new("TE0603", "no kernel on {0} for {1} {2}");
    /// <summary>Bad option value.</summary>
    public static readonly DiagnosticRule BadOption = new("TE0604", "{0}");
    /// <summary>A fault of the compiler.</summary>
    public static readonly DiagnosticRule Internal = new(
        "TE0605",
        "internal error, {0}: {1}; please report it with the command line and the model ({2} shows where)"
    );

    /// <summary>An output that would replace something other than an earlier output.</summary>
    public static readonly DiagnosticRule WouldOverwrite = new("TE0606", "would overwrite {0}: {1}; give another file");
    /// <summary>A signal ended the command.</summary>
    public static readonly DiagnosticRule Interrupted = new("TE0607", "ended by {0}; no result was written");
    /// <summary>Two operators, import rules, kernels or files of an operator set with the same name.</summary>
    public static readonly DiagnosticRule SetClash = new("TE0608", "operator set {0} has {1} twice");
    /// <summary>The native library of the solver is missing.</summary>
    public static readonly DiagnosticRule NoSolver = new(
        "TE0609",
        "the native library of Google.OrTools for {0} is not beside the program: {1}; build tinyengine on this platform, "
            + "or add the package Google.OrTools.runtime.{0} to the program, or take {2}"
    );
    /// <summary>The name of a model belongs to somebody else.</summary>
    public static readonly DiagnosticRule BadName = new("TE0610", "'{0}' cannot name a model: {1}; take another, such as {2}");

    /// <summary>Codes that one cause can give at many nodes.</summary>
    private static readonly HashSet<string> PerNode =
    [
        UnsupportedOperator.Code,
        UnsupportedOpset.Code,
        UnsupportedForm.Code,
        UnsupportedType.Code,
        NotConstant.Code,
        MissingOperand.Code,
        AttributeType.Code,
        NoKernel.Code,
    ];

    /// <summary>The diagnostics, with equal ones of several nodes as one that tells the number of nodes and the first.</summary>
    public static IReadOnlyList<Diagnostic> Grouped(IEnumerable<Diagnostic> diagnostics) =>
        [
            .. diagnostics
                .GroupBy(d => (d.Code, d.Message, Node: PerNode.Contains(d.Code) ? "" : d.Node))
                .Select(g => g.Select(d => d.Node).Distinct().Count() is > 1 and var nodes ? g.First().Of(nodes) : g.First()),
    ];
}
