// Addition of two tensors of one shape (residual connections), and the accumulation of gradients. int8: both operands are
// brought to the result's scale in fp32 and rounded once.

using System.Collections.Immutable;

namespace TinyEngine.Ir;

/// <summary><c>y[, mask] = add(a, b)</c> {min, max, mask}; equal shapes; ONNX Add 7/13/14.</summary>
public sealed class Add : Op
{
    /// <summary>The operator.</summary>
    public static readonly Add Op = new();

    /// <inheritdoc/>
    public override string Name => "add";

    /// <inheritdoc/>
    public override bool AcceptsClamp => true;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node)
    {
        var (a, b) = (node.Input(0).Type, node.Input(1).Type);
        return a.Shape.Equals(b.Shape) ? Clamping.Results(node, BlockFormat.Declared(node, TensorType.F32(a.Shape)))
            : throw new DiagnosticException(Diagnostics.ShapeMismatch.At(node.Name, Name, $"operands {a.Shape} and {b.Shape} (broadcasting is not supported)"));
    }

    /// <inheritdoc/>
    public override Attributes? Permuted(Node node, IReadOnlyList<int> permutation) => node.Attributes;

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override Value?[] Gradient(GradientRequest request)
    {
        var dy = request.Unclamped();
        return [request.Wanted[0] ? dy : null, request.Wanted[1] ? dy : null];
    }

    /// <inheritdoc/>
    public override BlockRule? Blocks(Node node) => node.Outputs.Length == 1 && !Clamping.IsClamped(node) ? new([0, 1], BlockScale.Plain, MakesBlocks: true) : null;

    private static int Guard(TensorType type) => BlockFormat.Guard(type, 0, 2);

    /// <inheritdoc/>
    public override bool Quantizes(Node node) => node.Inputs.All(v => v!.Type is { DType: DType.I8, Quant.Axis: null });

    /// <inheritdoc/>
    public override KernelRequest Request(Node node)
    {
        var (a, b, y) = (node.Input(0).Type, node.Input(1).Type, node.Output.Type);
        if (y.Block is not null)
        {
            return new KernelRequest("add", BlockFormat.Name(y), "te_block_rows",
                [.. BlockFormat.RowFields(y, Guard(y), BlockFormat.FactorExponent(y), y.Quant is not null)], BlockFormat.FactorTable(node));
        }

        var (min, max) = Clamping.Codes(node);
        return new KernelRequest("add", y.DType.Name(), "te_add",
            [KernelField.Int("count", y.Count), KernelField.Int("a_zero", a.ZeroPoint), KernelField.Int("b_zero", b.ZeroPoint), KernelField.Int("y_zero", y.ZeroPoint),
             KernelField.Int("y_min", min), KernelField.Int("y_max", max),
             KernelField.Float("a_scale", a.ScaleOf(0) / y.ScaleOf(0)), KernelField.Float("b_scale", b.ScaleOf(0) / y.ScaleOf(0)), .. Clamping.RealFields(node)], []);
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        if (operands[0]!.Exponents is { } first && operands[1]!.Exponents is { } second)
        {
            int block = node.Output.Type.Block!.Value;
            int[] exponents = [.. first.Zip(second, (p, q) => Math.Max(p, q) - Guard(node.Output.Type))];
            return [BlockSums.Store(node.Output.Type, [.. operands[0]!.Data.Zip(operands[1]!.Data).Select((m, i) =>
                BlockSums.Round(m.First, first[i / block] - exponents[i / block]) + BlockSums.Round(m.Second, second[i / block] - exponents[i / block]))], exponents)];
        }

        var (a, b, y) = (operands[0]!.Data, operands[1]!.Data, new ClampedResult(node, numerics));
        var (aType, bType, yType) = (node.Input(0).Type, node.Input(1).Type, node.Output.Type);
        float aScale = aType.ScaleOf(0) / yType.ScaleOf(0), bScale = bType.ScaleOf(0) / yType.ScaleOf(0);
        for (int i = 0; i < a.Length; i++)
        {
            if (!yType.IsQuantized)
            {
                y.Store(i, a[i] + b[i]);
            }
            else
            {
                var (p, q) = (a[i] - aType.ZeroPoint, b[i] - bType.ZeroPoint);
                double sum = numerics.IntegerRequantize ? Numerics.RoundSum((long)p, aScale, (long)q, bScale)
                    : MathF.Round((float)p * aScale + (float)q * bScale, MidpointRounding.ToEven);
                y.StoreCode(i, sum + yType.ZeroPoint);
            }
        }

        return y.Tensors();
    }

    /// <inheritdoc/>
    public override IEnumerable<ImportRule> Imports => [new("Add", 7, r => [r.Emit(Op, [r.Input(0), r.Input(1)])])];
}
