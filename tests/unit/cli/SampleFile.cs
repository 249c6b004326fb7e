// Data files for tests of commands.

using System.IO.Compression;
using TinyEngine.Data;

namespace TinyEngine.Tests.Cli;

/// <summary>Writes samples of <see cref="Models.OnnxModel.Classifier"/>.</summary>
internal static class SampleFile
{
    /// <summary>Four samples of classes 0 to 2.</summary>
    public static void Write(string path) => Write(path, ("x", X()), ("y", NpyArray.Of([0, 1, 2, 1], 4)));

    /// <summary>The samples alone.</summary>
    public static NpyArray X() => NpyArray.Of([.. Enumerable.Range(0, 128).Select(i => (float)Math.Sin(i))], 4, 2, 4, 4);

    /// <summary>Arrays under their names.</summary>
    public static void Write(string path, params (string Name, NpyArray Array)[] arrays)
    {
        using var zip = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        foreach (var (name, array) in arrays)
        {
            using var stream = zip.CreateEntry(name + ".npy").Open();
            array.Write(stream);
        }
    }
}
