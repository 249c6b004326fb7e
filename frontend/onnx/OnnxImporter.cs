// Reads an ONNX model into a graph of the imported stage. It knows the file format and nothing of operators: it hands each
// node to the import rule of the operator set. All problems are collected and reported together; nodes that depend
// on a failed one are only checked for support, so one fault is not reported many times.

using Google.Protobuf;
using TinyEngine.Ir;
using TinyEngine.Onnx.Proto;

namespace TinyEngine.Onnx;

/// <summary>The ONNX front end.</summary>
public sealed class OnnxImporter
{
    private readonly GraphProto graph;
    private readonly OperatorSet operators;
    private readonly Dictionary<string, int> opsets;
    private readonly IReadOnlyDictionary<string, int> given;
    private readonly List<Diagnostic> notes = [];
    private readonly List<Diagnostic> diagnostics = [];
    private readonly Dictionary<string, Value> values = [];
    private readonly HashSet<string> failed = [];
    private readonly GraphBuilder builder = new();
    private readonly ConstantArithmetic arithmetic = new();

    private OnnxImporter(ModelProto model, IReadOnlyDictionary<string, int> given, OperatorSet operators)
    {
        graph = model.Graph;
        opsets = model
            .OpsetImport.GroupBy(o => ImportRule.DomainOf(o.Domain))
            .ToDictionary(g => g.Key, g => (int)Math.Min(g.Max(o => o.Version), 1000));
        (this.given, this.operators) = (given, operators);
    }

    /// <summary>Imports the bytes of an ONNX file.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">Identifier for the graph.</param>
    /// <param name="dims">Values for dynamic dimensions, by their name in the file or by INPUT:AXIS.</param>
    /// <param name="operators">The operators that the model may use.</param>
    /// <exception cref="DiagnosticException">TE01xx, TE02xx, TE04xx: everything that is wrong with the model.</exception>
    public static ImportedModel Import(byte[] bytes, string name, IReadOnlyDictionary<string, int> dims, OperatorSet operators)
    {
        var model = Parse(bytes);
        if (QuantizedDialect.Find(model.Graph.Node) is { } dialect)
        {
            throw new DiagnosticException(dialect);
        }

        var importer = new OnnxImporter(model, dims, operators);
        var result = importer.Run(name);
        return importer.diagnostics.Count == 0
            ? new ImportedModel(result!, importer.notes)
            : throw new DiagnosticException(importer.diagnostics);
    }

    private static ModelProto Parse(byte[] bytes)
    {
        ModelProto model;
        try
        {
            model = ModelProto.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new DiagnosticException(Diagnostics.NotOnnx.At("", $"it is truncated or of another format ({e.Message.TrimEnd('.')})"));
        }

        return model.Graph is { Node.Count: > 0 } ? model : throw new DiagnosticException(Diagnostics.NotOnnx.At("", "it holds no graph"));
    }

    private Graph? Run(string name)
    {
        foreach (var initializer in graph.Initializer)
        {
            Try(
                initializer.Name,
                () => Define(initializer.Name, Value.Constant(initializer.Name, TensorReader.Read(initializer, initializer.Name)), "")
            );
        }

        var inputs = ImportInputs();
        foreach (var node in Sorted())
        {
            ImportNode(node);
        }

        if (inputs.Count == 0 && diagnostics.Count == 0)
        {
            diagnostics.Add(Diagnostics.NoInterface.At("", "an input"));
        }

        if (graph.Output.Count == 0)
        {
            diagnostics.Add(Diagnostics.NoInterface.At("", "an output"));
        }

        foreach (var output in graph.Output.Where(o => !values.ContainsKey(o.Name) && !failed.Contains(o.Name)))
        {
            diagnostics.Add(Diagnostics.UndefinedTensor.At("output", output.Name));
        }

        foreach (
            var output in graph.Output.Where(o =>
                values.TryGetValue(o.Name, out var v) && v.Type is not ({ DType: DType.F32 } or { IsQuantized: true })
            )
        )
        {
            diagnostics.Add(Diagnostics.UnsupportedType.At(output.Name, $"{values[output.Name].Type.DType.Name()} of an output"));
        }

        return diagnostics.Count > 0 ? null : builder.Finish(new Graph
        {
            Name = name,
            Inputs = [.. inputs],
            Nodes = [],
            Outputs = [.. graph.Output.Select(o => values[o.Name])],
        });
    }

    /// <summary>The inputs; a name that an initializer defines is a constant, even if it stands among them.</summary>
    private List<Value> ImportInputs()
    {
        var declared = graph.Input.Where(i => !values.ContainsKey(i.Name) && !failed.Contains(i.Name)).ToList();
        var dimensions = new InputDimensions(declared, given, diagnostics, notes);
        var inputs = new List<Value>();
        foreach (var input in declared)
        {
            Try(input.Name, () =>
            {
                if (TypeOf(input, dimensions) is not { } type)
                {
                    failed.Add(input.Name);
                    return;
                }

                var value = new Value(input.Name, type, ValueKind.Input);
                Define(input.Name, value, "input");
                inputs.Add(value);
            });
        }

        return inputs;
    }

