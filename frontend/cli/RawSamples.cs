// The meaning of raw uint8 samples, as two options of the commands that read a model.

using System.CommandLine;
using TinyEngine.Ir;
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

    /// <summary>Scale and offset of a command line, or null without a scale. An offset alone would mean nothing: it is a problem.</summary>
    public static RawScale? Read(ParseResult result, List<Diagnostic> problems)
    {
        if (result.GetValue(Scale) is { } scale)
        {
            return new RawScale(scale, result.GetValue(Offset));
        }

        if (result.GetResult(Offset) is { Implicit: false })
        {
            problems.Add(Diagnostics.BadOption.At(Offset.Name, $"needs {Scale.Name}"));
        }

        return null;
    }
}
