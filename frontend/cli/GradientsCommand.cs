// `tinyengine gradients`: compares gradients of int8 layers in block floating point with those in fp32, layer by layer on real samples,
// before anything is trained with them.

using System.CommandLine;
using System.Globalization;
using TinyEngine.Compiler;
using TinyEngine.Data;
using TinyEngine.Experiments;
using TinyEngine.Ir;

namespace TinyEngine.Cli;

/// <summary>The gradients command.</summary>
internal static class GradientsCommand
{
    private static readonly Argument<string> Model = new("MODEL") { Description = "ONNX model with int8 layers and its pretrained head" };
    private static readonly Option<string> Data = new("--data")
    {
        Description = ".npz file with samples and labels",
        HelpName = "FILE",
        Required = true,
    };
    private static readonly Option<string> Train = new("--train")
    {
        Description = $"training mode: {TrainingArguments.Modes}",
        HelpName = "MODE",
        DefaultValueFactory = _ => "full",
    };
    private static readonly Option<int> Samples = new("--samples")
    {
        Description = "how many samples to run",
        DefaultValueFactory = _ => 4,
    };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new DocumentedCommand("gradients",
            "compare int16 and int8 gradients with fp32 ones, layer by layer (cosine similarity)",
            "tinyengine gradients keywords.onnx --data pretrained-words.npz --train last:4",
            ("Data", [Data, Samples, RawSamples.Scale, RawSamples.Offset, DimOption.Instance]), ("Training", [Train])) { Model };
        command.SetAction(result => Terminal.Run(result, result.GetValue(Model)!, terminal => Run(result, terminal)));
        return command;
    }

    private static void Run(ParseResult result, Terminal terminal)
    {
        string path = result.GetValue(Model)!;
        var problems = new List<Diagnostic>();
        var options = TrainingArguments.ReadModel(result, path, Train, problems) with
        {
            StopAfter = "differentiate",
            RawScale = RawSamples.Read(result, problems),
        };
        if (problems.Count == 0 && options.Train.Scheme is null)
        {
            problems.Add(Diagnostics.BadOption.At(Train.Name, "there are no gradients without training"));
        }

        if (result.GetValue(Samples) < 1)
        {
            problems.Add(Diagnostics.BadOption.At(Samples.Name, "expected a positive number of samples"));
        }

        if (problems.Count > 0)
        {
            throw new DiagnosticException(problems);
        }

        var compilation = ModelCompiler.Compile(Terminal.ReadFile(path), options);
        terminal.Notes(compilation.Notes);
        var graph = compilation.Graph;
        var format = EmittedFormat.Of(BoundaryReport.OfInput(graph), BoundaryReport.OfOutput(graph));
        var data = Dataset.Read(result.GetValue(Data)!, "test", format).Take(result.GetValue(Samples));
        foreach (string note in data.Notes)
        {
            terminal.Note(DataDiagnostics.Rounded.At("", note));
        }

        var samples = Enumerable
            .Range(0, data.Count)
            .Select(i => ((ReadOnlyMemory<byte>)data.Samples.AsMemory(i * format.Bytes, format.Bytes), data.Labels[i]))
            .ToList();
        var (narrow, wide) = (GradientComparison.Run(graph, DType.I8, samples), GradientComparison.Run(graph, DType.I16, samples));
        terminal.Result(Json(data.Count, narrow, wide), () => Lines(data.Count, narrow, wide));
    }

    private static IEnumerable<string> Lines(int samples, IReadOnlyList<GradientSimilarity> narrow, IReadOnlyList<GradientSimilarity> wide)
    {
        var c = CultureInfo.InvariantCulture;
        yield return $"cosine similarity to fp32 gradients over {samples} samples";
        yield return "  layer  int8 mean   least  int16 mean    least  parameter";
        foreach (var (n, w) in narrow.Zip(wide))
        {
            yield return string.Create(
                c,
                $"  {n.Layer?.ToString(c) ?? "head",5}  {n.Mean,9:F5} {n.Least,7:F4}  {w.Mean,10:F7} {w.Least,8:F5}  {n.Parameter}"
            );
        }
    }

    private static string Json(int samples, IReadOnlyList<GradientSimilarity> narrow, IReadOnlyList<GradientSimilarity> wide) =>
        JsonText.Of(w =>
        {
            w.WriteNumber("samples", samples);
            w.WriteStartArray("gradients");
            foreach (var (n, i) in narrow.Zip(wide))
            {
                w.WriteStartObject();
                w.WriteString("parameter", n.Parameter);
                if (n.Layer is { } layer)
                {
                    w.WriteNumber("layer", layer);
                }

                w.WriteNumber("int8_mean", n.Mean);
                w.WriteNumber("int8_least", n.Least);
                w.WriteNumber("int16_mean", i.Mean);
                w.WriteNumber("int16_least", i.Least);
                w.WriteEndObject();
            }

            w.WriteEndArray();
        });
}
