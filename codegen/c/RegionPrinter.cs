// One region as C: a function for each node that makes one row of its result, and a function of nested loops that call them. A node that
// reads the row of its own number stands in the loop of its reader; any other has a loop, which makes rows until those that are read next
// exist. The functions of rows stay out of line, so that the frame of the loops holds the counters of rows and no address of any call.

using System.Globalization;
using System.Text;
using TinyEngine.Image;
using TinyEngine.Ir;

namespace TinyEngine.Codegen.C;

/// <summary>Prints regions.</summary>
internal sealed class RegionPrinter(Graph planned, Storage storage)
{
    /// <summary>The statement that a function begins with where it reads or writes the arena.</summary>
    public const string ArenaPointer = "    uint8_t *const arena = (uint8_t *)s->arena;\n";

    private const string Lesser = "lesser";

    /// <summary>The functions of all regions.</summary>
    public string Functions(IEnumerable<ImageRegion> regions)
    {
        string text = string.Concat(regions.Select(r => string.Concat(RowFunctions(r)) + Function(r)));
        string lesser = $$"""

            static int32_t {{Lesser}}(int32_t a, int32_t b)
            {
                return a < b ? a : b;
            }

            """;
        return text.Contains(Lesser + "(", StringComparison.Ordinal) ? lesser + text : text;
    }

    /// <summary>The function of a region.</summary>
    private string Function(ImageRegion region)
    {
        var body = region.Body;
        var text = new StringBuilder();
        string work = FormattableString.Invariant($"{region.Node.Op.Macs(region.Node)} MACs");
        var comment = Layout.Wrapped($"{CallPrinter.Types(region.Node)}; {body.Nodes.Length} nodes, row by row; {work}", "");
        text.Append($"\n/* Step {region.Step}: {string.Join("\n * ", comment)} */\n");
        string result = Reads(region) ? "te_status" : "void";
        text.Append($"static {result} {Name(region)}({planned.Name}_state *s{HeaderPrinter.StepParameters(planned)})\n{{\n");
        bool usesArena = region.Order.Any(node => region.ByNode[node] is null && storage.InArena(body.Nodes[node].Output));
        text.Append(usesArena ? ArenaPointer : "");
        if (planned.CallerOwnsInputs && !UsesInput(region))
        {
            text.Append(HeaderPrinter.Unused(planned));
        }

        foreach (int node in region.Counted)
        {
            text.Append($"    int32_t {Row(node)} = 0; /* rows of {Layout.InComment(body.Nodes[node].Name)} so far */\n");
        }

        foreach (var (loop, first) in region.Tails.Prepend((Loop: region.Loop, First: 0)))
        {
            string row = first == 0 && loop == region.Loop ? Row(loop.Node) : "row";
            text.Append(
                FormattableString.Invariant($"    for (int32_t {row} = {first}; {row} < {Height(region, loop.Node)}; {row}++) {{\n")
            );
            Print(text, region, loop, row, "        ");
            text.Append("    }\n");
        }

        return text.Append(Reads(region) ? "    return TE_OK;\n}\n" : "}\n").ToString();
    }

    /// <summary>The comment and the call of a region's function, indented by four.</summary>
    public string Call(ImageRegion region)
    {
        string call = $"{Name(region)}(s{HeaderPrinter.StepArguments(planned)})";
        return $"    /* {region.Step}: {Layout.InComment(region.Node.Name)}, row by row */\n"
            + (Reads(region) ? Stop("    ", $"{call} != TE_OK") : $"    {call};\n");
    }

    /// <summary>True where the caller hands out rows to the region, whose function then returns whether it got them.</summary>
    public static bool Reads(ImageRegion region) => region.Order.Any(node => region.ByNode[node] is null);

    /// <summary>A statement that ends a function where the caller has handed out no row.</summary>
    public static string Stop(string indent, string condition) =>
        $"{indent}if ({condition}) {{\n{indent}    return TE_ERROR_INPUT;\n{indent}}}\n";

    private static string Name(ImageRegion region) => FormattableString.Invariant($"rows_{region.Step}");

    private static string Row(int node) => FormattableString.Invariant($"row_{node}");

    private static int Height(ImageRegion region, int node) => RowSchedule.RowsOf(region.Body.Nodes[node].Output);

    private bool UsesInput(ImageRegion region) => region.Body.Inputs.Any(storage.IsCallerInput);

