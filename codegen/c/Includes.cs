// The headers of the runtime that emitted files include, directly or through each other.

using System.Text.RegularExpressions;
using TinyEngine.Ir;

namespace TinyEngine.Codegen.C;

/// <summary>Follows include directives.</summary>
internal static partial class Includes
{
    private const string Folder = "include/";

    /// <summary>The headers that texts need, by file name in ordinal order.</summary>
    public static IEnumerable<(string Name, string Content)> Closure(IEnumerable<string> texts, IEnumerable<RuntimeSources> runtimes)
    {
        var headers = runtimes
            .SelectMany(r => r.Below(Folder).Select(path => (Name: path[Folder.Length..], Content: r.Read(path))))
            .ToDictionary(h => h.Name, h => h.Content);
        var needed = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var pending = new Queue<string>(texts);
        while (pending.TryDequeue(out var text))
        {
            foreach (Match match in Include().Matches(text))
            {
                string name = match.Groups[1].Value;
                if (headers.TryGetValue(name, out var content) && needed.TryAdd(name, content))
                {
                    pending.Enqueue(content);
                }
            }
        }

        return needed.Select(h => (h.Key, h.Value));
    }

    // A directive may name a file that another one includes, such as the list of kernels.
    [GeneratedRegex(@"^#\s*(?:include|define\s+\w+)\s+""(?:[^""]*/)?([^""/]+)""", RegexOptions.Multiline)]
    private static partial Regex Include();
}
