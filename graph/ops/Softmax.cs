// Softmax and its logarithm over the last axis, with their gradients. Both subtract the largest logit first.
// Exponentials are the runtime's own, so host and device agree; the reference uses double precision.

using System.Collections.Immutable;
using static TinyEngine.Ir.OperatorSample;

namespace TinyEngine.Ir;

/// <summary><c>y = softmax(x)</c> over the last axis; ONNX Softmax 1/11/13.</summary>
public class Softmax : Op
{
    /// <summary>The operator.</summary>
    public static readonly Softmax Op = new();

    /// <inheritdoc/>
    public override string Name => "softmax";

    /// <inheritdoc/>
    public override ClampRange Range(Node node) => new(0, 1);

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node) =>
        [node.Outputs.Length > 0 ? node.Output.Type with { Shape = node.Input(0).Type.Shape } : TensorType.F32(node.Input(0).Type.Shape)];

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override Value?[] Gradient(GradientRequest request) =>
        [request.Builder.Emit(SoftmaxDx.Op, request.Node.Name + ".dx", [request.Output, request.Node.Output])];

    /// <inheritdoc/>
    public override bool Quantizes(Node node) => node.Input(0).Type is { DType: DType.I8, Quant.Axis: null };

    /// <inheritdoc/>
    public override KernelRequest Request(Node node)
    {
        var (x, y) = (node.Input(0).Type, node.Output.Type);
        return new KernelRequest(Name, "te_softmax", Fields(x, y), []);
    }

    /// <summary>The fields of the C struct te_softmax.</summary>
    internal static ImmutableArray<KernelField> Fields(TensorType x, TensorType y) =>
        [
            KernelField.Int("rows", x.Count / x.Shape[-1]),
            KernelField.Int("columns", x.Shape[-1]),
            KernelField.Int("x_zero", x.ZeroPoint),
            KernelField.Int("y_zero", y.ZeroPoint),
            KernelField.Float("x_scale", x.ScaleOf(0)),
            KernelField.Float("y_scale", y.ScaleOf(0)),
        ];

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
    public override IEnumerable<ImportRule> Imports => [new("Softmax", 1, Import, Form: "the last axis, or the channels of a map")];

    /// <summary>Imports the operator; the channels of maps are the last axis in NHWC.</summary>
    protected Value[] Import(ImportRequest r)
    {
        var x = r.RealInput(0);
        int rank = x.Type.Shape.Rank;
        int axis = r.Axis(r.Attributes.Int("axis", r.Opset >= 13 ? -1 : 1), rank);
        if (axis == rank - 1)
        {
            return [r.Emit(this, [x])];
        }

        // Before opset 13 all dimensions from the axis on form one row.
        if (r.Opset < 13)
        {
            int columns = (int)Shape.Of(x.Type.Shape.ToArray()[axis..]).Count;
            var rows = r.Builder.Emit(this, r.Name, [Layouts.Reshaped(r, x, Shape.Of((int)(x.Type.Count / columns), columns))]);
            return [r.Emit(Reshape.Op, [rows], Attributes.Empty.With("shape", x.Type.Shape.ToArray()))];
        }

        // The axis becomes the last one and goes back: for maps the layout's own transposes.
        ImmutableArray<int> last = [.. Enumerable.Range(0, rank).Where(d => d != axis), axis];
        return [Layouts.Permute(r, r.Emit(this, [Layouts.Permute(r, x, last)]), [.. Shape.Inverse(last)])];
    }

    /// <inheritdoc/>
    public override IEnumerable<OperatorSample> Samples =>
        [
            new("rank 2", Attributes.Empty, null, Fp32(2, 5)),
            new("rank 3", Attributes.Empty, null, Fp32(2, 2, 3)),
            new("one column", Attributes.Empty, null, Fp32(3, 1)),
        ];
}

/// <summary><c>y = log_softmax(x)</c> over the last axis, fp32; ONNX LogSoftmax 1/11/13.</summary>
public sealed class LogSoftmax : Softmax
{
    /// <summary>The operator.</summary>
    public static new readonly LogSoftmax Op = new();

    /// <inheritdoc/>
    public override string Name => "log_softmax";

    /// <inheritdoc/>
    public override ClampRange Range(Node node) => new(double.NegativeInfinity, 0);

    /// <inheritdoc/>
    public override Value?[] Gradient(GradientRequest request) =>
        [request.Builder.Emit(LogSoftmaxDx.Op, request.Node.Name + ".dx", [request.Output, request.Node.Output])];

    /// <inheritdoc/>
    public override bool Quantizes(Node node) => false;

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        var x = operands[0]!.Data;
        int columns = node.Output.Type.Shape[-1];
        var y = new double[x.Length];
        for (int row = 0; row < y.Length; row += columns)
        {
            double max = x.Skip(row).Take(columns).Max();
            double log = Math.Log(x.Skip(row).Take(columns).Sum(v => Math.Exp(v - max)));
            for (int c = row; c < row + columns; c++)
            {
                y[c] = numerics.Round(x[c] - max - log);
            }
        }

        return [new Tensor(node.Output.Type, y)];
    }

    /// <inheritdoc/>
    public override IEnumerable<ImportRule> Imports => [new("LogSoftmax", 1, Import, Form: "the last axis, or the channels of a map")];
}

/// <summary><c>dx = softmax_dx(dy, y)</c>: y*(dy - sum of dy*y) over the last axis; y may be codes, taken as real values.</summary>
public class SoftmaxDx : Op
{
    /// <summary>The operator.</summary>
    public static readonly SoftmaxDx Op = new();

    /// <inheritdoc/>
    public override string Name => "softmax_dx";

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node) => [TensorType.F32(node.Input(0).Type.Shape)];

    /// <inheritdoc/>
    public override KernelRequest Request(Node node)
    {
        var y = node.Input(1).Type;
        return new KernelRequest(Name, "te_softmax", Softmax.Fields(y, node.Output.Type), []);
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        var (dy, y) = (operands[0]!.Data, operands[1]!.As(node.Input(1).Type));
        double[] real = [.. Enumerable.Range(0, dy.Length).Select(i => numerics.Round(y.Real(i)))];
        int columns = node.Output.Type.Shape[-1];
        var dx = new double[dy.Length];
        for (int row = 0; row < dx.Length; row += columns)
        {
            double sum = 0;
            for (int c = row; c < row + columns; c++)
            {
                sum = numerics.Round(sum + Summand(dy[c], real[c], numerics));
            }

            for (int c = row; c < row + columns; c++)
            {
                dx[c] = Result(dy[c], real[c], sum, numerics);
            }
        }

        return [new Tensor(node.Output.Type, dx)];
    }

    /// <summary>The summand of one element in its row's sum.</summary>
    protected virtual double Summand(double dy, double y, Numerics numerics) => numerics.Round(dy * y);

    /// <summary>The gradient of one element.</summary>
    protected virtual double Result(double dy, double y, double sum, Numerics numerics) => numerics.Round(y * numerics.Round(dy - sum));
}

/// <summary><c>dx = log_softmax_dx(dy, y)</c>: dy - exp(y)*(sum of dy) over the last axis.</summary>
public sealed class LogSoftmaxDx : SoftmaxDx
{
    /// <summary>The operator.</summary>
    public static new readonly LogSoftmaxDx Op = new();

    /// <inheritdoc/>
    public override string Name => "log_softmax_dx";

    /// <inheritdoc/>
    protected override double Summand(double dy, double y, Numerics numerics) => dy;

    /// <inheritdoc/>
    protected override double Result(double dy, double y, double sum, Numerics numerics) => numerics.Round(dy - Math.Exp(y) * sum);
}
