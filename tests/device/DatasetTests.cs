// Data sets as users keep them: npz pairs, layouts, element types, labels, and what is refused.

namespace TinyEngine.Device.Tests;

public sealed class DatasetTests
{
    private static readonly SampleFormat Int8 = new([1, 2, 3], NpyType.Int8, 0.5f, 10, 4);
    private static readonly NpyArray Labels = NpyArray.Of([3], 1);

    private static NpyArray Bytes(NpyType type, byte[] data, params int[] shape) => new(type, shape, data);

    private static string CodeOf(NpyArray x, NpyArray y, SampleFormat format, SampleLayout layout = SampleLayout.Auto) =>
        Assert.Throws<DeviceException>(() => Dataset.From(x, y, format, layout, "data.npz")).Code;

    [Fact]
    public void Floats_are_quantized_half_to_even_and_clamped()
    {
        var x = NpyArray.Of([0.25f, 0.75f, -0.25f, 1000f, -1000f, 0f], 1, 1, 2, 3); // 0.5, 1.5, -0.5 steps
        Assert.Equal(new sbyte[] { 10, 12, 10, 127, -128, 10 }, Dataset.From(x, Labels, Int8, SampleLayout.Auto, "").Samples.Select(b => (sbyte)b));
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
        Assert.Equal(DeviceCode.AmbiguousLayout, CodeOf(x, Labels, cube));
        Assert.Equal(x.Data, Dataset.From(x, Labels, cube, SampleLayout.Nhwc, "").Samples);
        Assert.Equal([0, 4, 1, 5, 2, 6, 3, 7], Dataset.From(x, Labels, cube, SampleLayout.Nchw, "").Samples);
    }

    [Fact]
    public void Element_type_is_never_guessed()
    {
        var raw = Bytes(NpyType.UInt8, new byte[6], 1, 1, 2, 3);
        Assert.Equal(DeviceCode.BadElementType, CodeOf(raw, Labels, Int8));
        Assert.Equal(DeviceCode.BadElementType, CodeOf(raw, Labels, Int8 with { Type = NpyType.Float32 }));
        Assert.Equal(DeviceCode.BadElementType, CodeOf(Bytes(NpyType.Int8, new byte[6], 1, 1, 2, 3), Labels, Int8 with { Type = NpyType.Float32 }));
        Assert.Equal(DeviceCode.BadElementType, CodeOf(NpyArray.Of([float.NaN, 0, 0, 0, 0, 0], 1, 1, 2, 3), Labels, Int8));
        Assert.Equal(raw.Data, Dataset.From(raw, Labels, Int8 with { Type = NpyType.UInt8 }, SampleLayout.Auto, "").Samples);
    }

    [Fact]
    public void Labels_are_checked()
    {
        var x = Bytes(NpyType.Int8, new byte[6], 1, 1, 2, 3);
        Assert.Equal([2], Dataset.From(x, NpyArray.Of([2], 1, 1), Int8, SampleLayout.Auto, "").Labels);
        Assert.Equal(DeviceCode.BadLabel, CodeOf(x, NpyArray.Of([4], 1), Int8));
        Assert.Equal(DeviceCode.BadLabel, CodeOf(x, NpyArray.Of([-1], 1), Int8));
        Assert.Equal(DeviceCode.BadLabel, CodeOf(x, NpyArray.Of([1f], 1), Int8));
        Assert.Equal(DeviceCode.BadShape, CodeOf(x, NpyArray.Of([1, 2], 2), Int8));
        Assert.Equal(DeviceCode.BadShape, CodeOf(Bytes(NpyType.Int8, new byte[6], 6), Labels, Int8));
    }
}
