// Every operator, one line each. Printer, parser, importer and tests find operators only here.

using System.Collections.Frozen;

namespace TinyEngine.Ir;

/// <summary>The operators there are.</summary>
public static class OpTable
{
    /// <summary>All operators, forward ones first.</summary>
    public static readonly IReadOnlyList<Op> All =
    [
        Conv2d.Op,
        Conv2dTranspose.Op,
        Dense.Op,
        Add.Op,
        Sub.Op,
        Mul.Op,
        Div.Op,
        PRelu.Op,
        .. Unary.All,
        ReduceSum.Op,
        AveragePool2d.Op,
        MaxPool2d.Op,
        Normalize.Op,
        Softmax.Op,
        LogSoftmax.Op,
        Clamp.Op,
        Quantize.Op,
        Dequantize.Op,
        Lookup.Op,
        ChannelAffine.Op,
        Concat.Op,
        Slice.Op,
        Place.Op,
        Upsample.Op,
        Reshape.Op,
        Transpose.Op,
        GatherChannels.Op,
        OverlayChannels.Op,
        StreamOp.Op,
        .. Loss.All,
        Conv2dDx.Op,
        Conv2dDw.Op,
        AveragePool2dDx.Op,
        MaxPool2dDx.Op,
        NormalizeDx.Op,
        UnaryDx.Op,
        PReluDx.Op,
        ReduceSumDx.Op,
        SoftmaxDx.Op,
        LogSoftmaxDx.Op,
        ApplyMask.Op,
        ConvertOp.Op,
        ChannelSum.Op,
        Accumulate.Op,
        SquareSum.Op,
        ClipScale.Op,
        Sgd.Op,
        Conv2dUpdate.Op,
        CountStep.Op,
    ];

    private static readonly FrozenDictionary<string, Op> ByName = All.ToFrozenDictionary(op => op.Name);

    private static readonly FrozenDictionary<string, ImportRule[]> Rules = All.SelectMany(op => op.Imports)
        .Concat(ShapeArithmetic.Imports)
        .GroupBy(r => r.OnnxOp)
        .ToFrozenDictionary(g => g.Key, g => g.OrderBy(r => r.SinceOpset).ToArray());

    /// <summary>The operator of this name, or null.</summary>
    public static Op? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>
    /// The import rules of an ONNX operator, oldest first, also of one that leaves no node; empty where it is not supported.
    /// </summary>
    public static IReadOnlyList<ImportRule> RulesFor(string onnxOp) => Rules.GetValueOrDefault(onnxOp, []);
}
