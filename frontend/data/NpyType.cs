// Element types of NumPy arrays that data sets use, and their descriptors in a file.

namespace TinyEngine.Data;

/// <summary>Element type of an array.</summary>
public enum NpyType
{
    /// <summary>One byte, 0 or 1.</summary>
    Bool,
    /// <summary>Unsigned 8 bits.</summary>
    UInt8,
    /// <summary>Signed 8 bits.</summary>
    Int8,
    /// <summary>Signed 16 bits.</summary>
    Int16,
    /// <summary>Signed 32 bits.</summary>
    Int32,
    /// <summary>Signed 64 bits.</summary>
    Int64,
    /// <summary>IEEE single precision.</summary>
    Float32,
    /// <summary>IEEE double precision.</summary>
    Float64,
}

/// <summary>Properties of an element type.</summary>
public static class NpyTypes
{
    /// <summary>Bytes of an element.</summary>
    public static int Bytes(this NpyType type) => type switch
    {
        NpyType.Bool or NpyType.UInt8 or NpyType.Int8 => 1,
        NpyType.Int16 => 2,
        NpyType.Int32 or NpyType.Float32 => 4,
        _ => 8,
    };

    /// <summary>The descriptor in a .npy header, little-endian.</summary>
    public static string Descriptor(this NpyType type) => type switch
    {
        NpyType.Bool => "|b1",
        NpyType.UInt8 => "|u1",
        NpyType.Int8 => "|i1",
        NpyType.Int16 => "<i2",
        NpyType.Int32 => "<i4",
        NpyType.Int64 => "<i8",
        NpyType.Float32 => "<f4",
        _ => "<f8",
    };

    /// <summary>The name NumPy gives it.</summary>
    public static string Name(this NpyType type) => type.ToString().ToLowerInvariant();

    /// <summary>The type of a descriptor, or null if it is not supported (big-endian, complex, structured).</summary>
    public static NpyType? FromDescriptor(string descriptor)
    {
        string bare =
            descriptor.Length == 3 && descriptor[1..] is ("b1" or "u1" or "i1") ? "|" + descriptor[1..] : descriptor.Replace('=', '<');
        foreach (var type in Enum.GetValues<NpyType>())
        {
            if (type.Descriptor() == bare)
            {
                return type;
            }
        }

        return null;
    }
}
