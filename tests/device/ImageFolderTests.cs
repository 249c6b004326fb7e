// Folders of images as data sets: order of classes and files, decoding, orientation, crop, resize, grey, and what is refused.

using SkiaSharp;
using TinyEngine.Data;
using TinyEngine.Ir;

namespace TinyEngine.Device.Tests;

public sealed class ImageFolderTests : IDisposable
{
    private static readonly SampleFormat Rgb = new([2, 2, 3], NpyType.UInt8, 1, 0, 2);
    private static readonly SKColor Red = new(200, 10, 20), Blue = new(30, 40, 220), Grey = new(90, 90, 90);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tinyengine-test-");

    public void Dispose() => folder.Delete(recursive: true);

    private Dataset Read(SampleFormat? format = null, string pair = "train") => Dataset.Read(folder.FullName, pair, format ?? Rgb);

    private string CodeOf(SampleFormat? format = null) => Assert.Throws<DiagnosticException>(() => Read(format)).Code;

    private string Place(string name)
    {
        string path = Path.Combine(folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }

    /// <summary>A square whose left half is one colour and whose right half is another, in the middle of a grey margin.</summary>
    private static byte[] Halves(SKEncodedImageFormat format, int width, int height, SKColor left, SKColor right)
    {
        using var bitmap = new SKBitmap(width, height);
        using (var canvas = new SKCanvas(bitmap))
        {
            int side = Math.Min(width, height);
            canvas.Clear(Grey);
            using var l = new SKPaint { Color = left };
            using var r = new SKPaint { Color = right };
            canvas.DrawRect((width - side) / 2, (height - side) / 2, side / 2, side, l);
            canvas.DrawRect(width / 2, (height - side) / 2, side / 2, side, r);
        }

        return bitmap.Encode(format, 100).ToArray();
    }

    private void Write(
        string name,
        SKColor left,
        SKColor right,
        int width = 8,
        int height = 8,
        SKEncodedImageFormat format = SKEncodedImageFormat.Png
    ) => File.WriteAllBytes(Place(name), Halves(format, width, height, left, right));

    private static byte[] Pixels(params SKColor[] colours) => [.. colours.SelectMany(c => new[] { c.Red, c.Green, c.Blue })];

    /// <summary>The nearer of red and blue: JPEG and the triangle filter mix a little of the other half into each.</summary>
    private static byte[] Nearest(IEnumerable<byte> samples) =>
        [
            .. samples
                .Chunk(3)
                .SelectMany(p =>
                    Pixels(
                        p[0] > p[2] + 100 ? Red
                        : p[2] > p[0] + 100 ? Blue
                        : Grey
                    )
                ),
        ];

    [Fact]
    public void Pixels_stand_as_the_models_input_has_them()
    {
        Write("a/x.png", Red, Blue);
        Write("b/x.png", Blue, Blue);
        byte[] last = Read().Samples;
        byte[] first =
        [
            .. from sample in last.Chunk(12)
            from channel in Enumerable.Range(0, 3)
            from pixel in Enumerable.Range(0, 4)
            select sample[(pixel * 3) + channel],
        ];
        Assert.Equal(first, Read(Rgb with { Shape = [3, 2, 2], Layout = SampleLayout.Nchw }).Samples);
        Assert.Equal(last, Read(Rgb with { Layout = SampleLayout.Nchw }).Samples); // [2, 2, 3] holds pictures in one way only
        Assert.Equal(last.Select(p => (byte)(p - 128)), Read(Rgb with { Type = NpyType.Int8, TakesUnsigned = true }).Samples);
        Assert.Equal(DataDiagnostics.BadElementType.Code, CodeOf(Rgb with { Type = NpyType.Int8 }));
    }

    [Fact]
    public void Classes_and_files_are_read_in_ordinal_order()
    {
        Write("b/2.png", Blue, Blue);
        Write("b/10.png", Grey, Grey);
        Write("B/x.png", Red, Red);
        File.WriteAllText(Place("b/notes.txt"), "no image");
        Directory.CreateDirectory(Path.Combine(folder.FullName, ".cache"));
        var data = Read();
        Assert.Equal(["B", "b"], data.ClassNames!);
        Assert.Equal([0, 1, 1], data.Labels);
        Assert.Equal([.. Pixels(Red, Red, Red, Red), .. Pixels(Grey, Grey, Grey, Grey), .. Pixels(Blue, Blue, Blue, Blue)], data.Samples);
    }

    [Fact]
    public void Png_jpeg_and_bmp_are_decoded()
    {
        Write("a/1.png", Red, Blue);
        Write("a/2.JPG", Red, Blue, 32, 32, SKEncodedImageFormat.Jpeg);
        // 2x2, 24 bits, bottom row first, blue green red, rows padded to 4 bytes
        byte[] row = [Red.Blue, Red.Green, Red.Red, Blue.Blue, Blue.Green, Blue.Red, 0, 0];
        File.WriteAllBytes(
            Place("b/3.bmp"),
            [
                (byte)'B',
                (byte)'M',
                70,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                54,
                0,
                0,
                0,
                40,
                0,
                0,
                0,
                2,
                0,
                0,
                0,
                2,
                0,
                0,
                0,
                1,
                0,
                24,
                0,
                0,
                0,
                0,
                0,
                16,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                .. row,
                .. row,
            ]
        );
        var data = Read();
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(Pixels(Red, Blue, Red, Blue), Nearest(data.Samples.Skip(12 * i).Take(12)));
        }
    }

