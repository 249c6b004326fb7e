// Upper bounds of code and stack per kernel and core, read from runtime-c/measured.def. runtime-c/measure.sh makes that file from the
// compiled kernels, and a test compares the two. So emission needs no C compiler and its figures are still bounds.

using System.Globalization;
using TinyEngine.Image;
using TinyEngine.Ir;

namespace TinyEngine.Compiler;

/// <summary>The table of code and stack bounds.</summary>
public sealed class Footprints
{
    /// <summary>Bytes of code around the kernels: entry points, copies and the call of one step with its arguments.</summary>
    private const long FixedCode = 1024, StepCode = 96, ParameterBytes = 112;

    /// <summary>Bytes of code of the loop around a call for one row, and of the arguments that move on with it.</summary>
    private const long LoopCode = 96;

    /// <summary>
    /// Stack of the entry point, of the function that calls the kernels, and of a caller that passes their arguments: 176 on the
    /// cores measured, rounded up. The end-to-end tests compare the bound with painted stacks.
    /// </summary>
    private const long EntryStack = 192;

    /// <summary>
    /// The same for a kernel in a region: a caller, an entry point of inference with the loops, and the function of a row; what the entry
    /// point of training holds beyond that; and a counter of rows with its limit. Functions of rows are out of line, so that loops keep
    /// nothing else: the largest frames measured on all cores are 64 bytes and 8 a counter for loops, 56 for a row, 136 for training.
    /// </summary>
    private const long RegionStack = 128, TrainingStack = 136, CounterStack = 8;

    /// <summary>The row of measured.def for the emitted functions around the kernels: library members that they use.</summary>
    private const string Entry = "te_entry";

    private readonly Dictionary<(string Symbol, string Core), Row> rows = [];
    private readonly Dictionary<(string Member, string Core), long> libraries = [];

    private Footprints()
    {
    }

    /// <summary>The bounds of a set's kernels.</summary>
    public static Footprints Of(OperatorSet operators) => Parse(string.Join('\n', operators.Runtimes.Select(r => r.Footprints)));

    /// <summary>Reads rows <c>FOOTPRINT(symbol, core, code, stack, members)</c> and <c>LIBRARY(member, core, code)</c>.</summary>
    /// <exception cref="FormatException">A row is malformed.</exception>
    public static Footprints Parse(string text)
    {
        var result = new Footprints();
        foreach (var line in text.Split('\n'))
        {
            if (Cells(line, "FOOTPRINT(", 5) is { } row)
            {
                result.rows[(row[0], row[1])] = new Row(
                    Number(row[2]),
                    Number(row[3]),
                    row[4].Split(' ', StringSplitOptions.RemoveEmptyEntries)
                );
            }
            else if (Cells(line, "LIBRARY(", 3) is { } library)
            {
                var key = (library[0], library[1]);
                result.libraries[key] = Math.Max(Number(library[2]), result.libraries.GetValueOrDefault(key));
            }
        }

        return result;
    }

    /// <summary>Bytes of stack below the caller of an entry point.</summary>
    /// <param name="graph">A graph from the selected stage on, with or without regions.</param>
    public long Stack(Graph graph) => graph.Nodes.Select((n, i) => Stack(graph, i, n)).Append(EntryStack).Max();

    private long Stack(Graph graph, int step, Node node)
    {
        if (node.Body is null)
        {
            return EntryStack + (node.Kernel is { } kernel ? Of(kernel.Symbol, graph.Target).Stack : 0);
        }

        var region = ImageRegion.Of(step, node);
        long loops = RegionStack + (graph.Trains ? TrainingStack : 0) + (CounterStack * region.Counted.Count());
        return Math.Max(EntryStack, loops) + region.Calls.Select(c => Of(c.Call.Kernel.Symbol, graph.Target).Stack).DefaultIfEmpty(0).Max();
    }

    /// <summary>Bytes of code and parameter structs, with the members of the compiler's libraries that kernels share.</summary>
    public long Code(Graph graph, IEnumerable<KernelRow> kernels) =>
        FixedCode
        + KernelCode(kernels, graph.Target)
        + StreamOp.Inlined(graph).Nodes.Count(n => n.Kernel is not null) * (StepCode + ParameterBytes)
        + graph.Nodes.Sum(n => n.Body?.Nodes.Length ?? 0) * LoopCode;

    /// <summary>Bytes of code of kernels, with the members that they and the emitted functions share.</summary>
    public long KernelCode(IEnumerable<KernelRow> kernels, Target target)
    {
        var used = kernels.Select(k => Of(k.Symbol, target)).ToList();
        return used.Sum(r => r.Code)
            + used.Append(Of(Entry, target)).SelectMany(r => r.Members).Distinct().Sum(m => libraries.GetValueOrDefault((m, target.Name)));
    }

    /// <summary>
    /// The row of the kernel on the core; the largest of all cores, without libraries, where this one was not measured (the host).
    /// </summary>
    private Row Of(string symbol, Target target)
    {
        if (rows.TryGetValue((symbol, target.Name), out var row))
        {
            return row;
        }

        var others = rows.Where(r => r.Key.Symbol == symbol).Select(r => r.Value).ToList();
        return new Row(others.Select(o => o.Code).DefaultIfEmpty(0).Max(), others.Select(o => o.Stack).DefaultIfEmpty(0).Max(), []);
    }

    private static string[]? Cells(string line, string head, int count)
    {
        if (!line.StartsWith(head, StringComparison.Ordinal))
        {
            return null;
        }

        var cells = line[head.Length..].TrimEnd().TrimEnd(')').Split(',', StringSplitOptions.TrimEntries);
        return cells.Length == count ? cells : throw new FormatException($"measured.def: {line}");
    }

    private static long Number(string cell) => long.Parse(cell, CultureInfo.InvariantCulture);

    private sealed record Row(long Code, long Stack, string[] Members);
}
