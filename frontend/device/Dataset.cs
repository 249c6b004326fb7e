// Samples and labels as the device takes them: channels last, in the element type of the model's input, quantized as the
// model's input quantizer would. Which conversions exist is CONTRACT "Data"; whatever would be a guess is an error.
// Invariant: Samples holds Count samples of the format's bytes, each label is a class.

namespace TinyEngine.Device;

/// <summary>A data set in the form of the model's input.</summary>
/// <param name="Samples">All samples, one after the other.</param>
/// <param name="Labels">The class of each.</param>
public sealed record Dataset(byte[] Samples, IReadOnlyList<int> Labels)
{
    /// <summary>Number of samples.</summary>
    public int Count => Labels.Count;

    /// <summary>The names of the classes, or null where none are known: labels index them.</summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>True where a file or folder holds this pair under its own name, such as x_val and y_val.</summary>
    /// <exception cref="DeviceException">TE0710: the file cannot be read.</exception>
    public static bool Holds(string path, string pair)
    {
        if (Directory.Exists(path))
        {
            return ImageFolder.Holds(path, pair);
        }

        using var file = Npz.Open(path);
        return file.Has($"x_{pair}") && file.Has($"y_{pair}");
    }

    /// <summary>Reads a data set.</summary>
    /// <param name="path">An .npz file with x and y, or x_train, y_train, x_test, y_test; or a folder of images.</param>
    /// <param name="pair"><c>train</c>, <c>val</c> or <c>test</c>: which pair to read where there are several.</param>
    /// <param name="format">The model's input.</param>
    /// <param name="layout">Layout of x.</param>
    /// <exception cref="DeviceException">TE0710 to TE0714: the file, its shapes, types, layout or labels.</exception>
    public static Dataset Read(string path, string pair, SampleFormat format, SampleLayout layout = SampleLayout.Auto)
    {
        if (Directory.Exists(path))
        {
            return ImageFolder.Read(path, pair, format);
        }

        using var file = Npz.Open(path);
        string suffix = file.Has($"x_{pair}") ? $"_{pair}" : "";
        if (!file.Has("x" + suffix) || !file.Has("y" + suffix))
        {
            throw new DeviceException(DeviceCode.BadShape, $"{path} needs the arrays x_{pair} and y_{pair}, or x and y; it has {string.Join(", ", file.Names.DefaultIfEmpty("none"))}");
        }

        return From(file.Read("x" + suffix), file.Read("y" + suffix), format, layout, path) with { ClassNames = NamesBeside(path, format.Classes) };
    }

    /// <summary>A data set from arrays.</summary>
    /// <param name="x">Samples: [n] followed by the sample's shape.</param>
    /// <param name="y">Labels: integers, [n] or [n, 1].</param>
    /// <param name="format">The model's input.</param>
    /// <param name="layout">Layout of x.</param>
    /// <param name="name">What diagnostics call it.</param>
    /// <exception cref="DeviceException">TE0711 to TE0714.</exception>
    public static Dataset From(NpyArray x, NpyArray y, SampleFormat format, SampleLayout layout, string name)
    {
        bool channelsFirst = IsChannelsFirst(x, format, layout, name);
        var labels = ReadLabels(y, x.Shape[0], format.Classes, name);
        var codes = Convert(x, format, name);
        return new Dataset(channelsFirst ? ToChannelsLast(codes, format) : codes, labels);
    }

    /// <summary>The first <paramref name="count"/> samples, or all.</summary>
    public Dataset Take(int count) =>
        count >= Count ? this : this with { Samples = Samples[..(Samples.Length / Count * count)], Labels = [.. Labels.Take(count)] };

    /// <summary>The samples of these numbers, in their order.</summary>
    public Dataset Select(IReadOnlyList<int> samples)
    {
        int bytes = Samples.Length / Count;
        return this with { Samples = [.. samples.SelectMany(i => Samples.AsSpan(i * bytes, bytes).ToArray())], Labels = [.. samples.Select(i => Labels[i])] };
    }

