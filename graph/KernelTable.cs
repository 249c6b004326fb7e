// The kernels there are, read from runtime-c/kernels.def: rows `KERNEL(symbol, family, dtype, core, when, scratch,
// in_place, writes, packing, order)`. The last two tell people what holds of the C code; nothing is decided by them. The first
// row that fits a request answers it.

using System.Globalization;
using System.Text.RegularExpressions;

namespace TinyEngine.Ir;

/// <summary>The rows of kernels.def.</summary>
public sealed partial class KernelTable
{
    private readonly ILookup<(string, string), KernelRow> byRequest;

    private KernelTable(IReadOnlyList<KernelRow> rows)
    {
        Rows = rows;
        byRequest = rows.ToLookup(r => (r.Family, r.DType));
    }

    /// <summary>All rows, in file order.</summary>
    public IReadOnlyList<KernelRow> Rows { get; }

    /// <summary>Reads the text of kernels.def.</summary>
    /// <exception cref="FormatException">A row is malformed or names a symbol twice.</exception>
    public static KernelTable Parse(string text)
    {
        var rows = new List<KernelRow>();
        foreach (var line in text.Split('\n').Select(l => l.Trim()).Where(l => l.StartsWith("KERNEL(", StringComparison.Ordinal)))
        {
            var cells = Cell().Matches(line["KERNEL(".Length..]).Select(m => m.Groups[1].Success ? m.Groups[1].Value : m.Groups[2].Value).ToArray();
            if (cells.Length != 10 || rows.Any(r => r.Symbol == cells[0]))
            {
                throw new FormatException($"kernels.def: {line}");
            }

            rows.Add(new KernelRow(cells[0], cells[1], cells[2], cells[3], cells[4], cells[5],
                int.Parse(cells[6], CultureInfo.InvariantCulture), cells[7] == "pixels"));
        }

        return new KernelTable(rows);
    }

    /// <summary>The row with this symbol, or null.</summary>
    public KernelRow? Find(string symbol) => Rows.FirstOrDefault(r => r.Symbol == symbol);

    /// <summary>The first row that answers the request on the target, or null.</summary>
    public KernelRow? Choose(KernelRequest request, Target target)
    {
        long Field(string name) => IntegerField(request, name);
        return byRequest[(request.Family, request.DType)]
            .FirstOrDefault(r => target.Runs(r.Core) && (r.When.Length == 0 || Expression.Evaluate(r.When, Field) != 0));
    }

    /// <summary>Bytes of scratch that the row needs for the request.</summary>
    public static long ScratchBytes(KernelRow row, KernelRequest request) =>
        Expression.Evaluate(row.Scratch, name => IntegerField(request, name));

    private static long IntegerField(KernelRequest request, string name)
    {
        foreach (var field in request.Fields)
        {
            if (field.Name == name && !field.IsFloat)
            {
                return (long)field.Value;
            }
        }

        throw new FormatException($"{request.Struct} has no integer field {name}");
    }

    [GeneratedRegex("\"([^\"]*)\"|([A-Za-z0-9_-]+)")]
    private static partial Regex Cell();
}
