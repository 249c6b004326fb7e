// An .npz file: a zip of .npy arrays, stored or deflated. Arrays are read when asked for. A malformed file is diagnosed,
// and no more memory is taken than the file could fill.

using System.IO.Compression;
using TinyEngine.Ir;

namespace TinyEngine.Data;

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
        var twice = archive.Entries.GroupBy(e => e.FullName).FirstOrDefault(g => g.Count() > 1);
        Names = twice is not null
            ? throw new InvalidDataException($"it holds {twice.Key} more than once")
            :
            [
                .. archive
                    .Entries.Where(e => e.FullName.EndsWith(".npy", StringComparison.Ordinal))
                    .Select(e => e.FullName[..^".npy".Length]),
            ];
    }

    /// <summary>The names of the arrays, without <c>.npy</c>.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="DiagnosticException">TE0710: it cannot be read or is not a zip file.</exception>
    public static Npz Open(string path)
    {
        FileStream? file = null;
        try
        {
            file = File.OpenRead(path);
            return new Npz(new ZipArchive(file, ZipArchiveMode.Read), path);
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException or NotSupportedException)
        {
            file?.Dispose();
            string reason = e is InvalidDataException ? $"it is not a sound .npz file ({e.Message.TrimEnd('.')})"
                : Path.Exists(path) ? e.Message : "there is no such file or folder";
            throw DataDiagnostics.BadFile.Failure($"{path}: {reason}");
        }
    }

    /// <summary>True where there is an array of this name.</summary>
    public bool Has(string name) => Names.Contains(name);

    /// <summary>Reads an array.</summary>
    /// <exception cref="DiagnosticException">TE0710: it is malformed; TE0711: no array has this name.</exception>
    public NpyArray Read(string name)
    {
        string title = $"{path}, array {name}";
        var entry =
            archive.GetEntry(name + ".npy")
            ?? throw DataDiagnostics.BadShape.Failure(
                $"{path} has no array {name}; it has {string.Join(", ", Names.DefaultIfEmpty("none"))}"
            );
        try
        {
            using var stream = new Crc32Stream(entry.Open());
            var array = NpyArray.Read(stream, Math.Min(entry.Length, entry.CompressedLength * LargestDeflateRatio), title);
            return stream.ReadByte() >= 0 ? throw new InvalidDataException("it has more data than its shape")
                : stream.Checksum != entry.Crc32
                    ? throw new InvalidDataException("it is damaged: its checksum (CRC-32) differs from the one in the file")
                : array;
        }
        catch (Exception e) when (e is InvalidDataException or IOException or NotSupportedException)
        {
            throw DataDiagnostics.BadFile.Failure($"{title}: {e.Message.TrimEnd('.')}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => archive.Dispose();
}
