// A row of runtime-c/include/kernels.def: one C function, its parameters, and the cores that run it. The IR knows rows as data only;
// no operator names a kernel.

using System.Collections.Immutable;

namespace TinyEngine.Ir;

/// <summary>One kernel.</summary>
/// <param name="Symbol">The C function.</param>
/// <param name="Family">Operator family that it computes, such as <c>conv2d</c>.</param>
/// <param name="Struct">Its parameter struct, the first parameter.</param>
/// <param name="Parameters">The other parameters in the order of the C function: operands, tables, results, scratch.</param>
/// <param name="Core">Where it runs: <c>any</c>, <c>dsp</c> or <c>mve</c>.</param>
/// <param name="When">Predicate over the request's integer fields; empty for always.</param>
/// <param name="Scratch">Bytes of scratch, an expression over the same fields and <c>call_rows</c>, the most rows of the result that a call
/// makes.</param>
/// <param name="InPlace">Index of the operand that the first result may overwrite, or -1; an expression over the same fields.</param>
/// <param name="Writes">The order in which the first result is written.</param>
/// <param name="Rows">How a call makes some rows of the result (<see cref="RowCall"/>): <see cref="WindowRows"/>,
/// <see cref="BroadcastRows"/>, <see cref="NoRows"/>, or the field of the struct that counts the elements made.</param>
/// <param name="Cost">Instructions of a call, an expression over the same fields and the features of the target
/// (<see cref="Target.Flag"/>).</param>
/// <param name="Packing">Storage order of the weights, such as <c>ohwi</c>, or the form of all constants (<see cref="PackedForm"/>);
/// <c>-</c> without weights.</param>
public sealed record KernelRow(
    string Symbol, string Family, string Struct, ImmutableArray<KernelParameter> Parameters, string Core, string When, string Scratch,
    string InPlace, ResultOrder Writes, string Rows, string Cost, string Packing)
{
    /// <summary>The value of <see cref="Rows"/> of a kernel with a separate row form.</summary>
    public const string WindowRows = "window";

    /// <summary>The value of <see cref="Rows"/> of a kernel whose rows are counted by the loops of <see cref="Broadcast"/>.</summary>
    public const string BroadcastRows = "broadcast";

    /// <summary>The value of <see cref="Rows"/> of a kernel whose result has no rows, or is made only as a whole.</summary>
    public const string NoRows = "none";

    /// <summary>
    /// The element types of the result, or of the parameter that changes, and of operands that have others: <c>i8</c>, <c>f32_i8</c>.
    /// </summary>
    public string ElementTypes
    {
        get
        {
            string result = Parameters.First(p => p.Use is ParameterUse.Result or ParameterUse.ChangedOperand).Type;
            var others = Parameters
                .Where(p => p is { Use: ParameterUse.Operand, IsOptional: false } && p.Type != result && p.Type != "code")
                .Select(p => p.Type)
                .Distinct();
            return string.Join('_', others.Prepend(result));
        }
    }

    /// <summary>
    /// The request of a node with its constants in the form that this kernel reads; null where that form cannot hold them.
    /// </summary>
    public KernelRequest? Packed(Node node, KernelRequest plain) =>
        Packing == plain.Packing ? plain : PackedForm.Find(Packing)?.Request(node, plain);

    /// <summary>Bytes of scratch for these fields and calls that make at most this many rows of the result.</summary>
    public long ScratchBytes(KernelRequest request, int rows) =>
        Math.Max(0, Expression.Evaluate(Scratch, name => name == "call_rows" ? rows : request.IntegerField(name)));

    /// <summary>Instructions of a call with these fields on a target, to the tolerance of the expression.</summary>
    public long Instructions(KernelRequest request, Target target) =>
        Expression.Evaluate(Cost, name => target.Flag(name) ?? request.IntegerField(name));

    /// <summary>True where the predicate holds for these fields.</summary>
    public bool Holds(KernelRequest request) => When.Length == 0 || Expression.Evaluate(When, request.IntegerField) != 0;
}
