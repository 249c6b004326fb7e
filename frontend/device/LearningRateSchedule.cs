// How the learning rate falls during a run.

namespace TinyEngine.Device;

/// <summary>Schedule of the learning rate (<c>--lr-schedule</c>).</summary>
public enum LearningRateSchedule
{
    /// <summary>Always the base.</summary>
    Constant,
    /// <summary>Half a cosine from the base to 0.</summary>
    Cosine,
    /// <summary>The base; a tenth of it from half of all steps on; a hundredth from three quarters on.</summary>
    Step,
}
