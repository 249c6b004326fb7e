// --train auto: the largest scheme in the form of the published ones that fits the budgets. Such a scheme trains the biases of the last
// layers, and of some layers the weights of the first eighth, quarter, half or all of the input channels. The layers are those that
// contribute most in the published analysis: pointwise convolutions that open a block, whose results a depthwise layer reads. Where
// a model has none of these, all layers take their place whose input channels can train apart.
// The search is greedy and always takes the same way: for each part, the most such layers from the end that fit; of these four the
// scheme that trains most elements; then larger parts, layer by layer from the end; then biases further down. It looks at rough
// bounds, which are quick and leave recomputation out, so a chosen scheme keeps all its activations. The answer is planned, and
// is made smaller until the plan fits.

using System.Globalization;
using TinyEngine.Ir;
using TinyEngine.Passes;

namespace TinyEngine.Compiler;

/// <summary>The search for the largest scheme that fits.</summary>
internal sealed class AutoScheme
{
    /// <summary>Parts of the input channels, in eighths.</summary>
    private static readonly int[] Eighths = [1, 2, 4, 8];

    private const int Whole = 8;

    private readonly PlanTrials trials;
    private readonly CompileOptions options;
    private readonly int layers;
    private readonly IReadOnlyList<Opener> openers;

    private AutoScheme(Graph imported, CompileOptions options, Footprints footprints)
    {
        this.options = options;
        trials = new PlanTrials(imported, options, footprints);
        layers = trials.Quantized.Nodes.Count(n => n.Layer is not null);
        openers = [.. Openers(trials.Quantized).OrderByDescending(o => o.Layer)];
    }

    /// <summary>A layer of which a part can train, and the parts that it can have, in eighths.</summary>
    private sealed record Opener(int Layer, int[] Parts);

    /// <summary>A candidate: the part of each opener, 0 for none, from the end; and the number of last layers whose biases train.</summary>
    private sealed record Candidate(int[] Parts, int Biases);

    /// <summary>
    /// The scheme. Where nothing fits it is the smallest one, which trains the head and the biases of the last layer.
    /// </summary>
    public static TrainMode Choose(Graph imported, CompileOptions options, Footprints footprints) =>
        new AutoScheme(imported, options, footprints).Choose();

    private TrainMode Choose()
    {
        var least = new Candidate(new int[openers.Count], Math.Min(1, layers));
        var uniform = Eighths
            .AsParallel()
            .AsOrdered()
            .Select(part => Last(1, openers.Count, count => Uniform(part, count)))
            .OfType<Candidate>()
            .Select(c => (Candidate: c, Learned: PlanTrials.Learned(Report(c, PlanTrials.Effort.Rough)!)))
            .ToList();
        var best = uniform.Select(u => u.Candidate).FirstOrDefault(least);
        best = uniform.Count == 0 ? best : uniform.MaxBy(u => u.Learned).Candidate;
        for (int i = 0; i < openers.Count; i++)
        {
            var (known, at) = (best, i);
            int[] larger = [.. openers[i].Parts.Where(p => p > known.Parts[at])];
            best = Last(0, larger.Length - 1, p => WithPart(known, at, larger[p])) ?? best;
        }

        var widened = best;
        best = Last(best.Biases + 1, layers, count => widened with { Biases = count }) ?? best;
        while (best != least && !PlanTrials.Fits(Report(best, PlanTrials.Effort.Planned)))
        {
            best = Smaller(best) ?? least;
        }

        return Mode(best);
    }

    /// <summary>
    /// The candidate of the largest number for which it fits; the larger the number the more it trains. Null if none fits.
    /// </summary>
    private Candidate? Last(int low, int high, Func<int, Candidate> candidate)
    {
        Candidate? found = null;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            var next = candidate(middle);
            bool fits = PlanTrials.Fits(Report(next, PlanTrials.Effort.Rough));
            (found, low, high) = fits ? (next, middle + 1, high) : (found, low, middle - 1);
        }

