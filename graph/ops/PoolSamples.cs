// Samples of pooling: windows that overlap, lie apart and reach beyond the map, real and on codes.

using static TinyEngine.Ir.OperatorSample;

namespace TinyEngine.Ir;

/// <summary>Nodes on which pools are tested.</summary>
internal static class PoolSamples
{
    private static readonly Attributes None = Attributes.Empty;

    /// <summary>Average pools.</summary>
    public static IEnumerable<OperatorSample> Average()
    {
        foreach (int include in new[] { 0, 1 })
        {
            var a = None.With("count_include_pad", include);
            yield return new($"2x2, include {include}", a.With("kernel", [2, 2]).With("strides", [2, 2]), null, Fp32(2, 4, 4, 3));
            yield return new(
                $"overlapping, uneven pads, include {include}",
                a.With("kernel", [3, 2]).With("pads", [1, 0, 0, 1]),
                null,
                Fp32(1, 4, 5, 2)
            );
            yield return new(
                $"dilated, include {include}",
                a.With("kernel", [2, 3]).With("dilations", [2, 2]).With("strides", [2, 1]).With("pads", [1, 1, 1, 2]),
                null,
                Fp32(1, 5, 6, 2)
            );
        }

        yield return new(
            "as large as its map, padded",
            None.With("kernel", [3, 3]).With("strides", [3, 3]).With("pads", [1, 1, 1, 1]),
            null,
            Fp32(1, 3, 3, 2)
        );
        yield return new("global", None.With("kernel", [3, 5]), null, Fp32(2, 3, 5, 2));
        yield return new(
            "int8",
            None.With("kernel", [2, 2]).With("strides", [2, 2]),
            Int8(0.125f, 3, 1, 2, 2, 3),
            Int8(0.5f, -5, 1, 4, 4, 3)
        );
        yield return new("codes to reals", None.With("kernel", [4, 4]), null, Int8(0.5f, -5, 1, 4, 4, 3));
    }

    /// <summary>Max pools whose elements keep a distance, so that no step changes the maximum.</summary>
    public static IEnumerable<OperatorSample> Max()
    {
        (string Name, int[] X, Attributes A)[] shapes =
        [
            ("2x2", [2, 4, 4, 2], None.With("kernel", [2, 2]).With("strides", [2, 2])),
            ("overlapping, uneven pads", [1, 5, 4, 2], None.With("kernel", [3, 2]).With("pads", [1, 0, 0, 1])),
            (
                "dilated",
                [1, 5, 6, 2],
                None.With("kernel", [2, 3]).With("dilations", [2, 2]).With("strides", [2, 1]).With("pads", [1, 1, 1, 2])
            ),
            ("global", [1, 3, 5, 3], None.With("kernel", [3, 5])),
        ];
        foreach (var (name, x, a) in shapes)
        {
            yield return new(name, a, null, Fp32(x)) { Content = (_, random) => Apart(random) };
            yield return new(name + ", int8", a, Int8(0.5f, -5, 1), Int8(0.5f, -5, x)) { Content = (_, random) => Apart(random) };
        }
    }
}
