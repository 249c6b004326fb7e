// The C printer: a model image as a folder of C99 that needs no include path, no allocator and no library. It decides
// nothing: order, places, kernels and sizes are the image's; the same image gives the same bytes.

using TinyEngine.Image;
using TinyEngine.Ir;

namespace TinyEngine.Codegen.C;

/// <summary>Prints a model image as C.</summary>
public static class CPrinter
{
    private const string ConfigSource = "runtime/te_config.c";

    /// <summary>The files of the emitted folder, in ordinal order of their paths.</summary>
    /// <param name="image">The model.</param>
    /// <param name="operators">The set of its operators, which has the kernels' sources.</param>
    public static IReadOnlyList<EmittedFile> Print(ModelImage image, OperatorSet operators)
    {
        var (planned, storage) = (image.Graph, new Storage(image));
        var used = image.AllCalls.Select(c => c.Call.Kernel).Distinct().ToLookup(operators.RuntimeOf);
        // The first sources are the core's, which every model needs; a pack's come along where the model calls one of its kernels.
        var runtimes = operators.Runtimes.Where((r, i) => i == 0 || used.Contains(r)).ToList();
        var kernels = runtimes
            .SelectMany(r => r.SourcesOf(used[r].Select(k => k.Symbol)).Select(path => Runtime(r, path)))
            .OrderBy(f => f.Path, StringComparer.Ordinal)
            .ToList();
        var port = runtimes
            .SelectMany(r => r.Below("port/").Select(path => new EmittedFile("firmware/" + path["port/".Length..], r.Read(path))))
            .ToList();
        string[] kernelHeaders = [.. runtimes.Select(r => FileName(r.Header))];
        var visible = Includes.Closure(kernelHeaders.Select(h => $"#include \"{h}\""), runtimes);
        var groups = FieldGroups.Parse(string.Concat(visible.Select(h => h.Content)));
        string name = planned.Name;
        EmittedFile[] model =
        [
            new($"{name}.h", HeaderPrinter.Print(image)),
            new($"{name}.c", new ModelPrinter(image, storage, groups, kernelHeaders).Print()),
            new($"{name}_weights.h", WeightsPrinter.Header(image)),
            new($"{name}_weights.c", WeightsPrinter.Source(image)),
            new("runtime/te_config.h", ProjectPrinter.Config(planned.Target)),
            new(ConfigSource, ProjectPrinter.ConfigSource(planned.Target)),
            new("firmware/model.h", ProjectPrinter.ModelHeader(image)),
            new("CMakeLists.txt", ProjectPrinter.CMakeLists(planned, kernels.Select(k => k.Path).Prepend(ConfigSource))),
        ];
        var headers = Includes
            .Closure(model.Concat(kernels).Concat(port).Select(f => f.Content), runtimes)
            .Where(h => h.Name != "te_config.h")
            .Select(h => new EmittedFile("runtime/" + h.Name, h.Content));
        return [.. model.Concat(kernels).Concat(headers).Concat(port).OrderBy(f => f.Path, StringComparer.Ordinal)];
    }

    private static EmittedFile Runtime(RuntimeSources runtime, string path) => new("runtime/" + FileName(path), runtime.Read(path));

    private static string FileName(string path) => path[(path.LastIndexOf('/') + 1)..];
}
