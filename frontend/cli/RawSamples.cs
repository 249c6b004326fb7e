// The meaning of raw uint8 samples, as two options of the commands that read a model.

using System.CommandLine;
using TinyEngine.Passes;

namespace TinyEngine.Cli;

/// <summary>The options --input-scale and --input-offset.</summary>
internal static class RawSamples
{
    /// <summary>The scale S.</summary>
    public static readonly Option<double?> Scale = new("--input-scale")
    {
        Description = "meaning of uint8 samples: real = raw*S + O",
        HelpName = "S",
    };

    /// <summary>The offset O.</summary>
    public static readonly Option<double> Offset = new("--input-offset")
    {
        Description = "the offset of uint8 samples",
        HelpName = "O",
        DefaultValueFactory = _ => 0,
    };

    /// <summary>Scale and offset of a command line, or null without a scale.</summary>
    public static RawScale? Of(ParseResult result) =>
        result.GetValue(Scale) is { } scale ? new RawScale(scale, result.GetValue(Offset)) : null;
}
