// The diagnostics of experiments: folders, weights, plots and runs that an experiment cannot use.

using TinyEngine.Ir;

namespace TinyEngine.Experiments;

/// <summary>The table of this room's codes, <c>TE07xx</c>. A code is never reused for another meaning.</summary>
public static class ExperimentDiagnostics
{
    /// <summary>The folder was not emitted by compile.</summary>
    public static readonly DiagnosticRule NotEmitted = new("TE0701", "{0}");
    /// <summary>The model has no training step.</summary>
    public static readonly DiagnosticRule NotTrainable = new("TE0709", "{0}");
    /// <summary>A weights file does not fit the model.</summary>
    public static readonly DiagnosticRule BadWeights = new("TE0715", "{0}");
    /// <summary>A plot cannot be written.</summary>
    public static readonly DiagnosticRule BadPlot = new("TE0716", "{0}");
    /// <summary>Training diverged: a step was refused.</summary>
    public static readonly DiagnosticRule Diverged = new("TE0719", "{0}");
    /// <summary>More steps and evaluations than one run takes.</summary>
    public static readonly DiagnosticRule TooManySteps = new("TE0720", "{0}");
}
