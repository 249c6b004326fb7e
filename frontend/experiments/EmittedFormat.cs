// The samples that a compiled model takes, as its report describes them.

using TinyEngine.Compiler;
using TinyEngine.Data;

namespace TinyEngine.Experiments;

/// <summary>Reads the format of samples from the report of a model.</summary>
public static class EmittedFormat
{
    /// <summary>The format of a model with this input and output.</summary>
    public static SampleFormat Of(BoundaryReport input, BoundaryReport output, TargetForm targets = TargetForm.Classes) => new(
        input.SampleShape(), input.Dtype switch { "i8" => NpyType.Int8, "u8" => NpyType.UInt8, _ => NpyType.Float32 },
        input.Scale ?? 1, input.ZeroPoint ?? 0, output.Shape.Aggregate(1, (a, b) => a * b), targets)
    {
        OutputShape = output.SampleShape(),
        Layout = LayoutOf(input),
        OutputLayout = LayoutOf(output),
        TakesUnsigned = input.Unsigned,
    };

    private static SampleLayout LayoutOf(BoundaryReport boundary) =>
        boundary.Layout == BoundaryReport.ChannelsFirst ? SampleLayout.Nchw : SampleLayout.Nhwc;
}
