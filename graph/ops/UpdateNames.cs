// Names of the attributes by which an update is told how to step. Passes write them and updates, the guard of a step and the emitted
// header read them.

namespace TinyEngine.Ir;

/// <summary>Attributes of operators that change parameters or sum gradients.</summary>
public static class UpdateNames
{
    /// <summary>Key of the parameter in the generator of random bits.</summary>
    public const string Tensor = "tensor";

    /// <summary>The rounding rule, one of <see cref="Update.Rules"/>.</summary>
    public const string Rule = "rule";

    /// <summary>Factor on the learning rate.</summary>
    public const string Rate = "rate";

    /// <summary>Factor on the velocity.</summary>
    public const string Momentum = "momentum";

    /// <summary>Pull of weights towards zero, in real units.</summary>
    public const string Decay = "decay";

    /// <summary>1 with quantization-aware scaling, 0 without.</summary>
    public const string Aware = "qas";

    /// <summary>Steps that make one update.</summary>
    public const string Every = "every";
}
