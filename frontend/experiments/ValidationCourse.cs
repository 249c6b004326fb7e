// The validation accuracy after each epoch, and the two decisions taken from it: where training stops and which epoch's
// weights are the result. A run on the device is one list of commands, so the epochs after the stop were computed too;
// they leave no trace in the result.

namespace TinyEngine.Experiments;

/// <summary>Validation of a run. Epochs count from 1; the last may be cut short by the number of steps.</summary>
/// <param name="Accuracy">Accuracy after each epoch up to the stop, 0..1.</param>
/// <param name="BestEpoch">The first epoch with the best accuracy.</param>
/// <param name="Epoch">The epoch whose weights are the result.</param>
/// <param name="StoppedEarly">Epochs that were asked for are left out.</param>
public sealed record ValidationCourse(IReadOnlyList<double> Accuracy, int BestEpoch, int Epoch, bool StoppedEarly)
{
    /// <summary>Decides.</summary>
    /// <param name="accuracy">Accuracy after each epoch that was asked for, at least one.</param>
    /// <param name="patience">Stop after this number of epochs without a better one, or null.</param>
    /// <param name="keepBest">Take the best epoch's weights.</param>
    public static ValidationCourse Of(IReadOnlyList<double> accuracy, int? patience, bool keepBest)
    {
        int best = 0, last = 0;
        while (last + 1 < accuracy.Count && !(last - best >= patience))
        {
            last++;
            best = accuracy[last] > accuracy[best] ? last : best;
        }

        return new ValidationCourse([.. accuracy.Take(last + 1)], best + 1, (keepBest ? best : last) + 1, last + 1 < accuracy.Count);
    }
}
