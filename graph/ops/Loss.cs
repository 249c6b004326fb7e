// The loss family: the functions that a training step can minimize, with their gradients. Cross-entropy takes the index of a class;
// the others take a vector of real numbers and are means over its elements. The gradient comes with the loss, since both share their work.
// Reductions run in the order of the elements; exponentials are the runtime's own and the reference's are double.

using System.Collections.Immutable;

namespace TinyEngine.Ir;

/// <summary>A loss. Results: the loss, optional extras for the caller, and last dL/d(operand 0).</summary>
public abstract class Loss : Op
{
    /// <summary>Every loss, the default first.</summary>
    public static ImmutableArray<Loss> All => [SoftmaxCrossEntropy.Op, MeanLoss.Squared, MeanLoss.Absolute, MeanLoss.Huber, MeanLoss.Bce];

    /// <summary>The name for people: in messages, in reports and in the front ends (docs/training.md).</summary>
    public abstract string Title { get; }

    /// <summary>True where the target is a class, not a vector.</summary>
    public virtual bool TakesClass => false;

    /// <summary>True where the targets are real numbers of any size, so that the input itself can be the target.</summary>
    public virtual bool TakesReals => false;

    /// <summary>
    /// True for an activation that the loss computes itself. If a model ends in it, the loss reads the operand of the activation, which
    /// then runs in inference only.
    /// </summary>
    public virtual bool Contains(Op activation) => false;

    /// <summary>True if the loss can read the outputs of a model, which lie in this range.</summary>
    public virtual bool Accepts(ClampRange outputs) => true;

    /// <summary>The loss that contains an activation, or null.</summary>
    public static Loss? Containing(Op activation) => All.FirstOrDefault(l => l.Contains(activation));

    /// <summary>The loss of this title, or null.</summary>
    public static Loss? Find(string title) => All.FirstOrDefault(l => l.Title == title);
}

/// <summary>
/// <c>loss f32[1], prediction i32[1], dlogits = softmax_cross_entropy(logits f32 [1,C], target i32[1])</c> {smoothing}:
/// loss = log(sum exp(z - max)) - sum q*(z - max); dlogits = softmax(z) - q; q = (1 - smoothing)*onehot(target) + smoothing/C.
/// </summary>
public sealed class SoftmaxCrossEntropy : Loss
{
    /// <summary>The operator.</summary>
    public static readonly SoftmaxCrossEntropy Op = new();

    /// <inheritdoc/>
    public override string Name => "softmax_cross_entropy";

    /// <inheritdoc/>
    public override string Title => "cross-entropy";

    /// <inheritdoc/>
    public override bool TakesClass => true;

    /// <inheritdoc/>
    public override bool Contains(Op activation) => activation is Softmax;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node) =>
        [TensorType.F32(Shape.Of(1)), new TensorType(DType.I32, Shape.Of(1)), TensorType.F32(node.Input(0).Type.Shape)];

    /// <inheritdoc/>
    public override KernelRequest Request(Node node)
    {
        var (hit, miss) = Weights(node);
        return new("softmax_cross_entropy", "te_loss",
            [KernelField.Int("count", node.Input(0).Type.Count), KernelField.Float("hit", hit), KernelField.Float("miss", miss)], []);
    }

    /// <summary>The share of the target distribution for the target class, and for every other.</summary>
    private static (float Hit, float Miss) Weights(Node node)
    {
        double smoothing = node.Attributes.Float("smoothing", 0), miss = smoothing / node.Input(0).Type.Count;
        return ((float)(1 - smoothing + miss), (float)miss);
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        var (logits, target) = (operands[0]!.Data, (int)operands[1]!.Data[0]);
        var (hit, miss) = Weights(node);
        double max = logits.Max();
        double loss = Math.Log(logits.Sum(z => Math.Exp(z - max))) - logits.Select((z, i) => (i == target ? hit : miss) * (z - max)).Sum();
        var p = Softmax.Probabilities(operands[0]!, 0, logits.Length);
        return
        [
            new Tensor(node.Outputs[0].Type, [numerics.Round(loss)]),
            new Tensor(node.Outputs[1].Type, [Array.IndexOf(logits, max)]),
            new Tensor(node.Outputs[2].Type, [.. p.Select((v, i) => numerics.Round(v - (i == target ? hit : miss)))]),
        ];
    }
}

