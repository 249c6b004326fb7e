// Which files of a folder compile wrote: the member `files` of its plan.json. Only these are replaced or removed by the next
// compilation, and only these are built. Everything else in the folder belongs to the user.

using System.Text.Json;

namespace TinyEngine.Compiler;

/// <summary>The files that compile wrote into a folder.</summary>
/// <param name="Files">Paths below the folder, with forward slashes, in ordinal order; plan.json is one of them.</param>
/// <param name="IsComplete">False where a compilation was interrupted while it replaced files.</param>
public sealed record OutputManifest(IReadOnlyList<string> Files, bool IsComplete)
{
    /// <summary>The file that holds the list.</summary>
    public const string Plan = "plan.json";

    private const string Incomplete = "incomplete";

    /// <summary>Reads the list of a folder.</summary>
    /// <returns>Null where there is no plan.json, or one that compile did not write.</returns>
    public static OutputManifest? Read(string folder)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, Plan)));
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            if (!root.TryGetProperty("files", out var list))
            {
                return WithoutList(root, folder);
            }

            string[] files = list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Select(Text)] : [];
            return files.Contains(Plan) && files.All(IsPlain) ? new OutputManifest(files, !root.TryGetProperty(Incomplete, out _)) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>The text of a plan.json that stands for a folder whose files are being replaced.</summary>
    internal static string IncompleteText(IEnumerable<string> files) =>
        $$"""{"{{Incomplete}}": true, "files": [{{string.Join(", ", files.Select(f => $"\"{f}\""))}}]}""" + "\n";

    /// <summary>
    /// The folder of a compiler that kept no list yet: the files under names that compilers gave. The kernels of a model changed from
    /// release to release, but their prefix did not.
    /// </summary>
    private static OutputManifest? WithoutList(JsonElement root, string folder)
    {
        string[] members = ["model", "model_sha256", "target"];
        if (!members.All(m => root.TryGetProperty(m, out var value) && value.ValueKind == JsonValueKind.String))
        {
            return null;
        }

        string name = root.GetProperty("model").GetString()!;
        string[] top = [$"{name}.c", $"{name}.h", $"{name}_weights.c", $"{name}_weights.h", "CMakeLists.txt", Plan, "report.html"];
        bool IsRuntime(string file) =>
            (file == "kernels.def" || file.StartsWith("te_", StringComparison.Ordinal))
            && Path.GetExtension(file) is ".c" or ".h" or ".ld" or ".def";
        bool IsPort(string file) => IsRuntime(file) || file is "model.h" or "startup.c" or "mps2.ld" or "mps2-an505.ld" or "mps3-an547.ld";
        IEnumerable<string> Below(string sub, Func<string, bool> isOwn) => !Directory.Exists(Path.Combine(folder, sub)) ? []
            : Directory.EnumerateFiles(Path.Combine(folder, sub)).Select(f => Path.GetFileName(f)).Where(isOwn).Select(f => sub + f);
        var files = Below("", top.Contains).Concat(Below("runtime/", IsRuntime)).Concat(Below("firmware/", IsPort));
        return new OutputManifest([.. files.Where(IsPlain).Order(StringComparer.Ordinal)], true);
    }

    private static string Text(JsonElement element) => element.ValueKind == JsonValueKind.String ? element.GetString()! : "";

    /// <summary>True for paths that stay below their folder, of the letters that emitted files have.</summary>
    private static bool IsPlain(string path) =>
        path.Split('/')
            .All(part => part is not ("" or "." or "..") && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.'));
}
