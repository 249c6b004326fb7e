// An .npz file: a zip of .npy arrays, stored or deflated. Arrays are read when asked for. A malformed file is diagnosed,
// and no more memory is taken than the file could fill.

using System.IO.Compression;

namespace TinyEngine.Device;

/// <summary>An open .npz file.</summary>
public sealed class Npz : IDisposable
{
    // Deflate cannot shrink data further than about 1032:1, so a larger claim is a lie.
    private const long LargestDeflateRatio = 1040;

    private readonly ZipArchive archive;
    private readonly string path;

    private Npz(ZipArchive archive, string path)
    {
        this.archive = archive;
        this.path = path;
        Names = [.. archive.Entries.Where(e => e.FullName.EndsWith(".npy", StringComparison.Ordinal)).Select(e => e.FullName[..^".npy".Length])];
    }

    /// <summary>The names of the arrays, without <c>.npy</c>.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="DeviceException">TE0710: it cannot be read or is not a zip file.</exception>
    public static Npz Open(string path)
    {
        FileStream? file = null;
        try
        {
            file = File.OpenRead(path);
            return new Npz(new ZipArchive(file, ZipArchiveMode.Read), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException or NotSupportedException)
        {
            file?.Dispose();
            string reason = e is InvalidDataException ? "it is not an .npz file" : Path.Exists(path) ? e.Message : "there is no such file or folder";
            throw new DeviceException(DeviceCode.BadFile, $"{path}: {reason}");
        }
    }

    /// <summary>True where there is an array of this name.</summary>
    public bool Has(string name) => Names.Contains(name);

    /// <summary>Reads an array.</summary>
    /// <exception cref="DeviceException">TE0710: it is malformed; TE0711: there is none of this name.</exception>
    public NpyArray Read(string name)
    {
        string title = $"{path}, array {name}";
        var entry = archive.GetEntry(name + ".npy")
            ?? throw new DeviceException(DeviceCode.BadShape, $"{path} has no array {name}; it has {string.Join(", ", Names.DefaultIfEmpty("none"))}");
        try
        {
            using var stream = entry.Open();
            return NpyArray.Read(stream, Math.Min(entry.Length, entry.CompressedLength * LargestDeflateRatio), title);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or NotSupportedException)
        {
            throw new DeviceException(DeviceCode.BadFile, $"{title}: {e.Message.TrimEnd('.')}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => archive.Dispose();
}
