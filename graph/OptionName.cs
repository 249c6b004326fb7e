// Options in diagnostics. Rooms below the front ends do not know how an option is spelled: they name the property of the C# API
// that holds it, between marks, and each front end puts its own spelling there.

using System.Text.RegularExpressions;

namespace TinyEngine.Ir;

/// <summary>An option of a compilation or of a run.</summary>
/// <param name="Property">The property of CompileOptions or ExperimentOptions that holds it.</param>
public readonly partial record struct OptionName(string Property)
{
    /// <summary>The name of the model.</summary>
    public static readonly OptionName Name = new("Name");
    /// <summary>Which part of the model is trained, and the samples to train on.</summary>
    public static readonly OptionName Train = new("Train");
    /// <summary>Classes of a fresh head.</summary>
    public static readonly OptionName Classes = new("Classes");
    /// <summary>The element type of the trained head.</summary>
    public static readonly OptionName Head = new("QuantizedHead");
    /// <summary>The loss.</summary>
    public static readonly OptionName Loss = new("Loss");
    /// <summary>Label smoothing.</summary>
    public static readonly OptionName Smoothing = new("Loss.Smoothing");
    /// <summary>Whether the target is the input.</summary>
    public static readonly OptionName Reconstructs = new("Loss.Reconstructs");
    /// <summary>The format of gradients.</summary>
    public static readonly OptionName Gradients = new("Gradients");
    /// <summary>Momentum.</summary>
    public static readonly OptionName Momentum = new("Optimizer.Momentum");
    /// <summary>Weight decay.</summary>
    public static readonly OptionName Decay = new("Optimizer.Decay");
    /// <summary>Steps of one update.</summary>
    public static readonly OptionName Accumulate = new("Optimizer.Accumulate");
    /// <summary>The largest norm of the gradient.</summary>
    public static readonly OptionName ClipNorm = new("Optimizer.ClipNorm");
    /// <summary>Rounding of updates.</summary>
    public static readonly OptionName UpdateRule = new("Update.Rule");
    /// <summary>Factor on the rate for weights.</summary>
    public static readonly OptionName WeightRate = new("Update.WeightRate");
    /// <summary>Factor for biases.</summary>
    public static readonly OptionName BiasRate = new("Update.BiasRate");
    /// <summary>Factor for the head.</summary>
    public static readonly OptionName HeadRate = new("Update.HeadRate");
    /// <summary>Random initial weights.</summary>
    public static readonly OptionName InitialSeed = new("InitialSeed");
    /// <summary>Element types at the boundary.</summary>
    public static readonly OptionName Io = new("Io");
    /// <summary>The scale of raw samples.</summary>
    public static readonly OptionName RawScale = new("RawScale.Scale");
    /// <summary>The offset of raw samples.</summary>
    public static readonly OptionName RawOffset = new("RawScale.Offset");
    /// <summary>The owner of the input: the arena or the caller.</summary>
    public static readonly OptionName Input = new("CallerInput");
    /// <summary>The layers that run row by row.</summary>
    public static readonly OptionName PatchLayers = new("PatchLayers");
    /// <summary>How places in the arena are found.</summary>
    public static readonly OptionName Placer = new("Placer");
    /// <summary>The memories of the device.</summary>
    public static readonly OptionName Regions = new("Regions");
    /// <summary>Values of dynamic dimensions.</summary>
    public static readonly OptionName Dims = new("Dims");
    /// <summary>The SRAM budget.</summary>
    public static readonly OptionName Sram = new("SramBudget");
    /// <summary>The flash budget.</summary>
    public static readonly OptionName Flash = new("FlashBudget");
    /// <summary>The pass to stop after.</summary>
    public static readonly OptionName StopAfter = new("StopAfter");
    /// <summary>The share of training samples held out.</summary>
    public static readonly OptionName Validation = new("Validation");
    /// <summary>The layout of samples.</summary>
    public static readonly OptionName Layout = new("Layout");

    /// <summary>The name between marks, as messages hold it.</summary>
    public override string ToString() => $"‹{Property}›";

    /// <summary>A text with its options spelled out.</summary>
    /// <param name="text">Text with names between marks.</param>
    /// <param name="spelling">The spelling of an option.</param>
    public static string Spell(string text, Func<OptionName, string> spelling) =>
        Marked().Replace(text, m => spelling(new OptionName(m.Groups[1].Value)));

    [GeneratedRegex("‹([A-Za-z.]+)›")]
    private static partial Regex Marked();
}
