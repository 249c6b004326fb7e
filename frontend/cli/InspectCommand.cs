// `tinyengine inspect`: the operators of a model as they are at the quantized stage. It refuses everything that compile refuses with the
// same --train, which is none by default.

using System.CommandLine;
using System.Globalization;
using TinyEngine.Compiler;
using TinyEngine.Ir;

namespace TinyEngine.Cli;

/// <summary>The inspect command.</summary>
internal static class InspectCommand
{
    private static readonly Argument<string> Model = new("MODEL") { Description = "ONNX model" };

    private static readonly Option<string> Train = new("--train")
    {
        Description = $"also report what compile would refuse in this training mode: none, {TrainingArguments.Modes}",
        HelpName = "MODE",
        DefaultValueFactory = _ => "none",
    };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new DocumentedCommand("inspect",
            "list operators, shapes, MACs, parameters and gradients of a model, and all its problems at once",
            "tinyengine inspect keywords.onnx", ("Model", [DimOption.Instance, Train])) { Model };
        command.SetAction(result => Terminal.Run(result, result.GetValue(Model)!, terminal => Run(result, terminal)));
        return command;
    }

    private static void Run(ParseResult result, Terminal terminal)
    {
        string path = result.GetValue(Model)!;
        var problems = new List<Diagnostic>();
        var options = TrainingArguments.ReadModel(result, path, Train, problems);
        if (problems.Count > 0)
        {
            throw new DiagnosticException(problems);
        }

        var compilation = ModelCompiler.Inspect(Terminal.ReadFile(path), options);
        terminal.Notes(compilation.Notes);
        terminal.Result(Json(path, compilation.Graph), () => Lines(path, compilation.Graph));
    }

    private static long Parameters(Node node) => node.Inputs.Where(v => v is { IsConstant: true }).Sum(v => v!.Type.Count);

    private static IEnumerable<string> Lines(string path, Graph graph)
    {
        var c = CultureInfo.InvariantCulture;
        yield return string.Create(
            c,
            $"{Path.GetFileName(path)}: {graph.Nodes.Length} operators, {graph.Nodes.Sum(n => n.Op.Macs(n)):N0} MACs, "
                + $"{graph.Nodes.Sum(Parameters):N0} parameters"
        );
        foreach (var (value, what) in graph.Inputs.Select(v => (v, "input")).Concat(graph.Outputs.Select(v => (v, "output"))))
        {
            yield return $"  {what} {value.Name}: {value.Type.DType.Name()}{value.Type.Shape}";
        }

        yield return string.Create(
            c,
            $"  {"layer",5}  {"operator",-15} {"result",-22} {"MACs",12} {"parameters",10}  {"gradient",-8}  node"
        );
        foreach (var n in graph.Nodes)
        {
            string layer = n.IsHead ? "head" : n.Layer?.ToString(c) ?? "";
            yield return string.Create(
                c,
                $"  {layer,5}  {n.Op.Name,-15} {n.Output.Type.DType.Name() + n.Output.Type.Shape,-22} {n.Op.Macs(n),12:N0} "
                    + $"{Parameters(n),10:N0}  {(n.Op.HasGradient ? "yes" : "no"),-8}  {n.Name}"
            );
        }
    }

    private static string Json(string path, Graph graph) => JsonText.Of(w =>
    {
        w.WriteString("model", Path.GetFileName(path));
        w.WriteNumber("macs", graph.Nodes.Sum(n => n.Op.Macs(n)));
        w.WriteNumber("parameters", graph.Nodes.Sum(Parameters));
        w.WriteStartArray("operators");
        foreach (var n in graph.Nodes)
        {
            w.WriteStartObject();
            w.WriteString("name", n.Name);
            w.WriteString("op", n.Op.Name);
            w.WriteString("dtype", n.Output.Type.DType.Name());
            w.WriteStartArray("shape");
            foreach (int extent in n.Output.Type.Shape.ToArray())
            {
                w.WriteNumberValue(extent);
            }

            w.WriteEndArray();
            if (n.Layer is { } layer)
            {
                w.WriteNumber("layer", layer);
            }

            w.WriteNumber("macs", n.Op.Macs(n));
            w.WriteNumber("parameters", Parameters(n));
            w.WriteBoolean("gradient", n.Op.HasGradient);
            w.WriteEndObject();
        }

        w.WriteEndArray();
    });
}
