// Reads and writes scheme files (docs/training.md): which biases, which weights and input channels, and whether the head trains. It knows
// the form only; SelectTrained, which has the model, checks whether layers and channels exist. All problems of a file are found at
// once, each with its line.
//
//   biases: last 20            # or a list of layers
//   weights:
//     - {layer: 24, inputs: 1/4}           # channels with the largest norms
//     - {layer: 27, inputs: first 1/2}
//     - {name: conv7, inputs: [0, 3, 5]}
//   head: train                # or freeze

using System.Diagnostics;
using System.Globalization;
using TinyEngine.Ir;
using TinyEngine.Passes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace TinyEngine.Compiler;

/// <summary>Scheme files.</summary>
public sealed class SchemeFile
{
    private const int DeepestNesting = 16, FarthestTypo = 2;

    private readonly string file;
    private readonly List<Diagnostic> problems = [];

    private SchemeFile(string file) => this.file = file;

    /// <summary>The scheme in a YAML text.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="file">Its name in diagnostics: the path that the user gave.</param>
    /// <exception cref="DiagnosticException">TE0306 for each problem, with its line.</exception>
    public static TrainScheme Parse(string yaml, string file = "scheme.yaml")
    {
        yaml = yaml.TrimStart('\uFEFF'); // a byte order mark, as some editors write it
        var reader = new SchemeFile(file);
        var scheme = TrainScheme.HeadOnly;
        try
        {
            if (reader.IsShallow(yaml))
            {
                var stream = new YamlStream();
                stream.Load(new StringReader(yaml));
                scheme = stream.Documents is [{ RootNode: YamlMappingNode root }] ? reader.Scheme(root)
                    : reader.Bad(1, "the file is not one mapping with biases, weights, head", scheme);
            }
        }
        catch (YamlException e)
        {
            reader.Bad(e.Start.Line, e.Message, scheme);
        }

        return reader.problems.Count == 0 ? scheme : throw new DiagnosticException(reader.problems);
    }

    /// <summary>The text of a scheme.</summary>
    /// <exception cref="ArgumentException">
    /// It trains whole last layers, or the biases of last layers and of others: no file says that.
    /// </exception>
    public static string Print(TrainScheme scheme)
    {
        if (scheme.Weights > 0 || (scheme.Biases > 0 && scheme.BiasLayers.Length > 0))
        {
            throw new ArgumentException("not the scheme of a file", nameof(scheme));
        }

        string Layer(LayerChoice layer) => layer.IsName ? $"'{layer.Text.Replace("'", "''", StringComparison.Ordinal)}'" : layer.Text;
        string[] lines =
        [
            scheme.BiasLayers.Length > 0
                ? $"biases: [{string.Join(", ", scheme.BiasLayers.Select(Layer))}]"
                : $"biases: last {scheme.Biases}",
            .. scheme.Parts.Length > 0 ? ["weights:"] : Array.Empty<string>(),
            .. scheme.Parts.Select(p => $"  - {{{(p.Layer.IsName ? "name" : "layer")}: {Layer(p.Layer)}, inputs: {Text(p.Inputs)}}}"),
            scheme.Head ? "head: train" : "head: freeze",
        ];
        return string.Join('\n', lines) + "\n";
    }

    /// <summary>A choice of channels as a file writes it.</summary>
    public static string Text(ChannelChoice inputs) =>
        inputs switch
        {
            ChannelChoice.List list => $"[{string.Join(", ", list.Channels)}]",
            ChannelChoice.Count count => string.Create(CultureInfo.InvariantCulture, $"{First(count.Order)}{count.Channels}"),
            ChannelChoice.Ratio(1, 1, _) => "all",
            ChannelChoice.Ratio(var n, var d, var order) => string.Create(CultureInfo.InvariantCulture, $"{First(order)}{n}/{d}"),
            _ => throw new UnreachableException(),
        };

    private static string First(ChannelOrder order) => order == ChannelOrder.First ? "first " : "";

    /// <summary>The reader of nodes calls itself for each level; a scheme has few.</summary>
    private bool IsShallow(string yaml)
    {
        var events = new YamlDotNet.Core.Parser(new StringReader(yaml));
        for (int depth = 0; events.MoveNext(); depth += events.Current!.NestingIncrease)
        {
            if (depth > DeepestNesting)
            {
                return Bad(events.Current!.Start.Line, $"nested more than {DeepestNesting} levels deep", false);
            }
        }

        return true;
    }

