// Reads the text that Printer writes. The data section comes last but is needed first, so it is read ahead. Whatever the
// text, either a graph comes back or TE0115 with a line; a graph that parses may still break rules, which Verifier knows.

using System.Collections.Immutable;

namespace TinyEngine.Ir;

/// <summary>The parser of IR text.</summary>
public sealed class Parser : TokenReader
{
    private readonly OperatorSet operators;
    private readonly IReadOnlyDictionary<string, Tensor> data = new Dictionary<string, Tensor>();
    private readonly Dictionary<string, Value> values = [];

    private Parser(string text, int data, OperatorSet operators)
        : base(Lexer.Split(data < 0 ? text : text[..(data + 1)]))
    {
        this.operators = operators;
        if (data >= 0)
        {
            this.data = DataSection.Read(text[(data + 1)..], 1 + text.AsSpan(0, data + 1).Count('\n'));
        }
    }

    /// <summary>The graph of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="operators">The operators and kernels that it may name.</param>
    /// <exception cref="DiagnosticException">TE0115: the text is no graph.</exception>
    public static Graph Parse(string text, OperatorSet operators)
    {
        // Base64 may hold characters that are punctuation elsewhere, so the data section is taken out as lines.
        var parser = new Parser(text, text.IndexOf("\ndata {\n", StringComparison.Ordinal), operators);
        try
        {
            parser.Word("tinyengine-ir");
            parser.Word("1");
            var graph = parser.ReadGraph(0);
            return parser.Next.Kind == TokenKind.End ? graph : throw parser.Fail("text after the graph");
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException or IndexOutOfRangeException)
        {
            throw parser.Fail(e.Message);
        }
    }

    private Graph ReadGraph(int depth)
    {
        if (depth > 16)
        {
            throw Fail("regions nested too deeply");
        }

        Word("graph");
        string name = Text();
        var stage = Setting<Stage>("stage");
        Word("target");
        Mark("=");
        string target = Word();
        Mark("{");
        List<Value> inputs = [], trainInputs = [];
        List<BoundaryForm> inputForms = [];
        bool callerOwnsInputs = false;
        while (
            Next.Kind == TokenKind.Word
            && (
                Next.Text is "train" or "caller" && After.Text == "input"
                || Next.Text is "input" or "constant" or "parameter" or "state"
            )
        )
        {
            bool train = Take("train");
            callerOwnsInputs |= Take("caller");
            var kind = Enum.Parse<ValueKind>(Word(), ignoreCase: true);
            var role = Next.Kind == TokenKind.Word ? Named<ValueRole>(Next.Text) : null;
            Skip(role is null ? 0 : 1);
            var form = BoundaryForm.Read(Take);
            var value = ReadValue(kind, role ?? ValueRole.None);
            (kind != ValueKind.Input ? [] : train ? trainInputs : inputs).Add(value);
            if (kind == ValueKind.Input && !train)
            {
                inputForms.Add(form);
            }
        }

        var nodes = ImmutableArray.CreateBuilder<Node>();
        var phase = Phase.Forward;
        while (Next.Text is not ("return" or "}" or ""))
        {
            if (Next.Kind == TokenKind.Word && After.Text == ":" && Named<Phase>(Next.Text) is { } next)
            {
                phase = next;
                Skip(2);
            }
            else if (Next.Text == "train")
            {
                break;
            }
            else
            {
                nodes.Add(ReadNode(phase, depth));
            }
        }

        Word("return");
        var outputs = ReadList(() => (Form: BoundaryForm.Read(Take), Value: Reference()));
        ImmutableArray<Value> trainOutputs = [];
        if (Take("train"))
        {
            Word("return");
            trainOutputs = ReadList(Reference);
        }

        var plan = Next.Text == "plan" ? ReadPlan() : null;
        Mark("}");
        return new Graph
        {
            Name = name,
            Stage = stage,
            Target = Target.Find(target) ?? throw Fail($"no target {target}"),
            Inputs = [.. inputs],
            InputForms = [.. inputForms],
            CallerOwnsInputs = callerOwnsInputs,
            TrainInputs = [.. trainInputs],
            Nodes = nodes.ToImmutable(),
            Outputs = [.. outputs.Select(o => o.Value)],
            OutputForms = [.. outputs.Select(o => o.Form)],
            TrainOutputs = trainOutputs,
            Plan = plan,
        };
    }

