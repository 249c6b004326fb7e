// Samples of the operators that copy boxes.

using static TinyEngine.Ir.OperatorSample;

namespace TinyEngine.Ir;

/// <summary>Nodes on which slice and place are tested.</summary>
internal static class BoxSamples
{
    private static readonly Attributes None = Attributes.Empty;

    /// <summary>Boxes cut out, with steps.</summary>
    public static IEnumerable<OperatorSample> Sliced() =>
        [
            new("channels", Box([0, 0, 0, 1], [1, 1, 1, 1], [1, 2, 3, 2]), null, Fp32(1, 2, 3, 4)),
            new("steps", Box([0, 1, 0, 2], [1, 2, 3, 2], [2, 2, 2, 2]), null, Fp32(2, 4, 5, 6)),
            new("int8", Box([0, 2], [1, 3], [2, 3]), Int8(0.5f, -7, 1), Int8(0.5f, -7, 2, 9)),
        ];

    /// <summary>Boxes put into a filled tensor or a base.</summary>
    public static IEnumerable<OperatorSample> Placed() =>
        [
            new("padded", At([0, 1, 2, 0], [1, 1, 1, 1], [1, 4, 6, 2]).With("fill", 0.75), null, Fp32(1, 2, 3, 2), null),
            new("spread", At([1, 0], [1, 3], [3, 9]), null, Fp32(2, 3)),
            new("into a base", At([0, 1, 0], [1, 2, 1], [2, 4, 3]), null, Fp32(2, 2, 2), Fp32(2, 4, 3)),
            new("a base with a hole", At([0, 1], [1, 1], [2, 4]).With("sizes", [1, 2]), null, null, Fp32(2, 4)),
            new("int8", At([0, 2], [1, 1], [2, 6]).With("fill", 1.0), Int8(0.5f, 9, 1), Int8(0.5f, 9, 2, 3), Int8(0.5f, 9, 2, 6)),
        ];

    private static Attributes Box(int[] starts, int[] steps, int[] sizes) =>
        None.With("starts", starts).With("steps", steps).With("sizes", sizes);

    private static Attributes At(int[] starts, int[] steps, int[] shape) =>
        None.With("starts", starts).With("steps", steps).With("shape", shape);
}
