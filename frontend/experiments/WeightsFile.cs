// Trained parameters outside the device: elements in the order of the ONNX file, whatever order the kernels store them in.
// A W.bin is a header (magic, version, the model's SHA-256) and these bytes; weights_sha256 is the hash of the bytes alone.

using System.Buffers.Binary;
using System.Security.Cryptography;
using TinyEngine.Compiler;
using TinyEngine.Ir;

namespace TinyEngine.Experiments;

/// <summary>Converts between the device's parameters and W.bin.</summary>
public static class WeightsFile
{
    private const uint Magic = 0x57454554; // "TEEW"
    private const uint Version = 1;
    private const int HashBytes = 32;
    private const int HeaderBytes = 8 + HashBytes;

    /// <summary>True where a file that begins with these bytes is a W.bin, as far as they tell.</summary>
    public static bool IsHead(ReadOnlySpan<byte> head) => head.Length >= 8 && BinaryPrimitives.ReadUInt32LittleEndian(head) == Magic;

    /// <summary>Parameters as the device stores them, in the order of the ONNX file.</summary>
    public static byte[] ToOnnxOrder(PlanReport plan, ReadOnlySpan<byte> stored) =>
        Reordered(plan, stored, parameter => parameter.Offset, null, (packing, data) => packing.Unpack(data));

    /// <summary>Lower-case SHA-256 of parameters in the order of the ONNX file.</summary>
    public static string Hash(ReadOnlySpan<byte> inOnnxOrder) => Convert.ToHexStringLower(SHA256.HashData(inOnnxOrder));

    /// <summary>The bytes of a W.bin.</summary>
    public static byte[] Write(PlanReport plan, ReadOnlySpan<byte> inOnnxOrder)
    {
        var file = new byte[HeaderBytes + inOnnxOrder.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(file, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(4), Version);
        Convert.FromHexString(plan.ModelSha256).CopyTo(file.AsSpan(8));
        inOnnxOrder.CopyTo(file.AsSpan(HeaderBytes));
        return file;
    }

    /// <summary>Parameters as the device stores them, from a W.bin.</summary>
    /// <exception cref="DiagnosticException">TE0715: it is no W.bin, of another model, or of another set of parameters.</exception>
    public static byte[] Read(PlanReport plan, ReadOnlySpan<byte> file)
    {
        if (file.Length < HeaderBytes || !IsHead(file) || BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) != Version)
        {
            throw ExperimentDiagnostics.BadWeights.Failure("not a weights file of this version");
        }

        if (!file[8..HeaderBytes].SequenceEqual(Convert.FromHexString(plan.ModelSha256)) || file.Length - HeaderBytes != plan.Sram.Trained)
        {
            throw ExperimentDiagnostics.BadWeights.Failure("the weights are of another model or were trained with another scheme");
        }

        return Reordered(plan, file[HeaderBytes..], null, parameter => parameter.Offset, (packing, data) => packing.Pack(data));
    }

    /// <summary>All parameters moved between the order of the plan (no place given) and their places on the device.</summary>
    private static byte[] Reordered(
        PlanReport plan,
        ReadOnlySpan<byte> from,
        Func<TrainedReport, long>? placeFrom,
        Func<TrainedReport, long>? placeTo,
        Func<Packing, double[], double[]> order
    )
    {
        var to = new byte[from.Length];
        long at = 0;
        foreach (var parameter in plan.Trained)
        {
            var bytes = from.Slice((int)(placeFrom?.Invoke(parameter) ?? at), (int)parameter.Bytes);
            if (parameter.Packing() is { } packing)
            {
                var type = new TensorType(DTypes.Parse(parameter.Dtype)!.Value, Shape.Of((int)parameter.Elements));
                bytes = new Tensor(type, order(packing, Tensor.FromBytes(type, bytes).Data)).ToBytes();
            }

            bytes.CopyTo(to.AsSpan((int)(placeTo?.Invoke(parameter) ?? at)));
            at += parameter.Bytes;
        }

        return to;
    }
}
