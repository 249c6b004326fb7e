// Samples and labels as the device takes them: in the layout of the model's input, in the element type of the model's input, quantized as
// the model's input quantizer would. Which conversions exist is in docs/data.md; a conversion that would be a guess is an error. Invariant:
// Samples holds Count samples of the format's bytes, each label is a class (or none has one).

using TinyEngine.Ir;

namespace TinyEngine.Data;

/// <summary>A data set in the form of the model's input.</summary>
/// <param name="Samples">All samples, one after the other.</param>
/// <param name="Labels">The class of each; -1 where y holds none.</param>
/// <param name="Targets">The target vector of each, one after the other; null where targets are classes or the samples themselves.</param>
public sealed record Dataset(byte[] Samples, IReadOnlyList<int> Labels, float[]? Targets = null)
{
    /// <summary>Number of samples.</summary>
    public int Count => Labels.Count;

    /// <summary>The names of the classes, which labels index, or null if they are not known.</summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>Notes on how the data were read.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>True where a file or folder holds this pair under its own name, such as x_val and y_val.</summary>
    /// <exception cref="DiagnosticException">TE0710: the file cannot be read; TE0711: it holds half of the pair.</exception>
    public static bool Holds(string path, string pair)
    {
        if (Directory.Exists(path))
        {
            return ImageFolder.Holds(path, pair);
        }

        using var file = Npz.Open(path);
        return (file.Has($"x_{pair}"), file.Has($"y_{pair}")) switch
        {
            (true, true) => true,
            (false, false) => false,
            (true, false) => throw DataDiagnostics.BadShape.Failure($"{path} has x_{pair} but no y_{pair}"),
            (false, true) => throw DataDiagnostics.BadShape.Failure($"{path} has y_{pair} but no x_{pair}"),
        };
    }

    /// <summary>True where every sample has a class.</summary>
    public bool HasClasses => !Labels.Contains(-1);

    /// <summary>One sample of zeros, with the class 0 or a target of zeros.</summary>
    public static Dataset Zero(SampleFormat format) =>
        new(new byte[format.Bytes], [0], format.Targets is TargetForm.Reals or TargetForm.Shares ? new float[format.Classes] : null);

    /// <summary>Reads a data set.</summary>
    /// <param name="path">An .npz file with x and y, or x_train, y_train, x_test, y_test; or a folder of images.</param>
    /// <param name="pair"><c>train</c>, <c>val</c> or <c>test</c>: the pair to read if there are several.</param>
    /// <param name="format">The model's input.</param>
    /// <param name="layout">Layout of x.</param>
    /// <param name="needsTargets">False where x alone will do, for a model that learns from y.</param>
    /// <exception cref="DiagnosticException">TE0710 to TE0714: the file, its shapes, types, layout or labels.</exception>
    public static Dataset Read(
        string path,
        string pair,
        SampleFormat format,
        SampleLayout layout = SampleLayout.Auto,
        bool needsTargets = true
    )
    {
        if (Directory.Exists(path))
        {
            return ImageFolder.Read(path, pair, format);
        }

        using var file = Npz.Open(path);
        string suffix = file.Has($"x_{pair}") ? $"_{pair}" : "";
        bool hasTargets = file.Has("y" + suffix);
        if (!file.Has("x" + suffix) || (!hasTargets && needsTargets && format.Targets != TargetForm.Sample))
        {
            throw DataDiagnostics.BadShape.Failure(
                $"{path} needs the arrays x_{pair} and y_{pair}, or x and y{(needsTargets ? "" : " (labels may be absent)")}; it has "
                    + $"{string.Join(", ", file.Names.DefaultIfEmpty("none"))}"
            );
        }

        return From(file.Read("x" + suffix), hasTargets ? file.Read("y" + suffix) : null, format, layout, path) with
        {
            ClassNames = NamesBeside(path, format.Labels),
        };
    }

