// Shared by the operators with a clamped result: the range, the codes the clamp becomes in a
// quantized result, and the mask of elements between the ends of the range (the straight-through gradient needs it).

using System.Collections.Immutable;

namespace TinyEngine.Ir;

/// <summary>The clamp at the end of operators that accept one (<see cref="Op.AcceptsClamp"/>).</summary>
public static class Clamping
{
    /// <summary>
    /// The result types: the result (with the quantization the node was made with), and the mask where the node keeps one.
    /// </summary>
    public static ImmutableArray<TensorType> Results(Node node, TensorType plain)
    {
        var declared = node.Outputs.Length > 0 ? node.Output.Type : null;
        var type = declared is { IsQuantized: true } ? declared with { Shape = plain.Shape } : plain;
        return node.KeepsMask ? [type, new TensorType(DType.Bit, plain.Shape)] : [type];
    }

    /// <summary>
    /// The clamp of a gradient that is a product of another with a value of any size (<see cref="Numerics.GradientLimit"/>).
    /// </summary>
    public static readonly NodeForm OfGradient = NodeForm.Plain.Clamped(-Numerics.GradientLimit, Numerics.GradientLimit);

    /// <summary>True where the node clamps real results.</summary>
    public static bool IsClamped(Node node) => node.Clamp != ClampRange.Open;

    /// <summary>True where some result could differ from its unclamped value: a clamp or a quantized result.</summary>
    public static bool CanSaturate(Node node) => IsClamped(node) || node.Output.Type.IsQuantized;

    /// <summary>The smallest and largest code of the result; (0, 0) for plain results.</summary>
    public static (int Min, int Max) Codes(Node node) => Codes(node.Clamp, node.Output.Type);

    /// <summary>The smallest and largest code of a result of this type; (0, 0) for plain ones.</summary>
    public static (int Min, int Max) Codes(ClampRange range, TensorType type) =>
        type.Quant is { } q ? ((int)q.Quantize(range.Min, type.DType), (int)q.Quantize(range.Max, type.DType)) : (0, 0);

    /// <summary>
    /// The bit of a mask: 1 unless the stored result is at an end of its range, so that a gradient passes. The ends are outside, as in the
    /// derivatives of relu and hardtanh: then the result alone says it, whatever it was before the clamp. NaN is at neither end.
    /// </summary>
    internal static double Passes(double result, double min, double max) => result <= min || result >= max ? 0 : 1;

    /// <summary>The struct fields f_min and f_max; open sides are infinities. Kernels whose results are codes do not read them.</summary>
    public static IEnumerable<KernelField> RealFields(Node node) => RealFields(node.Clamp, node.Output.Type);

    private static IEnumerable<KernelField> RealFields(ClampRange range, TensorType type)
    {
        range = type.IsQuantized ? default : range;
        return [KernelField.Float("f_min", (float)range.Min), KernelField.Float("f_max", (float)range.Max)];
    }

    /// <summary>The struct te_clamp: the elements of a result of this type and the ends of its range.</summary>
    internal static ImmutableArray<KernelField> Fields(ClampRange range, TensorType type)
    {
        var (min, max) = Codes(range, type);
        return [KernelField.Int("count", type.Count), KernelField.Int("min", min), KernelField.Int("max", max), .. RealFields(range, type)];
    }
}

/// <summary>Collects the clamped result and mask of a reference evaluation.</summary>
public sealed class ClampedResult
{
    private readonly Node node;
    private readonly Numerics numerics;
    private readonly ClampRange range;
    private readonly (int Min, int Max) codes;
    private readonly double[] result;
    private readonly double[] mask;

    /// <summary>An empty result for the node's output type.</summary>
    public ClampedResult(Node node, Numerics numerics)
    {
        this.node = node;
        this.numerics = numerics;
        range = node.Clamp;
        codes = Clamping.Codes(node);
        result = new double[node.Output.Type.Count];
        mask = new double[result.Length];
    }

    /// <summary>Stores a real result, clamped in fp32 (or double).</summary>
    public void Store(int index, double value)
    {
        var (min, max) = (numerics.Round(range.Min), numerics.Round(range.Max));
        result[index] = Math.Clamp(numerics.Round(value), min, max);
        mask[index] = Clamping.Passes(result[index], min, max);
    }

    /// <summary>Stores the code of an accumulator.</summary>
    public void Requantize(int index, long acc, float multiplier)
    {
        StoreCode(index, numerics.Requantize(acc, multiplier, node.Output.Type.ZeroPoint));
    }

    /// <summary>Stores the code of an integer result, which is clamped.</summary>
    public void StoreCode(int index, double code)
    {
        result[index] = Math.Clamp(code, codes.Min, codes.Max);
        mask[index] = Clamping.Passes(result[index], codes.Min, codes.Max);
    }

    /// <summary>The result, and the mask if the node keeps one.</summary>
    public Tensor[] Tensors()
    {
        var y = new Tensor(node.Output.Type, result);
        return node.Mask is { } kept ? [y, new Tensor(kept.Type, mask)] : [y];
    }
}
