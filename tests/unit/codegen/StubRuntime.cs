// A runtime of kernel signatures without bodies: enough to print calls, and independent of which kernels exist.

using TinyEngine.Codegen.C;

namespace TinyEngine.Tests.Codegen;

/// <summary>The runtime of the printer's golden texts.</summary>
internal static class StubRuntime
{
    private static readonly (string Symbol, string Family, string DType, string Scratch, string Parameters)[] Kernels =
    [
        ("te_conv2d_i8_ref", "conv2d", "i8", "0", "s, x, w, b, multiplier, y, mask"),
        ("te_dequantize_i8_f32_ref", "dequantize", "i8_f32", "0", "s, x, y"),
        ("te_dense_f32_ref", "dense", "f32", "0", "s, x, w, b, y, mask"),
        ("te_softmax_f32_ref", "softmax", "f32", "0", "s, x, y"),
        ("te_softmax_cross_entropy_f32_ref", "softmax_cross_entropy", "f32", "0", "s, logits, target, loss, prediction, dlogits"),
        ("te_conv2d_dx_f32_f32_ref", "conv2d_dx", "f32_f32", "0", "s, dy, w, dx"),
        ("te_conv2d_update_f32_f32_ref", "conv2d_update", "f32_f32", "4 * kernel_h * kernel_w * in_c / groups", "s, w, dy, x, lr, random, residual, row"),
        ("te_sgd_f32_ref", "sgd", "f32", "0", "s, p, g, lr, random, residual"),
        ("te_sgd_i32_ref", "sgd", "i32", "0", "s, p, g, lr, random, residual, step"),
        ("te_apply_mask_f32_ref", "apply_mask", "f32", "0", "s, dy, mask, dx"),
        ("te_channel_sum_f32_ref", "channel_sum", "f32", "0", "s, x, sum"),
        ("te_count_step_u32_ref", "count_step", "u32", "0", "s, random"),
    ];

    /// <summary>The stub.</summary>
    public static RuntimeSources Create() => new(Kernels
        .Select(k => KeyValuePair.Create($"src/{k.Family}/{k.Symbol}.c", $"void {k.Symbol}({k.Parameters})\n"))
        .Append(KeyValuePair.Create("include/te_kernels.h", "/* stub */\n"))
        .Append(KeyValuePair.Create("port/cortex-m/startup.c", "/* stub */\n"))
        .Append(KeyValuePair.Create("kernels.def", string.Concat(Kernels.Select(k => $"KERNEL({k.Symbol}, {k.Family}, {k.DType}, any, \"\", \"{k.Scratch}\", -1, \"-\", \"-\", \"none\")\n")))));
}
