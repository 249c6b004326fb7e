// One NumPy array and its file form (.npy, versions 1 to 3). Only plain little-endian numbers are read; nothing in a
// header is ever evaluated. Invariant: Data holds exactly the shape's elements, in C order, little-endian.

using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using TinyEngine.Ir;

namespace TinyEngine.Data;

/// <summary>An array of numbers.</summary>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Dimensions; empty for a scalar.</param>
/// <param name="Data">The elements in C order (last index fastest), little-endian.</param>
public sealed partial record NpyArray(NpyType Type, IReadOnlyList<int> Shape, byte[] Data)
{
    private const int LongestHeader = 1 << 16;
    private const int HeaderAlignment = 64;

    /// <summary>True where a file that begins with these bytes is a .npy file, as far as they tell.</summary>
    public static bool IsHead(ReadOnlySpan<byte> head) => head is [0x93, .. var rest] && rest.StartsWith("NUMPY"u8);

    /// <summary>Number of elements.</summary>
    public int Count => Data.Length / Type.Bytes();

    /// <summary>An array of float32 values.</summary>
    public static NpyArray Of(ReadOnlySpan<float> values, params int[] shape)
    {
        var data = new byte[values.Length * sizeof(float)];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(data.AsSpan(i * sizeof(float)), values[i]);
        }

