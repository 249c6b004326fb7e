// A folder that `compile` emitted, as a build sees it: the files that its plan.json lists, and no others. It also keeps builds of
// them, under build/, in folders named by the hashes of everything that went in. Invariant: a build that is used is complete, has the
// hash that was noted when it was built, and starts; any other is built again.

using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using TinyEngine.Compiler;
using TinyEngine.Ir;

namespace TinyEngine.Device;

/// <summary>The sources of an emitted model.</summary>
internal sealed partial class EmittedFolder
{
    private const int HashDigits = 16;

    private static readonly TimeSpan LongestBuild = TimeSpan.FromDays(1);

    private readonly IReadOnlyList<string> files;

    /// <summary>Opens a folder.</summary>
    /// <exception cref="DiagnosticException">TE0703: there is no emitted C in it.</exception>
    public EmittedFolder(string folder)
    {
        Root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        files = OutputManifest.Read(Root) is { IsComplete: true } manifest && manifest.Files.Contains("firmware/model.h") ? manifest.Files
            : throw DeviceDiagnostics.BuildFailed.Failure($"{folder} holds no complete compilation: compile into it again");
    }

    /// <summary>The folder itself, a full path.</summary>
    public string Root { get; }

    /// <summary>The model's C files, in the folder and in runtime/: full paths in ordinal order.</summary>
    public IReadOnlyList<string> ModelSources =>
        [.. files.Where(f => f.EndsWith(".c", StringComparison.Ordinal) && !f.StartsWith("firmware/", StringComparison.Ordinal))
            .Select(f => Path.Combine(Root, f)).Order(StringComparer.Ordinal)];

    /// <summary>The folder of the port and the linker scripts.</summary>
    public string Firmware => Path.Combine(Root, "firmware");

    /// <summary>
    /// The product of <paramref name="build"/> from these sources, built now or before. It is built elsewhere and then moved to its place.
    /// Builds from other sources, of an earlier compilation, and builds left unfinished by a killed process are removed.
    /// </summary>
    /// <param name="kind">First part of its folder's name.</param>
    /// <param name="recipe">Everything besides the sources that the result depends on: compiler, flags, budgets.</param>
    /// <param name="product">File name of the result.</param>
    /// <param name="build">Writes into the folder it is given.</param>
    /// <param name="starts">Whether the file of this path can be used.</param>
    /// <returns>The path of the product.</returns>
    /// <exception cref="DiagnosticException">TE0703: the build gave no product, or the folder cannot be written; and all that the build
    /// throws.</exception>
    public async Task<string> BuildAsync(
        string kind,
        string recipe,
        string product,
        Func<string, Task> build,
        Func<string, Task<bool>> starts
    )
    {
        string cache = Path.Combine(Root, "build"), sources = SourceHash();
        string place = Path.Combine(cache, $"{kind}-{sources}-{Hash(Encoding.UTF8.GetBytes(recipe))}");
        string built = Path.Combine(place, product);
        if (IsWhole(built) && await starts(built))
        {
            return built;
        }

        bool replaces = Directory.Exists(place);
        string fresh = $"{place}.{Guid.NewGuid():N}.new";
        try
        {
            Directory.CreateDirectory(fresh);
            await build(fresh);
            string made = Path.Combine(fresh, product);
            string? fault = !File.Exists(made) ? "is not there"
                : new FileInfo(made).Length == 0 ? "is empty"
                : !await starts(made) ? "does not start" : null;
            if (fault is not null)
            {
                throw DeviceDiagnostics.BuildFailed.Failure(
                    $"the compiler reported no error, but the {product} that it wrote {fault}"
                );
            }

            await File.WriteAllTextAsync(NoteOf(made), Hash(await File.ReadAllBytesAsync(made)));
            MoveTo(fresh, place, built, replaces);
            RemoveStale(cache, sources);
            return built;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DeviceDiagnostics.BuildFailed.Failure($"cannot write to {cache}: {e.Message}");
        }
        finally
        {
            if (Directory.Exists(fresh))
            {
                Directory.Delete(fresh, recursive: true);
            }

            RemoveIfEmpty(cache);
        }
    }

    /// <summary>The file beside a product that holds its hash.</summary>
    private static string NoteOf(string product) => product + ".sha256";

    private static bool IsWhole(string product)
    {
        try
        {
            return File.Exists(product)
                && File.Exists(NoteOf(product))
                && File.ReadAllText(NoteOf(product)) == Hash(File.ReadAllBytes(product));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>
    /// Moves a build to its place. A damaged build there is replaced; one that another process has just put there is used instead.
    /// </summary>
    private static void MoveTo(string fresh, string place, string built, bool replaces)
    {
        if (replaces && Directory.Exists(place))
        {
            Directory.Delete(place, recursive: true);
        }

        try
        {
            Directory.Move(fresh, place);
        }
        catch (IOException) when (IsWhole(built))
        {
        }
    }

    private static void RemoveStale(string cache, string sources)
    {
        foreach (string folder in Directory.EnumerateDirectories(cache))
        {
            var name = BuildName().Match(Path.GetFileName(folder));
            bool isStale = name.Groups["unfinished"].Success
                ? Directory.GetLastWriteTimeUtc(folder) < DateTime.UtcNow - LongestBuild : name.Groups["sources"].Value != sources;
            try
            {
                if (name.Success && isStale)
                {
                    Directory.Delete(folder, recursive: true);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It only takes space: its name says that it was built from other sources.
            }
        }
    }

    private static void RemoveIfEmpty(string folder)
    {
        try
        {
            if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
            {
                Directory.Delete(folder);
            }
        }
        catch (IOException)
        {
            // Another build has begun there.
        }
    }

    private string SourceHash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string file in files.Where(f => Path.GetExtension(f) is ".c" or ".h" or ".ld").Order(StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"\n{file}\n"));
            try
            {
                hash.AppendData(SHA256.HashData(File.ReadAllBytes(Path.Combine(Root, file))));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw DeviceDiagnostics.BuildFailed.Failure($"{Path.Combine(Root, file)} cannot be read; compile again");
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..HashDigits];
    }

    private static string Hash(byte[] data) => Convert.ToHexStringLower(SHA256.HashData(data))[..HashDigits];

    [GeneratedRegex(@"^[a-z0-9-]+-(?<sources>[0-9a-f]{16})-[0-9a-f]{16}(?<unfinished>\.[0-9a-f]+\.new)?$")]
    private static partial Regex BuildName();
}
