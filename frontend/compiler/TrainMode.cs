// The training modes: none, head, bias:K, last:K, full; auto, which the compiler replaces by a scheme; and schemes, which come from files.

using System.Globalization;
using TinyEngine.Ir;
using TinyEngine.Passes;

namespace TinyEngine.Compiler;

/// <summary>The trained part of a compiled model: nothing, or the head and some last layers.</summary>
/// <param name="Text">The mode as written.</param>
/// <param name="Scheme">The trained part; null for no training at all.</param>
public sealed record TrainMode(string Text, TrainScheme? Scheme)
{
    /// <summary>Inference only.</summary>
    public static readonly TrainMode None = new("none", null);

    /// <summary>The head alone.</summary>
    public static readonly TrainMode Head = new("head", TrainScheme.HeadOnly);

    /// <summary>Every layer.</summary>
    public static readonly TrainMode Full = new("full", TrainScheme.All);

    /// <summary>The largest scheme that fits the budgets; <see cref="ModelCompiler.Compile"/> puts it in this place.</summary>
    public static readonly TrainMode Auto = new("auto", TrainScheme.HeadOnly);

    /// <summary>The head and the biases of the last layers.</summary>
    /// <param name="layers">How many layers besides the head, from 0 on.</param>
    public static TrainMode Bias(int layers) => new($"bias:{Checked(layers)}", new TrainScheme(layers, 0));

    /// <summary>The head and the weights and biases of the last layers.</summary>
    /// <param name="layers">How many layers besides the head, from 0 on.</param>
    public static TrainMode Last(int layers) => new($"last:{Checked(layers)}", new TrainScheme(layers, layers));

    /// <summary>The mode of this text: none, head, bias:K, last:K, full or auto.</summary>
    /// <exception cref="DiagnosticException">TE0604: there is no such mode.</exception>
    public static TrainMode Parse(string text) => text.Split(':') switch
    {
        ["none"] => None,
        ["head"] => Head,
        ["full"] => Full,
        ["auto"] => Auto,
        ["bias", var k] when Count(k) is { } n => Bias(n),
        ["last", var k] when Count(k) is { } n => Last(n),
        _ => throw new DiagnosticException(
            Diagnostics.BadOption.At(OptionName.Train, $"'{text}' is not none, head, bias:K, last:K, full, auto or a scheme file (.yaml)")),
    };

    private static int Checked(int layers)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(layers);
        return layers;
    }

    private static int? Count(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : null;
}
