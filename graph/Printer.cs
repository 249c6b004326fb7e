// The text form of a graph: one node a line, every result with its type, values numbered in order of appearance. Text
// behind a semicolon is a comment derived from the rest. With its data section the text is complete: Parser reads it back
// to an equal graph, and printing that gives the same text.

using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace TinyEngine.Ir;

/// <summary>Prints graphs.</summary>
public sealed class Printer
{
    /// <summary>Version of the text form.</summary>
    public const string Header = "tinyengine-ir 1";

    /// <summary>The most elements of a tensor that is written in its line; longer ones go to the data section.</summary>
    public const int InlineElements = 8;

    private readonly StringBuilder text = new();
    private readonly SortedDictionary<string, Tensor> data = new(StringComparer.Ordinal);
    private readonly Dictionary<Value, int> numbers = [];

    private Printer()
    {
    }

    /// <summary>The text of a graph; <paramref name="data"/> adds the contents of long constants.</summary>
    public static string Print(Graph graph, bool data = true)
    {
        var printer = new Printer();
        printer.text.Append(Header).Append('\n');
        printer.PrintGraph(graph, "");
        if (data && printer.data.Count > 0)
        {
            printer.PrintData();
        }

        return printer.text.ToString();
    }

    private void PrintGraph(Graph graph, string indent)
    {
        text.Append(indent).Append($"graph {Quote(graph.Name)} stage={Word(graph.Stage)} target={graph.Target.Name} {{\n");
        string inner = indent + "  ";
        // A body shares the constants of the graph around it.
        foreach (var value in graph.Values.Where(v => v.Kind != ValueKind.Result && !numbers.ContainsKey(v)).ToList())
        {
            text.Append(inner).Append($"{Owner(graph, value)}{Word(value.Kind)} {Role(value)}");
            text.Append(Form(graph.InputForms, graph.Inputs.IndexOf(value))).Append(Declare(value));
            if (value.Packing is { } packing)
            {
                text.Append($" packed({packing.OnnxShape} -> {string.Join(',', packing.Permutation)})");
            }

            text.Append(value.Data is { } tensor ? $" = {Content(tensor)}\n" : "\n");
        }

        Phase? phase = null;
        for (int step = 0; step < graph.Nodes.Length; step++)
        {
            if (graph.Nodes[step].Phase != phase)
            {
                phase = graph.Nodes[step].Phase;
                text.Append(indent).Append(Word(phase.Value)).Append(":\n");
            }

            PrintNode(graph.Nodes[step], step, inner);
        }

        text.Append(inner)
            .Append("return ")
            .AppendJoin(", ", graph.Outputs.Select((v, i) => Form(graph.OutputForms, i) + Number(v)))
            .Append('\n');
        if (graph.TrainOutputs.Length > 0)
        {
            text.Append(inner).Append("train return ").AppendJoin(", ", graph.TrainOutputs.Select(Number)).Append('\n');
        }

        if (graph.Plan is { } plan)
        {
            text.Append(inner).Append($"plan arena={plan.ArenaBytes} lower_bound={plan.LowerBound} peak={plan.PeakStep}\n");
            foreach (var p in plan.Placements)
            {
                text.Append(inner).Append($"place {Number(p.Value)} at {p.Offset} bytes {p.Bytes} steps {p.First}..{p.Last}")
                    .Append(p.Over is { } over ? $" over {Number(over)} lead {p.Lead}\n" : "\n");
            }
        }

        text.Append(indent).Append("}\n");
    }

    /// <summary>The source of an input, if its kind does not say it: the training step or the caller's memory.</summary>
    private static string Owner(Graph graph, Value value) =>
        graph.TrainInputs.Contains(value) ? "train " : graph.CallerOwnsInputs && graph.Inputs.Contains(value) ? "caller " : "";

    /// <summary>The role of a value, if its kind does not say it.</summary>
    private static string Role(Value value) => value.Role == value.Kind.Default() ? "" : Word(value.Role) + " ";

    private static string Form(ImmutableArray<BoundaryForm> forms, int index) => forms.ElementAtOrDefault(index).Words;

    private void PrintNode(Node node, int step, string indent)
    {
        text.Append(indent);
        if (node.Outputs.Length > 0)
        {
            text.AppendJoin(", ", node.Outputs.Select(Declare)).Append(" = ");
        }

        text.Append(node.Op.Name)
            .Append('(')
            .AppendJoin(", ", node.Inputs.Select(v => v is null ? "_" : Number(v)))
            .Append(") ")
            .Append(Quote(node.Name));
        if (node.Attributes.Items.Any())
        {
            text.Append(" {").AppendJoin(", ", node.Attributes.Items.Select(a => $"{Name(a.Key)}={Attribute(a.Value)}")).Append('}');
        }

        PrintNotes(node);
        if (node.Kernel is { } kernel)
        {
            text.Append(" kernel=").Append(kernel.Symbol);
        }

        if (node.Tables.Length > 0)
        {
            text.Append(" tables(").AppendJoin(", ", node.Tables.Select(Number)).Append(')');
        }

        if (node.Scratch is { } scratch)
        {
            text.Append(" scratch(").Append(Declare(scratch)).Append(')');
        }

        if (node.Body is { } body)
        {
            // Values of the body are its own; their numbers continue, so that none means two things.
            text.Append(" body\n");
            PrintGraph(body, indent + "  ");
            return;
        }

        long macs = node.Op.Macs(node);
        text.Append(macs > 0 ? string.Create(CultureInfo.InvariantCulture, $"   ; {step}: {macs:N0} MACs\n") : $"   ; {step}\n");
    }

