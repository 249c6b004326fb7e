// The learning rate of each step. It is computed here once, in double precision, and handed to host and device as the
// same float32 bits, so that no machine's cosine matters.

using TinyEngine.Image;

namespace TinyEngine.Experiments;

/// <summary>Learning rates.</summary>
public static class LearningRate
{
    /// <summary>The rate of a step.</summary>
    /// <param name="schedule">How it falls.</param>
    /// <param name="baseRate">The rate of the first step, in real units.</param>
    /// <param name="step">The step, from 0.</param>
    /// <param name="total">Steps of the whole run.</param>
    public static float At(RateSchedule schedule, float baseRate, int step, int total) => schedule switch
    {
        RateSchedule.Cosine => (float)(baseRate * 0.5 * (1 + Math.Cos(Math.PI * step / Math.Max(total, 1)))),
        RateSchedule.Step when 4L * step >= 3L * total => baseRate * 0.01f,
        RateSchedule.Step when 2L * step >= total => baseRate * 0.1f,
        _ => baseRate,
    };
}
