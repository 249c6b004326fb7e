// The report of simulate and emulate (docs/data.md, "What comes back").

using TinyEngine.Data;
using TinyEngine.Device;

namespace TinyEngine.Experiments;

/// <summary>The result of an experiment.</summary>
/// <param name="AccuracyBefore">Share of test samples classified rightly before training, 0..1; null without test samples or
/// classes.</param>
/// <param name="AccuracyAfter">The same after training.</param>
/// <param name="Loss">Mean loss per epoch, or per 50 steps where steps were asked for.</param>
/// <param name="Steps">Training steps done.</param>
/// <param name="Weights">Trained parameters in the order of the ONNX file; empty where the model does not train.</param>
/// <param name="WeightsSha256">Their hash.</param>
/// <param name="Predictions">The raw output of every test sample at the end.</param>
/// <param name="TrainSeconds">Seconds of the whole run, without the build.</param>
/// <param name="Cost">Instructions and stack.</param>
/// <param name="Firmware">The firmware that ran, or null on the host.</param>
public sealed record ExperimentResult(
    double? AccuracyBefore, double? AccuracyAfter, IReadOnlyList<float> Loss, int Steps, byte[] Weights, string WeightsSha256,
    NpyArray? Predictions, double TrainSeconds, RunCost Cost, Firmware? Firmware)
{
    /// <summary>The learning rate of the first step; null where nothing was trained.</summary>
    public float? Rate { get; init; }

    /// <summary>
    /// Mean loss of the test samples before training; null without them or their targets, or where classes are told apart by cross-entropy.
    /// </summary>
    public double? LossBefore { get; init; }

    /// <summary>The same after training.</summary>
    public double? LossAfter { get; init; }

    /// <summary>Measurements after each epoch, or null without validation.</summary>
    public ValidationCourse? Validation { get; init; }

    /// <summary>Test samples by class and prediction at the end, or null without test samples.</summary>
    public ConfusionMatrix? Confusion { get; init; }
}
