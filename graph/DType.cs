// Element types of tensors: their short names in IR text and their storage size.
// `bit` is the type of clamp masks: eight elements a byte, least significant bit first.

namespace TinyEngine.Ir;

/// <summary>Element type of a tensor.</summary>
public enum DType
{
    /// <summary>One bit an element, packed eight to a byte.</summary>
    Bit,
    /// <summary>Signed 8-bit integer.</summary>
    I8,
    /// <summary>Unsigned 8-bit integer.</summary>
    U8,
    /// <summary>Signed 16-bit integer.</summary>
    I16,
    /// <summary>Signed 32-bit integer.</summary>
    I32,
    /// <summary>Unsigned 32-bit integer (counters of the generator).</summary>
    U32,
    /// <summary>Signed 64-bit integer (shapes in imported graphs; never on the device).</summary>
    I64,
    /// <summary>IEEE 754 binary32.</summary>
    F32,
}

/// <summary>Names, sizes and ranges of element types.</summary>
public static class DTypes
{
    private static readonly (DType Type, string Name, int Bits)[] Table =
    [
        (DType.Bit, "bit", 1), (DType.I8, "i8", 8), (DType.U8, "u8", 8), (DType.I16, "i16", 16),
        (DType.I32, "i32", 32), (DType.U32, "u32", 32), (DType.I64, "i64", 64), (DType.F32, "f32", 32),
    ];

    /// <summary>The name in IR text, such as <c>i8</c>.</summary>
    public static string Name(this DType type) => Table[(int)type].Name;

    /// <summary>Bytes that <paramref name="count"/> elements occupy without padding.</summary>
    public static long Bytes(this DType type, long count) => (count * Table[(int)type].Bits + 7) / 8;

    /// <summary>Bytes of one element; 1 for <c>bit</c>.</summary>
    public static int ElementBytes(this DType type) => Math.Max(1, Table[(int)type].Bits / 8);

    /// <summary>Smallest and largest value of an integer type; infinities for <c>f32</c>.</summary>
    public static (double Min, double Max) Range(this DType type) => type switch
    {
        DType.Bit => (0, 1),
        DType.I8 => (sbyte.MinValue, sbyte.MaxValue),
        DType.U8 => (byte.MinValue, byte.MaxValue),
        DType.I16 => (short.MinValue, short.MaxValue),
        DType.I32 => (int.MinValue, int.MaxValue),
        DType.U32 => (uint.MinValue, uint.MaxValue),
        DType.I64 => (long.MinValue, long.MaxValue),
        _ => (double.NegativeInfinity, double.PositiveInfinity),
    };

    /// <summary>The type with this name, or null.</summary>
    public static DType? Parse(string name)
    {
        foreach (var row in Table)
        {
            if (row.Name == name)
            {
                return row.Type;
            }
        }

        return null;
    }
}
