// Inference of the emitted C on the host, for tests that compare what a user would get.

using System.IO.Compression;
using TinyEngine.Compiler;
using TinyEngine.Data;
using TinyEngine.Device;
using TinyEngine.Experiments;

namespace TinyEngine.Tests.Models;

/// <summary>Compiles models and runs samples; its folders are gone with it.</summary>
internal sealed class HostInference : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tinyengine-inference-");

    /// <inheritdoc/>
    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>The compilation, and the predictions for samples of this array, whose first extent counts them.</summary>
    public async Task<(Compilation Compilation, NpyArray Predictions)> RunAsync(
        byte[] model,
        CompileOptions options,
        NpyArray x,
        SampleLayout layout = SampleLayout.Auto
    )
    {
        string place = Path.Combine(folder.FullName, Guid.NewGuid().ToString("N")), data = place + ".npz";
        var compilation = ModelCompiler.Compile(model, options);
        OutputFolder.Write(compilation.Files, place);
        using (var zip = new ZipArchive(File.Create(data), ZipArchiveMode.Create))
        {
            foreach (
                var (name, array) in new[] { ("x.npy", x), ("y.npy", new NpyArray(NpyType.UInt8, [x.Shape[0]], new byte[x.Shape[0]])) }
            )
            {
                using var stream = zip.CreateEntry(name).Open();
                array.Write(stream);
            }
        }

        var result = await Experiment.Open(place).SimulateAsync(new ExperimentOptions { Test = data, Layout = layout }, new Toolchain());
        return (compilation, result.Predictions!);
    }
}
