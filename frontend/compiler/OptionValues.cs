// The values of options by name, so that a program that compiles models needs only this namespace. Their types are defined in the
// rooms that read them.

using TinyEngine.Image;
using TinyEngine.Ir;
using TinyEngine.Passes;

namespace TinyEngine.Compiler;

/// <summary>The cores that models can be compiled for.</summary>
public static class Targets
{
    /// <summary>Arm Cortex-M0+.</summary>
    public static Target CortexM0Plus => Target.Find("cortex-m0plus")!;
    /// <summary>Arm Cortex-M3.</summary>
    public static Target CortexM3 => Target.Find("cortex-m3")!;
    /// <summary>Arm Cortex-M4 with FPU.</summary>
    public static Target CortexM4 => Target.Find("cortex-m4")!;
    /// <summary>Arm Cortex-M7 with FPU.</summary>
    public static Target CortexM7 => Target.Find("cortex-m7")!;
    /// <summary>Arm Cortex-M33 with FPU and DSP extension.</summary>
    public static Target CortexM33 => Target.Find("cortex-m33")!;
    /// <summary>Arm Cortex-M55 with Helium.</summary>
    public static Target CortexM55 => Target.Find("cortex-m55")!;
    /// <summary>The machine that runs the compiler.</summary>
    public static Target Host => Target.Find("host")!;
}

/// <summary>The losses; <c>with</c> sets label smoothing or the target.</summary>
public static class Losses
{
    /// <summary>Cross-entropy of classes.</summary>
    public static LossChoice CrossEntropy => LossChoice.CrossEntropy;
    /// <summary>Mean squared error.</summary>
    public static LossChoice Mse => new(MeanLoss.Squared);
    /// <summary>Mean absolute error.</summary>
    public static LossChoice L1 => new(MeanLoss.Absolute);
    /// <summary>Huber loss with delta 1.</summary>
    public static LossChoice Huber => new(MeanLoss.Huber);
    /// <summary>Binary cross-entropy of logits.</summary>
    public static LossChoice Bce => new(MeanLoss.Bce);
}

/// <summary>The formats of gradients between int8 layers.</summary>
public static class GradientFormats
{
    /// <summary>fp32.</summary>
    public const DType Fp32 = DType.F32;
    /// <summary>Block floating point with int16 mantissas.</summary>
    public const DType Int16 = DType.I16;
    /// <summary>Block floating point with int8 mantissas.</summary>
    public const DType Int8 = DType.I8;
}

/// <summary>The element types at the boundary of a model.</summary>
public static class BoundaryTypes
{
    /// <summary>The model's own.</summary>
    public const BoundaryType Auto = BoundaryType.Auto;
    /// <summary>int8 codes.</summary>
    public const BoundaryType Int8 = BoundaryType.Int8;
    /// <summary>Real numbers.</summary>
    public const BoundaryType Float32 = BoundaryType.Float32;
    /// <summary>Raw samples: real = raw*scale + offset.</summary>
    public const BoundaryType UInt8 = BoundaryType.UInt8;
}

/// <summary>The schedules of the learning rate.</summary>
public static class RateSchedules
{
    /// <summary>The base rate at every step.</summary>
    public const RateSchedule Constant = RateSchedule.Constant;
    /// <summary>Half a cosine from the base rate down to 0.</summary>
    public const RateSchedule Cosine = RateSchedule.Cosine;
    /// <summary>A tenth of the base rate from half of all steps on, a hundredth from three quarters on.</summary>
    public const RateSchedule Step = RateSchedule.Step;
}