    private Node ReadNode(Phase phase, int depth)
    {
        ImmutableArray<Value> outputs = [];
        if (Next.Kind == TokenKind.Value)
        {
            outputs = ReadList(() => ReadDeclared(ValueKind.Result));
            Mark("=");
        }

        string op = Word();
        Mark("(");
        ImmutableArray<Value?> inputs = Next.Text == ")" ? [] : ReadList(() => Take("_") ? null : Reference());
        Mark(")");
        var node = new Node
        {
            Op = operators.Find(op) ?? throw Fail($"no operator {op}"),
            Name = Text(),
            Inputs = inputs,
            Outputs = outputs,
            Phase = phase,
            Attributes = Next.Text == "{" ? ReadAttributes() : Attributes.Empty,
        };
        node = ReadNotes(node);
        if (Take("kernel"))
        {
            node = node with { Call = ReadCall(node) };
        }

        else if (Take("scratch"))
        {
            Mark("(");
            node = node with { Lines = ReadDeclared(ValueKind.Result) };
            Mark(")");
        }

        return Take("body") ? node with { Body = ReadGraph(depth + 1) } : node;
    }

    /// <summary>The notes of passes about a node.</summary>
    private Node ReadNotes(Node node)
    {
        if (Take("clamp"))
        {
            Mark("(");
            double min = Real();
            Mark(",");
            node = node with { Clamp = new ClampRange(min, Real()) };
            Mark(")");
        }

        node = node with { KeepsMask = Take("mask") };
        if (Take("layer"))
        {
            Mark("=");
            node = node with { Layer = (int)Integer() };
        }

        node = node with { IsHead = Take("head") };
        if (Take("lost"))
        {
            Mark("=");
            node = node with { Form = node.Form with { LostChannels = (int)Integer() } };
        }

        return node;
    }

    /// <summary>The call of a node: the text names the kernel, tables and scratch, and the rest follows from the node.</summary>
    private KernelCall ReadCall(Node node)
    {
        Mark("=");
        string symbol = Word();
        var kernel = operators.Kernels.Find(symbol) ?? throw Fail($"no kernel {symbol}");
        ImmutableArray<Value> tables = [];
        if (Take("tables"))
        {
            Mark("(");
            tables = ReadList(Reference);
            Mark(")");
        }

        var call = Bound(kernel, node, tables) ?? throw Fail($"{symbol} does not take the operands and results of {node.Op.Name}");
        if (Take("scratch"))
        {
            Mark("(");
            call = call.WithScratch(ReadDeclared(ValueKind.Result));
            Mark(")");
        }

        return call;
    }

    /// <summary>
    /// The call without its scratch; operators may take well-formed nodes for granted, so whatever one throws is a fault of the text.
    /// </summary>
    private KernelCall? Bound(KernelRow kernel, Node node, ImmutableArray<Value> tables)
    {
        try
        {
            var (plain, given) = (node.Op.Request(node), new Queue<Value>(tables));
            var request = kernel.Packed(node, plain) ?? throw Fail($"{kernel.Symbol} cannot hold the constants of {node.Op.Name}");
            // The text leaves out the tables that the request leaves out; a number that does not fit is the binding's to refuse.
            ImmutableArray<Value?> placed = [.. request.Tables.Select(t => t is not null && given.TryDequeue(out var next) ? next : null)];
            return KernelCall.Bind(kernel, node, request with { Tables = [.. placed, .. given] });
        }
        catch (Exception e)
        {
            throw Fail($"{node.Op.Name} cannot ask for a kernel: {e.Message}");
        }
    }

    private Value ReadValue(ValueKind kind, ValueRole role)
    {
        var (number, name, type) = Declaration();
        Packing? packing = null;
        if (Take("packed"))
        {
            Mark("(");
            var shape = ReadShape();
            Mark("->");
            packing = new Packing(shape, ReadList(() => (int)Integer()));
            Mark(")");
            if (!packing.Permutation.Order().SequenceEqual(Enumerable.Range(0, shape.Rank)))
            {
                throw Fail("a packing that is no permutation");
            }
        }

        var content = Take("=") ? Content(type) : null;
        return Define(number, new Value(name, type, kind, content, packing, role));
    }

    private Value ReadDeclared(ValueKind kind)
    {
        var (number, name, type) = Declaration();
        return Define(number, new Value(name, type, kind));
    }

    private (string Number, string Name, TensorType Type) Declaration()
    {
        string number = Take(TokenKind.Value);
        string name = Text();
        Mark(":");
        return (number, name, ReadType());
    }

    private Value Define(string number, Value value) => values.TryAdd(number, value) ? value : throw Fail($"%{number} is defined twice");

