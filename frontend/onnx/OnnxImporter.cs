// Reads an ONNX model into a graph of the imported stage. It knows the file format and nothing of operators: it hands each
// node to the import rule of the operator table. All problems are collected and reported together; nodes that depend
// on a failed one are only checked for support, so one fault is not reported many times.

using System.Collections.Immutable;
using Google.Protobuf;
using TinyEngine.Ir;
using TinyEngine.Onnx.Proto;

namespace TinyEngine.Onnx;

/// <summary>The ONNX front end.</summary>
public sealed class OnnxImporter
{
    private readonly GraphProto graph;
    private readonly int opset;
    private readonly IReadOnlyDictionary<string, int> dims;
    private readonly List<Diagnostic> diagnostics = [];
    private readonly Dictionary<string, Value> values = [];
    private readonly HashSet<string> failed = [];
    private readonly GraphBuilder builder = new();

    private OnnxImporter(ModelProto model, IReadOnlyDictionary<string, int> dims)
    {
        graph = model.Graph;
        opset = (int)Math.Min(model.OpsetImport.Where(o => IsDefaultDomain(o.Domain)).Select(o => o.Version).DefaultIfEmpty(1).Max(), 1000);
        this.dims = dims;
    }

    /// <summary>Imports the bytes of an ONNX file.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">Identifier for the graph.</param>
    /// <param name="dims">Values for dynamic dimensions, by their name in the file.</param>
    /// <exception cref="DiagnosticException">TE01xx, TE02xx, TE04xx: everything that is wrong with the model.</exception>
    public static Graph Import(byte[] bytes, string name, IReadOnlyDictionary<string, int> dims)
    {
        var model = Parse(bytes);
        var importer = new OnnxImporter(model, dims);
        var result = importer.Run(name);
        return importer.diagnostics.Count == 0 ? result! : throw new DiagnosticException(importer.diagnostics);
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

    private static bool IsDefaultDomain(string domain) => domain is "" or "ai.onnx";

    private Graph? Run(string name)
    {
        foreach (var initializer in graph.Initializer)
        {
            Try(initializer.Name, () => Define(initializer.Name, Value.Constant(initializer.Name, TensorReader.Read(initializer, initializer.Name)), ""));
        }

        var inputs = new List<Value>();
        foreach (var input in graph.Input.Where(i => !values.ContainsKey(i.Name) && !failed.Contains(i.Name)))
        {
            Try(input.Name, () =>
            {
                var value = new Value(input.Name, TypeOf(input), ValueKind.Input);
                Define(input.Name, value, "");
                inputs.Add(value);
            });
        }

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

        return diagnostics.Count > 0 ? null : builder.Finish(new Graph
        {
            Name = name,
            Inputs = [.. inputs],
            Nodes = [],
            Outputs = [.. graph.Output.Select(o => values[o.Name])],
        });
    }

    /// <summary>The nodes in dependency order; reports tensors that nothing defines, and cycles.</summary>
    private List<NodeProto> Sorted()
    {
        var defined = values.Keys.Concat(failed).ToHashSet();
        var producers = graph.Node.SelectMany(n => n.Output).ToHashSet();
        var sorted = new List<NodeProto>();
        var waiting = graph.Node.ToList();
        for (int before = -1; before != sorted.Count;)
        {
            before = sorted.Count;
            var rest = new List<NodeProto>();
            foreach (var node in waiting)
            {
                if (node.Input.All(i => i.Length == 0 || defined.Contains(i)))
                {
                    sorted.Add(node);
                    defined.UnionWith(node.Output);
                }
                else
                {
                    rest.Add(node);
                }
            }

            waiting = rest;
        }

        var cyclic = new List<Diagnostic>();
        var reported = new List<HashSet<NodeProto>>();
        foreach (var node in waiting)
        {
            failed.UnionWith(node.Output);
            var undefined = node.Input.Where(i => i.Length > 0 && !defined.Contains(i) && !producers.Contains(i)).ToList();
            diagnostics.AddRange(undefined.Select(i => Diagnostics.UndefinedTensor.At(NameOf(node), i)));
            // One line for each cycle, not for each node on it.
            if (undefined.Count == 0 && Reached(node, waiting) is var reached && reached.Contains(node) && !reported.Any(r => r.Contains(node)))
            {
                cyclic.Add(Diagnostics.Cycle.At(NameOf(node)));
                reported.Add(reached.Where(n => Reached(n, waiting).Contains(node)).ToHashSet<NodeProto>(ReferenceEqualityComparer.Instance));
            }
        }

        diagnostics.AddRange(cyclic);
        return sorted;
    }

    /// <summary>The nodes that depend on a node.</summary>
    private static HashSet<NodeProto> Reached(NodeProto start, List<NodeProto> nodes)
    {
        var readers = nodes.SelectMany(n => n.Input.Select(i => (i, n))).ToLookup(p => p.i, p => p.n);
        var seen = new HashSet<NodeProto>(ReferenceEqualityComparer.Instance);
        var next = new Stack<NodeProto>([start]);
        while (next.TryPop(out var node))
        {
            foreach (var reader in node.Output.SelectMany(o => readers[o]).Where(seen.Add))
            {
                next.Push(reader);
            }
        }

        return seen;
    }

    private void ImportNode(NodeProto proto)
    {
        string name = NameOf(proto);
        var rules = IsDefaultDomain(proto.Domain) ? OpTable.RulesFor(proto.OpType) : [];
        bool isConstant = IsDefaultDomain(proto.Domain) && proto.OpType == "Constant";
        var rule = rules.LastOrDefault(r => r.SinceOpset <= opset);
        if (!isConstant && rule is null)
        {
            diagnostics.Add(rules.Count == 0
                ? Diagnostics.UnsupportedOperator.At(name, IsDefaultDomain(proto.Domain) ? proto.OpType : $"{proto.Domain}.{proto.OpType}")
                : Diagnostics.UnsupportedOpset.At(name, proto.OpType, rules[0].SinceOpset, opset));
        }

        if ((!isConstant && rule is null) || proto.Input.Any(failed.Contains))
        {
            failed.UnionWith(proto.Output);
            return;
        }

        Try(name, () =>
        {
            Value?[] inputs = [.. proto.Input.Select(i => i.Length == 0 ? null : values[i])];
            var attributes = AttributeReader.Read(proto);
            Value[] results = isConstant
                ? [Value.Constant(proto.Output[0], attributes.Tensor("value") ?? throw new DiagnosticException(Diagnostics.UnsupportedForm.At(name, "Constant", "a value that is not a tensor")))]
                : rule!.Build(new ImportRequest(proto.OpType, name, opset, inputs, [.. proto.Output], attributes, builder));
            for (int i = 0; i < results.Length && i < proto.Output.Count; i++)
            {
                var shape = TensorReader.ShapeOf(results[i].Type.Shape.ToArray().Select(n => (long)n), proto.Output[i]);
                if (shape.Count == 0 && !results[i].IsConstant)
                {
                    throw new DiagnosticException(Diagnostics.ShapeMismatch.At(name, proto.OpType, $"the result {shape} is empty"));
                }

                Define(proto.Output[i], results[i], name);
            }
        }, proto.Output);
    }

    private static string NameOf(NodeProto node) => node.Name.Length > 0 ? node.Name : node.Output.FirstOrDefault(o => o.Length > 0) ?? node.OpType;

    private void Define(string tensor, Value value, string node)
    {
        if (!values.TryAdd(tensor, value))
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
            diagnostics.AddRange(e.Diagnostics);
            failed.UnionWith(outputs ?? [name]);
        }
        catch (OverflowException)
        {
            diagnostics.Add(Diagnostics.ShapeMismatch.At(name, "extents", "an extent or attribute is beyond 32 bits"));
            failed.UnionWith(outputs ?? [name]);
        }
    }