    // A list of another length belongs to other data in the same folder.
    private static string[]? NamesBeside(string path, int classes)
    {
        string list = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, "classes.txt");
        string[] names = File.Exists(list) ? [.. File.ReadLines(list).Select(l => l.Trim()).Where(l => l.Length > 0)] : [];
        return names.Length == classes ? names : null;
    }

    private static bool IsChannelsFirst(NpyArray x, SampleFormat format, SampleLayout layout, string name)
    {
        var last = format.Shape;
        int[] first = last.Count == 3 ? [last[2], last[0], last[1]] : [.. last];
        if (x.Shape.Count == 0 || x.Shape[0] == 0)
        {
            throw new DeviceException(DeviceCode.BadShape, $"{name}: x has no samples");
        }

        bool fitsFirst = x.Shape.Skip(1).SequenceEqual(first);
        bool fitsLast = x.Shape.Skip(1).SequenceEqual(last);
        if (!(layout == SampleLayout.Nchw ? fitsFirst : layout == SampleLayout.Nhwc ? fitsLast : fitsFirst || fitsLast))
        {
            throw new DeviceException(DeviceCode.BadShape,
                $"{name}: x is [{string.Join(", ", x.Shape)}]; the model takes [n, {string.Join(", ", last)}]" + (last.Count == 3 ? $" (nhwc) or [n, {string.Join(", ", first)}] (nchw)" : ""));
        }

        // With one channel, or one pixel, both layouts are the same bytes.
        bool same = last.Count != 3 || last[2] == 1 || last[0] * last[1] == 1;
        if (layout == SampleLayout.Auto && fitsFirst && fitsLast && !same)
        {
            throw new DeviceException(DeviceCode.AmbiguousLayout, $"{name}: samples of [{string.Join(", ", last)}] may be nchw or nhwc; say which with --layout nchw|nhwc");
        }

        return !same && (layout == SampleLayout.Nchw || (layout == SampleLayout.Auto && fitsFirst));
    }

    private static byte[] Convert(NpyArray x, SampleFormat format, string name) => (x.Type, format.Type) switch
    {
        var (from, to) when from == to => x.Data,
        (NpyType.Float32, NpyType.Int8) => Quantize(x, format, name),
        (NpyType.UInt8, NpyType.Int8 or NpyType.Float32) => throw new DeviceException(DeviceCode.BadElementType,
            $"{name}: x holds raw uint8 samples, but the model takes {format.Type.Name()}; compile with --input-scale S --input-offset O (real = raw * S + O) to say what they mean"),
        (NpyType.UInt8 or NpyType.Int8 or NpyType.Float32, _) => throw new DeviceException(DeviceCode.BadElementType,
            $"{name}: x is {x.Type.Name()}, which a model with {format.Type.Name()} input cannot take"),
        _ => throw new DeviceException(DeviceCode.BadElementType, $"{name}: x is {x.Type.Name()}; uint8, int8 and float32 are supported"),
    };

    private static byte[] Quantize(NpyArray x, SampleFormat format, string name)
    {
        var codes = new byte[x.Count];
        for (int i = 0; i < codes.Length; i++)
        {
            float value = x.SingleAt(i);
            if (float.IsNaN(value))
            {
                throw new DeviceException(DeviceCode.BadElementType, $"{name}: x has a value that is not a number (element {i})");
            }

            float code = MathF.Round(value / format.Scale, MidpointRounding.ToEven) + format.ZeroPoint;
            codes[i] = (byte)(sbyte)Math.Clamp(code, sbyte.MinValue, sbyte.MaxValue);
        }

        return codes;
    }

    private static byte[] ToChannelsLast(byte[] data, SampleFormat format)
    {
        int channels = format.Shape[2];
        int pixels = format.Shape[0] * format.Shape[1];
        int bytes = format.Type.Bytes();
        var result = new byte[data.Length];
        for (int sample = 0; sample < data.Length; sample += format.Bytes)
        {
            for (int c = 0; c < channels; c++)
            {
                for (int p = 0; p < pixels; p++)
                {
                    data.AsSpan(sample + ((c * pixels) + p) * bytes, bytes).CopyTo(result.AsSpan(sample + ((p * channels) + c) * bytes));
                }
            }
        }

        return result;
    }

    private static int[] ReadLabels(NpyArray y, int count, int classes, string name)
    {
        if (y.Type is NpyType.Float32 or NpyType.Float64)
        {
            throw new DeviceException(DeviceCode.BadLabel, $"{name}: y is {y.Type.Name()}; class labels are integers");
        }

        bool fits = y.Shape.Count is 1 or 2 && y.Shape[0] == count && (y.Shape.Count == 1 || y.Shape[1] == 1);
        if (!fits)
        {
            throw new DeviceException(DeviceCode.BadShape, $"{name}: y is [{string.Join(", ", y.Shape)}]; {count} samples need [{count}] or [{count}, 1]");
        }

        var labels = new int[count];
        for (int i = 0; i < count; i++)
        {
            long label = y.IntegerAt(i);
            labels[i] = label >= 0 && label < classes ? (int)label
                : throw new DeviceException(DeviceCode.BadLabel, $"{name}: label {label} of sample {i} is not one of the model's {classes} classes (0 to {classes - 1})");
        }

        return labels;
    }
}
