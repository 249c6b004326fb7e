// Proposals for a model that does not fit: variants of the options that do, each of them really planned, those that train
// most elements first. The largest last:K and bias:K are found by bisection on a bound, the least arena that any plan of an order
// of execution can have, since a whole plan takes ten times as long.

using TinyEngine.Ir;
using TinyEngine.Passes;

namespace TinyEngine.Compiler;

/// <summary>Planned alternatives to options that exceed a budget.</summary>
internal sealed class Proposals
{
    private const int MostListed = 6, MostRetries = 3;

    private readonly CompileOptions asked;
    private readonly PlanTrials trials;

    private Proposals(Graph imported, CompileOptions options, Footprints footprints)
    {
        asked = options;
        trials = new PlanTrials(imported, options, footprints);
    }

    /// <summary>Options that make a training step smaller without training less.</summary>
    private readonly record struct Saving(bool CallerInput, bool NarrowGradients, bool QuantizedHead)
    {
        public bool IsPartOf(Saving other) => this != other && (!CallerInput || other.CallerInput)
            && (!NarrowGradients || other.NarrowGradients) && (!QuantizedHead || other.QuantizedHead);
    }

    /// <summary>One of the modes of a kind, which train more and more, with a saving.</summary>
    private sealed record Variant(IReadOnlyList<TrainMode> Kind, int Index, Saving Saving);

    /// <summary>A note that lists the variants that fit, or says that none does.</summary>
    public static Diagnostic For(Graph imported, CompileOptions options, Footprints footprints) =>
        new Proposals(imported, options, footprints).Note();

    private Diagnostic Note()
    {
        var bounds = Kinds().AsParallel().AsOrdered().SelectMany(Largest).ToList();
        var candidates = bounds.OrderByDescending(c => PlanTrials.Learned(c.Bound)).Select(c => c.Variant).ToList();
        var fitting = new List<(Variant Variant, PlanReport Report)>();
        for (int i = 0; i < candidates.Count && fitting.Count < MostListed;)
        {
            var next = candidates.Skip(i).Take(MostListed - fitting.Count).ToList();
            fitting.AddRange(next.AsParallel().AsOrdered().SelectMany(Fitting));
            i += next.Count;
        }

        if (fitting.Count > 0)
        {
            var texts = fitting.OrderByDescending(f => PlanTrials.Learned(f.Report)).Select(f => Needs(f.Variant, f.Report));
            return Diagnostics.WouldFit.At("", string.Join("; ", texts));
        }

        var least = new Variant([TrainMode.None], 0, new Saving(!asked.CallerInput && !asked.InputRows, false, false));
        var smallest = Report(least, PlanTrials.Effort.Planned);
        return Diagnostics.NothingFits.At("", smallest is null ? "none can be planned" : $"the smallest, {Needs(least, smallest)}");
    }

    /// <summary>Modes in kinds, each in order of trained elements: the mode asked for, last layers, last biases, head, none.</summary>
    private IEnumerable<IReadOnlyList<TrainMode>> Kinds()
    {
        yield return [asked.Train];
        if (asked.Train.Scheme is not { } scheme)
        {
            yield break;
        }

        int layers = trials.Quantized.Nodes.Count(n => n.Layer is not null);
        bool trainsParts = scheme.Parts.Length > 0 || scheme.BiasLayers.Length > 0;
        int weights = trainsParts ? layers : Math.Min(scheme.Weights, layers) - 1;
        int biases = trainsParts || scheme.Weights > 0 ? layers : Math.Min(scheme.Biases, layers) - 1;
        yield return [.. Enumerable.Range(1, Math.Max(weights, 0)).Select(TrainMode.Last)];
        yield return [.. Enumerable.Range(1, Math.Max(biases, 0)).Select(TrainMode.Bias)];
        if (scheme != TrainScheme.HeadOnly)
        {
            yield return [TrainMode.Head];
        }

        yield return [TrainMode.None];
    }

    private IEnumerable<Saving> Savings(TrainMode mode) =>
        from head in new[] { false, true }
        from narrow in new[] { false, true }
        from caller in new[] { false, true }
        where !(head && (asked.QuantizedHead || asked.Classes is not null || mode == TrainMode.None))
        where !(narrow && (asked.Gradients == DType.I8 || mode == TrainMode.Head || mode == TrainMode.None))
        where !(caller && (asked.CallerInput || asked.InputRows))
        where mode != asked.Train || head || narrow || caller
        select new Saving(caller, narrow, head);

    /// <summary>The mode of a kind that trains most and may fit, alone and with each saving that lets more fit than its parts do.</summary>
    private List<(Variant Variant, PlanReport Bound)> Largest(IReadOnlyList<TrainMode> kind)
    {
        var found = new List<(Variant Variant, PlanReport Bound)>();
        foreach (var saving in kind.Count == 0 ? [] : Savings(kind[0]))
        {
            // A saving lets at least as much fit as its parts do, so the search begins above them.
            int low = found.Where(f => f.Variant.Saving.IsPartOf(saving)).Select(f => f.Variant.Index).DefaultIfEmpty(-1).Max();
            int high = kind.Count;
            PlanReport? best = null;
            for (int index = low + 1; low + 1 < high; index = (low + high) / 2)
            {
                var bound = Report(new Variant(kind, index, saving), PlanTrials.Effort.Bound);
                (low, high, best) = PlanTrials.Fits(bound) ? (index, high, bound) : (low, index, best);
            }

            if (best is not null)
            {
                found.Add((new Variant(kind, low, saving), best));
            }
        }

        return found;
    }

    /// <summary>The variant, planned; where packing needs more than the bound, one that trains a little less; or none.</summary>
    private IEnumerable<(Variant, PlanReport)> Fitting(Variant variant)
    {
        for (int index = variant.Index; index >= Math.Max(0, variant.Index - MostRetries); index--)
        {
            var smaller = variant with { Index = index };
            if (Report(smaller, PlanTrials.Effort.Planned) is { } report && PlanTrials.Fits(report))
            {
                return [(smaller, report)];
            }
        }

        return [];
    }

    private PlanReport? Report(Variant variant, PlanTrials.Effort effort) => trials.Report(Options(variant), effort);

    private CompileOptions Options(Variant variant)
    {
        var (mode, saving) = (variant.Kind[variant.Index], variant.Saving);
        return asked with
        {
            Train = mode,
            CallerInput = asked.CallerInput || saving.CallerInput,
            Gradients = saving.NarrowGradients ? DType.I8 : asked.Gradients,
            QuantizedHead = asked.QuantizedHead || saving.QuantizedHead,
        };
    }

    private string Needs(Variant variant, PlanReport report)
    {
        var (mode, saving) = (variant.Kind[variant.Index], variant.Saving);
        (bool Holds, string Text)[] parts =
        [
            (mode != asked.Train, $"{OptionName.Train} {mode.Text}"), (saving.NarrowGradients, $"{OptionName.Gradients} int8"),
            (saving.QuantizedHead, $"{OptionName.Head} int8"), (saving.CallerInput, $"{OptionName.Input} caller"),
        ];
        string name = string.Join(' ', parts.Where(p => p.Holds).Select(p => p.Text));
        string input = saving.CallerInput ? FormattableString.Invariant($" beside {report.Sram.Input:N0} of the caller") : "";
        return FormattableString.Invariant(
            $"{name} needs {report.Sram.Total:N0} bytes of SRAM{input} and {report.Flash.Total:N0} of flash"
        );
    }
}