    [Fact]
    public void Longer_side_is_cropped_around_the_centre()
    {
        Write("a/wide.png", Red, Blue, 40, 4);
        Write("b/tall.png", Red, Blue, 4, 40);
        Assert.Equal(Pixels(Red, Blue, Red, Blue, Red, Blue, Red, Blue), Nearest(Read().Samples));
    }

    [Fact]
    public void Reducing_averages_and_equal_size_keeps_every_pixel()
    {
        Write("a/1.png", Red, Blue, 2, 2);
        Write("b/1.png", SKColors.Black, SKColors.White, 64, 64);
        var data = Read();
        Assert.Equal(Pixels(Red, Blue, Red, Blue), data.Samples[..12]);
        // A triangle of radius 32 around 16, of which 32 * 7/8 lie inside: the part beyond 32 is 1/7.
        Assert.All(data.Samples[12..], v => Assert.Contains(v, new byte[] { 36, 219 }));
        Assert.Equal(219, 255 - data.Samples[12]);
    }

    [Theory]
    [InlineData(1, "RB/RB")]
    [InlineData(2, "BR/BR")]
    [InlineData(3, "BR/BR")]
    [InlineData(4, "RB/RB")]
    [InlineData(5, "RR/BB")]
    [InlineData(6, "RR/BB")]
    [InlineData(7, "BB/RR")]
    [InlineData(8, "BB/RR")]
    public void Exif_orientation_is_undone(int orientation, string upright)
    {
        byte[] jpeg = Halves(SKEncodedImageFormat.Jpeg, 32, 32, Red, Blue);
        byte[] exif =
        [
            0xFF,
            0xE1,
            0,
            34,
            .. "Exif\0\0II*\0"u8,
            8,
            0,
            0,
            0,
            1,
            0,
            0x12,
            1,
            3,
            0,
            1,
            0,
            0,
            0,
            (byte)orientation,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
        ];
        File.WriteAllBytes(Place("a/1.jpg"), [.. jpeg[..2], .. exif, .. jpeg[2..]]);
        Write("b/1.png", Red, Red);
        var expected = upright.Where(c => c != '/').Select(c => c == 'R' ? Red : Blue).ToArray();
        Assert.Equal(Pixels(expected), Nearest(Read().Samples[..12]));
    }

    [Fact]
    public void One_channel_is_grey()
    {
        Write("a/1.png", Red, Red);
        Write("b/1.png", Blue, Blue);
        Assert.Equal([68, 68, 68, 68, 58, 58, 58, 58], Read(Rgb with { Shape = [2, 2, 1] }).Samples); // 0.299 R + 0.587 G + 0.114 B
    }

    [Fact]
    public void Folder_of_pairs_is_read_by_pair()
    {
        Write("train/a/1.png", Red, Red);
        Write("train/b/1.png", Red, Red);
        Write("val/a/1.png", Blue, Blue);
        Write("val/b/1.png", Blue, Blue);
        Assert.Equal(Red.Red, Read().Samples[0]);
        Assert.Equal(Blue.Red, Read(pair: "val").Samples[0]);
        Assert.True(Dataset.Holds(folder.FullName, "val"));
        Assert.False(Dataset.Holds(folder.FullName, "test"));
    }

    [Fact]
    public void What_would_be_a_guess_is_refused()
    {
        Write("a/1.png", Red, Red);
        Assert.Equal(DataDiagnostics.BadClasses.Code, CodeOf());
        Directory.CreateDirectory(Path.Combine(folder.FullName, "b"));
        Assert.Equal(DataDiagnostics.BadClasses.Code, CodeOf());
        File.WriteAllBytes(Place("b/1.png"), [1, 2, 3]);
        Assert.Equal(DataDiagnostics.BadFile.Code, CodeOf());
        File.WriteAllBytes(Place("b/1.png"), Halves(SKEncodedImageFormat.Png, 64, 64, Red, Blue)[..120]);
        Assert.Equal(DataDiagnostics.BadFile.Code, CodeOf());
        Assert.Equal(DataDiagnostics.BadElementType.Code, CodeOf(Rgb with { Type = NpyType.Int8 }));
        Assert.Equal(DataDiagnostics.BadShape.Code, CodeOf(Rgb with { Shape = [12] }));
    }
}
