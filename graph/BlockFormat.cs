// Block floating point, the format of narrow gradients: integer mantissas in blocks with one exponent each, and optionally a scale
// per channel. real = mantissa * 2^exponent * scale[c]. This file decides the numbers that te_block.h computes with: the extent of a
// block, the range of exponents, the factors of a scale, and how many bits finer than a mantissa a sum may be kept.

using System.Collections.Immutable;
using System.Numerics;

namespace TinyEngine.Ir;

/// <summary>Types, scales and bit widths of block floating point.</summary>
public static class BlockFormat
{
    /// <summary>
    /// Exponents saturate here, from above so that a gradient stays within <see cref="Numerics.GradientLimit"/>; a block of zeros has the
    /// least.
    /// </summary>
    public const int ExponentMin = -90, ExponentMax = 25;

    /// <summary>The bits of a factor: a scale is 2^FactorBits divided by an integer factor.</summary>
    public const int FactorBits = 15;

    /// <summary>
    /// The most elements of a block of more than one pixel. Kernels hold one block in wide integers in scratch, so this bounds scratch.
    /// </summary>
    public const int MostElements = 768;

    /// <summary>The elements of one row of a map or of a matrix.</summary>
    public static int RowElements(Shape shape) => shape.Rank switch { 4 => shape[2] * shape[3], 0 => 1, _ => shape[-1] };

    /// <summary>
    /// Elements that share an exponent: a row is cut into the fewest equal blocks of whole pixels that have at most
    /// <see cref="MostElements"/> elements each, or one pixel.
    /// </summary>
    public static int BlockElements(Shape shape)
    {
        if (shape.Rank != 4)
        {
            return RowElements(shape);
        }

        int most = Math.Max(1, MostElements / shape[3]);
        int pixels = Enumerable.Range(1, shape[2]).Last(p => shape[2] % p == 0 && p <= most);
        return pixels * shape[3];
    }

    /// <summary>A block type; <paramref name="scale"/> is per channel of the last axis, or null.</summary>
    public static TensorType Type(DType mantissa, Shape shape, QuantParams? scale) => new(mantissa, shape, scale, BlockElements(shape));

    /// <summary>The pixels of a block of a map, or of a matrix, whose rows count as pixels.</summary>
    public static int Pixels(TensorType type) => type.Block!.Value / type.Shape[-1];

    /// <summary>Name of a block type in kernel requests: <c>b8</c> or <c>b16</c>.</summary>
    public static string Name(TensorType type) => type.DType == DType.I8 ? "b8" : "b16";

    /// <summary>Bits of a mantissa's magnitude.</summary>
    public static int MantissaBits(TensorType type) => type.DType == DType.I8 ? 7 : 15;

    /// <summary>Largest magnitude of a mantissa.</summary>
    public static int MantissaMax(TensorType type) => (1 << MantissaBits(type)) - 1;

    /// <summary>
    /// How many bits finer than the unit of its largest mantissa a sum of <paramref name="terms"/> products with numbers of
    /// <paramref name="otherBits"/> bits is kept, so that it stays below 2^30 (int8 mantissas) or 2^46 (int16); negative where it must be
    /// coarser.
    /// </summary>
    public static int Guard(TensorType type, int otherBits, long terms) =>
        (type.DType == DType.I8 ? 30 : 46)
        - MantissaBits(type)
        - otherBits
        - (64 - BitOperations.LeadingZeroCount((ulong)Math.Max(terms - 1, 0)));

    /// <summary>
    /// The scale under which a gradient needs no multiplication by the scales of these weights: 2^p / s_w[c], with the least p
    /// that makes it at least 1. Channels whose s_w is at most 2^(p-16), which lies between 2^-16 and 2^-15 of the largest, have the
    /// factor 0, hence no gradient.
    /// </summary>
    public static QuantParams FoldedScale(TensorType weights, Shape gradient)
    {
        int p = FoldedExponent(weights);
        return new QuantParams(
            [
                .. Enumerable
                    .Range(0, weights.Shape[0])
                    .Select(c =>
                    {
                        int factor = (int)
                            Math.Min(Math.Round(Math.ScaleB(weights.ScaleOf(c), FactorBits - p), MidpointRounding.ToEven), short.MaxValue);
                        return factor == 0 ? 1 << (FactorBits + 1) : (1 << FactorBits) / (float)factor;
                    }),
            ],
            0,
            gradient.Rank - 1
        );
    }

    /// <summary>The p of <see cref="FoldedScale"/>: gradient times weight is 2^p times mantissa times code.</summary>
    public static int FoldedExponent(TensorType weights) =>
        (int)Math.Ceiling(Math.Log2(Enumerable.Range(0, weights.Shape[0]).Max(weights.ScaleOf)));

    /// <summary>The factors by which plain mantissas become those of <paramref name="to"/>, after division by 2^FactorBits.</summary>
    public static int[] Factors(QuantParams to) =>
        [.. to.Scales.Select(s => (int)Math.Min(Math.Round((1 << FactorBits) / (double)s, MidpointRounding.ToEven), short.MaxValue))];

    /// <summary>
    /// The table of factors of a result that is stored under another scale than the sums it is made of; empty for other results.
    /// </summary>
    public static ImmutableArray<Value?> FactorTable(Node node) =>
        node.Output.Type.Quant is not { } scale
            ? []
            :
            [
                Value.Constant(
                    node.Name + ".factor",
                    new Tensor(new TensorType(DType.I16, Shape.Of(scale.Scales.Length)), [.. Factors(scale).Select(f => (double)f)])
                ),
            ];

    /// <summary>The table of a gradient's scales for kernels that make real numbers of it; empty without a scale.</summary>
    public static ImmutableArray<Value?> ScaleTable(Node node, TensorType gradient) =>
        gradient.Quant is not { } scale ? [] : [Value.Constant(node.Name + ".scale", Tensor.Vector(scale.Scales))];

    /// <summary>The power of two that <see cref="FactorTable"/> leaves over.</summary>
    public static int FactorExponent(TensorType to) => to.Quant is null ? 0 : -FactorBits;

    /// <summary>The result type of a backward operator: the block type it was made with, else <paramref name="plain"/>.</summary>
    public static TensorType Declared(Node node, TensorType plain) =>
        node.Outputs.Length > 0 && node.Output.Type is { Block: not null } declared ? declared with { Shape = plain.Shape } : plain;

    /// <summary>The fields of the C struct te_block_rows for a tensor of blocks.</summary>
    public static IEnumerable<KernelField> RowFields(TensorType type, int guard, int exponent, bool rescale) =>
        [
            KernelField.Int("rows", type.Count / RowElements(type.Shape)),
            KernelField.Int("blocks", RowElements(type.Shape) / type.Block!.Value),
            KernelField.Int("columns", type.Block!.Value),
            KernelField.Int("channels", type.Shape[-1]),
            KernelField.Int("guard", guard),
            KernelField.Int("exponent", exponent),
            KernelField.Int("rescale", rescale ? 1 : 0),
        ];
}
