// The C# API: from the bytes of an ONNX model to a planned graph and the files of its C project. Nothing is written here;
// OutputFolder does that.

using TinyEngine.Codegen.C;
using TinyEngine.Ir;
using TinyEngine.Onnx;

namespace TinyEngine.Compiler;

/// <summary>Compiles ONNX models.</summary>
public static class ModelCompiler
{
    /// <summary>Imports a model, runs the passes, plans memory and prints the C project.</summary>
    /// <param name="model">The bytes of the ONNX file.</param>
    /// <param name="options">What to make of it.</param>
    /// <exception cref="DiagnosticException">Everything that is wrong with the model, the options or the budgets.</exception>
    public static Compilation Compile(byte[] model, CompileOptions options)
    {
        var runtime = RuntimeSources.Embedded;
        var kernels = KernelTable.Parse(runtime.Read("kernels.def"));
        var graph = Pipeline.Run(Import(model, options), options, kernels);
        if (graph.Stage != Stage.Planned)
        {
            return new Compilation(graph, null, [], []);
        }

        var footprints = Footprints.Parse(runtime.Read("footprints.def"));
        var report = PlanReport.Of(graph, options, model, footprints);
        var problems = report.CheckBudgets(graph).ToList();
        if (problems.Count > 0)
        {
            throw new DiagnosticException([.. problems, .. Proposals.For(model, options, kernels, footprints)]);
        }

        var files = CPrinter.Print(graph, runtime, new EmissionOptions(options.CallerInput, options.Schedule));
        return new Compilation(graph, report, [.. files, new EmittedFile("plan.json", report.ToJson()), new EmittedFile("report.html", HtmlReport.Print(report))], [.. FrozenChannels(graph)]);
    }

    /// <summary>A note for each layer with channels that no update moves.</summary>
    private static IEnumerable<Diagnostic> FrozenChannels(Graph graph) =>
        from node in graph.Nodes
        where node.Op is Update && node.Input(0).Type.IsQuantized
        let frozen = Update.Steps(node).Count(step => step == 0)
        where frozen > 0
        select Diagnostics.FrozenChannels.At(node.Input(0).Name, frozen);

    /// <summary>Imports a model without transforming it.</summary>
    /// <exception cref="DiagnosticException">Everything that is wrong with the model.</exception>
    public static Graph Import(byte[] model, CompileOptions options) => OnnxImporter.Import(model, options.Name, options.Dims);

    /// <summary>An identifier made of a file name: letters, digits and underscores, not starting with a digit.</summary>
    public static string Identifier(string fileName)
    {
        string name = Path.GetFileNameWithoutExtension(fileName);
        string id = new([.. name.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '_')]);
        return id.Length == 0 || char.IsAsciiDigit(id[0]) ? "model_" + id : id;
    }
}
