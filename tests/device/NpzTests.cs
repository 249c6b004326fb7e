// The npz and npy formats: files of numpy can be read, numpy can read ours, and damaged files are diagnosed.

using System.IO.Compression;
using System.Text;
using TinyEngine.Data;
using TinyEngine.Ir;

namespace TinyEngine.Device.Tests;

public sealed class NpzTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tinyengine-test-");

    public void Dispose() => folder.Delete(recursive: true);

    private static byte[] Npy(string header, byte[] data) =>
        [
            0x93,
            .. "NUMPY"u8,
            1,
            0,
            (byte)(header.Length + 1),
            (byte)((header.Length + 1) >> 8),
            .. Encoding.Latin1.GetBytes(header + "\n"),
            .. data,
        ];

    private static NpyArray Parse(byte[] file) => NpyArray.Read(new MemoryStream(file), file.Length, "test");

    private static string Header(string type, string shape, bool fortran = false) =>
        $"{{'descr': '{type}', 'fortran_order': {fortran}, 'shape': ({shape}), }}";

    private string Zip(CompressionLevel level, params (string Name, byte[] Data)[] entries)
    {
        string path = Path.Combine(folder.FullName, "data.npz");
        using var zip = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        foreach (var (name, data) in entries)
        {
            using var stream = zip.CreateEntry(name, level).Open();
            stream.Write(data);
        }

        return path;
    }

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Optimal)]
    public void Npz_stored_or_deflated_is_read(CompressionLevel level)
    {
        string path = Zip(
            level,
            ("y.npy", Npy(Header("<i8", "2,"), [1, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255])),
            ("notes.txt", [1])
        );
        using var file = Npz.Open(path);
        Assert.Equal(["y"], file.Names);
        var y = file.Read("y");
        Assert.Equal([2], y.Shape);
        Assert.Equal([1, -1], new[] { y.IntegerAt(0), y.IntegerAt(1) });
        Assert.Equal(DataDiagnostics.BadShape.Code, Assert.Throws<DiagnosticException>(() => file.Read("x")).Code);
    }

    [Theory]
    [InlineData("|u1", 200, 200)]
    [InlineData("|i1", 200, -56)]
    [InlineData("|b1", 1, 1)]
    public void Npy_byte_types_keep_their_sign(string type, byte raw, long value) =>
        Assert.Equal(value, Parse(Npy(Header(type, "1,"), [raw])).IntegerAt(0));

    [Fact]
    public void Npy_fortran_order_becomes_c_order()
    {
        var array = Parse(Npy(Header("|u1", "2, 3", fortran: true), [1, 4, 2, 5, 3, 6]));
        Assert.Equal([1, 2, 3, 4, 5, 6], array.Data);
    }

    [Fact]
    public void Npy_written_is_read_again()
    {
        using var stream = new MemoryStream();
        NpyArray.Of([1.5f, -2f], 2, 1).Write(stream);
        Assert.Equal(0, (stream.Length - 8) % 64);
        stream.Position = 0;
        var again = NpyArray.Read(stream, stream.Length, "test");
        Assert.Equal((NpyType.Float32, -2f), (again.Type, again.SingleAt(1)));
        Assert.Equal([2, 1], again.Shape);
    }

    public static TheoryData<string, byte[]> Malformed => new()
    {
        { "empty", [] },
        { "not npy", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] },
        { "header cut", [0x93, .. "NUMPY"u8, 1, 0, 200, 0, 1, 2] },
        { "no fields", Npy("{}", []) },
        { "big-endian", Npy(Header(">i4", "1,"), [0, 0, 0, 1]) },
        { "object", Npy(Header("|O", "1,"), [0]) },
        { "negative", Npy(Header("|u1", "-1,"), [0]) },
        { "huge", Npy(Header("<f8", "100000, 100000, 100000"), [0]) },
        { "more than there is", Npy(Header("|u1", "1000000,"), [0]) },
        { "data cut", Npy(Header("<i4", "2,"), [1, 2, 3, 4, 5]) },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void Npy_malformed_is_diagnosed(string what, byte[] file)
    {
        var e = Assert.Throws<DiagnosticException>(() => Parse(file));
        Assert.True(e.Code == DataDiagnostics.BadFile.Code, what);
    }

    [Fact]
    public void Npz_malformed_is_diagnosed()
    {
        string path = Zip(
            CompressionLevel.Optimal,
            ("x.npy", Npy(Header("|u1", "4000,"), [.. Enumerable.Range(0, 4000).Select(i => (byte)(i * i))]))
        );
        byte[] whole = File.ReadAllBytes(path);
        string absent = Path.Combine(folder.FullName, "absent.npz");
        Assert.Equal(DataDiagnostics.BadFile.Code, Assert.Throws<DiagnosticException>(() => Npz.Open(absent)).Code);
        for (int damage = 0; damage < whole.Length; damage += 7)
        {
            byte[] bytes = [.. whole];
            bytes[damage] ^= 0x5A;
            File.WriteAllBytes(path, bytes);
            ReadAll(path);
            File.WriteAllBytes(path, whole[..damage]);
            ReadAll(path);
        }
    }

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Optimal)]
    public void Npz_with_another_checksum_is_diagnosed(CompressionLevel level)
    {
        var data = new byte[4000];
        new Random(3).NextBytes(data); // which deflate cannot shrink
        byte[] whole = File.ReadAllBytes(Zip(level, ("x.npy", Npy(Header("|u1", "4000,"), data))));
        string path = Path.Combine(folder.FullName, "data.npz");
        int wrong = 0;
        for (int at = 200; at < 2000; at += 97)
        {
            byte[] bytes = [.. whole];
            bytes[at] ^= 1;
            File.WriteAllBytes(path, bytes);
            using var file = Npz.Open(path);
            var error = Assert.Throws<DiagnosticException>(() => file.Read("x"));
            Assert.Equal(DataDiagnostics.BadFile.Code, error.Code);
            wrong += error.Message.Contains("its checksum (CRC-32) differs", StringComparison.Ordinal) ? 1 : 0;
        }

        Assert.True(wrong > 0);
        File.WriteAllBytes(path, whole);
        using var sound = Npz.Open(path);
        Assert.Equal(data, sound.Read("x").Data);
    }

    [Fact]
    public void Npz_with_one_name_twice_is_diagnosed()
    {
        byte[] x = Npy(Header("|u1", "1,"), [7]);
        string file = Zip(CompressionLevel.Optimal, ("x.npy", x), ("y.npy", x), ("x.npy", x));
        var error = Assert.Throws<DiagnosticException>(() => Npz.Open(file));
        Assert.Equal(DataDiagnostics.BadFile.Code, error.Code);
        Assert.Contains("it holds x.npy more than once", error.Message);
    }

    [Fact]
    public void Npz_with_more_than_its_shape_is_diagnosed()
    {
        using var file = Npz.Open(Zip(CompressionLevel.Optimal, ("x.npy", [.. Npy(Header("|u1", "1,"), [7]), 8])));
        Assert.Contains("more data than its shape", Assert.Throws<DiagnosticException>(() => file.Read("x")).Message);
    }

    // Damaged data may still be readable; what must not happen is any other exception.
    private static void ReadAll(string path)
    {
        try
        {
            using var file = Npz.Open(path);
            foreach (string name in file.Names)
            {
                file.Read(name);
            }
        }
        catch (DiagnosticException e)
        {
            Assert.Contains(e.Code, new[] { DataDiagnostics.BadFile.Code, DataDiagnostics.BadShape.Code });
        }
    }
}
