// The contents of a tensor: constants of a graph and the values the interpreter computes.
// Elements are held as doubles, which represent every element type exactly and let the same reference code run in
// single or double precision; storage bytes are made on demand and are little-endian.

using System.Buffers.Binary;
using System.Security.Cryptography;

namespace TinyEngine.Ir;

/// <summary>
/// A tensor's type and elements in row-major order. Elements of quantized types are codes, those of block types mantissas.
/// </summary>
public sealed class Tensor
{
    /// <summary>Takes ownership of <paramref name="data"/>.</summary>
    /// <exception cref="ArgumentException">The number of elements is not that of the shape.</exception>
    public Tensor(TensorType type, double[] data, int[]? exponents = null)
    {
        if (data.Length != type.Count || (exponents is not null && exponents.Length != type.Count / type.Block))
        {
            throw new ArgumentException($"{data.Length} elements for a shape of {type.Count}");
        }

        Type = type;
        Data = data;
        Exponents = exponents;
    }

    /// <summary>Element type, shape, quantization.</summary>
    public TensorType Type { get; }

    /// <summary>The elements, row-major; not to be changed once the tensor is a constant.</summary>
    public double[] Data { get; }

    /// <summary>The exponents of a block type; null if the elements are unrounded reals (double precision ignores blocks).</summary>
    public int[]? Exponents { get; }

    /// <summary>A vector of fp32 values.</summary>
    public static Tensor Vector(IEnumerable<float> values)
    {
        double[] data = [.. values.Select(v => (double)v)];
        return new Tensor(TensorType.F32(Shape.Of(data.Length)), data);
    }

    /// <summary>A tensor of zeros (codes 0 for quantized types).</summary>
    public static Tensor Zeros(TensorType type) => new(type, new double[type.Count]);

    /// <summary>The same elements under another type of as many elements.</summary>
    public Tensor As(TensorType type) => new(type, Data, Exponents);

    /// <summary>The real value of element <paramref name="index"/>, in double precision.</summary>
    public double Real(int index)
    {
        if (Type.Block is { } block)
        {
            return Exponents is null
                ? Data[index]
                : Math.ScaleB(Data[index], Exponents[index / block]) * Type.ScaleOf(index % Type.Shape[-1]);
        }

        if (Type.Quant is not { } q)
        {
            return Data[index];
        }

        return (double)q.ScaleOf(Type.ChannelOf(index)) * (Data[index] - q.ZeroPoint);
    }

    /// <summary>The elements with their dimensions permuted: result dimension i is this one's <c>permutation[i]</c>.</summary>
    public Tensor Permute(IReadOnlyList<int> permutation)
    {
        var shape = Type.Shape.Permute(permutation);
        var from = Type.Shape.Strides();
        var index = new int[shape.Rank];
        var result = new double[Data.Length];
        for (int i = 0; i < result.Length; i++)
        {
            int source = 0;
            for (int d = 0; d < index.Length; d++)
            {
                source += index[d] * from[permutation[d]];
            }

            result[i] = Data[source];
            for (int d = index.Length - 1; d >= 0 && ++index[d] == shape[d]; d--)
            {
                index[d] = 0;
            }
        }

        var quant = Type.Quant is { Axis: { } axis } q ? q with { Axis = permutation.ToList().IndexOf(axis) } : Type.Quant;
        return new Tensor(new TensorType(Type.DType, shape, quant), result);
    }

    /// <summary>The storage bytes, little-endian, without padding.</summary>
    public byte[] ToBytes()
    {
        int size = Type.DType.ElementBytes();
        var bytes = new byte[Type.Bytes];
        var stored = Exponents is { } exponents ? WithExponents(Data, exponents, Type.Block!.Value) : Data;
        for (int i = 0; i < stored.Length; i++)
        {
            var span = Type.DType == DType.Bit ? bytes : bytes.AsSpan(i * size);
            switch (Type.DType)
            {
                case DType.Bit: bytes[i >> 3] |= (byte)((int)stored[i] << (i & 7)); break;
                case DType.I8: span[0] = (byte)(sbyte)stored[i]; break;
                case DType.U8: span[0] = (byte)stored[i]; break;
                case DType.I16: BinaryPrimitives.WriteInt16LittleEndian(span, (short)stored[i]); break;
                case DType.I32: BinaryPrimitives.WriteInt32LittleEndian(span, (int)stored[i]); break;
                case DType.U32: BinaryPrimitives.WriteUInt32LittleEndian(span, (uint)stored[i]); break;
                case DType.I64: BinaryPrimitives.WriteInt64LittleEndian(span, (long)stored[i]); break;
                default: BinaryPrimitives.WriteSingleLittleEndian(span, (float)stored[i]); break;
            }
        }

        return bytes;
    }

    /// <summary>The inverse of <see cref="ToBytes"/>.</summary>
    /// <exception cref="ArgumentException">The number of bytes is not that of the type.</exception>
    public static Tensor FromBytes(TensorType type, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != type.Bytes)
        {
            throw new ArgumentException($"{bytes.Length} bytes for a tensor of {type.Bytes}");
        }

        int size = type.DType.ElementBytes();
        var data = new double[type.Count + (type.Block is { } b ? type.Count / b : 0)];
        for (int i = 0; i < data.Length; i++)
        {
            var span = type.DType == DType.Bit ? bytes : bytes[(i * size)..];
            data[i] = type.DType switch
            {
                DType.Bit => (double)(bytes[i >> 3] >> (i & 7) & 1), // double, or the arms would meet in float
                DType.I8 => (sbyte)span[0],
                DType.U8 => span[0],
                DType.I16 => BinaryPrimitives.ReadInt16LittleEndian(span),
                DType.I32 => BinaryPrimitives.ReadInt32LittleEndian(span),
                DType.U32 => BinaryPrimitives.ReadUInt32LittleEndian(span),
                DType.I64 => BinaryPrimitives.ReadInt64LittleEndian(span),
                _ => BinaryPrimitives.ReadSingleLittleEndian(span),
            };
        }

        return type.Block is not { } block ? new Tensor(type, data) : new Tensor(type,
            [.. data.Where((_, i) => i % (block + 1) > 0)],
            [.. data.Where((_, i) => i % (block + 1) == 0).Select(e => (int)e)]);
    }

    /// <summary>Elements in the order in which they are stored: each block is its exponent, then its mantissas.</summary>
    private static double[] WithExponents(double[] mantissas, int[] exponents, int block) =>
        [.. exponents.SelectMany((e, i) => mantissas.AsSpan(i * block, block).ToArray().Prepend(e))];

    /// <summary>A short name of these bytes: the first 16 hexadecimal digits of their SHA-256.</summary>
    public string ContentHash() => Convert.ToHexStringLower(SHA256.HashData(ToBytes()))[..16];
}
