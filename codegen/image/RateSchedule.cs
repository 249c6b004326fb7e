// The schedules of the learning rate. The runs of simulate and emulate take them from LearningRate.At. The emitted function
// NAME_lr, which users call from their own firmware, computes the same, except that its cosine is a polynomial within 4e-6.

namespace TinyEngine.Image;

/// <summary>How the learning rate depends on the step.</summary>
public enum RateSchedule
{
    /// <summary>The base rate at every step.</summary>
    Constant,
    /// <summary>Half a cosine from the base rate at step 0 to 0 at the last.</summary>
    Cosine,
    /// <summary>The base rate; a tenth of it from half of all steps on; a hundredth from three quarters on.</summary>
    Step,
}
