// Every operator of the core, one line each: those of OperatorSet.Core.

namespace TinyEngine.Ir;

/// <summary>The operators that come with the compiler.</summary>
internal static class CoreOperators
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
}
