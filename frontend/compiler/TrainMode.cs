// The training modes of the command line: none, head, bias:K, last:K, full.

using System.Globalization;
using TinyEngine.Passes;

namespace TinyEngine.Compiler;

/// <summary>What a compiled model trains: nothing, or the head and some last layers.</summary>
/// <param name="Text">The mode as written.</param>
/// <param name="Scheme">What trains; null for no training at all.</param>
public sealed record TrainMode(string Text, TrainScheme? Scheme)
{
    /// <summary>Inference only.</summary>
    public static readonly TrainMode None = new("none", null);

    /// <summary>The head alone.</summary>
    public static readonly TrainMode Head = new("head", TrainScheme.HeadOnly);

    /// <summary>The mode of this text, or null where there is none.</summary>
    public static TrainMode? Parse(string text) => text.Split(':') switch
    {
        ["none"] => None,
        ["head"] => Head,
        ["full"] => new(text, TrainScheme.All),
        ["bias", var k] when Count(k) is { } n => new(text, new TrainScheme(n, 0)),
        ["last", var k] when Count(k) is { } n => new(text, new TrainScheme(n, n)),
        _ => null,
    };

    private static int? Count(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : null;
}
