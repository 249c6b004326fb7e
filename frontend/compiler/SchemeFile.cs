// Reads a scheme file (docs/training.md): which biases, which weights and input channels, and whether the head trains. Knows
// the form only; whether layers and channels exist is for SelectTrained to say, which has the model.
//
//   biases: last 20            # or a list of layers
//   weights:
//     - {layer: 24, inputs: 1/4}           # those of the largest norms
//     - {layer: 27, inputs: first 1/2}
//     - {name: conv7, inputs: [0, 3, 5]}
//   head: train                # or freeze

using System.Globalization;
using TinyEngine.Ir;
using TinyEngine.Passes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace TinyEngine.Compiler;

/// <summary>Scheme files.</summary>
public static class SchemeFile
{
    private const int DeepestNesting = 16;

    /// <summary>The scheme in a YAML text.</summary>
    /// <exception cref="DiagnosticException">TE0306, with the line.</exception>
    public static TrainScheme Parse(string yaml)
    {
        yaml = yaml.TrimStart('\uFEFF'); // a byte order mark, as some editors write it
        try
        {
            LimitNesting(yaml);
            var stream = new YamlStream();
            stream.Load(new StringReader(yaml));
            return stream.Documents is [{ RootNode: YamlMappingNode root }] ? Scheme(root) : throw new DiagnosticException(Diagnostics.BadScheme.At("", "the file is not one mapping with biases, weights, head"));
        }
        catch (YamlException e)
        {
            throw new DiagnosticException(Diagnostics.BadScheme.At("", $"line {e.Start.Line}: {e.Message}"));
        }
    }

    /// <summary>The reader of nodes calls itself for each level; a scheme has few.</summary>
    private static void LimitNesting(string yaml)
    {
        var events = new YamlDotNet.Core.Parser(new StringReader(yaml));
        for (int depth = 0; events.MoveNext(); depth += events.Current!.NestingIncrease)
        {
            if (depth > DeepestNesting)
            {
                throw new DiagnosticException(Diagnostics.BadScheme.At("", $"line {events.Current!.Start.Line}: nested more than {DeepestNesting} levels deep"));
            }
        }
    }

    private static TrainScheme Scheme(YamlMappingNode root)
    {
        var scheme = TrainScheme.HeadOnly;
        foreach (var (key, value) in root.Children)
        {
            scheme = Text(key) switch
            {
                "biases" => value is YamlSequenceNode list ? scheme with { BiasLayers = [.. list.Select(Layer)] } : scheme with { Biases = LastCount(value) },
                "weights" => scheme with { Parts = value is YamlSequenceNode parts ? [.. parts.Select(Part)] : throw Fail(value, "weights is a list of {layer: N, inputs: ...}") },
                "head" => scheme with { Head = Text(value) switch { "train" => true, "freeze" => false, _ => throw Fail(value, "head is train or freeze") } },
                var other => throw Fail(key, $"'{other}' is not biases, weights or head"),
            };
        }

        return scheme is { Head: false, Biases: 0, BiasLayers: [], Parts: [] } ? throw Fail(root, "nothing trains") : scheme;
    }

    private static int LastCount(YamlNode node) =>
        Text(node).Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["last", var k] && Integer(k) is { } count ? count : throw Fail(node, "biases is 'last K' or a list of layers");

    private static TrainedPart Part(YamlNode node)
    {
        if (node is not YamlMappingNode map)
        {
            throw Fail(node, "a weights entry is {layer: N, inputs: ...} or {name: NODE, inputs: ...}");
        }

        LayerChoice? layer = null;
        var inputs = ChannelChoice.All;
        foreach (var (key, value) in map.Children)
        {
            switch (Text(key))
            {
                case "layer" when Integer(Text(value)) is not null && layer is null: layer = new LayerChoice(Text(value), IsName: false); break;
                case "name" when layer is null: layer = new LayerChoice(Text(value), IsName: true); break;
                case "inputs": inputs = Inputs(value); break;
                default: throw Fail(key, "a weights entry has a layer number or a name, and inputs");
            }
        }

        return new TrainedPart(layer ?? throw Fail(node, "a weights entry needs a layer or a name"), inputs);
    }

    /// <summary>A layer of a list: a number, or a name; what is quoted is a name.</summary>
    private static LayerChoice Layer(YamlNode node) => new(Text(node), Integer(Text(node)) is null || node is YamlScalarNode { Style: ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted });

    private static ChannelChoice Inputs(YamlNode node)
    {
        if (node is YamlSequenceNode list)
        {
            return new ChannelChoice.List([.. list.Select(c => Integer(Text(c)) ?? throw Fail(c, "a channel is a number"))]);
        }

        string text = Text(node);
        var order = text.StartsWith("first ", StringComparison.Ordinal) ? ChannelOrder.First : ChannelOrder.LargestNorm;
        string[] parts = (order == ChannelOrder.First ? text["first ".Length..] : text).Split('/', StringSplitOptions.TrimEntries);
        return parts switch
        {
            [_] when text == "all" => ChannelChoice.All,
            [var count] when Integer(count) is { } n => new ChannelChoice.Count(n, order),
            [var numerator, var denominator] when Integer(numerator) is { } n && Integer(denominator) is { } d && d > 0 && n <= d => new ChannelChoice.Ratio(n, d, order),
            _ => throw Fail(node, "inputs is a ratio such as 1/4, a count, 'first' before one of these, a list of channels, or all"),
        };
    }

    private static int? Integer(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : null;

    private static string Text(YamlNode node) => node is YamlScalarNode { Value: { } text } ? text : throw Fail(node, "a word or a number is expected");

    private static DiagnosticException Fail(YamlNode at, string text) => new(Diagnostics.BadScheme.At("", $"line {at.Start.Line}: {text}"));
}
