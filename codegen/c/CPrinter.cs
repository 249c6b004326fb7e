// The C printer: a model image as a folder of C99 that needs no include path, no allocator and no library. It decides
// nothing: order, places, kernels and sizes are the image's; the same image gives the same bytes.

using TinyEngine.Image;

namespace TinyEngine.Codegen.C;

/// <summary>Prints a model image as C.</summary>
public static class CPrinter
{
    private const string ConfigSource = "runtime/te_config.c";

    /// <summary>The files of the emitted folder, in ordinal order of their paths.</summary>
    /// <param name="image">The model.</param>
    /// <param name="runtime">The kernels' sources.</param>
    public static IReadOnlyList<EmittedFile> Print(ModelImage image, RuntimeSources runtime)
    {
        var (planned, storage) = (image.Graph, new Storage(image));
        var kernels = image
            .AllCalls.Select(c => runtime.SourceOf(c.Call.Kernel.Symbol))
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
            new($"{name}.h", HeaderPrinter.Print(image)),
            new($"{name}.c", new ModelPrinter(image, storage).Print()),
            new($"{name}_weights.h", WeightsPrinter.Header(image)),
            new($"{name}_weights.c", WeightsPrinter.Source(image)),
            new("runtime/te_config.h", ProjectPrinter.Config(planned.Target)),
            new(ConfigSource, ProjectPrinter.ConfigSource(planned.Target)),
            new("firmware/model.h", ProjectPrinter.ModelHeader(image)),
            new("CMakeLists.txt", ProjectPrinter.CMakeLists(planned, kernels.Select(k => k.Path).Prepend(ConfigSource))),
        ];
        return [.. model.Concat(kernels).Concat(headers).Concat(port).OrderBy(f => f.Path, StringComparer.Ordinal)];
    }

    private static string FileName(string path) => path[(path.LastIndexOf('/') + 1)..];
}
