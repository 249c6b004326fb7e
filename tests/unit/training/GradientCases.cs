// The nodes on which gradients and kernels are tried: the samples that stand beside the operators of a set, with random contents.

using TinyEngine.Ir;
using static TinyEngine.Tests.Training.Tensors;

namespace TinyEngine.Tests.Training;

/// <summary>One node with contents of its operands.</summary>
internal sealed record GradientCase(string Name, Node Node, Tensor?[] Operands);

/// <summary>The cases of each operator.</summary>
internal static class GradientCases
{
    /// <summary>The operators to try: those that TINYENGINE_OPERATORS names, or all that must conform.</summary>
    public static readonly IReadOnlyList<Op> Operators = Environment.GetEnvironmentVariable("TINYENGINE_OPERATORS") is { Length: > 0 } names
        ? [.. names.Split(',').Select(n => NativeKernels.Operators.Find(n) ?? throw new ArgumentException($"no operator {n}"))]
        : NativeKernels.Operators.Operators;

    /// <summary>The cases of an operator; none where nobody wrote samples.</summary>
    public static IEnumerable<GradientCase> Of(Op op) => op.Samples.Select(sample => Of(op, sample));

    /// <summary>
    /// A sample with random operands whose result keeps a distance from the kinks of its clamp; a quantized result's type lends no shape.
    /// </summary>
    private static GradientCase Of(Op op, OperatorSample sample)
    {
        Value?[] inputs = [.. sample.Operands.Select((t, i) => t is null ? null : Input($"operand{i}", t))];
        var shape = new GraphBuilder().Emit(op, sample.Name, inputs, sample.Form).Type.Shape;
        var type = sample.Result is { } result ? result with { Shape = shape } : null;
        var node = new GraphBuilder().EmitNode(op, sample.Name, inputs, sample.Form, type);
        return Enumerable
            .Range(1, 10_000)
            .Select(seed => new Random(seed))
            .Select(random => new GradientCase(
                sample.Name,
                node,
                [.. sample.Operands.Select((t, i) => t is null ? null : Content(i, Random(t, random)))]
            ))
            .First(IsSmooth);

        Tensor Content(int operand, Tensor random) =>
            sample.Content is null ? random : new Tensor(random.Type, [.. sample.Content(operand, random)]);
    }

    /// <summary>The derivative of the result of a case is taken by steps of this size: one code, or 1e-4.</summary>
    public static double Step(GradientCase c, int operand) =>
        c.Operands[operand]!.Type.IsQuantized ? 1
        : c.Node.Op is Quantize ? c.Node.Output.Type.ScaleOf(0)
        : 1e-4;

    /// <summary>The operands of a case with one element moved.</summary>
    public static Tensor?[] Moved(GradientCase c, int operand, int index, double by)
    {
        var moved = new Tensor(c.Operands[operand]!.Type, [.. c.Operands[operand]!.Data]);
        moved.Data[index] += by;
        Tensor?[] operands = [.. c.Operands];
        operands[operand] = moved;
        return operands;
    }

    /// <summary>True where no step of an operand carries a result over the edge of its clamp.</summary>
    private static bool IsSmooth(GradientCase c)
    {
        if (!Clamping.CanSaturate(c.Node))
        {
            return true;
        }

        var y = c.Node.Output.Type;
        var (low, high) = y.IsQuantized
            ? ((double, double))Clamping.Codes(c.Node)
            : (c.Node.Clamp.Min, c.Node.Clamp.Max);
        var open = c.Node with
        {
            Clamp = ClampRange.Open,
            Outputs = [new Value("", y.IsQuantized ? y with { DType = DType.I32 } : y, ValueKind.Result)],
        };
        var now = Results(c.Operands);
        return Enumerable
            .Range(0, c.Operands.Length)
            .Where(o => c.Operands[o] is not null)
            .All(o =>
                Enumerable
                    .Range(0, c.Operands[o]!.Data.Length)
                    .All(i =>
                    {
                        var (up, down) = (Results(Moved(c, o, i, Step(c, o))), Results(Moved(c, o, i, -Step(c, o))));
                        return now.Select(
                                (v, k) =>
                                    v < low ? up[k] <= low && down[k] <= low
                                    : v > high ? up[k] >= high && down[k] >= high
                                    : Math.Min(up[k], down[k]) >= low && Math.Max(up[k], down[k]) <= high
                            )
                            .All(same => same);
                    })
            );

        double[] Results(Tensor?[] operands) => c.Node.Op.Evaluate(open, operands, Numerics.Double)[0].Data;
    }
}
