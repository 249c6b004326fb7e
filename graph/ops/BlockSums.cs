// Shared by the references of block floating point: integers brought to a common exponent, sums over them, and the blocks that
// are stored. Written for clarity on wide integers and exact doubles; te_block.h computes the same in the device's words.

using System.Numerics;

namespace TinyEngine.Ir;

/// <summary>Reference arithmetic on block types.</summary>
public static class BlockSums
{
    /// <summary>value * 2^exponent rounded half to even; exact in double for what occurs here.</summary>
    public static long Round(double value, int exponent) => (long)Math.Round(Math.ScaleB(value, exponent), MidpointRounding.ToEven);

    /// <summary>
    /// Stores blocks of integers at these exponents, times the factors of the type's scale: each block is shifted right by the least
    /// amount with which its largest magnitude fits a mantissa, and rounded half to even.
    /// </summary>
    public static Tensor Store(TensorType type, long[] wide, int[] exponents)
    {
        int block = type.Block!.Value, channels = type.Shape[-1], max = BlockFormat.MantissaMax(type);
        var factors = type.Quant is { } scale ? BlockFormat.Factors(scale) : null;
        var (mantissas, stored) = (new double[wide.Length], new int[exponents.Length]);
        for (int b = 0; b < exponents.Length; b++)
        {
            BigInteger[] row = [.. Enumerable.Range(b * block, block).Select(i => wide[i] * (BigInteger)(factors?[i % channels] ?? 1))];
            var largest = row.Max(BigInteger.Abs);
            int exponent = exponents[b] + BlockFormat.FactorExponent(type), shift = 0;
            while (Numerics.RoundShifted(largest, -shift) > max)
            {
                shift++;
            }

            shift = largest.IsZero ? 0 : Math.Max(shift, BlockFormat.ExponentMin - exponent);
            stored[b] = largest.IsZero ? BlockFormat.ExponentMin : Math.Min(exponent + shift, BlockFormat.ExponentMax);
            for (int i = 0; i < block; i++)
            {
                mantissas[b * block + i] = Numerics.RoundShifted(row[i], -shift);
            }
        }

        return new Tensor(type, mantissas, stored);
    }

    /// <summary>
    /// The exponents of the blocks of an input map: the largest of the blocks of the output whose windows a window operator spreads over
    /// each, less guard.
    /// </summary>
    public static int[] SpreadExponents(ConvGeometry g, Tensor dy, TensorType dx, int guard)
    {
        int inPixels = BlockFormat.Pixels(dx), outPixels = BlockFormat.Pixels(dy.Type), blocks = g.InW / inPixels;
        var tops = Enumerable.Repeat(BlockFormat.ExponentMin, g.Batch * g.InH * blocks).ToArray();
        for (int row = 0; row < g.Batch * g.OutH; row++)
        {
            for (int kh = 0; kh < g.KernelH; kh++)
            {
                int ih = row % g.OutH * g.StrideH - g.PadTop + kh * g.DilationH;
                for (int block = 0; block < blocks && ih >= 0 && ih < g.InH; block++)
                {
                    ref int top = ref tops[(row / g.OutH * g.InH + ih) * blocks + block];
                    var (first, end) = g.OutputColumnsReaching(block * inPixels, (block + 1) * inPixels);
                    for (int ow = first; ow < end; ow++)
                    {
                        top = Math.Max(top, dy.Exponents![(row * g.OutW + ow) / outPixels]);
                    }
                }
            }
        }

        return [.. tops.Select(t => t - guard)];
    }

    /// <summary>The sums of conv2d_dx: mantissas times codes, each mantissa first rounded to the exponent of the block of dx.</summary>
    public static long[] ConvolutionDx(ConvGeometry g, Tensor dy, double[] w, TensorType type, int[] exponents)
    {
        var dx = new long[g.Batch * g.InH * g.InW * g.InC];
        g.ForEachOutput((i, n, oh, ow, oc) => g.ForEachTap(n, oh, ow, oc, (ix, iw) =>
            dx[ix] += Round(dy.Data[i], dy.Exponents![i / dy.Type.Block!.Value] - exponents[ix / type.Block!.Value]) * (long)w[iw]));
        return dx;
    }

    /// <summary>The weight gradient of a convolution without the scale of dy: integers, then one conversion to fp32.</summary>
    public static float[] ConvolutionDw(ConvGeometry g, Tensor dy, Tensor x, int guard)
    {
        int exponent = dy.Exponents!.Append(BlockFormat.ExponentMin).Max() - guard;
        var dw = new long[g.OutC * g.Taps];
        g.ForEachOutput((i, n, oh, ow, oc) =>
        {
            long m = Round(dy.Data[i], dy.Exponents![i / dy.Type.Block!.Value] - exponent);
            g.ForEachTap(n, oh, ow, oc, (ix, iw) => dw[iw] += m * (long)(x.Data[ix] - x.Type.ZeroPoint));
        });
        float unit = x.Type.ScaleOf(0) * (float)Math.ScaleB(1, exponent);
        return [.. dw.Select(v => (float)v * unit)];
    }

    /// <summary>Bits of guard of a weight gradient: a sum over all positions of products with x minus its zero point.</summary>
    public static int GuardDw(ConvGeometry g, TensorType dy) => BlockFormat.Guard(dy, 8, (long)g.Batch * g.OutH * g.OutW);
}
