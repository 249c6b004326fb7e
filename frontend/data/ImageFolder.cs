// A folder of images as a data set: one sub-folder a class, classes in ordinal order of their names, images in ordinal order
// of theirs. An image is turned upright as its EXIF data say, cropped around its centre to the shape of the model's input,
// resized and kept as uint8: RGB, or grey (0.299 R + 0.587 G + 0.114 B) for one channel. This file alone knows the decoder.

using SkiaSharp;
using TinyEngine.Ir;

namespace TinyEngine.Data;

/// <summary>Reads folders of PNG, JPEG and BMP files.</summary>
internal static class ImageFolder
{
    private static readonly string[] Extensions = [".png", ".jpg", ".jpeg", ".bmp"];

    /// <summary>True where the folder has a sub-folder of this name beside <c>train</c>: it holds pairs, not classes.</summary>
    public static bool Holds(string folder, string pair) =>
        Directory.Exists(Path.Combine(folder, "train")) && Directory.Exists(Path.Combine(folder, pair));

    /// <summary>Reads all images.</summary>
    /// <param name="path">A folder with a sub-folder a class, or with train/, val/ and test/ that each have those.</param>
    /// <param name="pair">Which of them to read.</param>
    /// <param name="format">The model's input: uint8, or codes that are uint8 in its file; [height, width, 1 or 3], or channels
    /// first.</param>
    /// <exception cref="DiagnosticException">TE0710 to TE0712, TE0718: a file, the model's input, the classes.</exception>
    public static Dataset Read(string path, string pair, SampleFormat format)
    {
        // Pictures have one or three channels: where only the last extent can be those, the file keeps them there.
        bool first = format.Layout == SampleLayout.Nchw && format.Shape is [1 or 3, _, _];
        if (
            (first ? [format.Shape[1], format.Shape[2], format.Shape[0]] : format.Shape)
            is not [var height, var width, (1 or 3) and var channels]
        )
        {
            throw DataDiagnostics.BadShape.Failure(
                $"{path}: images are [height, width, 3] or [height, width, 1]; the model takes [{string.Join(", ", format.Shape)}]"
            );
        }

        if (format.Type != NpyType.UInt8 && !format.TakesUnsigned)
        {
            throw DataDiagnostics.BadElementType.Failure(
                $"{path}: images are uint8, but the model takes {format.Type.Name()}; compile with {OptionName.RawScale} S "
                    + $"{OptionName.RawOffset} O (real = raw * S + O) to say what they mean"
            );
        }

        string folder = Holds(path, "test") || Holds(path, "val") ? Path.Combine(path, pair) : path;
        string[] classes = [.. Names(Directory.EnumerateDirectories, folder)];
        if (classes.Length != format.Labels)
        {
            throw DataDiagnostics.BadClasses.Failure(
                $"{folder} has {classes.Length} sub-folders ({string.Join(", ", classes.DefaultIfEmpty("none"))}), the model "
                    + $"{format.Labels} classes; compile with {OptionName.Classes} {Math.Max(2, classes.Length)} for a head of that size"
            );
        }

        var (samples, labels) = (new MemoryStream(), new List<int>());
        for (int label = 0; label < classes.Length; label++)
        {
            string place = Path.Combine(folder, classes[label]);
            string[] files =
            [
                .. Names(Directory.EnumerateFiles, place).Where(f => Extensions.Contains(Path.GetExtension(f).ToLowerInvariant())),
            ];
            foreach (
                string file in files.Length > 0
                    ? files
                    : throw DataDiagnostics.BadClasses.Failure(
                $"{place} has no .png, .jpg or .bmp file")
            )
            {
                samples.Write(Decode(Path.Combine(place, file)).Resized(height, width, channels));
                labels.Add(label);
            }
        }

        byte[] pixels = first ? Dataset.Moved(samples.ToArray(), format.Shape, format.Layout, 1) : samples.ToArray();
        return new Dataset(format.Type == NpyType.UInt8 ? pixels : Dataset.SignedCodes(pixels), labels, Dataset.TargetsOf(labels, format))
        {
            ClassNames = classes,
        };
    }

    // Names that begin with a dot are notes of the file system.
    private static IEnumerable<string> Names(Func<string, IEnumerable<string>> enumerate, string folder)
    {
        try
        {
            return enumerate(folder).Select(p => Path.GetFileName(p)).Where(n => !n.StartsWith('.')).Order(StringComparer.Ordinal).ToList();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DataDiagnostics.BadFile.Failure($"{folder}: {e.Message.TrimEnd('.')}");
        }
    }

    private static RgbImage Decode(string path)
    {
        // The codec is asked first: a damaged file gives a bitmap all the same, with what could be decoded.
        using var codec = SKCodec.Create(path);
        if (codec is null || codec.Info.Width < 1 || codec.Info.Height < 1)
        {
            throw DataDiagnostics.BadFile.Failure($"{path}: not a PNG, JPEG or BMP image that can be decoded");
        }

        using var bitmap = new SKBitmap(new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        if (codec.GetPixels(bitmap.Info, bitmap.GetPixels()) is var status and not SKCodecResult.Success)
        {
            throw DataDiagnostics.BadFile.Failure($"{path}: the image is damaged ({status})");
        }

        int turn = (int)codec.EncodedOrigin - 1; // EXIF 1..8
        return new RgbImage(bitmap.Height, bitmap.Width, bitmap.RowBytes, bitmap.GetPixelSpan().ToArray()).Upright(turn);
    }
}
