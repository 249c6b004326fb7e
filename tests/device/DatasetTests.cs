// Data sets as users keep them: npz pairs, layouts, element types, labels, and what is refused.

using TinyEngine.Data;
using TinyEngine.Ir;

namespace TinyEngine.Device.Tests;

public sealed class DatasetTests
{
    private static readonly SampleFormat Int8 = new([1, 2, 3], NpyType.Int8, 0.5f, 10, 4);
    private static readonly NpyArray Labels = NpyArray.Of([3], 1);

    private static NpyArray Bytes(NpyType type, byte[] data, params int[] shape) => new(type, shape, data);

    private static string CodeOf(NpyArray x, NpyArray y, SampleFormat format, SampleLayout layout = SampleLayout.Auto) =>
        Assert.Throws<DiagnosticException>(() => Dataset.From(x, y, format, layout, "data.npz")).Code;

    [Fact]
    public void Floats_are_quantized_half_to_even_and_clamped()
    {
        var x = NpyArray.Of([0.25f, 0.75f, -0.25f, 1000f, -1000f, 0f], 1, 1, 2, 3); // 0.5, 1.5, -0.5 steps
        Assert.Equal(
            new sbyte[] { 10, 12, 10, 127, -128, 10 },
            Dataset.From(x, Labels, Int8, SampleLayout.Auto, "").Samples.Select(b => (sbyte)b)
        );
    }

    [Fact]
    public void Channels_first_becomes_channels_last()
    {
        var x = Bytes(NpyType.Int8, [1, 2, 11, 12, 21, 22], 1, 3, 1, 2);
        Assert.Equal([1, 11, 21, 2, 12, 22], Dataset.From(x, Labels, Int8, SampleLayout.Auto, "").Samples);
    }

    [Fact]
    public void Layout_that_fits_twice_must_be_said()
    {
        var cube = Int8 with { Shape = [2, 2, 2] };
        var x = Bytes(NpyType.Int8, [0, 1, 2, 3, 4, 5, 6, 7], 1, 2, 2, 2);
        Assert.Equal(DataDiagnostics.AmbiguousLayout.Code, CodeOf(x, Labels, cube));
        Assert.Equal(x.Data, Dataset.From(x, Labels, cube, SampleLayout.Nhwc, "").Samples);
        Assert.Equal([0, 4, 1, 5, 2, 6, 3, 7], Dataset.From(x, Labels, cube, SampleLayout.Nchw, "").Samples);
    }

    [Fact]
    public void Channels_last_becomes_channels_first_where_the_model_has_them_so()
    {
        var map = Int8 with { Shape = [3, 1, 2], Layout = SampleLayout.Nchw };
        byte[] own = [1, 2, 11, 12, 21, 22], last = [1, 11, 21, 2, 12, 22];
        Assert.Equal(own, Dataset.From(Bytes(NpyType.Int8, own, 1, 3, 1, 2), Labels, map, SampleLayout.Nchw, "").Samples);
        Assert.Equal(own, Dataset.From(Bytes(NpyType.Int8, last, 1, 1, 2, 3), Labels, map, SampleLayout.Auto, "").Samples);
        Assert.Equal(DataDiagnostics.BadShape.Code, CodeOf(Bytes(NpyType.Int8, own, 1, 3, 1, 2), Labels, map, SampleLayout.Nhwc));
        var cube = map with { Shape = [2, 2, 2] };
        var x = Bytes(NpyType.Int8, [0, 1, 2, 3, 4, 5, 6, 7], 1, 2, 2, 2);
        Assert.Equal(DataDiagnostics.AmbiguousLayout.Code, CodeOf(x, Labels, cube));
        Assert.Equal(x.Data, Dataset.From(x, Labels, cube, SampleLayout.Nchw, "").Samples);
        Assert.Equal([0, 2, 4, 6, 1, 3, 5, 7], Dataset.From(x, Labels, cube, SampleLayout.Nhwc, "").Samples);
    }

    [Fact]
    public void Codes_of_a_uint8_input_are_taken_as_they_are()
    {
        var x = Bytes(NpyType.UInt8, [0, 1, 127, 128, 254, 255], 1, 1, 2, 3);
        Assert.Equal(
            new sbyte[] { -128, -127, -1, 0, 126, 127 },
            Dataset.From(x, Labels, Int8 with { TakesUnsigned = true }, SampleLayout.Auto, "").Samples.Select(b => (sbyte)b)
        );
    }

