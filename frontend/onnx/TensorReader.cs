// Reads ONNX tensors: checks that type, shape and amount of data agree before anything is built from them.

using TinyEngine.Ir;
using TinyEngine.Onnx.Proto;

namespace TinyEngine.Onnx;

/// <summary>Converts TensorProto to <see cref="Tensor"/>.</summary>
internal static class TensorReader
{
    /// <summary>Elements a tensor may have at most; no microcontroller holds more.</summary>
    public const long MaxElements = 1L << 26;

    /// <summary>The element type of an ONNX tensor, or null where the compiler has no such type.</summary>
    public static DType? TypeOf(int onnxType) => (TensorProto.Types.DataType)onnxType switch
    {
        TensorProto.Types.DataType.Float => DType.F32,
        TensorProto.Types.DataType.Uint8 => DType.U8,
        TensorProto.Types.DataType.Int8 => DType.I8,
        TensorProto.Types.DataType.Int16 => DType.I16,
        TensorProto.Types.DataType.Int32 => DType.I32,
        TensorProto.Types.DataType.Int64 => DType.I64,
        TensorProto.Types.DataType.Bool => DType.U8,
        _ => null,
    };

    /// <summary>The contents of an initializer or of an attribute tensor.</summary>
    /// <exception cref="DiagnosticException">TE0110, TE0114 or TE0203.</exception>
    public static Tensor Read(TensorProto proto, string name)
    {
        DiagnosticException Bad(string text) => new(Diagnostics.BadInitializer.At(name, text));
        if (TypeOf(proto.DataType) is not { } type)
        {
            throw new DiagnosticException(Diagnostics.UnsupportedType.At(name, ((TensorProto.Types.DataType)proto.DataType).ToString()));
        }

        if (proto.DataLocation == TensorProto.Types.DataLocation.External)
        {
            throw Bad("its data is in another file; save the model with its weights inside");
        }

        var shape = ShapeOf(proto.Dims, name);
        var tensorType = new TensorType(type, shape);
        if (!proto.RawData.IsEmpty)
        {
            return proto.RawData.Length == tensorType.Bytes ? Tensor.FromBytes(tensorType, proto.RawData.Span)
                : throw Bad($"{proto.RawData.Length} bytes of data for shape {shape} of {type.Name()} ({tensorType.Bytes} bytes)");
        }

        double[] data = type switch
        {
            DType.F32 => [.. proto.FloatData.Select(v => (double)v)],
            DType.I64 => [.. proto.Int64Data.Select(v => (double)v)],
            _ => [.. proto.Int32Data.Select(v => (double)v)],
        };
        var (min, max) = type.Range();
        return data.Length != shape.Count ? throw Bad($"{data.Length} elements for shape {shape}")
            : data.Any(v => v < min || v > max) ? throw Bad($"an element outside the range of {type.Name()}")
            : new Tensor(tensorType, data);
    }

    /// <summary>A shape of known, sane extents.</summary>
    /// <exception cref="DiagnosticException">TE0110 or TE0203.</exception>
    public static Shape ShapeOf(IEnumerable<long> dims, string name)
    {
        long count = 1;
        var extents = new List<int>();
        foreach (long n in dims)
        {
            if (n < 0)
            {
                throw new DiagnosticException(Diagnostics.BadInitializer.At(name, $"a dimension of {n}"));
            }

            if (n > MaxElements || (count *= Math.Max(n, 1)) > MaxElements || extents.Count >= 8)
            {
                throw new DiagnosticException(Diagnostics.TooLarge.At(name, $"[{string.Join(',', dims)}]"));
            }

            extents.Add((int)n);
        }

        return Shape.Of(extents);
    }
}