    /// <summary>The notes of passes about a node.</summary>
    private void PrintNotes(Node node)
    {
        text.Append(node.Clamp == ClampRange.Open ? "" : $" clamp({Double(node.Clamp.Min)}, {Double(node.Clamp.Max)})")
            .Append(node.KeepsMask ? " mask" : "")
            .Append(node.Layer is { } layer ? string.Create(CultureInfo.InvariantCulture, $" layer={layer}") : "")
            .Append(node.IsHead ? " head" : "")
            .Append(node.Form.LostChannels > 0 ? string.Create(CultureInfo.InvariantCulture, $" lost={node.Form.LostChannels}") : "");
    }

    private void PrintData()
    {
        text.Append("data {\n");
        foreach (var (key, tensor) in data)
        {
            text.Append($"  @{key} {tensor.Type.DType.Name()}{tensor.Type.Shape} {Convert.ToBase64String(tensor.ToBytes())}\n");
        }

        text.Append("}\n");
    }

    /// <summary>A value at its first appearance: number, name and type.</summary>
    private string Declare(Value value)
    {
        numbers.TryAdd(value, numbers.Count);
        return $"{Number(value)} {Quote(value.Name)} : {TypeText(value.Type)}";
    }

    private string Number(Value value) => numbers.TryGetValue(value, out int n) ? $"%{n}" : "%?";

    private string TypeText(TensorType type)
    {
        string plain = type.DType.Name() + type.Shape, block = type.Block is { } elements ? $" block({elements})" : "";
        return type.Quant is not { } q ? plain + block
            : q.Axis is null ? $"{plain} q({Float(q.Scale)}, {q.ZeroPoint}){block}"
            : $"{plain} q[{q.Axis}]({Content(Tensor.Vector(q.Scales))}, {q.ZeroPoint}){block}";
    }

    /// <summary>A tensor's elements in brackets, or a reference to the data section.</summary>
    private string Content(Tensor tensor)
    {
        if (tensor.Data.Length <= InlineElements)
        {
            bool real = tensor.Type.DType == DType.F32;
            var elements = tensor.Data.Select(v => real ? Float(v) : ((long)v).ToString(CultureInfo.InvariantCulture));
            return $"[{string.Join(", ", elements)}]";
        }

        var plain = new Tensor(new TensorType(tensor.Type.DType, Shape.Of(tensor.Data.Length)), tensor.Data);
        // The same bytes may be read as two types; they are two entries.
        string key = $"{tensor.Type.DType.Name()}_{plain.ContentHash()}";
        data.TryAdd(key, plain);
        return "@" + key;
    }

    private static string Attribute(object value) => value switch
    {
        long i => i.ToString(CultureInfo.InvariantCulture),
        double f => Double(f),
        string s => Quote(s),
        ImmutableArray<long> list => "[" + string.Join(", ", list.Select(i => i.ToString(CultureInfo.InvariantCulture))) + "]",
        ImmutableArray<double> list => "[" + string.Join(", ", list.Select(Double)) + (list.Length == 0 ? "." : "") + "]",
        _ => throw new InvalidOperationException($"an attribute of type {value.GetType().Name} has no text form"),
    };

    private static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    /// <summary>An fp32 value as the shortest text that reads back to the same bits.</summary>
    private static string Float(double value) => WithPoint(((float)value).ToString("R", CultureInfo.InvariantCulture));

    private static string Double(double value) => WithPoint(value.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>Makes a number a float for the reader: with a point, an exponent, or a word.</summary>
    private static string WithPoint(string number) => number switch
    {
        "Infinity" => "inf",
        "-Infinity" => "-inf",
        "NaN" => "nan",
        _ => number.AsSpan().IndexOfAny(".E") >= 0 ? number : number + ".0",
    };

    private static string Name(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') ? name : Quote(name);

    private static string Quote(string name)
    {
        var quoted = new StringBuilder("\"");
        foreach (char c in name)
        {
            quoted.Append(c is '"' or '\\' ? $"\\{c}" : c is >= ' ' and not '\x7f' ? c.ToString() : $"\\u{(int)c:x4}");
        }

        return quoted.Append('"').ToString();
    }
}
