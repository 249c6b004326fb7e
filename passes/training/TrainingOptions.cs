// The loss of a training step and how its gradients become steps. This is data only: Differentiate builds the nodes.

using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>How parameters are updated.</summary>
/// <param name="Rule">Rounding of quantized parameters: stochastic, residual or nearest.</param>
/// <param name="Aware">Quantization-aware scaling.</param>
/// <param name="WeightRate">Factor on the run-time rate for weights.</param>
/// <param name="BiasRate">Factor for biases.</param>
/// <param name="HeadRate">Factor for the head.</param>
public sealed record UpdateRule(string Rule, bool Aware, float WeightRate, float BiasRate, float HeadRate);

/// <summary>The form of the caller's target.</summary>
public enum TargetKind
{
    /// <summary>The index of a class.</summary>
    Class,
    /// <summary>A vector of as many real numbers as the model has outputs.</summary>
    Vector,
    /// <summary>The model's input, as real numbers; the caller gives no target.</summary>
    Input,
}

/// <summary>The loss.</summary>
/// <param name="Loss">The operator.</param>
/// <param name="Smoothing">Label smoothing of cross-entropy, 0 to 1.</param>
/// <param name="Reconstructs">Whether the target is the input; null: it is if the loss takes real numbers and the model has as many outputs
/// as inputs.</param>
public sealed record LossChoice(Loss Loss, double Smoothing = 0, bool? Reconstructs = null)
{
    /// <summary>Cross-entropy of classes.</summary>
    public static readonly LossChoice CrossEntropy = new(SoftmaxCrossEntropy.Op);

    /// <summary>The form of the target for a model with this input and output.</summary>
    public TargetKind TargetOf(TensorType input, TensorType output) =>
        Loss.TakesClass ? TargetKind.Class
        : Reconstructs ?? (Loss.TakesReals && input.Count == output.Count) ? TargetKind.Input
        : TargetKind.Vector;
}

/// <summary>The treatment of gradients between backward pass and update; the defaults are plain stochastic gradient descent.</summary>
/// <param name="Momentum">Of the velocity v = momentum*v + gradient, which then takes the place of the gradient; 0 for none.</param>
/// <param name="Decay">Weight decay, apart from the gradient: w -= lr*decay*w in real units. Biases do not decay.</param>
/// <param name="Accumulate">Steps of one update, which takes the mean of their gradients.</param>
/// <param name="ClipNorm">Largest norm of the (mean) gradient over all trained parameters; 0 for any.</param>
public sealed record OptimizerChoice(double Momentum = 0, double Decay = 0, int Accumulate = 1, double ClipNorm = 0)
{
    /// <summary>Plain stochastic gradient descent.</summary>
    public static readonly OptimizerChoice Sgd = new();
}

/// <summary>Everything that shapes the training step, except the choice of trained parameters.</summary>
public sealed record TrainingOptions(UpdateRule Update, LossChoice Loss, OptimizerChoice Optimizer)
{
    /// <summary>Cross-entropy and plain descent under this rule.</summary>
    public static TrainingOptions Plain(UpdateRule update) => new(update, LossChoice.CrossEntropy, OptimizerChoice.Sgd);
}
