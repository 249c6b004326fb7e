// The change of a gradient's number format: fp32 to block floating point, back, or to another scale per channel. As a function of
// real numbers it is the identity; only rounding happens.

using System.Collections.Immutable;

namespace TinyEngine.Ir;

/// <summary><c>y = convert(x)</c>: x in the type that the node was made with. Blocks are made of fp32 or of blocks without scale.</summary>
public sealed class ConvertOp : Op
{
    /// <summary>The operator.</summary>
    public static readonly ConvertOp Op = new();

    /// <inheritdoc/>
    public override string Name => "convert";

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node) => [BlockFormat.Declared(node, TensorType.F32(node.Input(0).Type.Shape))];

    /// <inheritdoc/>
    public override BlockRule NarrowRule(Node node) => node.Output.Type.Block is null
        ? new([0], BlockScale.Any, MakesBlocks: false)
        : new([0], BlockScale.Plain, MakesBlocks: true) { FromReal = true };

    /// <inheritdoc/>
    public override KernelRequest Request(Node node)
    {
        var (x, y) = (node.Input(0).Type, node.Output.Type);
        return new KernelRequest("convert", "te_block_rows",
            [.. BlockFormat.RowFields(y.Block is null ? x : y, 0, BlockFormat.FactorExponent(y), y.Quant is not null)],
            y.Block is null ? BlockFormat.ScaleTable(node, x) : BlockFormat.FactorTable(node));
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        var (x, y) = (operands[0]!, node.Output.Type);
        if (numerics.IsDouble)
        {
            return [x.As(y)];
        }

        if (y.Block is null)
        {
            return
            [
                new Tensor(
                    y,
                    [
                        .. x.Data.Select(
                            (m, i) =>
                                (double)((float)Math.ScaleB(m, x.Exponents![i / x.Type.Block!.Value]) * x.Type.ScaleOf(i % y.Shape[-1]))
                        ),
                    ]
                ),
            ];
        }

        return [x.Exponents is { } exponents ? BlockSums.Store(y, [.. x.Data.Select(m => (long)m)], exponents) : OfReal(x.Data, y)];
    }

    /// <summary>Elements as integers of 24 bits at the exponent of the block's largest; denormal numbers and NaN become 0.</summary>
    private static Tensor OfReal(double[] x, TensorType type)
    {
        int block = type.Block!.Value;
        static int Exponent(double v) => double.IsInfinity(v) ? 128 : Math.ILogB(v);
        static bool Counts(double v) => Math.Abs(v) >= 1.17549435e-38f;
        var tops = x.Chunk(block).Select(row => row.Where(Counts).Select(Exponent).DefaultIfEmpty(-127).Max() - 23).ToArray();
        // Infinity has the exponent after the largest of fp32.
        return BlockSums.Store(type, [.. x.Select((v, i) => !Counts(v) ? 0
            : BlockSums.Round(double.IsInfinity(v) ? Math.CopySign(Math.ScaleB(1, 128), v) : v, -tops[i / block]))], tops);
    }
}
