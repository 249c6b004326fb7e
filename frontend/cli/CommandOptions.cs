// How the command line spells the options that diagnostics name.

using TinyEngine.Ir;

namespace TinyEngine.Cli;

/// <summary>Names of options on the command line.</summary>
internal static class CommandOptions
{
    private static readonly Dictionary<OptionName, string> Names = new()
    {
        [OptionName.Name] = "--name",
        [OptionName.Train] = "--train",
        [OptionName.Classes] = "--classes",
        [OptionName.Head] = "--head",
        [OptionName.Loss] = "--loss",
        [OptionName.Smoothing] = "--label-smoothing",
        [OptionName.Reconstructs] = "--reconstruct",
        [OptionName.Gradients] = "--gradients",
        [OptionName.Momentum] = "--momentum",
        [OptionName.Decay] = "--weight-decay",
        [OptionName.Accumulate] = "--accumulate",
        [OptionName.ClipNorm] = "--clip-norm",
        [OptionName.UpdateRule] = "--update",
        [OptionName.WeightRate] = "--lr-weights",
        [OptionName.BiasRate] = "--lr-biases",
        [OptionName.HeadRate] = "--lr-head",
        [OptionName.InitialSeed] = "--init random",
        [OptionName.Io] = "--io",
        [OptionName.RawScale] = "--input-scale",
        [OptionName.RawOffset] = "--input-offset",
        [OptionName.Input] = "--input",
        [OptionName.PatchLayers] = "--patch",
        [OptionName.Placer] = "--plan",
        [OptionName.Regions] = "--region",
        [OptionName.Dims] = "--dim",
        [OptionName.Sram] = "--sram",
        [OptionName.Flash] = "--flash",
        [OptionName.StopAfter] = "--stop-after",
        [OptionName.Validation] = "--validation",
        [OptionName.Layout] = "--layout",
    };

    /// <summary>The spelling of an option; of <c>InitialSeed</c> with the word that asks for it.</summary>
    public static string Spelled(OptionName option) => Names[option];
}