    private TensorType TypeOf(ValueInfoProto input)
    {
        var tensor = input.Type?.TensorType ?? throw new DiagnosticException(Diagnostics.UnsupportedType.At(input.Name, "of an input that is not a tensor"));
        var type = TensorReader.TypeOf(tensor.ElemType) ?? throw new DiagnosticException(Diagnostics.UnsupportedType.At(input.Name, ((TensorProto.Types.DataType)tensor.ElemType).ToString()));
        if (type is not (DType.F32 or DType.I8 or DType.U8))
        {
            throw new DiagnosticException(Diagnostics.UnsupportedType.At(input.Name, $"{type.Name()} of an input"));
        }

        var problems = new List<Diagnostic>();
        var extents = ImmutableArray.CreateBuilder<long>();
        foreach (var (dim, i) in (tensor.Shape?.Dim ?? []).Select((d, i) => (d, i)))
        {
            long extent = dim.ValueCase == TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue ? dim.DimValue : dims.GetValueOrDefault(dim.DimParam, 0);
            if (extent < 1)
            {
                problems.Add(Diagnostics.DynamicDimension.At(input.Name, i, dim.DimParam.Length > 0 ? dim.DimParam : "?"));
            }

            extents.Add(extent);
        }

        return tensor.Shape is null ? throw new DiagnosticException(Diagnostics.NoInterface.At(input.Name, "a shape for every input"))
            : problems.Count > 0 ? throw new DiagnosticException(problems)
            : new TensorType(type, TensorReader.ShapeOf(extents, input.Name));
    }
}
