// The model's input as data sets see it.

namespace TinyEngine.Data;

/// <summary>The input that a model takes, and the number of classes that it tells apart.</summary>
/// <param name="Shape">Shape of one sample without batch: [features], or [height, width, channels] in the order that <see cref="Layout"/>
/// says.</param>
/// <param name="Type">Element type of the input: Int8, UInt8 or Float32.</param>
/// <param name="Scale">Scale of the input's quantizer; not read unless Int8.</param>
/// <param name="ZeroPoint">Its zero point.</param>
/// <param name="Classes">Outputs: a target that is a vector has as many elements.</param>
/// <param name="Targets">The form of y.</param>
public sealed record SampleFormat(
    IReadOnlyList<int> Shape,
    NpyType Type,
    float Scale,
    int ZeroPoint,
    int Classes,
    TargetForm Targets = TargetForm.Classes
)
{
    /// <summary>Shape of one output, as <see cref="Shape"/>; vectors of targets have it too.</summary>
    public IReadOnlyList<int> OutputShape { get; init; } = [Classes];

    /// <summary>The order of a sample of three dimensions.</summary>
    public SampleLayout Layout { get; init; } = SampleLayout.Nhwc;

    /// <summary>As <see cref="Layout"/>, of an output.</summary>
    public SampleLayout OutputLayout { get; init; } = SampleLayout.Nhwc;

    /// <summary>True where the model's file takes uint8 codes: samples may be those.</summary>
    public bool TakesUnsigned { get; init; }

    /// <summary>How many classes labels may name: one output that is a share says no (0) or yes (1).</summary>
    public int Labels => Targets == TargetForm.Shares && Classes == 1 ? 2 : Classes;

    /// <summary>Elements of a sample.</summary>
    public int Count => Shape.Aggregate(1, (a, b) => checked(a * b));

    /// <summary>Bytes of a sample as the device takes it.</summary>
    public int Bytes => Count * Type.Bytes();
}