    private TrainScheme Scheme(YamlMappingNode root)
    {
        var scheme = TrainScheme.HeadOnly;
        foreach (var (key, value) in root.Children)
        {
            scheme = Text(key) switch
            {
                "biases" when value is YamlSequenceNode list => scheme with { BiasLayers = [.. list.Select(Layer)] },
                "biases" => scheme with { Biases = LastCount(value) },
                "weights" when value is YamlSequenceNode parts => scheme with { Parts = [.. parts.Select(Part)] },
                "weights" => Bad(value, "weights is a list of {layer: N, inputs: ...}", scheme),
                "head" => Text(value) switch
                {
                    "train" => scheme with { Head = true },
                    "freeze" => scheme with { Head = false },
                    _ => Bad(value, "head is train or freeze", scheme),
                },
                _ => Unknown(key, scheme, "biases", "weights", "head"),
            };
        }

        bool trainsNothing = scheme is { Head: false, Biases: 0, BiasLayers: [], Parts: [] };
        return trainsNothing && problems.Count == 0 ? Bad(root, "nothing trains", scheme) : scheme;
    }

    private int LastCount(YamlNode node)
    {
        string[] words = Text(node).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words is ["last", var k] && Integer(k) is { } count ? count : Bad(node, "biases is 'last K' or a list of layers", 0);
    }

    private TrainedPart Part(YamlNode node)
    {
        LayerChoice? layer = null;
        var inputs = ChannelChoice.All;
        if (node is not YamlMappingNode map)
        {
            return Bad(node, "a weights entry is {layer: N, inputs: ...} or {name: NODE, inputs: ...}", new TrainedPart(default, inputs));
        }

        bool isWrong = false;
        foreach (var (key, value) in map.Children)
        {
            switch (Text(key))
            {
                case "layer" or "name" when layer is not null:
                    isWrong = Bad(key, "a weights entry has one layer or one name", true);
                    break;
                case "layer":
                    string number = Text(value);
                    layer = Integer(number) is not null || number.Length == 0 ? Layer(value, number, isName: false)
                        : Bad(value, $"layer is a number, not '{number}'; nodes are named by name", default(LayerChoice));
                    break;
                case "name":
                    layer = Layer(value, Text(value), isName: true);
                    break;
                case "inputs":
                    inputs = Inputs(value);
                    break;
                default:
                    isWrong = Unknown(key, true, "layer", "name", "inputs");
                    break;
            }
        }

        layer ??= isWrong ? default(LayerChoice) : Bad(node, "a weights entry needs a layer or a name", default(LayerChoice));
        return new TrainedPart(layer.Value, inputs);
    }

    /// <summary>A layer of a list: a number, or a name; quoted text is a name.</summary>
    private LayerChoice Layer(YamlNode node)
    {
        string text = Text(node);
        bool isQuoted = node is YamlScalarNode { Style: ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted };
        return Layer(node, text, isQuoted || Integer(text) is null);
    }

    private LayerChoice Layer(YamlNode node, string text, bool isName) =>
        new(text, isName) { Place = new SourceLine(file, (int)node.Start.Line) };

    private ChannelChoice Inputs(YamlNode node)
    {
        if (node is YamlSequenceNode list)
        {
            return new ChannelChoice.List([.. list.Select(c => Integer(Text(c)) ?? Bad(c, "a channel is a number", 0))]);
        }

        string text = Text(node);
        var order = text.StartsWith("first ", StringComparison.Ordinal) ? ChannelOrder.First : ChannelOrder.LargestNorm;
        string[] parts = (order == ChannelOrder.First ? text["first ".Length..] : text).Split('/', StringSplitOptions.TrimEntries);
        return parts switch
        {
            [_] when text == "all" => ChannelChoice.All,
            [var count] when Integer(count) is { } n => new ChannelChoice.Count(n, order),
            [var numerator, var denominator] when Integer(numerator) is { } n && Integer(denominator) is { } d && d > 0 && n <= d =>
                new ChannelChoice.Ratio(n, d, order),
            _ => Bad(node, $"inputs is a ratio such as 1/4, a count, 'first' before one of these, a list of channels, or all; not '{text}'",
                ChannelChoice.All),
        };
    }

    private static int? Integer(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : null;

    private string Text(YamlNode node) =>
        node is YamlScalarNode { Value: { } text } ? text : Bad(node, "a word or a number is expected", "");

    private T Unknown<T>(YamlNode key, T instead, params string[] known)
    {
        string text = Text(key);
        string nearest = known.MinBy(k => Distance(k, text))!;
        string advice =
            Distance(nearest, text) <= FarthestTypo ? $", did you mean '{nearest}'?" : $"; there are {string.Join(", ", known)}";
        return Bad(key, $"unknown key '{text}'" + advice, instead);
    }

    /// <summary>Letters to insert, drop or replace between two words (Levenshtein 1965).</summary>
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            (int diagonal, row[0]) = (row[0], i);
            for (int j = 1; j <= b.Length; j++)
            {
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
            }
        }

        return row[^1];
    }

    /// <summary>Notes a problem; the value goes on in place of the bad one, so that all problems are found.</summary>
    private T Bad<T>(YamlNode at, string text, T instead) => Bad(at.Start.Line, text, instead);

    private T Bad<T>(long line, string text, T instead)
    {
        problems.Add(Diagnostics.BadScheme.At("", text) with { Place = new SourceLine(file, (int)line) });
        return instead;
    }
}
