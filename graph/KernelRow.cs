// A row of runtime-c/kernels.def: one C function, what it needs and where it may run. The IR knows rows as data only;
// no operator names a kernel.

namespace TinyEngine.Ir;

/// <summary>One kernel.</summary>
/// <param name="Symbol">The C function.</param>
/// <param name="Family">Operator family it answers for, such as <c>conv2d</c>.</param>
/// <param name="DType">Element types, such as <c>i8</c>.</param>
/// <param name="Core">Where it runs: <c>any</c>, <c>dsp</c> or <c>mve</c>.</param>
/// <param name="When">Predicate over the request's integer fields; empty for always.</param>
/// <param name="Scratch">Bytes of scratch, an expression over the same fields.</param>
/// <param name="InPlace">Index of the operand the first output may overwrite, or -1.</param>
/// <param name="WritesByPixel">True where results are written in ascending order of pixels and a pixel reads only its window.</param>
public sealed record KernelRow(
    string Symbol, string Family, string DType, string Core, string When, string Scratch, int InPlace, bool WritesByPixel);
