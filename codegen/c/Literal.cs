// C spellings of element types and numbers. A float literal is the shortest decimal that reads back as the same bits.

using System.Globalization;
using TinyEngine.Ir;

namespace TinyEngine.Codegen.C;

/// <summary>Types and literals of C99.</summary>
internal static class Literal
{
    /// <summary>The C type that stores an element (for <c>bit</c>: eight of them).</summary>
    public static string TypeName(DType type) => type switch
    {
        DType.Bit or DType.U8 => "uint8_t",
        DType.I8 => "int8_t",
        DType.I16 => "int16_t",
        DType.I32 => "int32_t",
        DType.U32 => "uint32_t",
        DType.F32 => "float",
        _ => throw new InvalidOperationException($"{type.Name()} does not exist on the device"),
    };

    /// <summary>Array elements that store a tensor of this type.</summary>
    public static long Elements(TensorType type) => type.DType == DType.Bit ? type.Bytes : type.Count;

    /// <summary>An fp32 literal.</summary>
    public static string Float(float value)
    {
        if (!float.IsFinite(value))
        {
            // C99 has no literal for these and <math.h> is not to be needed; IEEE 754 division makes them.
            return float.IsNaN(value) ? "(0.0f / 0.0f)" : value < 0 ? "(-1.0f / 0.0f)" : "(1.0f / 0.0f)";
        }

        string text = value.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e');
        return text + (text.Contains('.') || text.Contains('e') ? "f" : ".0f");
    }

    /// <summary>A literal of an integer type of 32 bits or fewer.</summary>
    public static string Integer(long value) =>
        value == int.MinValue ? "(-2147483647 - 1)" : value.ToString(CultureInfo.InvariantCulture);

    /// <summary>The array elements of a tensor.</summary>
    public static IEnumerable<string> Elements(Tensor tensor) => tensor.Type.DType switch
    {
        DType.F32 => tensor.Data.Select(v => Float((float)v)),
        DType.U32 => tensor.Data.Select(v => Integer((long)v) + "u"),
        DType.Bit => tensor.ToBytes().Select(b => Integer(b)),
        _ => tensor.Data.Select(v => Integer((long)v)),
    };
}
