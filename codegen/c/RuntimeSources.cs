// The C runtime as data: the files of runtime-c, embedded in this assembly under their relative paths. The printer copies
// from here what a model needs; it never reads the file system.

using System.Collections.Immutable;
using TinyEngine.Ir;

namespace TinyEngine.Codegen.C;

/// <summary>The files of runtime-c: <c>include/</c> with <c>kernels.def</c>, <c>src/</c> and <c>port/</c>.</summary>
public sealed class RuntimeSources
{
    private readonly ImmutableSortedDictionary<string, string> files;
    private readonly Lazy<KernelTable> kernels;

    /// <summary>A runtime of these files: relative path (forward slashes) to text.</summary>
    public RuntimeSources(IEnumerable<KeyValuePair<string, string>> files)
    {
        this.files = files.ToImmutableSortedDictionary(StringComparer.Ordinal);
        kernels = new(() => KernelTable.Parse(Read("include/kernels.def")));
    }

    /// <summary>The runtime that comes with the compiler.</summary>
    public static RuntimeSources Embedded { get; } = new(ReadResources());

    /// <summary>The kernels that <c>kernels.def</c> lists.</summary>
    public KernelTable Kernels => kernels.Value;

    /// <summary>All paths, in ordinal order.</summary>
    public IEnumerable<string> Paths => files.Keys;

    /// <summary>The text of one file.</summary>
    /// <exception cref="KeyNotFoundException">There is no such file.</exception>
    public string Read(string path) =>
        files.TryGetValue(path, out var text) ? text : throw new KeyNotFoundException($"the runtime has no file {path}");

    /// <summary>The paths below a folder, such as <c>port/</c>, in ordinal order.</summary>
    public IEnumerable<string> Below(string folder) => Paths.Where(p => p.StartsWith(folder, StringComparison.Ordinal));

    /// <summary>The path of the file that defines a kernel: named like the symbol, anywhere below <c>src/</c>.</summary>
    /// <exception cref="KeyNotFoundException">No file defines it.</exception>
    public string SourceOf(string symbol) =>
        Below("src/").FirstOrDefault(p => p.EndsWith($"/{symbol}.c", StringComparison.Ordinal))
            ?? throw new KeyNotFoundException($"the runtime has no source file for {symbol}");

    private static IEnumerable<KeyValuePair<string, string>> ReadResources()
    {
        var assembly = typeof(RuntimeSources).Assembly;
        foreach (var name in assembly.GetManifestResourceNames())
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            yield return KeyValuePair.Create(name.Replace('\\', '/'), reader.ReadToEnd().ReplaceLineEndings("\n"));
        }
    }
}