    /// <summary>What makes one row: the rows that it reads, the call, and what follows right behind.</summary>
    private void Print(StringBuilder text, ImageRegion region, RowLoop loop, string row, string indent)
    {
        foreach (var pulled in loop.Pulled)
        {
            if (pulled.Window is { IsSameRow: true })
            {
                Print(text, region, pulled, row, indent);
                continue;
            }

            string own = Row(pulled.Node);
            text.Append($"{indent}for (; {own} < {End(region, loop.Node, pulled.Window!.Value, row)}; {own}++) {{\n");
            Print(text, region, pulled, own, indent + "    ");
            text.Append(indent).Append("}\n");
        }

        text.Append(region.ByNode[loop.Node] is { } call ? RowCall(call, row, indent) : Read(region, loop.Node, row, indent));
        foreach (var follower in loop.Followers)
        {
            Print(text, region, follower, row, indent);
        }
    }

    /// <summary>The row behind the last one that a reader's row reads.</summary>
    private static string End(ImageRegion region, int reader, RowWindow window, string row)
    {
        string end = Sum(window.Stride == 1 ? row : FormattableString.Invariant($"{row} * {window.Stride}"), window.First + window.Span);
        int last = Height(region, reader) - 1;
        return window.Stride == 0 ? Number(window.Height)
            : ((long)last * window.Stride) + window.First + window.Span <= window.Height ? end
            : $"{Lesser}({end}, {Number(window.Height)})";
    }

    private static string Sum(string term, int number) =>
        number == 0 ? term : number < 0 ? $"{term} - {Number(-number)}" : $"{term} + {Number(number)}";

    /// <summary>The functions that make one row of each node.</summary>
    private IEnumerable<string> RowFunctions(ImageRegion region) =>
        region.Order.Select(node => region.ByNode[node]).OfType<ImageCall>().Select(RowFunction);

    private string RowFunction(ImageCall call)
    {
        var rows = call.Rows!;
        var arguments = call.Call.Arguments.Select((v, i) => v is null ? "NULL" : Argument(v, rows.Offsets[i]));
        string[] head = rows.TakesRange
            ?
            [
                $"&{call.ParametersName}",
                $"&(te_row_range){{row, row + 1, {Number(Ring(call.Node.Input(0)))}, {Number(Ring(call.Node.Output))}}}",
            ]
            : [$"&{call.ParametersName}"];
        string input = UsesInput(call) ? HeaderPrinter.StepParameters(planned) : "", first = $"    {call.Symbol}(";
        return $$"""

            /* A row of {{Layout.Describe(call.Node.Output.Type)}}: {{call.Node.Op.Name}} {{Layout.InComment(call.Node.Name)}} */
            TE_OUT_OF_LINE static void {{RowName(call)}}({{planned.Name}}_state *s{{input}}{{(UsesRow(call) ? ", int32_t row" : "")}})
            {
            {{(call.Values.Any(storage.InArena) ? ArenaPointer : HeaderPrinter.UnusedState(planned))}}{{Layout.Fill(first, [.. head, .. arguments], ");\n", first.Length)}}}

            """;
    }

    private string RowCall(ImageCall call, string row, string indent)
    {
        string input = UsesInput(call) ? HeaderPrinter.StepArguments(planned) : "";
        return $"{indent}{RowName(call)}(s{input}{(UsesRow(call) ? ", " + row : "")});\n";
    }

    private static string RowName(ImageCall call) => call.ParametersName + "_row";

    /// <summary>False where buffers of one row are read and written.</summary>
    private bool UsesRow(ImageCall call) =>
        call.Rows!.TakesRange || call.Call.Arguments.Zip(call.Rows.Offsets).Any(a => a is { First: { } v, Second: > 0 } && Ring(v) > 1);

    private bool UsesInput(ImageCall call) => call.Values.Any(storage.IsCallerInput);

    /// <summary>A pointer to the row of a map; to the whole where the call finds the row itself, or reads all of the value.</summary>
    private string Argument(Value value, long offset) =>
        offset > 0 ? storage.Row(value, Turn(value, "row"), offset) : storage.Pointer(value);

    private string Read(ImageRegion region, int node, string row, string indent)
    {
        var map = region.Body.Nodes[node].Output;
        long bytes = map.Type.Bytes / RowSchedule.RowsOf(map);
        string place = storage.Row(map, Turn(map, row), bytes);
        return $"{indent}/* a row of the input */\n" + Stop(indent, $"read(context, {row}, {place}) != 0");
    }

    /// <summary>The place of a row in the buffer of a map.</summary>
    private string Turn(Value map, string row) =>
        Ring(map) is var ring && ring == 1 ? "0" : ring < RowSchedule.RowsOf(map) ? $"{row} % {Number(ring)}" : row;

    /// <summary>The rows that the buffer of a map holds.</summary>
    private int Ring(Value map) => storage.Lines(map) ?? RowSchedule.RowsOf(map);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