    private Value Reference()
    {
        string number = Take(TokenKind.Value);
        return values.GetValueOrDefault(number) ?? throw Fail($"%{number} is not defined");
    }

    private TensorType ReadType()
    {
        string name = Word();
        var dtype = DTypes.Parse(name) ?? throw Fail($"no element type {name}");
        var shape = ReadShape();
        var quant = Take("q") ? ReadQuant() : null;
        if (!Take("block"))
        {
            return new TensorType(dtype, shape, quant);
        }

        Mark("(");
        long block = Integer();
        Mark(")");
        return block is > 0 and <= int.MaxValue
            ? new TensorType(dtype, shape, quant, (int)block)
            : throw Fail($"blocks of {block} elements");
    }

    private QuantParams ReadQuant()
    {
        int? axis = null;
        if (Take("["))
        {
            axis = (int)Integer();
            Mark("]");
        }

        Mark("(");
        ImmutableArray<float> scales = axis is null ? [Single()] : [.. Content(null).Data.Select(v => (float)v)];
        Mark(",");
        int zero = (int)Integer();
        Mark(")");
        return scales.Length > 0 ? new QuantParams(scales, zero, axis) : throw Fail("no scales");
    }

    private Shape ReadShape()
    {
        Mark("[");
        ImmutableArray<Dim> dims = Next.Text == "]" ? [] : ReadList(() =>
        {
            bool bounded = Take("<=");
            long extent = Integer();
            return extent is >= 0 and <= int.MaxValue ? new Dim((int)extent, bounded) : throw Fail($"a dimension of {extent}");
        });
        Mark("]");
        var shape = new Shape(dims);
        return shape.Count <= int.MaxValue ? shape : throw Fail($"a shape of {shape.Count} elements");
    }

    /// <summary>A tensor of this type, or a vector of fp32 if no type is given.</summary>
    private Tensor Content(TensorType? type)
    {
        if (Next.Kind == TokenKind.Reference)
        {
            string hash = Take(TokenKind.Reference);
            var found = data.GetValueOrDefault(hash) ?? throw Fail($"no data @{hash}");
            return type is null ? found : new Tensor(type, found.Data);
        }

        Mark("[");
        // An fp32 element is the nearest fp32 number, not the nearest double.
        bool single = type is null or { DType: DType.F32 };
        double[] elements = Next.Text == "]" ? [] : [.. ReadList(() => single ? Single() : Real())];
        Mark("]");
        return new Tensor(type ?? TensorType.F32(Shape.Of(elements.Length)), elements);
    }

    private Attributes ReadAttributes()
    {
        Mark("{");
        var attributes = Attributes.Empty;
        do
        {
            string name = Next.Kind == TokenKind.Text ? Text() : Word();
            Mark("=");
            if (Next.Kind == TokenKind.Text)
            {
                attributes = attributes.With(name, Text());
            }
            else if (Take("["))
            {
                attributes = ReadAttributeList(attributes, name);
            }
            else
            {
                attributes = IsReal(Next.Text) ? attributes.With(name, Real()) : attributes.With(name, Integer());
            }
        }
        while (Take(","));
        Mark("}");
        return attributes;
    }

    private Attributes ReadAttributeList(Attributes attributes, string name)
    {
        if (Take("."))
        {
            Mark("]");
            return attributes.With(name, Enumerable.Empty<double>());
        }

        bool reals = IsReal(Next.Text);
        var result = Next.Text == "]" ? attributes.With(name, Enumerable.Empty<long>())
            : reals ? attributes.With(name, (IEnumerable<double>)ReadList(Real))
            : attributes.With(name, (IEnumerable<long>)ReadList(Integer));
        Mark("]");
        return result;
    }

    private MemoryPlan ReadPlan()
    {
        long Setting(string name)
        {
            Word(name);
            Mark("=");
            return Integer();
        }

        long Lead()
        {
            Word("lead");
            return Integer();
        }

        Word("plan");
        var (arena, bound, peak) = (Setting("arena"), Setting("lower_bound"), Setting("peak"));
        var places = ImmutableArray.CreateBuilder<Placement>();
        while (Take("place"))
        {
            var value = Reference();
            Word("at");
            long offset = Integer();
            Word("bytes");
            long bytes = Integer();
            Word("steps");
            int first = (int)Integer();
            Mark("..");
            var place = new Placement(value, offset, bytes, first, (int)Integer());
            places.Add(Take("over") ? place with { Over = Reference(), Lead = Lead() } : place);
        }

        return new MemoryPlan(arena, bound, (int)peak, places.ToImmutable());
    }
}
