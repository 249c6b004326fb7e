// Nodes on which the gradient rules of slice, place and concat are checked.

using TinyEngine.Ir;
using static TinyEngine.Tests.Training.GradientCases;
using static TinyEngine.Tests.Training.Tensors;

namespace TinyEngine.Tests.Training;

/// <summary>Cases of the operators that copy boxes.</summary>
internal static class BoxGradientCases
{
    private static readonly Attributes None = Attributes.Empty;

    /// <summary>The cases of one of them.</summary>
    public static IEnumerable<GradientCase> Of(Op op) => op switch
    {
        Concat => Concatenated(),
        Slice => Sliced(),
        Upsample => Upsampled(),
        _ => Placed(),
    };

    private static IEnumerable<GradientCase> Concatenated() =>
    [
        Case(Concat.Op, "channels", None.With("axis", 3), null, Real(1, 2, 3, 2), Real(1, 2, 3, 4)),
        Case(Concat.Op, "three rows, batch 2", None.With("axis", 1), null, Real(2, 1, 3), Real(2, 2, 3), Real(2, 4, 3)),
        Case(Concat.Op, "int8", None.With("axis", 1), Codes(0.25f, 6, 1), Codes(0.25f, 6, 2, 3), Codes(0.25f, 6, 2, 5)),
    ];

    private static IEnumerable<GradientCase> Sliced() =>
    [
        Case(Slice.Op, "channels", Box([0, 0, 0, 1], [1, 1, 1, 1], [1, 2, 3, 2]), null, Real(1, 2, 3, 4)),
        Case(Slice.Op, "steps", Box([0, 1, 0, 2], [1, 2, 3, 2], [2, 2, 2, 2]), null, Real(2, 4, 5, 6)),
        Case(Slice.Op, "int8", Box([0, 2], [1, 3], [2, 3]), Codes(0.5f, -7, 1), Codes(0.5f, -7, 2, 9)),
    ];

    private static IEnumerable<GradientCase> Placed() =>
    [
        Case(Place.Op, "padded", At([0, 1, 2, 0], [1, 1, 1, 1], [1, 4, 6, 2]).With("fill", 0.75), null, Real(1, 2, 3, 2), null),
        Case(Place.Op, "spread", At([1, 0], [1, 3], [3, 9]), null, Real(2, 3)),
        Case(Place.Op, "into a base", At([0, 1, 0], [1, 2, 1], [2, 4, 3]), null, Real(2, 2, 2), Real(2, 4, 3)),
        Case(Place.Op, "a base with a hole", At([0, 1], [1, 1], [2, 4]).With("sizes", [1, 2]), null, null, Real(2, 4)),
        Case(Place.Op, "int8", At([0, 2], [1, 1], [2, 6]).With("fill", 1.0), Codes(0.5f, 9, 1), Codes(0.5f, 9, 2, 3), Codes(0.5f, 9, 2, 6)),
    ];

    private static IEnumerable<GradientCase> Upsampled() =>
    [
        Case(Upsample.Op, "2x2", None.With("factors", [1, 2, 2, 1]), null, Real(2, 2, 3, 2)),
        Case(Upsample.Op, "rows by 3", None.With("factors", [3, 1]), null, Real(2, 3)),
        Case(Upsample.Op, "int8", None.With("factors", [1, 2, 3, 1]), Codes(0.5f, 9, 1), Codes(0.5f, 9, 1, 2, 2, 3)),
    ];

    private static Attributes Box(int[] starts, int[] steps, int[] sizes) =>
        None.With("starts", starts).With("steps", steps).With("sizes", sizes);

    private static Attributes At(int[] starts, int[] steps, int[] shape) =>
        None.With("starts", starts).With("steps", steps).With("shape", shape);
}
