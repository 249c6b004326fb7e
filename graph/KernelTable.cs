// The kernels of runtime-c/include/kernels.def, from which C makes its prototypes too. A row may span lines:
// `KERNEL(symbol, family, struct, parameters, core, when, scratch, in_place, writes, rows, cost, packing, order)`. The order of additions
// informs people; the compiler reads everything else. The cheapest row that fits a request answers it.

using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace TinyEngine.Ir;

/// <summary>The rows of kernels.def.</summary>
public sealed partial class KernelTable
{
    private static readonly Dictionary<string, (ParameterUse Use, bool IsOptional)> Uses = new()
    {
        ["IN"] = (ParameterUse.Operand, false),
        ["OPT_IN"] = (ParameterUse.Operand, true),
        ["INOUT"] = (ParameterUse.ChangedOperand, false),
        ["OPT_INOUT"] = (ParameterUse.ChangedOperand, true),
        ["TABLE"] = (ParameterUse.Table, false),
        ["OPT_TABLE"] = (ParameterUse.Table, true),
        ["PACKED"] = (ParameterUse.Table, false),
        ["OUT"] = (ParameterUse.Result, false),
        ["OPT_OUT"] = (ParameterUse.Result, true),
        ["SCRATCH"] = (ParameterUse.Scratch, false),
    };

    private readonly ILookup<string, KernelRow> byFamily;

    private KernelTable(IReadOnlyList<KernelRow> rows)
    {
        Rows = rows;
        byFamily = rows.ToLookup(r => r.Family);
    }

    /// <summary>All rows, in file order.</summary>
    public IReadOnlyList<KernelRow> Rows { get; }

    /// <summary>The rows of several tables, in their order.</summary>
    public static KernelTable Of(IEnumerable<KernelTable> tables) => new([.. tables.SelectMany(t => t.Rows)]);

    /// <summary>Reads the text of kernels.def.</summary>
    /// <exception cref="FormatException">A row is malformed or names a symbol twice.</exception>
    public static KernelTable Parse(string text)
    {
        var rows = new List<KernelRow>();
        foreach (Match match in Row().Matches(text))
        {
            var cells = Cell().Matches(match.Groups[1].Value).Select(m => Text(m.Value)).ToArray();
            if (cells.Length != 13 || rows.Any(r => r.Symbol == cells[0]))
            {
                throw new FormatException($"kernels.def: {match.Value}");
            }

            rows.Add(new KernelRow(cells[0], cells[1], cells[2], Parameters(cells[3]), cells[4], cells[5], cells[6],
                cells[7], Order(cells[8]), cells[9], cells[10], cells[11]));
        }

        return new KernelTable(rows);
    }

    /// <summary>The row with this symbol, or null.</summary>
    public KernelRow? Find(string symbol) => Rows.FirstOrDefault(r => r.Symbol == symbol);

    /// <summary>The table without the rows of these symbols.</summary>
    public KernelTable Without(IReadOnlySet<string> symbols) => new([.. Rows.Where(r => !symbols.Contains(r.Symbol))]);

    /// <summary>
    /// The call of the cheapest row that answers the node's request on the target, of equally cheap ones the first; null where no row
    /// answers.
    /// </summary>
    public KernelCall? Choose(Node node, KernelRequest request, Target target)
    {
        var calls = Calls(node, request, target);
        return calls.Count <= 1 ? calls.SingleOrDefault() : calls.MinBy(call => call.Kernel.Instructions(call.Request, target));
    }

    /// <summary>The calls of all rows that answer the node's request on the target, in the order of the table.</summary>
    public IReadOnlyList<KernelCall> Calls(Node node, KernelRequest request, Target target)
    {
        var inForm = new Dictionary<string, KernelRequest?>();
        KernelRequest? InForm(KernelRow row) =>
            inForm.TryGetValue(row.Packing, out var known) ? known : inForm[row.Packing] = row.Packed(node, request);
        return
        [
            .. byFamily[request.Family]
                .Where(r => target.Runs(r.Core))
                .Select(r => InForm(r) is { } packed ? KernelCall.Bind(r, node, packed) : null)
                .OfType<KernelCall>()
                .Where(call => call.Kernel.Holds(call.Request)),
        ];
    }

    private static ResultOrder Order(string cell) =>
        cell switch
        {
            "-" => ResultOrder.Any,
            "pixels" => ResultOrder.Pixels,
            "rows" => ResultOrder.Rows,
            "anywhere" => ResultOrder.Anywhere,
            _ => throw new FormatException($"kernels.def: results are not written by {cell}"),
        };

    /// <summary>The text of a cell; neighbouring string literals are one, as in C.</summary>
    private static string Text(string cell) => Joint().Replace(cell.Trim(), "").Trim('"');

    private static ImmutableArray<KernelParameter> Parameters(string text)
    {
        var matches = Parameter().Matches(text);
        bool isWhole = matches.Count > 0 && Parameter().Replace(text, "").Trim().Length == 0;
        if (!isWhole || !matches.All(m => Uses.ContainsKey(m.Groups[1].Value)))
        {
            throw new FormatException($"kernels.def: parameters {text}");
        }

        return
        [
            .. matches.Select(m =>
            {
                var (use, isOptional) = Uses[m.Groups[1].Value];
                return new KernelParameter(use, isOptional, m.Groups[2].Value, m.Groups[3].Value);
            }),
        ];
    }

    /// <summary>A row: the text between its parentheses.</summary>
    [GeneratedRegex("""^KERNEL\(((?:[^()"]|"[^"]*"|\([^()]*\))*)\)""", RegexOptions.Multiline)]
    private static partial Regex Row();

    /// <summary>A cell of a row: commas in quotes or parentheses do not end it.</summary>
    [GeneratedRegex("""(?:[^(),"]|"[^"]*"|\([^()]*\))+""")]
    private static partial Regex Cell();

    /// <summary>Where a string literal ends and the next one begins.</summary>
    [GeneratedRegex("\"\\s*\"")]
    private static partial Regex Joint();

    [GeneratedRegex("""(\w+)\((\w+),\s+(\w+)\)""")]
    private static partial Regex Parameter();
}
