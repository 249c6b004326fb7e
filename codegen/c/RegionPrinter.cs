// One region as C: a function of nested loops over rows. A node that reads the row of its own number stands in the loop of its reader;
// any other has a loop, which makes rows until those that are read next exist.

using System.Globalization;
using System.Text;
using TinyEngine.Image;
using TinyEngine.Ir;

namespace TinyEngine.Codegen.C;

/// <summary>Prints regions.</summary>
internal sealed class RegionPrinter(Graph planned, Storage storage)
{
    private const string Lesser = "lesser";

    /// <summary>The functions of all regions.</summary>
    public string Functions(IEnumerable<ImageRegion> regions)
    {
        string text = string.Concat(regions.Select(Function));
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
        text.Append($"static void {Name(region)}({planned.Name}_state *s{HeaderPrinter.StepParameters(planned)})\n{{\n");
        text.Append("    uint8_t *const arena = (uint8_t *)s->arena;\n");
        if (planned.CallerOwnsInputs && !UsesInput(region))
        {
            text.Append(HeaderPrinter.Unused(planned));
        }

        var loops = region.Loop.All.Concat(region.Tails.SelectMany(t => t.Loop.All));
        foreach (int node in loops.Where(l => l.Window is { IsSameRow: false }).Select(l => l.Node).Distinct().Order())
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

        return text.Append("}\n").ToString();
    }

    /// <summary>The comment and the call of a region's function, indented by four.</summary>
    public string Call(ImageRegion region) =>
        $"    /* {region.Step}: {Layout.InComment(region.Node.Name)}, row by row */\n"
        + $"    {Name(region)}(s{HeaderPrinter.StepArguments(planned)});\n";

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

    private string RowCall(ImageCall call, string row, string indent)
    {
        var rows = call.Rows!;
        var arguments = call.Call.Arguments.Select((v, i) => v is null ? "NULL" : Argument(v, rows.Offsets[i], row));
        string[] head = rows.TakesRange
            ?
            [
                $"&{call.ParametersName}",
                $"&(te_row_range){{{row}, {row} + 1, {Number(Ring(call.Node.Input(0)))}, {Number(Ring(call.Node.Output))}}}",
            ]
            : [$"&{call.ParametersName}"];
        string first = $"{indent}{call.Symbol}(";
        string comment =
            $"{indent}/* {call.Node.Op.Name} {Layout.InComment(call.Node.Name)}: a row of {Layout.Describe(call.Node.Output.Type)} */\n";
        return comment + Layout.Fill(first, [.. head, .. arguments], ");\n", first.Length);
    }

    /// <summary>A pointer to the row of a map; to the whole where the call finds the row itself, or reads all of the value.</summary>
    private string Argument(Value value, long offset, string row) =>
        offset > 0 ? storage.Row(value, Turn(value, row), offset) : storage.Pointer(value);

    private string Read(ImageRegion region, int node, string row, string indent)
    {
        var map = region.Body.Nodes[node].Output;
        long bytes = map.Type.Bytes / RowSchedule.RowsOf(map);
        return $"{indent}/* a row of the input */\n{indent}read(context, {row}, {storage.Row(map, Turn(map, row), bytes)});\n";
    }

    /// <summary>The place of a row in the buffer of a map.</summary>
    private string Turn(Value map, string row) =>
        Ring(map) is var ring && ring == 1 ? "0" : ring < RowSchedule.RowsOf(map) ? $"{row} % {Number(ring)}" : row;

    /// <summary>The rows that the buffer of a map holds.</summary>
    private int Ring(Value map) => storage.Lines(map) ?? RowSchedule.RowsOf(map);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