        return found;
    }

    /// <summary>The last openers, each with the largest part that it can have up to this one.</summary>
    private Candidate Uniform(int part, int count) =>
        Reaching([.. openers.Select((o, i) => i < count ? o.Parts.LastOrDefault(p => p <= part) : 0)], 1);

    private Candidate WithPart(Candidate candidate, int index, int part)
    {
        int[] parts = [.. candidate.Parts];
        parts[index] = part;
        return Reaching(parts, candidate.Biases);
    }

    /// <summary>Biases reach down to the first layer whose weights train, since its gradient passes them all.</summary>
    private Candidate Reaching(int[] parts, int biases) =>
        new(parts, parts.Select((part, i) => part > 0 ? layers - openers[i].Layer : 0).Append(Math.Min(biases, layers)).Max());

    /// <summary>Biases that no trained weights need go first, then a part of the layer furthest from the end; null for the least.</summary>
    private Candidate? Smaller(Candidate candidate)
    {
        int needed = Reaching(candidate.Parts, 1).Biases;
        int lowest = Array.FindLastIndex(candidate.Parts, part => part > 0);
        return candidate.Biases > needed ? candidate with { Biases = candidate.Biases - 1 }
            : lowest < 0 ? null
            : Reaching([.. candidate.Parts.Select((part, i) => i == lowest ? openers[i].Parts.LastOrDefault(p => p < part) : part)], 1);
    }

    private PlanReport? Report(Candidate candidate, PlanTrials.Effort effort) =>
        trials.Report(options with { Train = Mode(candidate) }, effort);

    private TrainMode Mode(Candidate candidate)
    {
        var parts = openers
            .Select((o, i) => (o.Layer, Part: candidate.Parts[i]))
            .Where(p => p.Part > 0)
            .Reverse()
            .Select(p => new TrainedPart(
                new LayerChoice(p.Layer.ToString(CultureInfo.InvariantCulture), false),
                p.Part == Whole ? ChannelChoice.All : new ChannelChoice.Ratio(1, Whole / p.Part, ChannelOrder.First)
            ));
        return TrainMode.Auto with { Scheme = new TrainScheme(candidate.Biases, 0) { Parts = [.. parts] } };
    }

    /// <summary>The layers of which a part trains, in no order.</summary>
    private static IEnumerable<Opener> Openers(Graph graph)
    {
        var numbered = graph.Nodes.Where(n => n.Layer is not null && Channels(n) > 0 && !IsDepthwise(n)).ToList();
        var openings = graph.Nodes.Where(IsDepthwise).Select(n => LayerBefore(graph, n)).ToHashSet();
        var pointwise = numbered.Where(n => IsPointwise(n) && openings.Contains(n)).ToList();
        return (pointwise.Count > 0 ? pointwise : numbered).Select(n => new Opener(n.Layer!.Value, Parts(Channels(n))));
    }

    /// <summary>The layer whose result a node reads, seen through operators that read it alone; null for another kind of operand.</summary>
    private static Node? LayerBefore(Graph graph, Node node)
    {
        do
        {
            node = graph.Source(node.Input(0))!;
        } while (node is { Layer: null } && node.Reads.Count(v => !v.IsConstant) == 1);

        return node;
    }

    private static int[] Parts(int channels) =>
        [.. Eighths.Where(e => e == Whole || (channels * (long)e >= Whole && channels <= ChannelOp.MaxExtent))];

    /// <summary>The number of input channels of which some can train apart, or 0.</summary>
    private static int Channels(Node node) =>
        node.Op.Layer(node) is { InputChannels: { } axis } form && node.Input(form.Weights).IsConstant
            ? node.Input(form.Weights).Type.Shape[axis]
            : 0;

    /// <summary>True where each result reads the channels of one place.</summary>
    private static bool IsPointwise(Node node) => node.Op.Layer(node) is { } form && form.FanIn == Channels(node);

    /// <summary>True where each channel of the result reads the channel of its own number alone.</summary>
    private static bool IsDepthwise(Node node) =>
        node.Op.Layer(node) is { InputChannels: { } inputs, OutputChannels: { } outputs } && inputs == outputs;
}
