// The tests of a training step before it changes anything. From the first update on nothing can be undone: a weight gradient is
// consumed as it is computed. So the step is refused beforehand if the rate, or a value that the rest of the step reads, could take a
// number out of fp32. te_guard.h says why that suffices; this file computes the numbers that depend on the model.

using System.Collections.Immutable;
using TinyEngine.Ir;

namespace TinyEngine.Image;

/// <summary>The tests of a planned graph that trains.</summary>
/// <param name="FirstUpdate">Index of the first node that changes a parameter.</param>
/// <param name="Reach">The product of rate and value that a step can take: <c>te_widest</c> divides it by the rate.</param>
/// <param name="Decay">The largest factor between the rate and the decay of a parameter.</param>
/// <param name="Values">Values of the forward pass that the rest of the step reads.</param>
/// <param name="Gradients">Gradients that exist by then and that the rest of the step reads.</param>
public sealed record StepGuard(int FirstUpdate, float Reach, float Decay, ImmutableArray<Value> Values, ImmutableArray<Value> Gradients)
{
    // No element of a parameter moves by 2^103. Gradients that are not limited one by one are sums of a few, or have a scale of 15 bits.
    private static readonly double Most = Math.ScaleB(1, 103 - 16);

    /// <summary>Finds the tests.</summary>
    public static StepGuard Of(Graph planned)
    {
        var (producers, roots) = (planned.Producers(), planned.ViewRoots());
        int first = planned.Nodes.TakeWhile(n => n.Op.Mutates < 0).Count();
        var before = planned.Nodes.Take(first).SelectMany(n => n.Outputs).ToHashSet();
        var read = planned
            .Nodes.Skip(first)
            .Where(n => n.Phase == Phase.Train && !n.Op.IsView)
            .SelectMany(n => n.Inputs)
            .OfType<Value>()
            .Select(v => roots.GetValueOrDefault(v, v))
            .Distinct()
            .Where(v => v.Type is { DType: DType.F32, Block: null })
            .ToList();
        // Recomputed values are made of parameters, which are finite by induction; all that is computed from them is limited.
        var made = read.Where(v => before.Contains(v) && !producers[v].Op.Rematerializes).ToLookup(v => producers[v].Phase == Phase.Train);
        return new StepGuard(
            first,
            Limit(planned),
            Decays(planned),
            [.. read.Where(planned.Inputs.Contains), .. made[false]],
            [.. made[true]]
        );
    }

    private static float Limit(Graph planned)
    {
        var train = planned.Nodes.Where(n => n.Phase == Phase.Train).ToList();
        double terms = train.SelectMany(n => n.Outputs).Select(v => v.Type.Count).Max();
        double codes = train
            .SelectMany(n => n.Inputs)
            .OfType<Value>()
            .Where(v => v.Type is { IsQuantized: true, Block: null, Quant.Axis: null })
            .Select(LargestReal)
            .DefaultIfEmpty(1)
            .Max();
        double rate = Rates(planned).Select(r => r.Rate / (1 - r.Momentum)).Max();
        return (float)Math.Min(Most / (Numerics.GradientLimit * terms * Math.Max(codes, 1) * Math.Max(rate, 1e-30)), float.MaxValue);
    }

    private static float Decays(Graph planned) => (float)Rates(planned).Select(r => r.Rate * r.Decay).Max();

    private static IEnumerable<(double Rate, double Momentum, double Decay)> Rates(Graph planned) =>
        planned
            .Nodes.Where(n => n.Op is Update)
            .Select(n => n.Attributes)
            .Select(a => (a.Float(UpdateNames.Rate, 1), a.Float(UpdateNames.Momentum, 0), a.Float(UpdateNames.Decay, 0)));

    private static double LargestReal(Value v) => 256.0 * v.Type.ScaleOf(0);
}