    /// <summary>The nodes in dependency order; reports tensors that nothing defines, and cycles.</summary>
    private IEnumerable<NodeProto> Sorted()
    {
        var order = new NodeOrder(graph.Node, values.Keys.Concat(failed).ToHashSet());
        foreach (int i in order.Left)
        {
            failed.UnionWith(graph.Node[i].Output);
            diagnostics.AddRange(order.Undefined(i).Select(tensor => Diagnostics.UndefinedTensor.At(NameOf(graph.Node[i]), tensor)));
        }

        // One line for each cycle, not for each node on it.
        diagnostics.AddRange(order.Cycles().Select(i => Diagnostics.Cycle.At(NameOf(graph.Node[i]))));
        return order.Sorted.Select(i => graph.Node[i]);
    }

    private void ImportNode(NodeProto proto)
    {
        string name = NameOf(proto);
        string domain = ImportRule.DomainOf(proto.Domain);
        int opset = opsets.GetValueOrDefault(domain, 1);
        var rules = operators.RulesFor(domain, proto.OpType);
        var rule = rules.LastOrDefault(r => r.SinceOpset <= opset);
        if (rule is null)
        {
            diagnostics.Add(rules.Count == 0
                ? Diagnostics.UnsupportedOperator.At(name, $"{domain}.{proto.OpType}".TrimStart('.'))
                : Diagnostics.UnsupportedOpset.At(name, proto.OpType, rules[0].SinceOpset, opset));
        }

        if (rule is null || proto.Input.Any(failed.Contains))
        {
            failed.UnionWith(proto.Output);
            return;
        }

        Try(
            name,
            () =>
            {
                Malformed(proto.Output.All(o => o.Length == 0), "it has no result");
                Malformed(
                    proto.Input.Count > rule.Operands,
                    $"{proto.OpType} has at most {rule.Operands} operand(s), the node {proto.Input.Count}"
                );
                Value?[] inputs = [.. proto.Input.Select(i => i.Length == 0 ? null : values[i])];
                var results = arithmetic.Import(
                    rule,
                    new ImportRequest(proto.OpType, name, opset, inputs, [.. proto.Output], AttributeReader.Read(proto), builder)
                );
                Malformed(
                    proto.Output.Skip(results.Length).Any(o => o.Length > 0),
                    $"{proto.OpType} gives {results.Length} result(s), the node names {proto.Output.Count}"
                );
                foreach (var (result, output) in results.Zip(proto.Output).Where(p => p.Second.Length > 0))
                {
                    var shape = TensorReader.ShapeOf(result.Type.Shape.ToArray().Select(n => (long)n), output);
                    if (shape.Count == 0 && !result.IsConstant)
                    {
                        throw new DiagnosticException(Diagnostics.ShapeMismatch.At(name, proto.OpType, $"the result {shape} is empty"));
                    }

                    Define(output, result, name);
                }
            }, proto.Output);
    }

    private static void Malformed(bool isSo, string text)
    {
        if (isSo)
        {
            throw new DiagnosticException(Diagnostics.MalformedNode.At("", text));
        }
    }

    /// <summary>A node's name in messages: its name, else the name of its first result, else its operator.</summary>
    internal static string NameOf(NodeProto node) =>
        node.Name.Length > 0 ? node.Name : node.Output.FirstOrDefault(o => o.Length > 0) ?? node.OpType;

    private void Define(string tensor, Value value, string node)
    {
        if (tensor.Length == 0)
        {
            diagnostics.Add(Diagnostics.NoInterface.At(node, "a name for every input and initializer"));
        }
        else if (!values.TryAdd(tensor, value))
        {
            diagnostics.Add(Diagnostics.DuplicateTensor.At(node, tensor));
        }
    }

    /// <summary>Runs one step of the import; its diagnostics are collected and its results count as failed.</summary>
    private void Try(string name, Action step, IEnumerable<string>? outputs = null)
    {
        try
        {
            step();
        }
        catch (DiagnosticException e)
        {
            // A diagnosis without a place, of an attribute for instance, concerns this node.
            diagnostics.AddRange(e.Diagnostics.Select(d => d.Node.Length == 0 ? d with { Node = name } : d));
            failed.UnionWith(outputs ?? [name]);
        }
        catch (OverflowException)
        {
            diagnostics.Add(Diagnostics.ShapeMismatch.At(name, "extents", "an extent or attribute is beyond 32 bits"));
            failed.UnionWith(outputs ?? [name]);
        }
    }

    /// <summary>The type of an input; null where a dimension has no value, which is reported already.</summary>
    private static TensorType? TypeOf(ValueInfoProto input, InputDimensions dimensions)
    {
        var tensor =
            input.Type?.TensorType
            ?? throw new DiagnosticException(Diagnostics.UnsupportedType.At(input.Name, "of an input that is not a tensor"));
        var type =
            TensorReader.TypeOf(tensor.ElemType)
            ?? throw new DiagnosticException(
                Diagnostics.UnsupportedType.At(input.Name, ((TensorProto.Types.DataType)tensor.ElemType).ToString())
            );
        if (type is not (DType.F32 or DType.I8 or DType.U8))
        {
            throw new DiagnosticException(Diagnostics.UnsupportedType.At(input.Name, $"{type.Name()} of an input"));
        }

        return tensor.Shape is null ? throw new DiagnosticException(Diagnostics.NoInterface.At(input.Name, "a shape for every input"))
            : dimensions.Extents(input) is { } extents ? new TensorType(type, TensorReader.ShapeOf(extents, input.Name)) : null;
    }
}

/// <summary>A model as it was read.</summary>
/// <param name="Graph">The graph, at the imported stage.</param>
/// <param name="Notes">Decisions of the importer that the user did not ask for.</param>
public sealed record ImportedModel(Graph Graph, IReadOnlyList<Diagnostic> Notes);