/// <summary>
/// <c>loss f32[1], dy = NAME(y f32, target f32)</c>: the mean over all elements of a function of y and target, which has as many
/// elements: mse (y - t)^2, l1 |y - t|, huber with delta 1, bce -t*log(sigmoid(y)) - (1 - t)*log(1 - sigmoid(y)).
/// </summary>
public sealed class MeanLoss : Loss
{
    /// <summary>Mean squared error.</summary>
    public static readonly MeanLoss Squared = new("mse", true, (y, t, round) => (round(round(y - t) * round(y - t)), 2 * round(y - t)));

    /// <summary>Mean absolute error.</summary>
    public static readonly MeanLoss Absolute = new(
        "l1",
        true,
        (y, t, round) => (Math.Abs(round(y - t)), double.IsNaN(y - t) ? double.NaN : Math.Sign(round(y - t)))
    );

    /// <summary>Huber loss with delta 1.</summary>
    public static readonly MeanLoss Huber = new("huber", true, HuberOf);

    /// <summary>Binary cross-entropy of logits.</summary>
    public static readonly MeanLoss Bce = new("bce", false, BceOf) { Contained = Unary.Sigmoid };

    private readonly Func<double, double, Func<double, double>, (double Loss, double Slope)> element;

    private MeanLoss(string name, bool takesReals, Func<double, double, Func<double, double>, (double, double)> element) =>
        (Name, TakesReals, this.element) = (name, takesReals, element);

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override string Title => Name;

    /// <inheritdoc/>
    public override bool TakesReals { get; }

    private Op? Contained { get; init; }

    /// <inheritdoc/>
    public override bool Contains(Op activation) => activation == Contained;

    /// <summary>A loss that contains a sigmoid reads logits, which can have either sign; an output of one sign is no logit.</summary>
    public override bool Accepts(ClampRange outputs) => Contained is null || outputs is { Min: < 0, Max: > 0 };

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node)
    {
        var (y, target) = (node.Input(0).Type, node.Input(1).Type);
        return y.Count == target.Count ? [TensorType.F32(Shape.Of(1)), TensorType.F32(y.Shape)]
            : throw new DiagnosticException(Diagnostics.ShapeMismatch.At(node.Name, Name, $"output {y.Shape} and target {target.Shape}"));
    }

    /// <inheritdoc/>
    public override KernelRequest Request(Node node) => new(Name, "te_elements", [KernelField.Int("count", node.Input(0).Type.Count)], []);

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        var (y, target) = (operands[0]!.Data, operands[1]!.Data);
        double share = numerics.Round(1.0 / y.Length), sum = 0;
        var dy = new double[y.Length];
        for (int i = 0; i < y.Length; i++)
        {
            var (loss, slope) = element(y[i], target[i], numerics.Round);
            sum = numerics.Round(sum + loss);
            dy[i] = numerics.Round(slope * share);
        }

        return [new Tensor(node.Outputs[0].Type, [numerics.Round(sum * share)]), new Tensor(node.Outputs[1].Type, dy)];
    }

    /// <summary>The loss of one sample in double precision.</summary>
    public double Of(IReadOnlyList<float> y, IReadOnlyList<float> target) => y.Zip(target, (a, b) => element(a, b, v => v).Loss).Average();

    /// <summary>The loss of one sample whose outputs went through a sigmoid that the loss contains.</summary>
    /// <param name="probabilities">The outputs, from 0 to 1.</param>
    /// <param name="target">The shares, as many.</param>
    /// <param name="step">The scale of outputs that are codes, else 0: an output rounded to 0 or 1 counts as half a step away from
    /// it.</param>
    public double OfProbabilities(IReadOnlyList<float> probabilities, IReadOnlyList<float> target, double step)
    {
        double least = Math.Max(step / 2, 1e-38), most = 1 - Math.Max(step / 2, 1.0 / (1 << 25));
        return Of([.. probabilities.Select(p => Math.Clamp(p, least, most)).Select(p => (float)Math.Log(p / (1 - p)))], target);
    }

    private static (double, double) HuberOf(double y, double t, Func<double, double> round)
    {
        double e = round(y - t), size = Math.Abs(e);
        return (size <= 1 ? round(0.5 * round(e * e)) : round(size - 0.5), e > 1 ? 1 : e < -1 ? -1 : e);
    }

    private static (double, double) BceOf(double y, double t, Func<double, double> round)
    {
        double e = Math.Exp(-Math.Abs(y));
        return (round(Math.Max(y, 0) - y * t + Math.Log(1 + e)), round((y < 0 ? e : 1) / (1 + e) - t));
    }
}
