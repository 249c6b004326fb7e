// The largest or smallest element over dimensions, which stay as extents of 1. Codes compare as the reals they stand for, so int8 passes
// through. Equal extremes share the gradient evenly, as PyTorch's amax and amin do.

using System.Collections.Immutable;
using static TinyEngine.Ir.OperatorSample;

namespace TinyEngine.Ir;

/// <summary>
/// <c>y = reduce_max(x)</c>, <c>y = reduce_min(x)</c> {axes}: an element that is not a number is the extreme; ONNX ReduceMax and ReduceMin
/// 1/11/12/13/18/20.
/// </summary>
public sealed class ReduceExtreme : Reduce
{
    /// <summary>The largest element.</summary>
    public static readonly ReduceExtreme Max = new("max", Math.Max);

    /// <summary>The smallest element.</summary>
    public static readonly ReduceExtreme Min = new("min", Math.Min);

    private readonly Func<double, double, double> extreme;

    private ReduceExtreme(string name, Func<double, double, double> extreme)
    {
        Name = "reduce_" + name;
        this.extreme = extreme;
        Dx = new ReduceExtremeDx(this);
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <summary>The backward operator.</summary>
    public ReduceExtremeDx Dx { get; }

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node) => [node.Input(0).Type with { Shape = base.Infer(node)[0].Shape }];

    /// <inheritdoc/>
    public override bool MovesOnly => true;

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override Value?[] Gradient(GradientRequest request) =>
        [request.Builder.Emit(Dx, request.Node.Name + ".dx", [request.Output, request.Node.Input(0)], request.Node.Attributes)];

    /// <inheritdoc/>
    public override bool Quantizes(Node node) =>
        node.Input(0).Type is { DType: DType.I8, Quant: { Axis: null } quant } && quant.Equals(node.Output.Type.Quant);

    /// <inheritdoc/>
    public override KernelRequest Request(Node node) => new(Name, "te_reduce", [.. Of(node).Fields()], []);

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        var y = new double[node.Output.Type.Count];
        Of(node).ForEach((i, elements) => y[i] = Among(operands[0]!, elements));
        return [new Tensor(node.Output.Type, y)];
    }

    /// <summary>The extreme among elements of a tensor.</summary>
    internal double Among(Tensor x, IEnumerable<int> elements) => elements.Select(e => x.Data[e]).Aggregate(extreme);

    /// <inheritdoc/>
    public override IEnumerable<ImportRule> Imports => Rules(this == Max ? "ReduceMax" : "ReduceMin", 18, Attributes.Empty);

    /// <inheritdoc/>
    public override IEnumerable<OperatorSample> Samples
    {
        get
        {
            OperatorSample[] samples =
            [
                .. new int[][] { [1, 2], [3], [0, 2], [1, 3], [0, 1, 2, 3] }.Select(axes => new OperatorSample(
                    $"axes {string.Join(' ', axes)}",
                    Attributes.Empty.With("axes", axes),
                    null,
                    Fp32(2, 3, 2, 4)
                )),
                new("int8", Attributes.Empty.With("axes", [1, 2]), Int8(0.5f, 4, 1), Int8(0.5f, 4, 1, 3, 4, 3)),
                new("int8, columns", Attributes.Empty.With("axes", [0]), Int8(0.25f, -9, 1), Int8(0.25f, -9, 5, 7)),
            ];
            return samples.Select(s => s with { Content = (_, random) => Apart(random) });
        }
    }
}

/// <summary><c>dx = reduce_max_dx(dy, x)</c> {axes}: the gradient of a result, shared evenly among the elements that equal it.</summary>
public sealed class ReduceExtremeDx(ReduceExtreme forward) : Op
{
    /// <inheritdoc/>
    public override string Name => forward.Name + "_dx";

    /// <inheritdoc/>
    public override bool PassesNotANumber(int operand) => operand != 1;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node) => [TensorType.F32(node.Input(1).Type.Shape)];

    private static Reduction Of(Node node) => Reduction.Of(node.Output.Type.Shape, node.Attributes.Ints("axes"));

    /// <inheritdoc/>
    public override KernelRequest Request(Node node) => new(Name, "te_reduce", [.. Of(node).Fields()], []);

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        var (dy, x, dx) = (operands[0]!.Data, operands[1]!, new double[node.Output.Type.Count]);
        Of(node)
            .ForEach(
                (i, elements) =>
                {
                    double extreme = forward.Among(x, elements);
                    int[] equal = [.. elements.Where(e => x.Data[e].Equals(extreme))];
                    foreach (int e in equal)
                    {
                        dx[e] = numerics.Round(dy[i] / equal.Length);
                    }
                }
            );
        return [new Tensor(node.Output.Type, dx)];
    }
}
