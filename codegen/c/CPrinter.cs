// The C printer: a planned graph as a folder of C99 that needs no include path, no allocator and no library. It decides
// nothing: order, places, kernels and sizes are the graph's; the same graph gives the same bytes.

using TinyEngine.Ir;

namespace TinyEngine.Codegen.C;

/// <summary>Prints a planned graph as C.</summary>
public static class CPrinter
{
    private const string ConfigSource = "runtime/te_config.c";

    /// <summary>The files of the emitted folder, in ordinal order of their paths.</summary>
    /// <param name="planned">A graph in the planned stage with one input and one output.</param>
    /// <param name="runtime">The kernels' sources.</param>
    /// <param name="schedule">The schedule of <c>NAME_lr</c>.</param>
    /// <exception cref="DiagnosticException">TE0111: not one input and one output.</exception>
    public static IReadOnlyList<EmittedFile> Print(Graph planned, RuntimeSources runtime, RateSchedule schedule)
    {
        if (planned.Inputs.Length != 1 || planned.Outputs.Length != 1)
        {
            throw new DiagnosticException(
                Diagnostics.NoInterface.At(
                    planned.Name,
                    $"one input and one output, not {planned.Inputs.Length} and {planned.Outputs.Length}"
                )
            );
        }

        var storage = new Storage(planned);
        var kernels = planned
            .Nodes.Where(n => n.Kernel is not null)
            .Select(n => runtime.SourceOf(n.Kernel!.Symbol))
            .Distinct()
            .Select(path => new EmittedFile("runtime/" + FileName(path), runtime.Read(path)))
            .OrderBy(f => f.Path, StringComparer.Ordinal)
            .ToList();
        var headers = runtime
            .Below("include/")
            .Where(path => FileName(path) != "te_config.h")
            .Select(path => new EmittedFile("runtime/" + FileName(path), runtime.Read(path)));
        var port = runtime.Below("port/").Select(path => new EmittedFile("firmware/" + path["port/".Length..], runtime.Read(path)));
        string name = planned.Name;
        EmittedFile[] model =
        [
            new($"{name}.h", HeaderPrinter.Print(planned, storage, schedule)),
            new($"{name}.c", new ModelPrinter(planned, storage, schedule).Print()),
            new($"{name}_weights.h", WeightsPrinter.Header(planned, storage)),
            new($"{name}_weights.c", WeightsPrinter.Source(planned, storage)),
            new("runtime/te_config.h", ProjectPrinter.Config(planned.Target)),
            new(ConfigSource, ProjectPrinter.ConfigSource(planned.Target)),
            new("firmware/model.h", ProjectPrinter.ModelHeader(planned)),
            new("CMakeLists.txt", ProjectPrinter.CMakeLists(planned, kernels.Select(k => k.Path).Prepend(ConfigSource))),
        ];
        return [.. model.Concat(kernels).Concat(headers).Concat(port).OrderBy(f => f.Path, StringComparer.Ordinal)];
    }

    private static string FileName(string path) => path[(path.LastIndexOf('/') + 1)..];
}