    /// <summary>A data set from arrays.</summary>
    /// <param name="x">Samples: [n] followed by the sample's shape.</param>
    /// <param name="y">Labels: integers, [n] or [n, 1]; or target vectors: numbers, n times the model's outputs; null without
    /// labels.</param>
    /// <param name="format">The model's input.</param>
    /// <param name="layout">Layout of x.</param>
    /// <param name="name">Its name in diagnostics.</param>
    /// <exception cref="DiagnosticException">TE0711 to TE0714.</exception>
    public static Dataset From(NpyArray x, NpyArray? y, SampleFormat format, SampleLayout layout, string name)
    {
        var notes = new List<string>();
        x = Narrowed(x, $"{name}: x", notes);
        if (y is not null && format.Targets is TargetForm.Reals or TargetForm.Shares)
        {
            y = Narrowed(y!, $"{name}: y", notes);
        }

        bool moves = Moves(x, format.Shape, format.Layout, layout, $"{name}: x");
        var (labels, targets) = ReadTargets(y, x.Shape[0], format, name);
        if (targets is not null && y!.Shape.Count > 2 && Moves(y, format.OutputShape, format.OutputLayout, layout, $"{name}: y"))
        {
            targets = Moved(targets, format.OutputShape, format.OutputLayout, 1);
        }

        var codes = Convert(x, format, name);
        return new Dataset(moves ? Moved(codes, format.Shape, format.Layout, format.Type.Bytes()) : codes, labels, targets)
        {
            Notes = notes,
        };
    }

    /// <summary>The first <paramref name="count"/> samples, or all.</summary>
    public Dataset Take(int count) =>
        count >= Count ? this : Select([.. Enumerable.Range(0, count)]);

    /// <summary>The samples of these numbers, in their order.</summary>
    public Dataset Select(IReadOnlyList<int> samples)
    {
        T[] Rows<T>(T[] all) => [.. samples.SelectMany(i => all.AsSpan(i * (all.Length / Count), all.Length / Count).ToArray())];
        return this with
        {
            Samples = Rows(Samples),
            Labels = [.. samples.Select(i => Labels[i])],
            Targets = Targets is null ? null : Rows(Targets),
        };
    }