    [Fact]
    public void Element_type_is_never_guessed()
    {
        var raw = Bytes(NpyType.UInt8, new byte[6], 1, 1, 2, 3);
        Assert.Equal(DataDiagnostics.BadElementType.Code, CodeOf(raw, Labels, Int8));
        Assert.Equal(DataDiagnostics.BadElementType.Code, CodeOf(raw, Labels, Int8 with { Type = NpyType.Float32 }));
        Assert.Equal(
            DataDiagnostics.BadElementType.Code,
            CodeOf(Bytes(NpyType.Int8, new byte[6], 1, 1, 2, 3), Labels, Int8 with { Type = NpyType.Float32 })
        );
        Assert.Equal(DataDiagnostics.BadElementType.Code, CodeOf(NpyArray.Of([float.NaN, 0, 0, 0, 0, 0], 1, 1, 2, 3), Labels, Int8));
        Assert.Equal(
            DataDiagnostics.BadElementType.Code,
            CodeOf(NpyArray.Of([float.PositiveInfinity, 0, 0, 0, 0, 0], 1, 1, 2, 3), Labels, Int8 with { Type = NpyType.Float32 })
        );
        Assert.Equal(raw.Data, Dataset.From(raw, Labels, Int8 with { Type = NpyType.UInt8 }, SampleLayout.Auto, "").Samples);
    }

    private static NpyArray Doubles(double[] values, params int[] shape) =>
        Bytes(NpyType.Float64, [.. values.SelectMany(BitConverter.GetBytes)], shape);

    [Fact]
    public void Doubles_are_rounded_to_float_with_a_note()
    {
        double[] values = [0.1, -2, 1e-50, float.MaxValue, 0.75, 3];
        var x = Doubles(values, 1, 1, 2, 3);
        var data = Dataset.From(x, Labels, Int8 with { Type = NpyType.Float32 }, SampleLayout.Auto, "d.npz");
        Assert.Equal(values.SelectMany(v => BitConverter.GetBytes((float)v)), data.Samples);
        Assert.Equal("d.npz: x is float64 and was rounded to float32", Assert.Single(data.Notes));
        Assert.Equal(12, (sbyte)Dataset.From(x, Labels, Int8, SampleLayout.Auto, "").Samples[4]); // as the float 0.75
        Assert.Empty(Dataset.From(NpyArray.Of(new float[6], 1, 1, 2, 3), Labels, Int8, SampleLayout.Auto, "").Notes);

        foreach (double bad in new[] { 1e39, -1e300, double.NaN, double.PositiveInfinity })
        {
            Assert.Equal(DataDiagnostics.BadElementType.Code, CodeOf(Doubles([0, 0, 0, bad, 0, 0], 1, 1, 2, 3), Labels, Int8));
        }
    }

    [Fact]
    public void Targets_of_doubles_are_rounded_too()
    {
        var x = Bytes(NpyType.Int8, new byte[6], 1, 1, 2, 3);
        var format = Int8 with { Targets = TargetForm.Reals, Classes = 2 };
        var data = Dataset.From(x, Doubles([0.1, 2], 1, 2), format, SampleLayout.Auto, "d.npz");
        Assert.Equal([0.1f, 2f], data.Targets!);
        Assert.Equal("d.npz: y is float64 and was rounded to float32", Assert.Single(data.Notes));
        Assert.Equal(DataDiagnostics.BadElementType.Code, CodeOf(x, Doubles([0.1, 1e40], 1, 2), format));
        Assert.Equal(DataDiagnostics.BadLabel.Code, CodeOf(x, Doubles([1], 1), Int8)); // a class is an integer
    }

    [Fact]
    public void Target_maps_are_recognized_by_their_shape()
    {
        var x = Bytes(NpyType.Int8, new byte[6], 1, 1, 2, 3);
        var format = Int8 with { Targets = TargetForm.Reals, Classes = 6, OutputShape = [2, 1, 3] };
        float[] first = [0, 1, 2, 3, 4, 5], last = [0, 2, 4, 1, 3, 5];
        Assert.Equal(last, Dataset.From(x, NpyArray.Of(first, 1, 3, 2, 1), format, SampleLayout.Auto, "").Targets!);
        Assert.Equal(first, Dataset.From(x, NpyArray.Of(first, 1, 2, 1, 3), format, SampleLayout.Auto, "").Targets!);
        Assert.Equal(first, Dataset.From(x, NpyArray.Of(first, 1, 6), format, SampleLayout.Auto, "").Targets!);
        Assert.Equal(DataDiagnostics.BadShape.Code, CodeOf(x, NpyArray.Of(first, 1, 1, 2, 3), format));
    }

    [Fact]
    public void Target_vectors_are_real_numbers_one_an_output()
    {
        var x = Bytes(NpyType.Int8, new byte[12], 2, 1, 2, 3);
        var format = Int8 with { Targets = TargetForm.Reals, Classes = 2 };
        var data = Dataset.From(x, NpyArray.Of([1.5f, -2, 3, 4], 2, 2), format, SampleLayout.Auto, "");
        Assert.Equal([1.5f, -2, 3, 4], data.Targets!);
        Assert.Equal([-1, -1], data.Labels);
        Assert.Equal([1.5f, -2], data.Take(1).Targets!);
        Assert.Equal([7, 8], Dataset.From(x, NpyArray.Of([7, 8], 2, 1), format with { Classes = 1 }, SampleLayout.Auto, "").Targets!);
        Assert.Equal(DataDiagnostics.BadShape.Code, CodeOf(x, NpyArray.Of([1f, 2], 2), format));
        Assert.Equal(DataDiagnostics.BadLabel.Code, CodeOf(x, NpyArray.Of([1, 2, float.NaN, 4], 2, 2), format));
    }

