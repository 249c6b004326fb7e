// Softmax over the last axis, after subtracting the largest logit.
// Exponentials are the runtime's own, so host and device agree; the reference uses double precision.

using System.Collections.Immutable;

namespace TinyEngine.Ir;

/// <summary><c>y = softmax(x)</c> over the last axis; ONNX Softmax 13 (axis = last), 1/11 for matrices.</summary>
public sealed class Softmax : Op
{
    /// <summary>The operator.</summary>
    public static readonly Softmax Op = new();

    /// <inheritdoc/>
    public override string Name => "softmax";

    /// <inheritdoc/>
    public override bool IsBeforeHead => true;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node) =>
        [node.Outputs.Length > 0 ? node.Output.Type with { Shape = node.Input(0).Type.Shape } : TensorType.F32(node.Input(0).Type.Shape)];

    /// <inheritdoc/>
    public override bool Quantizes(Node node) => node.Input(0).Type is { DType: DType.I8, Quant.Axis: null };

    /// <inheritdoc/>
    public override KernelRequest Request(Node node)
    {
        var (x, y) = (node.Input(0).Type, node.Output.Type);
        return new KernelRequest("softmax", y.DType.Name(), "te_softmax",
            [KernelField.Int("rows", x.Count / x.Shape[-1]), KernelField.Int("columns", x.Shape[-1]), KernelField.Int("x_zero", x.ZeroPoint), KernelField.Int("y_zero", y.ZeroPoint),
             KernelField.Float("x_scale", x.ScaleOf(0)), KernelField.Float("y_scale", y.ScaleOf(0))], []);
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        var (x, type) = (operands[0]!, node.Output.Type);
        int columns = type.Shape[-1];
        var y = new double[x.Data.Length];
        for (int row = 0; row < y.Length; row += columns)
        {
            var p = Probabilities(x, row, columns);
            for (int c = 0; c < columns; c++)
            {
                y[row + c] = type.Quant is { } q ? q.Quantize(p[c], type.DType) : numerics.Round(p[c]);
            }
        }

        return [new Tensor(type, y)];
    }

    /// <summary>The softmax of one row of real values, in double precision.</summary>
    public static double[] Probabilities(Tensor x, int first, int columns)
    {
        var logits = Enumerable.Range(first, columns).Select(x.Real).ToArray();
        double max = logits.Max();
        var e = logits.Select(v => Math.Exp(v - max)).ToArray();
        double sum = e.Sum();
        return [.. e.Select(v => v / sum)];
    }

    /// <inheritdoc/>
    public override IEnumerable<ImportRule> Imports => [new("Softmax", 1, Import)];

    private static Value[] Import(ImportRequest r)
    {
        var x = r.Input(0);
        int rank = x.Type.Shape.Rank;
        int axis = r.Attributes.Int("axis", r.Opset >= 13 ? -1 : 1);
        axis = axis < 0 ? axis + rank : axis;
        // Before opset 13 all dimensions from the axis on form one row, which is the same thing where it is the last.
        r.Require(rank > 0 && axis == rank - 1, $"an axis other than the last ({axis} of {rank})");
        return [r.Emit(Op, [x])];
    }
}
