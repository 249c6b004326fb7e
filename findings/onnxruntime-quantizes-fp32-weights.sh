#!/usr/bin/env bash
# Microsoft.ML.OnnxRuntime 1.31.1. A model quantizes its activations (QuantizeLinear, DequantizeLinear around a Gemm) and leaves the
# weights in fp32. One would expect a session to use those weights. With default options it does not: an optimization quantizes the
# weights to 8 bits by itself, with one scale for all of them, so a weight of 0.003 beside one of 1 becomes 0.0039. With optimizations
# off the result is that of the file. No warning is logged. Needs: dotnet 10, network for NuGet.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat > finding.csproj <<'X'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <NuGetAudit>false</NuGetAudit>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Microsoft.ML.OnnxRuntime" Version="1.31.1" />
    <PackageReference Include="System.Numerics.Tensors" Version="9.0.19" />
  </ItemGroup>
</Project>
X
cat > Model.cs <<'X'
// The least of ONNX that the finding needs, written as protobuf: field number and wire type, then varint, float or bytes.
static class Model
{
    public static byte[] Varint(int field, long value) => [.. Base((ulong)(field << 3)), .. Base((ulong)value)];

    public static byte[] Bytes(int field, params byte[][] parts)
    {
        byte[] all = [.. parts.SelectMany(p => p)];
        return [.. Base((ulong)(field << 3 | 2)), .. Base((ulong)all.Length), .. all];
    }

    public static byte[] Text(int field, string text) => Bytes(field, System.Text.Encoding.UTF8.GetBytes(text));

    // TensorProto: dims 1, data_type 2 (1 float, 3 int8), raw_data 9, name 8
    public static byte[] Tensor(string name, int type, byte[] raw, params long[] dims) =>
        Bytes(5, [.. dims.Select(d => Varint(1, d)), Varint(2, type), Text(8, name), Bytes(9, raw)]);

    public static byte[] Floats(string name, float[] values, params long[] dims) =>
        Tensor(name, 1, [.. values.SelectMany(BitConverter.GetBytes)], dims);

    // NodeProto: input 1, output 2, op_type 4, attribute 5 (AttributeProto: name 1, ints 8, i 3, type 20)
    public static byte[] Node(string op, string inputs, string output, params byte[][] attributes) =>
        Bytes(1, [.. inputs.Split(' ').Select(i => Text(1, i)), Text(2, output), Text(4, op), .. attributes]);

    public static byte[] Ints(string name, params long[] values) =>
        Bytes(5, [Text(1, name), .. values.Select(v => Varint(8, v)), Varint(20, 7)]);

    // ValueInfoProto with a float tensor type: name 1, type 2 { tensor_type 1 { elem_type 1, shape 2 { dim 1 { dim_value 1 } } } }
    public static byte[] Value(int field, string name, params long[] dims) =>
        Bytes(field, Text(1, name), Bytes(2, Bytes(1, Varint(1, 1), Bytes(2, [.. dims.Select(d => Bytes(1, Varint(1, d)))]))));

    // ModelProto: ir_version 1, graph 7 (name 2), opset_import 8 (version 2)
    public static byte[] Of(int opset, params byte[][] graph) =>
        [.. Varint(1, 8), .. Bytes(7, [Text(2, "g"), .. graph]), .. Bytes(8, Text(1, ""), Varint(2, opset))];

    private static IEnumerable<byte> Base(ulong value)
    {
        for (; value >= 128; value >>= 7)
        {
            yield return (byte)(value & 127 | 128);
        }

        yield return (byte)value;
    }
}
X
cat > Program.cs <<'X'
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using static Model;

byte[] model = Of(13,
    Node("QuantizeLinear", "x xs z", "xq"), Node("DequantizeLinear", "xq xs z", "xd"),
    Node("Gemm", "xd w", "g"),
    Node("QuantizeLinear", "g ys z", "yq"), Node("DequantizeLinear", "yq ys z", "y"),
    Floats("xs", [1f]), Floats("ys", [0.01f]), Tensor("z", 3, [0]),
    // 100 * 0.003 = 0.3 is 30 steps of the output; on a grid of 1/255 the weight is 0.0039, which makes 39
    Floats("w", [1f, 0.003f], 2, 1),
    Value(11, "x", 1, 2), Value(12, "y", 1, 1));

float Run(GraphOptimizationLevel level)
{
    using var options = new SessionOptions { GraphOptimizationLevel = level };
    using var session = new InferenceSession(model, options);
    using var results = session.Run([NamedOnnxValue.CreateFromTensor("x", new DenseTensor<float>(new[] { 0f, 100f }, [1, 2]))]);
    return results.First().AsTensor<float>().First();
}

var (file, byDefault) = (Run(GraphOptimizationLevel.ORT_DISABLE_ALL), Run(GraphOptimizationLevel.ORT_ENABLE_ALL));
Console.WriteLine($"x = [0, 100], w = [1, 0.003]: optimizations off {file:0.00}, default {byDefault:0.00}");
return MathF.Abs(file - 0.3f) < 1e-6f && MathF.Abs(byDefault - 0.39f) < 1e-6f ? 0 : 1;
X
dotnet run -v quiet || { echo "changed: the sessions no longer give 0.30 and 0.39"; exit 1; }
# Seen: x = [0, 100], w = [1, 0.003]: optimizations off 0.30, default 0.39
