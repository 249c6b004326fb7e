// What each objective of `--optimize` would give, beside what was chosen.

namespace TinyEngine.Compiler;

/// <summary>The kernels of a model under one objective, as if every layer ran at once and nothing moved in the arena.</summary>
/// <param name="Objective"><c>speed</c>, <c>balanced</c> or <c>size</c>.</param>
/// <param name="Code">Bytes of code of the kernels, a bound.</param>
/// <param name="Constants">Bytes of weights and tables in flash, without the initial values of parameters.</param>
/// <param name="Inference">Predicted instructions of one inference.</param>
/// <param name="TrainStep">Predicted instructions of one training step; null where the model does not train.</param>
public sealed record ObjectiveReport(string Objective, long Code, long Constants, long Inference, long? TrainStep);
