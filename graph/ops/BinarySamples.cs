// Samples of operators of two operands: every way in which shapes of maps and matrices are broadcast, and codes.

using static TinyEngine.Ir.OperatorSample;

namespace TinyEngine.Ir;

/// <summary>Nodes on which operators of two operands are tested.</summary>
internal static class BinarySamples
{
    private static readonly NodeForm Masked = Attributes.Empty.Masked();

    /// <summary>Real operands that are repeated in all ways.</summary>
    public static IEnumerable<OperatorSample> Broadcast()
    {
        (string Name, int[] A, int[] B)[] shapes =
        [
            ("equal", [2, 3, 2, 4], [2, 3, 2, 4]),
            ("channel vector", [2, 3, 2, 4], [4]),
            ("channel map", [2, 3, 2, 4], [1, 1, 1, 4]),
            ("channel gate", [2, 3, 2, 4], [2, 1, 1, 4]),
            ("spatial gate", [2, 3, 2, 4], [2, 3, 2, 1]),
            ("one row", [2, 3, 2, 4], [3, 1, 1]),
            ("one number", [2, 3, 4], [1]),
            ("scalar first", [], [2, 5]),
            ("both repeated", [3, 1], [1, 4]),
            ("repeated first", [4], [2, 2, 4]),
        ];
        foreach (var (name, a, b) in shapes)
        {
            yield return new(name + ", broadcast", Attributes.Empty, null, Fp32(a), Fp32(b));
        }

        yield return new("broadcast and clamped", Masked.Clamped(-0.4, 0.5), null, Fp32(1, 3, 2, 2), Fp32(2));
    }

    /// <summary>Sums.</summary>
    public static IEnumerable<OperatorSample> Add() =>
        [
            .. Broadcast(),
            new("rank 4", Attributes.Empty, null, Fp32(2, 3, 2, 2), Fp32(2, 3, 2, 2)),
            new("clamped", Masked.Clamped(-0.5, 0.5), null, Fp32(1, 4, 4, 2), Fp32(1, 4, 4, 2)),
            new(
                "int8, two scales and zero points",
                Masked,
                Int8(0.25f, 9, 1, 3, 3, 2),
                Int8(0.5f, 4, 1, 3, 3, 2),
                Int8(0.25f, -6, 1, 3, 3, 2)
            ),
            new("int8, saturating", Masked, Int8(0.25f, 125, 1, 4, 4, 2), Int8(0.5f, 4, 1, 4, 4, 2), Int8(0.5f, -6, 1, 4, 4, 2)),
        ];

    /// <summary>Products.</summary>
    public static IEnumerable<OperatorSample> Mul() =>
        [
            .. Broadcast(),
            new("int8, two scales and zero points", Masked, Int8(0.25f, 9, 1), Int8(0.5f, 4, 1, 3, 3, 2), Int8(0.5f, -6, 1, 3, 3, 2)),
            new("int8, channel gate", Masked, Int8(0.125f, 3, 1), Int8(0.5f, 4, 2, 3, 2, 4), Int8(0.25f, -100, 2, 1, 1, 4)),
            new("int8, saturating", Masked, Int8(0.25f, 122, 1), Int8(0.5f, 4, 2, 12), Int8(0.5f, -6, 2, 12)),
        ];

    /// <summary>Quotients by numbers away from 0.</summary>
    public static IEnumerable<OperatorSample> Div() =>
        Broadcast()
            .Select(s =>
                s with
                {
                    Content = (operand, random) => operand == 0 ? random.Data : random.Data.Select(v => (double)(float)(Math.Abs(v) + 0.5)),
                }
            );
}
