// A folder that `compile` emitted, as a build sees it: C files of the model, and the port. It also keeps what was built
// from it, under build/, by the hash of everything that went in.

using System.Security.Cryptography;
using System.Text;

namespace TinyEngine.Device;

/// <summary>The sources of an emitted model.</summary>
internal sealed class EmittedFolder
{
    /// <summary>Opens a folder.</summary>
    /// <exception cref="DeviceException">TE0703: there is no emitted C in it.</exception>
    public EmittedFolder(string folder)
    {
        Root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (!File.Exists(Path.Combine(Root, "firmware", "model.h")))
        {
            throw new DeviceException(DeviceCode.BuildFailed, $"{folder} has no firmware/model.h: it is not a folder that compile emitted");
        }
    }

    /// <summary>The folder itself, a full path.</summary>
    public string Root { get; }

    /// <summary>The model's C files: those of the folder and of runtime/, full paths in ordinal order.</summary>
    public IReadOnlyList<string> ModelSources =>
        [.. new[] { Root, Path.Combine(Root, "runtime") }.Where(Directory.Exists).SelectMany(d => Directory.EnumerateFiles(d, "*.c")).Order(StringComparer.Ordinal)];

    /// <summary>The folder of the port and the linker scripts.</summary>
    public string Firmware => Path.Combine(Root, "firmware");

    /// <summary>
    /// The folder with what <paramref name="build"/> makes of these sources, made now or before. It is built elsewhere and
    /// then moved to its place, so that it is complete or absent.
    /// </summary>
    /// <param name="kind">First part of its name.</param>
    /// <param name="recipe">What the result depends on besides the sources: compiler, flags, budgets.</param>
    /// <param name="build">Writes into the folder it is given.</param>
    /// <exception cref="DeviceException">TE0703: the folder cannot be written; or what <paramref name="build"/> throws.</exception>
    public async Task<string> BuildAsync(string kind, string recipe, Func<string, Task> build)
    {
        string place = Path.Combine(Root, "build", $"{kind}-{Hash(recipe)}");
        if (Directory.Exists(place))
        {
            return place;
        }

        string fresh = $"{place}.{Environment.ProcessId}.new";
        try
        {
            Directory.CreateDirectory(fresh);
            await build(fresh);
            if (!Directory.Exists(place))
            {
                Directory.Move(fresh, place);
            }

            return place;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DeviceException(DeviceCode.BuildFailed, $"cannot write to {Path.Combine(Root, "build")}: {e.Message}");
        }
        finally
        {
            if (Directory.Exists(fresh))
            {
                Directory.Delete(fresh, recursive: true);
            }
        }
    }

    private string Hash(string recipe)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(recipe));
        var files = new[] { Root, Path.Combine(Root, "runtime"), Firmware }.Where(Directory.Exists)
            .SelectMany(Directory.EnumerateFiles).Where(f => Path.GetExtension(f) is ".c" or ".h" or ".ld").Order(StringComparer.Ordinal);
        foreach (string file in files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"\n{Path.GetRelativePath(Root, file)}\n"));
            hash.AppendData(SHA256.HashData(File.ReadAllBytes(file)));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