        return new NpyArray(NpyType.Float32, shape, data);
    }

    /// <summary>An array of int32 values.</summary>
    public static NpyArray Of(ReadOnlySpan<int> values, params int[] shape)
    {
        var data = new byte[values.Length * sizeof(int)];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(data.AsSpan(i * sizeof(int)), values[i]);
        }

        return new NpyArray(NpyType.Int32, shape, data);
    }

    /// <summary>Element <paramref name="i"/> of an integer array.</summary>
    /// <exception cref="InvalidOperationException">The elements are not integers.</exception>
    public long IntegerAt(int i)
    {
        var element = Data.AsSpan(i * Type.Bytes());
        return Type switch
        {
            NpyType.Bool or NpyType.UInt8 => element[0],
            NpyType.Int8 => (sbyte)element[0],
            NpyType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(element),
            NpyType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(element),
            NpyType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(element),
            _ => throw new InvalidOperationException($"{Type} is not an integer type"),
        };
    }

    /// <summary>Element <paramref name="i"/> of a float32 array.</summary>
    public float SingleAt(int i) => BinaryPrimitives.ReadSingleLittleEndian(Data.AsSpan(i * sizeof(float)));

    /// <summary>Element <paramref name="i"/> of a float64 array.</summary>
    public double DoubleAt(int i) => BinaryPrimitives.ReadDoubleLittleEndian(Data.AsSpan(i * sizeof(double)));

    /// <summary>Element <paramref name="i"/> of an array of any numbers, as fp32.</summary>
    public float NumberAt(int i) => Type switch
    {
        NpyType.Float32 => SingleAt(i),
        NpyType.Float64 => (float)DoubleAt(i),
        _ => IntegerAt(i),
    };

    /// <summary>Reads a .npy stream.</summary>
    /// <param name="stream">The file, from its first byte.</param>
    /// <param name="length">An upper bound of the bytes the stream can give: no array is allocated that it cannot fill.</param>
    /// <param name="name">Its name in diagnostics.</param>
    /// <exception cref="DiagnosticException">TE0710: not a .npy file, truncated, or of a type that is not supported.</exception>
    public static NpyArray Read(Stream stream, long length, string name)
    {
        Span<byte> prefix = stackalloc byte[10];
        ReadExactly(stream, prefix, name);
        if (!IsHead(prefix) || prefix[6] is 0 or > 3)
        {
            throw Malformed(name, "it does not begin like a .npy array");
        }

        long headerLength = BinaryPrimitives.ReadUInt16LittleEndian(prefix[8..]);
        if (prefix[6] > 1)
        {
            Span<byte> high = stackalloc byte[2];
            ReadExactly(stream, high, name);
            headerLength |= (long)BinaryPrimitives.ReadUInt16LittleEndian(high) << 16;
        }

        if (headerLength > LongestHeader)
        {
            throw Malformed(name, $"its header claims {headerLength} bytes");
        }

        var header = new byte[headerLength];
        ReadExactly(stream, header, name);
        var (type, shape, fortran) = ParseHeader(Encoding.Latin1.GetString(header), name);
        long bytes = ByteCount(shape, type, name);
        if (bytes > length)
        {
            throw Malformed(name, $"its shape ({string.Join(", ", shape)}) needs {bytes} bytes, the file cannot hold them");
        }

        var data = new byte[bytes];
        ReadExactly(stream, data, name);
        return new NpyArray(type, shape, fortran ? ToCOrder(data, shape, type.Bytes()) : data);
    }

    /// <summary>Writes the array as a .npy file, version 1.</summary>
    public void Write(Stream stream)
    {
        string shape = string.Join(", ", Shape.Select(d => d.ToString(CultureInfo.InvariantCulture))) + (Shape.Count == 1 ? "," : "");
        string header = $"{{'descr': '{Type.Descriptor()}', 'fortran_order': False, 'shape': ({shape}), }}";
        int padded = (10 + header.Length + 1 + HeaderAlignment - 1) / HeaderAlignment * HeaderAlignment - 10;
        stream.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)padded, (byte)(padded >> 8)]);
        stream.Write(Encoding.Latin1.GetBytes(header.PadRight(padded - 1) + "\n"));
        stream.Write(Data);
    }

    private static (NpyType Type, int[] Shape, bool Fortran) ParseHeader(string header, string name)
    {
        var descriptor = DescriptorField().Match(header);
        var order = OrderField().Match(header);
        var shape = ShapeField().Match(header);
        if (!descriptor.Success || !order.Success || !shape.Success)
        {
            throw Malformed(name, "its header does not describe a plain array of numbers");
        }

        var type = NpyTypes.FromDescriptor(descriptor.Groups[1].Value)
            ?? throw Malformed(name, $"elements of type '{descriptor.Groups[1].Value}' are not supported");
        string[] dimensions = shape.Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var sizes = new int[dimensions.Length];
        for (int i = 0; i < sizes.Length; i++)
        {
            if (!int.TryParse(dimensions[i], NumberStyles.None, CultureInfo.InvariantCulture, out sizes[i]))
            {
                throw Malformed(name, $"dimension '{dimensions[i]}' is not supported");
            }
        }

        return (type, sizes, order.Groups[1].Value == "True");
    }

    private static long ByteCount(int[] shape, NpyType type, string name)
    {
        long bytes = type.Bytes();
        foreach (int dimension in shape)
        {
            bytes *= dimension; // both factors are below 2^31
            if (bytes > Array.MaxLength)
            {
                throw Malformed(name, $"its shape ({string.Join(", ", shape)}) is too large");
            }
        }

        return bytes;
    }

    private static byte[] ToCOrder(byte[] fortran, int[] shape, int elementBytes)
    {
        var result = new byte[fortran.Length];
        var index = new int[shape.Length];
        for (int to = 0; to < result.Length; to += elementBytes)
        {
            long from = 0;
            for (int d = shape.Length - 1; d >= 0; d--)
            {
                from = from * shape[d] + index[d];
            }

            fortran.AsSpan((int)from * elementBytes, elementBytes).CopyTo(result.AsSpan(to));
            for (int d = shape.Length - 1; d >= 0 && ++index[d] == shape[d]; d--)
            {
                index[d] = 0;
            }
        }

        return result;
    }

    private static void ReadExactly(Stream stream, Span<byte> to, string name)
    {
        if (stream.ReadAtLeast(to, to.Length, throwOnEndOfStream: false) < to.Length)
        {
            throw Malformed(name, "it ends too early");
        }
    }

    private static DiagnosticException Malformed(string name, string reason) => DataDiagnostics.BadFile.Failure($"{name}: {reason}");

    [GeneratedRegex("""['"]descr['"]\s*:\s*['"]([^'"]*)['"]""")]
    private static partial Regex DescriptorField();

    [GeneratedRegex("""['"]fortran_order['"]\s*:\s*(True|False)""")]
    private static partial Regex OrderField();

    [GeneratedRegex("""['"]shape['"]\s*:\s*\(([^)]*)\)""")]
    private static partial Regex ShapeField();
}
