// The sum of two tensors of codes in integers (runtime-c/include/te_dsp_add.h), where it equals the definition for all pairs of codes:
//
//     code = (floor(a * a_factor / 2^8) + floor(b * b_factor / 2^8) + constant) >> 21
//
// Every pair of codes gives an interval for the constant. If the rounded factors leave none, neighbours of them are tried.

namespace TinyEngine.Ir;

/// <summary>Integer factors of an addition of codes.</summary>
internal sealed class SumForm : PackedForm
{
    private const int Shift = 21, Guard = 8, Near = 64, Largest = 3 << 29;

    /// <inheritdoc/>
    public override string Name => "sums";

    /// <inheritdoc/>
    public override KernelRequest? Request(Node node, KernelRequest plain)
    {
        var (a, b, y) = (node.Input(0).Type, node.Input(1).Type, node.Output.Type);
        bool isPlain =
            a.Shape.Equals(y.Shape)
            && b.Shape.Equals(y.Shape)
            && new[] { a, b, y }.All(t => t is { DType: DType.I8, IsQuantized: true });
        if (!isPlain || plain.IntegerField("y_min") != sbyte.MinValue || plain.IntegerField("y_max") != sbyte.MaxValue)
        {
            return null;
        }

        return Find(node) is { } found
            ? new KernelRequest(
                plain.Family,
                "te_dsp_add",
                [
                    KernelField.Int("count", y.Count),
                    KernelField.Int("a_factor", found.A),
                    KernelField.Int("b_factor", found.B),
                    KernelField.Int("constant", found.Constant),
                ],
                []
            )
            {
                Packing = Name,
            }
            : null;
    }

    private static (long A, long B, long Constant)? Find(Node node)
    {
        var (a, b, y) = (node.Input(0).Type, node.Input(1).Type, node.Output.Type);
        var (scaleA, scaleB) = (a.ScaleOf(0) / y.ScaleOf(0), b.ScaleOf(0) / y.ScaleOf(0));
        var (exactA, exactB) = (Math.ScaleB(scaleA, Shift + Guard), Math.ScaleB(scaleB, Shift + Guard));
        if (exactA >= int.MaxValue - Near || exactB >= int.MaxValue - Near)
        {
            return null;
        }

        var codes = Codes(a.ZeroPoint, scaleA, b.ZeroPoint, scaleB, y.ZeroPoint);
        for (int i = 0; i < 9; i++)
        {
            var (factorA, factorB) = ((long)exactA + (i % 3 - 1) * Near, (long)exactB + (i / 3 - 1) * Near);
            if (Constants(codes, factorA, factorB) is { } constant)
            {
                return (factorA, factorB, constant);
            }
        }

        return null;
    }

    /// <summary>The codes of the definition for all pairs, in the order of a, then b.</summary>
    private static int[] Codes(int zeroA, float scaleA, int zeroB, float scaleB, int zero)
    {
        var codes = new int[256 * 256];
        for (int i = 0; i < codes.Length; i++)
        {
            float sum = (i / 256 - 128 - zeroA) * scaleA + (i % 256 - 128 - zeroB) * scaleB;
            codes[i] = (int)Math.Clamp(MathF.Round(sum, MidpointRounding.ToEven) + zero, sbyte.MinValue, sbyte.MaxValue);
        }

        return codes;
    }

    /// <summary>A constant that gives all codes, and no sum beyond 32 bits; null if there is none.</summary>
    private static long? Constants(int[] codes, long factorA, long factorB)
    {
        var (low, high) = (-(long)Largest, (long)Largest);
        for (int i = 0; i < codes.Length && low <= high; i++)
        {
            long products = ((i / 256 - 128) * factorA >> Guard) + ((i % 256 - 128) * factorB >> Guard);
            long least = ((long)codes[i] << Shift) - products;
            low = Math.Max(low, Math.Max(int.MinValue - products, codes[i] > sbyte.MinValue ? least : low));
            high = Math.Min(high, Math.Min(int.MaxValue - products, codes[i] < sbyte.MaxValue ? least + (1 << Shift) - 1 : high));
        }

        return low <= high ? low + (high - low) / 2 : null;
    }
}
