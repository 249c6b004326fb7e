// The schedules of the learning rate. The runs of simulate and emulate take them from LearningRate.At; the emitted function
// NAME_lr, for the user's own firmware, computes the same but for the cosine, a polynomial within 4e-6 of it.

namespace TinyEngine.Codegen.C;

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