    // A list of another length belongs to other data in the same folder.
    private static string[]? NamesBeside(string path, int classes)
    {
        string list = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, "classes.txt");
        string[] names = File.Exists(list) ? [.. File.ReadLines(list).Select(l => l.Trim()).Where(l => l.Length > 0)] : [];
        return names.Length == classes ? names : null;
    }

    /// <summary>True if the samples of an array are not in the layout of the model, so that elements have to move.</summary>
    /// <param name="array">[n] followed by a sample's shape in either layout.</param>
    /// <param name="shape">The sample's shape as the model has it.</param>
    /// <param name="own">The layout of that shape.</param>
    /// <param name="layout">The layout of the array, if it was given.</param>
    /// <param name="name">The name of the array in diagnostics.</param>
    private static bool Moves(NpyArray array, IReadOnlyList<int> shape, SampleLayout own, SampleLayout layout, string name)
    {
        bool ownIsFirst = own == SampleLayout.Nchw;
        int[] other = shape.Count != 3 ? [.. shape] : ownIsFirst ? [shape[1], shape[2], shape[0]] : [shape[2], shape[0], shape[1]];
        if (array.Shape.Count == 0 || array.Shape[0] == 0)
        {
            throw DataDiagnostics.BadShape.Failure($"{name} has no samples");
        }

        bool fitsOwn = array.Shape.Skip(1).SequenceEqual(shape);
        bool fitsOther = array.Shape.Skip(1).SequenceEqual(other);
        if (!(layout == SampleLayout.Auto ? fitsOwn || fitsOther : layout == own ? fitsOwn : fitsOther))
        {
            var (ownName, otherName) = ownIsFirst ? ("nchw", "nhwc") : ("nhwc", "nchw");
            throw DataDiagnostics.BadShape.Failure($"{name} is [{string.Join(", ", array.Shape)}]; "
                + $"the model has [n, {string.Join(", ", shape)}]"
                    + (shape.Count == 3 ? $" ({ownName}) or [n, {string.Join(", ", other)}] ({otherName})" : "")
            );
        }

        // With one channel, or one pixel, both layouts are the same bytes.
        bool same = shape.Count != 3 || Channels(shape, own) == 1 || Channels(shape, own) == shape[0] * shape[1] * shape[2];
        if (layout == SampleLayout.Auto && fitsOwn && fitsOther && !same)
        {
            throw DataDiagnostics.AmbiguousLayout.Failure(
                $"{name}: samples of [{string.Join(", ", shape)}] may be nchw or nhwc; say which with {OptionName.Layout} nchw|nhwc"
            );
        }

        return !same && (layout == SampleLayout.Auto ? !fitsOwn : layout != own);
    }

    private static int Channels(IReadOnlyList<int> shape, SampleLayout layout) => shape[layout == SampleLayout.Nchw ? 0 : 2];

    /// <summary>An array of float64, rounded to float32; any other array unchanged.</summary>
    private static NpyArray Narrowed(NpyArray array, string name, List<string> notes)
    {
        if (array.Type != NpyType.Float64)
        {
            return array;
        }

        var values = new float[array.Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = array.NumberAt(i);
            if (float.IsInfinity(values[i]) && double.IsFinite(array.DoubleAt(i)))
            {
                throw DataDiagnostics.BadElementType.Failure($"{name} has a value that float32 cannot hold (element {i})");
            }
        }

        notes.Add($"{name} is float64 and was rounded to float32");
        return NpyArray.Of(values, [.. array.Shape]);
    }

    private static byte[] Convert(NpyArray x, SampleFormat format, string name) =>
        (x.Type, format.Type) switch
        {
            (NpyType.Float32, NpyType.Float32) => Finite(x, name).Data,
            var (from, to) when from == to => x.Data,
            (NpyType.UInt8, NpyType.Int8) when format.TakesUnsigned => SignedCodes(x.Data),
            (NpyType.Float32, NpyType.Int8) => Quantize(x, format, name),
            (NpyType.UInt8, NpyType.Int8 or NpyType.Float32) => throw DataDiagnostics.BadElementType.Failure(
                $"{name}: x holds raw uint8 samples, but the model takes {format.Type.Name()}; compile with {OptionName.RawScale} S "
                    + $"{OptionName.RawOffset} O (real = raw * S + O) to say what they mean"
            ),
            (NpyType.UInt8 or NpyType.Int8 or NpyType.Float32, _) => throw DataDiagnostics.BadElementType.Failure(
                $"{name}: x is {x.Type.Name()}, which a model with {format.Type.Name()} input cannot take"
            ),
            _ => throw DataDiagnostics.BadElementType.Failure(
                $"{name}: x is {x.Type.Name()}; uint8, int8, float32 and float64 are supported"
            ),
        };

    /// <summary>The samples, all of which are numbers.</summary>
    private static NpyArray Finite(NpyArray x, string name)
    {
        int bad = Enumerable.Range(0, x.Count).FirstOrDefault(i => !float.IsFinite(x.SingleAt(i)), -1);
        return bad < 0
            ? x
            : throw DataDiagnostics.BadElementType.Failure($"{name}: x has a value that is not a finite number (element {bad})");
    }

    private static byte[] Quantize(NpyArray x, SampleFormat format, string name)
    {
        var codes = new byte[Finite(x, name).Count];
        for (int i = 0; i < codes.Length; i++)
        {
            float code = MathF.Round(x.SingleAt(i) / format.Scale, MidpointRounding.ToEven) + format.ZeroPoint;
            codes[i] = (byte)(sbyte)Math.Clamp(code, sbyte.MinValue, sbyte.MaxValue);
        }

        return codes;
    }

    /// <summary>The int8 codes of uint8 codes: each 128 less.</summary>
    internal static byte[] SignedCodes(byte[] codes) => [.. codes.Select(c => (byte)(c - 128))];

    /// <summary>
    /// Samples of this shape, with this number of array elements for each of theirs, from the other layout to the model's.
    /// </summary>
    internal static T[] Moved<T>(T[] data, IReadOnlyList<int> shape, SampleLayout own, int size)
    {
        int channels = Channels(shape, own), pixels = shape[0] * shape[1] * shape[2] / channels;
        var (rows, columns) = own == SampleLayout.Nchw ? (pixels, channels) : (channels, pixels);
        var result = new T[data.Length];
        for (int sample = 0; sample < data.Length; sample += channels * pixels * size)
        {
            for (int r = 0; r < rows; r++)
            {
                for (int c = 0; c < columns; c++)
                {
                    data.AsSpan(sample + ((r * columns) + c) * size, size).CopyTo(result.AsSpan(sample + ((c * rows) + r) * size));
                }
            }
        }

        return result;
    }

    private static (int[] Labels, float[]? Targets) ReadTargets(NpyArray? y, int count, SampleFormat format, string name)
    {
        int[] none = [.. Enumerable.Repeat(-1, count)];
        bool isReal = y?.Type is NpyType.Float32 or NpyType.Float64;
        if (y is null || format.Targets == TargetForm.Sample)
        {
            return !isReal
                ? (none, null)
                : throw DataDiagnostics.BadLabel.Failure(
                    $"{name}: y holds real numbers, but the model learns to reconstruct x; "
                        + $"compile with {OptionName.Reconstructs} off to learn y"
                );
        }

        if (format.Targets == TargetForm.Classes)
        {
            return (ReadLabels(y, count, format.Classes, name), null);
        }

        if (format.Targets == TargetForm.Shares && !isReal && y.Count == count && y.Shape.Count <= 2)
        {
            var labels = ReadLabels(y, count, format.Labels, name);
            return (labels, TargetsOf(labels, format));
        }

        if (y.Shape.Count == 0 || y.Shape[0] != count || y.Count != (long)count * format.Classes)
        {
            throw DataDiagnostics.BadShape.Failure(
                $"{name}: y is [{string.Join(", ", y.Shape)}]; "
                    + $"{count} samples of a model with {format.Classes} outputs need [{count}, {format.Classes}]"
            );
        }

        float[] targets = [.. Enumerable.Range(0, (int)y.Count).Select(i => y.NumberAt(i))];
        int bad = Array.FindIndex(targets, t => !float.IsFinite(t) || (format.Targets == TargetForm.Shares && t is < 0 or > 1));
        bool sayYesOrNo = format.Targets == TargetForm.Shares && format.Classes == 1 && targets.All(t => t is 0 or 1);
        return bad < 0
            ? (sayYesOrNo ? [.. targets.Select(t => (int)t)] : none, targets)
            : throw DataDiagnostics.BadLabel.Failure(
                $"{name}: the target of sample {bad / format.Classes} holds {targets[bad]}, which is not "
                    + $"{(format.Targets == TargetForm.Shares ? "from 0 to 1" : "a finite number")}"
            );
    }

    /// <summary>
    /// Classes as vectors if targets are shares: 1 for the class, 0 for all others; null if targets are classes.
    /// </summary>
    internal static float[]? TargetsOf(IEnumerable<int> labels, SampleFormat format) => format.Targets != TargetForm.Shares ? null
        : format.Classes == 1 ? [.. labels.Select(label => (float)label)]
        : [.. labels.SelectMany(label => Enumerable.Range(0, format.Classes).Select(c => c == label ? 1f : 0f))];

    private static int[] ReadLabels(NpyArray y, int count, int classes, string name)
    {
        if (y.Type is NpyType.Float32 or NpyType.Float64)
        {
            throw DataDiagnostics.BadLabel.Failure($"{name}: y is {y.Type.Name()}; class labels are integers");
        }

        bool fits = y.Shape.Count is 1 or 2 && y.Shape[0] == count && (y.Shape.Count == 1 || y.Shape[1] == 1);
        if (!fits)
        {
            throw DataDiagnostics.BadShape.Failure(
                $"{name}: y is [{string.Join(", ", y.Shape)}]; {count} samples need [{count}] or [{count}, 1]"
            );
        }

        var labels = new int[count];
        for (int i = 0; i < count; i++)
        {
            long label = y.IntegerAt(i);
            labels[i] =
                label >= 0 && label < classes
                    ? (int)label
                    : throw DataDiagnostics.BadLabel.Failure(
                        $"{name}: label {label} of sample {i} is not one of the model's {classes} classes (0 to {classes - 1})"
                    );
        }

        return labels;
    }
}
