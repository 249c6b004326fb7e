// C sources as data: the files of runtime-c, or of an operator pack, under their relative paths. The compiler never reads the file
// system for them; the printer copies the files that a model needs from here.

using System.Collections.Immutable;
using System.Reflection;
using System.Text.RegularExpressions;

namespace TinyEngine.Ir;

/// <summary>
/// Files of C: <c>include/</c> with one list of kernels (<c>kernels.def</c>, or a name that ends so) and the header of their prototypes
/// (<c>te_kernels.h</c>, or a name that ends in <c>kernels.h</c>), <c>src/</c> with a file for each kernel, <c>port/</c> with firmware,
/// and <c>measured.def</c>.
/// </summary>
public sealed partial class RuntimeSources
{
    private const string Include = "include/", MeasuredList = "measured.def";

    private readonly ImmutableSortedDictionary<string, string> files;

    /// <summary>Sources of these files: relative path (forward slashes) to text.</summary>
    /// <exception cref="FormatException">The list of kernels is missing or malformed.</exception>
    public RuntimeSources(IEnumerable<KeyValuePair<string, string>> files)
    {
        this.files = files.ToImmutableSortedDictionary(StringComparer.Ordinal);
        Kernels = KernelTable.Parse(Read(OnlyHeader("kernels.def")));
    }

    /// <summary>The sources that are embedded in an assembly, each under its path.</summary>
    public static RuntimeSources Of(Assembly assembly) => new(ReadResources(assembly));

    /// <summary>The kernels of the list, in its order.</summary>
    public KernelTable Kernels { get; }

    /// <summary>The path of the header that declares the kernels.</summary>
    public string Header => OnlyHeader("kernels.h");

    /// <summary>The measured code and stack of the kernels, the text of <c>measured.def</c>; empty without such a file.</summary>
    public string Footprints => files.GetValueOrDefault(MeasuredList, "");

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

    /// <summary>
    /// The source files that these kernels need, in ordinal order: their own, and those of the functions that they call. A file below
    /// <c>src/</c> that defines no kernel has the name of its function; it is needed where that name stands in a needed file, or in a
    /// header that such a file includes.
    /// </summary>
    /// <exception cref="KeyNotFoundException">No file defines one of the kernels.</exception>
    public IEnumerable<string> SourcesOf(IEnumerable<string> symbols)
    {
        var functions = Below("src/").ToLookup(Stem);
        var found = new SortedSet<string>(symbols.Select(SourceOf), StringComparer.Ordinal);
        var pending = new Queue<string>(found);
        while (pending.TryDequeue(out var path))
        {
            string code = Comment().Replace(Read(path), "");
            var headers = IncludedHeader().Matches(code)
                .Select(m => Include + m.Groups[1].Value)
                .Where(h => files.ContainsKey(h) && h != Header);
            var called = Word().Matches(code).Where(w => Kernels.Find(w.Value) is null).SelectMany(w => functions[w.Value]);
            foreach (var next in headers.Concat(called).Where(found.Add))
            {
                pending.Enqueue(next);
            }
        }

        return found.Where(p => p.StartsWith("src/", StringComparison.Ordinal));
    }

    private string OnlyHeader(string ending)
    {
        string[] found = [.. Below(Include).Where(p => p.EndsWith(ending, StringComparison.Ordinal))];
        return found.Length == 1
            ? found[0]
            : throw new FormatException($"{found.Length} files of {Include} end in {ending}; there must be one");
    }

    private static IEnumerable<KeyValuePair<string, string>> ReadResources(Assembly assembly)
    {
        foreach (var name in assembly.GetManifestResourceNames())
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            yield return KeyValuePair.Create(name.Replace('\\', '/'), reader.ReadToEnd().ReplaceLineEndings("\n"));
        }
    }

    private static string Stem(string path) => path[(path.LastIndexOf('/') + 1)..].Split('.')[0];

    [GeneratedRegex(@"/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"^#\s*include\s+""([^""]+)""", RegexOptions.Multiline)]
    private static partial Regex IncludedHeader();

    [GeneratedRegex(@"\b[A-Za-z_]\w*")]
    private static partial Regex Word();
}
