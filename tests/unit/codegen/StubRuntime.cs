// A runtime of kernel rows without bodies: enough to print calls, and independent of which kernels exist.

using TinyEngine.Ir;

namespace TinyEngine.Tests.Codegen;

/// <summary>The runtime of the printer's golden texts.</summary>
internal static class StubRuntime
{
    private static readonly (string Symbol, string Family, string Struct, string Parameters, string Scratch)[] Kernels =
    [
        (
            "te_conv2d_i8_ref",
            "conv2d",
            "te_conv2d",
            "IN(i8, x) IN(i8, w) OPT_IN(i32, b) TABLE(f32, multiplier) OUT(i8, y) OPT_OUT(bit, mask)",
            "0"
        ),
        ("te_dequantize_i8_f32_ref", "dequantize", "te_affine", "IN(i8, x) OUT(f32, y)", "0"),
        ("te_dense_f32_ref", "dense", "te_dense", "IN(f32, x) IN(f32, w) OPT_IN(f32, b) OUT(f32, y) OPT_OUT(bit, mask)", "0"),
        ("te_softmax_f32_ref", "softmax", "te_softmax", "IN(f32, x) OUT(f32, y)", "0"),
        ("te_softmax_cross_entropy_f32_ref", "softmax_cross_entropy", "te_loss",
            "IN(f32, logits) IN(i32, target) OUT(f32, loss) OUT(i32, prediction) OUT(f32, dlogits)", "0"),
        ("te_conv2d_dx_f32_f32_ref", "conv2d_dx", "te_conv2d", "IN(f32, dy) IN(f32, w) OUT(f32, dx)", "0"),
        ("te_conv2d_update_f32_f32_ref", "conv2d_update", "te_conv2d_update",
            "INOUT(f32, w) IN(f32, dy) IN(f32, x) IN(f32, lr) OPT_IN(u32, random) OPT_INOUT(i8, residual) SCRATCH(f32, row)",
            "4 * kernel_h * kernel_w * in_c / groups"),
        ("te_sgd_f32_ref", "sgd", "te_sgd", "INOUT(f32, p) IN(f32, g) IN(f32, lr) OPT_IN(u32, random) OPT_INOUT(i8, residual)", "0"),
        (
            "te_sgd_i32_ref",
            "sgd",
            "te_sgd",
            "INOUT(i32, p) IN(f32, g) IN(f32, lr) OPT_IN(u32, random) OPT_INOUT(i8, residual) TABLE(f32, step)",
            "0"
        ),
        ("te_apply_mask_f32_ref", "apply_mask", "te_elements", "IN(f32, dy) IN(bit, mask) OUT(f32, dx)", "0"),
        ("te_channel_sum_f32_ref", "channel_sum", "te_rows", "IN(f32, x) OUT(f32, sum)", "0"),
        ("te_count_step_u32_ref", "count_step", "te_elements", "INOUT(u32, random)", "0"),
    ];

    private static string Packing(string family) =>
        family == "dense" ? "oi" : family.StartsWith("conv2d", StringComparison.Ordinal) ? ConvGeometry.Packing : "-";

    /// <summary>The stub.</summary>
    public static OperatorSet Create() => new("stub", OperatorSet.Core.Operators, new RuntimeSources(Kernels
        .Select(k => KeyValuePair.Create($"src/{k.Family}/{k.Symbol}.c", "/* stub */\n"))
        .Append(KeyValuePair.Create("include/te_kernels.h", "#include \"te_shapes.h\"\n#include \"kernels.def\"\n"))
        .Append(KeyValuePair.Create("include/te_shapes.h", OperatorSet.Core.Runtimes[0].Read("include/te_shapes.h")))
        .Append(KeyValuePair.Create("include/te_unused.h", "/* stub */\n"))
        .Append(KeyValuePair.Create("port/cortex-m/startup.c", "/* stub */\n"))
        .Append(KeyValuePair.Create("include/kernels.def", string.Concat(Kernels.Select(k =>
            $"KERNEL({k.Symbol}, {k.Family}, {k.Struct}, {k.Parameters}, any, \"\", \"{k.Scratch}\", -1, \"-\", none, \"0\", "
                + $"{Packing(k.Family)}, \"none\")\n"))))));
}
