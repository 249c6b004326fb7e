// A parameter of a kernel as its row in kernels.def declares it: how the kernel uses it, its element type and its name in C.

namespace TinyEngine.Ir;

/// <summary>How a kernel uses a parameter.</summary>
public enum ParameterUse
{
    /// <summary>An operand of the node; the kernel reads it.</summary>
    Operand,
    /// <summary>An operand that the kernel changes in place.</summary>
    ChangedOperand,
    /// <summary>A constant table of the request.</summary>
    Table,
    /// <summary>A result of the node.</summary>
    Result,
    /// <summary>Memory that is live only during the call.</summary>
    Scratch,
}

/// <summary>One parameter after the parameter struct.</summary>
/// <param name="Use">How the kernel uses it.</param>
/// <param name="IsOptional">True where a call may pass NULL.</param>
/// <param name="Type">Element type: a name of IR text, <c>b8</c> or <c>b16</c> for rows of mantissas in block floating point
/// (<see cref="BlockFormat"/>), <c>code</c> for int8 or uint8, or <c>any</c>.</param>
/// <param name="Name">The name in C.</param>
public sealed record KernelParameter(ParameterUse Use, bool IsOptional, string Type, string Name)
{
    /// <summary>True for an operand, whether it is changed or not.</summary>
    public bool IsOperand => Use is ParameterUse.Operand or ParameterUse.ChangedOperand;

    /// <summary>True where a value of this type, or null for none, can be passed.</summary>
    public bool Accepts(TensorType? type) =>
        type is null
            ? IsOptional
            : Type == "any" || Type == TypeName(type) || (Type == "code" && type is { Block: null, DType: DType.I8 or DType.U8 });

    /// <summary>The element type of a value as signatures write it.</summary>
    public static string TypeName(TensorType type) => type.Block is null ? type.DType.Name() : BlockFormat.Name(type);
}