    [Fact]
    public void Shares_are_from_0_to_1_or_classes()
    {
        var x = Bytes(NpyType.Int8, new byte[12], 2, 1, 2, 3);
        var format = Int8 with { Targets = TargetForm.Shares, Classes = 3 };
        var data = Dataset.From(x, NpyArray.Of([2, 0], 2), format, SampleLayout.Auto, "");
        Assert.Equal([0, 0, 1, 1, 0, 0], data.Targets!);
        Assert.Equal([2, 0], data.Labels);
        Assert.Equal(
            [0, 0.5f, 1, 1, 0, 0],
            Dataset.From(x, NpyArray.Of([0, 0.5f, 1, 1, 0, 0], 2, 3), format, SampleLayout.Auto, "").Targets!
        );
        Assert.Equal(DataDiagnostics.BadLabel.Code, CodeOf(x, NpyArray.Of([3, 0], 2), format));
        Assert.Equal(DataDiagnostics.BadLabel.Code, CodeOf(x, NpyArray.Of([0, 0.5f, 1.5f, 1, 0, 0], 2, 3), format));
    }

    [Fact]
    public void Share_of_one_output_is_a_class_where_it_is_0_or_1()
    {
        var x = Bytes(NpyType.Int8, new byte[12], 2, 1, 2, 3);
        var format = Int8 with { Targets = TargetForm.Shares, Classes = 1 };
        foreach (
            var y in new[] { NpyArray.Of([1, 0], 2), NpyArray.Of([1, 0], 2, 1), NpyArray.Of([1f, 0f], 2), NpyArray.Of([1f, 0f], 2, 1) }
        )
        {
            var data = Dataset.From(x, y, format, SampleLayout.Auto, "");
            Assert.Equal([1, 0], data.Labels);
            Assert.Equal([1f, 0f], data.Targets!);
        }

        var soft = Dataset.From(x, NpyArray.Of([1f, 0.25f], 2), format, SampleLayout.Auto, "");
        Assert.False(soft.HasClasses);
        Assert.Equal([1f, 0.25f], soft.Targets!);
        Assert.Equal(DataDiagnostics.BadLabel.Code, CodeOf(x, NpyArray.Of([2, 0], 2), format));
        Assert.Equal(DataDiagnostics.BadLabel.Code, CodeOf(x, NpyArray.Of([2f, 0f], 2), format));
    }

    [Fact]
    public void Reconstruction_needs_no_targets_and_refuses_real_ones()
    {
        var x = Bytes(NpyType.Int8, new byte[6], 1, 1, 2, 3);
        var format = Int8 with { Targets = TargetForm.Sample };
        Assert.Null(Dataset.From(x, null, format, SampleLayout.Auto, "").Targets);
        Assert.Equal([-1], Dataset.From(x, Labels, format, SampleLayout.Auto, "").Labels);
        Assert.Equal(DataDiagnostics.BadLabel.Code, CodeOf(x, NpyArray.Of([1f], 1), format));
    }

    [Fact]
    public void Labels_are_checked()
    {
        var x = Bytes(NpyType.Int8, new byte[6], 1, 1, 2, 3);
        Assert.Equal([2], Dataset.From(x, NpyArray.Of([2], 1, 1), Int8, SampleLayout.Auto, "").Labels);
        Assert.Equal(DataDiagnostics.BadLabel.Code, CodeOf(x, NpyArray.Of([4], 1), Int8));
        Assert.Equal(DataDiagnostics.BadLabel.Code, CodeOf(x, NpyArray.Of([-1], 1), Int8));
        Assert.Equal(DataDiagnostics.BadLabel.Code, CodeOf(x, NpyArray.Of([1f], 1), Int8));
        Assert.Equal(DataDiagnostics.BadShape.Code, CodeOf(x, NpyArray.Of([1, 2], 2), Int8));
        Assert.Equal(DataDiagnostics.BadShape.Code, CodeOf(Bytes(NpyType.Int8, new byte[6], 6), Labels, Int8));
    }

    [Theory]
    [InlineData("x_val y_val", true)]
    [InlineData("x_train y_train", false)]
    [InlineData("x_val y_train", null)]
    [InlineData("y_val x_train", null)]
    public void Half_of_a_pair_is_no_pair(string arrays, bool? holds)
    {
        string path = Path.GetTempFileName();
        try
        {
            using (var zip = new System.IO.Compression.ZipArchive(File.Create(path), System.IO.Compression.ZipArchiveMode.Create))
            {
                foreach (string name in arrays.Split(' '))
                {
                    using var entry = zip.CreateEntry(name + ".npy").Open();
                    Labels.Write(entry);
                }
            }

            bool? answer = null;
            var failure = Record.Exception(() => answer = Dataset.Holds(path, "val"));
            Assert.Equal(holds, answer);
            Assert.Equal(holds is null, failure is DiagnosticException { Code: "TE0711" });
        }
        finally
        {
            File.Delete(path);
        }
    }
}
