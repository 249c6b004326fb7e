// What is alive at the peak of a plan, in the words of the model: values have the names of the ONNX file, with what the compiler
// made of them.

using TinyEngine.Ir;
using TinyEngine.Passes;

namespace TinyEngine.Compiler;

/// <summary>The text about the peak of a plan.</summary>
internal sealed class PeakText
{
    private const int Listed = 4;

    private readonly Graph planned;
    private readonly HashSet<string> known;
    private readonly Dictionary<Value, Node> producers;

    /// <summary>Prepares the text.</summary>
    /// <param name="imported">The model as its file has it.</param>
    /// <param name="planned">The planned graph.</param>
    public PeakText(Graph imported, Graph planned)
    {
        this.planned = planned;
        known = [.. imported.Values.Select(v => v.Name), .. imported.Nodes.Select(n => n.Name)];
        producers = planned.Producers();
    }

    /// <summary>The whole plan.</summary>
    public MemoryPlan Plan => planned.Plan!;

    /// <summary>The step of the peak: its number, its phase and its node.</summary>
    public string Step()
    {
        int step = Plan.PeakStep;
        var node = planned.Nodes.ElementAtOrDefault(step);
        string phase = node is { Phase: Phase.Train } ? "training" : "inference";
        return node is null
            ? FormattableString.Invariant($"{step}")
            : FormattableString.Invariant($"{step} ({phase}, {(node.Body is null ? Owner(node.Name) : node.Name)})");
    }

    /// <summary>
    /// The values that take most of the arena in a step, the largest first, and the number and bytes of the others; shared bytes count
    /// once.
    /// </summary>
    /// <param name="plan">The plan, or a part of it.</param>
    /// <param name="step">The step.</param>
    public string Alive(MemoryPlan plan, int step)
    {
        var taken = new List<(long From, long To)>();
        var values = new List<(string Text, long Bytes)>();
        var alive = plan.Placements.Where(p => p.First <= step && step <= p.Last);
        foreach (var p in alive.OrderByDescending(p => p.Bytes).ThenBy(p => p.Offset))
        {
            long own = p.Bytes - Covered(taken, p.Offset, p.End);
            if (own > 0)
            {
                string overlaid = own < p.Bytes ? FormattableString.Invariant($", {p.Bytes - own:N0} of them overlaid on others") : "";
                values.Add((FormattableString.Invariant($"{Name(p.Value)} ({p.Bytes:N0}{overlaid})"), own));
                taken.Add((p.Offset, p.End));
            }
        }

        var rest = values.Skip(Listed).ToList();
        return string.Join(", ", values.Take(Listed).Select(v => v.Text))
            + (rest.Count > 0 ? FormattableString.Invariant($" and {rest.Count} more ({rest.Sum(v => v.Bytes):N0} bytes)") : "");
    }

    /// <summary>The name of a value that a reader of the ONNX file knows, or what it was made from.</summary>
    private string Name(Value value)
    {
        string owner = Owner(value.Name);
        bool isExact = owner == value.Name;
        return !producers.TryGetValue(value, out var node) ? value.Name
            : node.Lines == value ? $"line buffers of {node.Name}"
            : node.Scratch == value ? $"scratch of {owner}"
            : value.Type.DType == DType.Bit ? $"mask of {Owner(node.Output.Name)}"
            : Recompute.IsRepeated(node) ? $"{owner}, recomputed"
            : node.Phase == Phase.Train ? $"gradient at the {(IsOfInput(node) ? "input" : "output")} of {owner}"
            : isExact ? owner
            : $"values made from {owner}";
    }

    /// <summary>True for the operator that takes a gradient from the output of a node to its input.</summary>
    private static bool IsOfInput(Node node) => node.Op.Name.EndsWith("_dx", StringComparison.Ordinal);

    /// <summary>The longest beginning of a name, up to a dot, that the file has; the name itself where it has none.</summary>
    private string Owner(string name)
    {
        for (int end = name.Length; end > 0; end = name.LastIndexOf('.', end - 1))
        {
            if (known.Contains(name[..end]))
            {
                return name[..end];
            }
        }

        return name;
    }

    /// <summary>Bytes of a range that some of the others take.</summary>
    private static long Covered(IEnumerable<(long From, long To)> ranges, long from, long to)
    {
        long covered = 0;
        foreach (var range in ranges.OrderBy(r => r.From))
        {
            long start = Math.Max(from, range.From),
                end = Math.Min(to, range.To);
            if (end > start)
            {
                (covered, from) = (covered + end - start, end);
            }
        }

        return covered;
    }
}
