// Upper bounds of code and stack per kernel and core, read from runtime-c/footprints.def, which a script makes from the
// compiled kernels and a test compares with them. So emission needs no C compiler and its figures are still bounds.

using System.Globalization;
using TinyEngine.Ir;

namespace TinyEngine.Compiler;

/// <summary>The table of code and stack bounds.</summary>
public sealed class Footprints
{
    /// <summary>Bytes of code around the kernels: entry points, copies and the call of one step with its arguments.</summary>
    private const long FixedCode = 1024, StepCode = 96, ParameterBytes = 112;

    /// <summary>
    /// Stack of the entry point, of the function that calls the kernels, and of a caller that passes their arguments: 176 on the
    /// cores measured, rounded up. The end-to-end tests compare the bound with painted stacks.
    /// </summary>
    private const long EntryStack = 192;

    private readonly Dictionary<(string Symbol, string Core), (long Code, long Stack)> rows = [];

    private Footprints()
    {
    }

    /// <summary>Reads rows <c>FOOTPRINT(symbol, core, code, stack)</c>.</summary>
    /// <exception cref="FormatException">A row is malformed.</exception>
    public static Footprints Parse(string text)
    {
        var result = new Footprints();
        foreach (var line in text.Split('\n').Where(l => l.StartsWith("FOOTPRINT(", StringComparison.Ordinal)))
        {
            var cells = line["FOOTPRINT(".Length..].TrimEnd().TrimEnd(')').Split(',', StringSplitOptions.TrimEntries);
            if (cells.Length != 4)
            {
                throw new FormatException($"footprints.def: {line}");
            }

            result.rows[(cells[0], cells[1])] = (long.Parse(cells[2], CultureInfo.InvariantCulture), long.Parse(cells[3], CultureInfo.InvariantCulture));
        }

        return result;
    }

    /// <summary>Bytes of stack below the caller of an entry point.</summary>
    public long Stack(IEnumerable<KernelRow> kernels, Target target) =>
        EntryStack + kernels.Select(k => Row(k, target).Stack).DefaultIfEmpty(0).Max();

    /// <summary>Bytes of code and parameter structs.</summary>
    public long Code(Graph graph, IEnumerable<KernelRow> kernels) =>
        FixedCode + kernels.Sum(k => Row(k, graph.Target).Code) + graph.Nodes.Count(n => n.Kernel is not null) * (StepCode + ParameterBytes);

    /// <summary>The row of the kernel on the core; the largest of all cores where this one was not measured (the host).</summary>
    private (long Code, long Stack) Row(KernelRow kernel, Target target)
    {
        if (rows.TryGetValue((kernel.Symbol, target.Name), out var row))
        {
            return row;
        }

        var others = rows.Where(r => r.Key.Symbol == kernel.Symbol).Select(r => r.Value).ToList();
        return (others.Select(o => o.Code).DefaultIfEmpty(0).Max(), others.Select(o => o.Stack).DefaultIfEmpty(0).Max());
    }
}
