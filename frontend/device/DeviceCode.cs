// The codes of data, builds and runs. A code is never reused for another meaning.

namespace TinyEngine.Device;

/// <summary>The diagnostics of this assembly.</summary>
public static class DeviceCode
{
    /// <summary>The folder was not emitted by compile.</summary>
    public const string NotEmitted = "TE0701";
    /// <summary>A compiler or emulator is missing.</summary>
    public const string ToolMissing = "TE0702";
    /// <summary>The emitted C does not build.</summary>
    public const string BuildFailed = "TE0703";
    /// <summary>The firmware exceeds a memory budget, or the budget exceeds the board.</summary>
    public const string DoesNotFit = "TE0704";
    /// <summary>The firmware faulted: a store outside the memory budget, a stack overflow.</summary>
    public const string Fault = "TE0705";
    /// <summary>The program or the emulator ended without a result.</summary>
    public const string RunFailed = "TE0706";
    /// <summary>The run took longer than its time limit.</summary>
    public const string TimeLimit = "TE0707";
    /// <summary>There is no board for a target.</summary>
    public const string NoBoard = "TE0708";
    /// <summary>The model has no training step.</summary>
    public const string NotTrainable = "TE0709";
    /// <summary>A data file cannot be read or is malformed.</summary>
    public const string BadFile = "TE0710";
    /// <summary>Arrays are missing or do not fit the model.</summary>
    public const string BadShape = "TE0711";
    /// <summary>The samples' element type does not fit the model's input.</summary>
    public const string BadElementType = "TE0712";
    /// <summary>Both layouts fit.</summary>
    public const string AmbiguousLayout = "TE0713";
    /// <summary>A label is not a class.</summary>
    public const string BadLabel = "TE0714";
    /// <summary>A weights file does not fit the model.</summary>
    public const string BadWeights = "TE0715";
    /// <summary>A plot cannot be written.</summary>
    public const string BadPlot = "TE0716";
    /// <summary>There are no samples to validate with.</summary>
    public const string NoValidation = "TE0717";
    /// <summary>Classes do not fit: the sub-folders of an image folder and the model, or training and test data.</summary>
    public const string BadClasses = "TE0718";
    /// <summary>Training diverged: a step was refused.</summary>
    public const string Diverged = "TE0719";
    /// <summary>More steps and evaluations than one run takes.</summary>
    public const string TooManySteps = "TE0720";
    /// <summary>A note: numbers of data were rounded to float32.</summary>
    public const string Rounded = "TE0721";
}
