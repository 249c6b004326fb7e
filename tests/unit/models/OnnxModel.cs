// Small ONNX models written in a few lines, for tests that need a file of a certain form.

using Google.Protobuf;
using TinyEngine.Onnx.Proto;

namespace TinyEngine.Tests.Models;

/// <summary>Builds a model node by node; tensors are known by name.</summary>
internal sealed class OnnxModel(int opset = 13)
{
    private readonly GraphProto graph = new() { Name = "g" };
    private readonly Random random = new(3);
    private readonly List<OperatorSetIdProto> opsets = [new() { Domain = "", Version = opset }];

    /// <summary>The bytes of the file.</summary>
    public byte[] Bytes
    {
        get
        {
            var model = new ModelProto { IrVersion = 8, Graph = graph };
            model.OpsetImport.Add(opsets);
            return model.ToByteArray();
        }
    }

    /// <summary>Declares the version of another operator domain.</summary>
    public OnnxModel Opset(string domain, int version)
    {
        opsets.Add(new OperatorSetIdProto { Domain = domain, Version = version });
        return this;
    }

    /// <summary>An fp32 input.</summary>
    public OnnxModel Input(string name, params long[] extents) => TypedInput(name, TensorProto.Types.DataType.Float, extents);

    /// <summary>An input of any type.</summary>
    public OnnxModel TypedInput(string name, TensorProto.Types.DataType type, params long[] extents)
    {
        graph.Input.Add(Info(name, type, extents));
        return this;
    }

    /// <summary>An output, whose shape follows from the graph.</summary>
    public OnnxModel Output(string name, TensorProto.Types.DataType type = TensorProto.Types.DataType.Float)
    {
        var output = Info(name, type);
        output.Type.TensorType.Shape = null;
        graph.Output.Add(output);
        return this;
    }

    /// <summary>An fp32 initializer of random values in [-0.5, 0.5) with three decimals.</summary>
    public OnnxModel Weights(string name, params long[] extents) => Weights(name, extents, around: 0);

    /// <summary>An fp32 initializer of random values within 0.5 of a number.</summary>
    public OnnxModel Weights(string name, long[] extents, float around) =>
        Floats(
            name,
            extents,
            [.. Enumerable.Range(0, (int)extents.Aggregate(1L, (a, b) => a * b)).Select(_ => around + (random.Next(-500, 500) / 1000f))]
        );

    /// <summary>An fp32 initializer.</summary>
    public OnnxModel Floats(string name, long[] extents, params float[] values) =>
        Tensor(name, TensorProto.Types.DataType.Float, extents, values.SelectMany(BitConverter.GetBytes));

    /// <summary>An int8 initializer of random codes.</summary>
    public OnnxModel Codes(string name, params long[] extents) =>
        Bytes8(
            name,
            extents,
            [.. Enumerable.Range(0, (int)extents.Aggregate(1L, (a, b) => a * b)).Select(_ => (sbyte)random.Next(-127, 128))]
        );

    /// <summary>An int8 initializer.</summary>
    public OnnxModel Bytes8(string name, long[] extents, params sbyte[] codes) =>
        Tensor(name, TensorProto.Types.DataType.Int8, extents, codes.Select(c => (byte)c));

    /// <summary>A uint8 initializer.</summary>
    public OnnxModel Unsigned8(string name, long[] extents, params byte[] codes) =>
        Tensor(name, TensorProto.Types.DataType.Uint8, extents, codes);

    /// <summary>An initializer of codes, int8 or uint8.</summary>
    public OnnxModel Bytes8(string name, long[] extents, bool isUnsigned, IEnumerable<int> codes) =>
        Tensor(name, isUnsigned ? TensorProto.Types.DataType.Uint8 : TensorProto.Types.DataType.Int8, extents, codes.Select(c => (byte)c));

    /// <summary>An int32 initializer.</summary>
    public OnnxModel Integers(string name, long[] extents, params int[] values) =>
        Tensor(name, TensorProto.Types.DataType.Int32, extents, values.SelectMany(BitConverter.GetBytes));

    /// <summary>An int64 initializer, a vector.</summary>
    public OnnxModel Longs(string name, params long[] values) =>
        Tensor(name, TensorProto.Types.DataType.Int64, [values.Length], values.SelectMany(BitConverter.GetBytes));

    /// <summary>
    /// A node named after its first output, with its operands separated by spaces (- for an absent one); its operator may be
    /// DOMAIN::OPERATOR.
    /// </summary>
    public OnnxModel Node(string op, string inputs, string outputs, params (string Name, object Value)[] attributes) =>
        Node(
            op,
            [.. inputs.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(i => i == "-" ? "" : i)],
            outputs.Split(' '),
            attributes
        );

    /// <summary>A node with one result, whose operands may have spaces in their names.</summary>
    public OnnxModel NodeOf(string op, string[] inputs, string output, params (string Name, object Value)[] attributes) =>
        Node(op, inputs, [output], attributes);

    private OnnxModel Node(string op, string[] inputs, string[] outputs, (string Name, object Value)[] attributes)
    {
        string[] words = op.Split("::");
        var node = new NodeProto
        {
            OpType = words[^1],
            Domain = words.Length > 1 ? words[0] : "",
            Name = outputs[0],
        };
        node.Input.Add(inputs);
        node.Output.Add(outputs);
        foreach (var (name, value) in attributes)
        {
            var a = new AttributeProto { Name = name };
            switch (value)
            {
                case long[] list: a.Type = AttributeProto.Types.AttributeType.Ints; a.Ints.Add(list); break;
                case float f: (a.Type, a.F) = (AttributeProto.Types.AttributeType.Float, f); break;
                case string s: (a.Type, a.S) = (AttributeProto.Types.AttributeType.String, ByteString.CopyFromUtf8(s)); break;
                default: (a.Type, a.I) = (AttributeProto.Types.AttributeType.Int, Convert.ToInt64(value)); break;
            }

            node.Attribute.Add(a);
        }

        graph.Node.Add(node);
        return this;
    }

    /// <summary>QuantizeLinear and DequantizeLinear behind a tensor; the result is NAME.dq where no other name is given.</summary>
    public OnnxModel Quantized(string name, float scale, sbyte zero, string? result = null) =>
        Floats(name + ".s", [], scale)
            .Bytes8(name + ".z", [], zero)
            .Node("QuantizeLinear", $"{name} {name}.s {name}.z", name + ".q")
            .Node("DequantizeLinear", $"{name}.q {name}.s {name}.z", result ?? name + ".dq");

    /// <summary>Random int8 weights behind a DequantizeLinear, one scale a channel; the result is NAME.dq.</summary>
    public OnnxModel QuantizedWeights(string name, float scale, params long[] extents) =>
        Codes(name, extents)
            .Floats(name + ".s", [extents[0]], [.. Enumerable.Range(0, (int)extents[0]).Select(c => scale * (1 + (c % 2)))])
            .Bytes8(name + ".z", [extents[0]], new sbyte[extents[0]])
            .Node("DequantizeLinear", $"{name} {name}.s {name}.z", name + ".dq", ("axis", 0));

    /// <summary>
    /// Random int8 weights behind a DequantizeLinear with one scale, as quantizers give to a MatMul; the result is NAME.dq.
    /// </summary>
    public OnnxModel QuantizedColumns(string name, float scale, params long[] extents) =>
        Codes(name, extents)
            .Floats(name + ".s", [], scale)
            .Bytes8(name + ".z", [], 0)
            .Node("DequantizeLinear", $"{name} {name}.s {name}.z", name + ".dq");

    /// <summary>
    /// A matrix of random int8 weights behind a DequantizeLinear, with one scale or one for each index of an axis; the result is NAME.dq.
    /// </summary>
    public OnnxModel Matrix(string name, long rows, long columns, int? axis)
    {
        int count = axis is { } a ? (int)new[] { rows, columns }[a] : 1;
        Codes(name, rows, columns)
            .Floats(name + ".s", axis is null ? [] : [count], [.. Enumerable.Range(0, count).Select(c => 0.004f * (1 + c))]);
        return axis is null
            ? Node("DequantizeLinear", $"{name} {name}.s", name + ".dq")
            : Node("DequantizeLinear", $"{name} {name}.s", name + ".dq", ("axis", axis));
    }

    /// <summary>An int8 QDQ classifier of 3 classes: convolution with Relu, average pool, dense, softmax. Input [1,2,4,4].</summary>
    public static OnnxModel Classifier() =>
        new OnnxModel()
            .Input("x", 1, 2, 4, 4)
            .Quantized("x", 0.0625f, -3)
            .QuantizedWeights("w", 0.015625f, 4, 2, 3, 3)
            .Integers("b", [4], 100, -200, 300, 50)
            .Floats("b.s", [4], [.. Enumerable.Range(0, 4).Select(c => 0.0625f * 0.015625f * (1 + (c % 2)))])
            .Integers("b.z", [4], 0, 0, 0, 0)
            .Node("DequantizeLinear", "b b.s b.z", "b.dq", ("axis", 0))
            .Node("Conv", "x.dq w.dq b.dq", "conv", ("pads", new long[] { 1, 1, 1, 1 }), ("kernel_shape", new long[] { 3, 3 }))
            .Node("Relu", "conv", "relu")
            .Quantized("relu", 0.03125f, -128)
            .Node("GlobalAveragePool", "relu.dq", "pool")
            .Quantized("pool", 0.03125f, -128)
            .Node("Flatten", "pool.dq", "flat")
            .QuantizedWeights("v", 0.0078125f, 3, 4)
            .Node("Gemm", "flat v.dq", "fc", ("transB", 1))
            .Quantized("fc", 0.0625f, 10)
            .Node("Softmax", "fc.dq", "y", ("axis", -1))
            .Output("y");

    private OnnxModel Tensor(string name, TensorProto.Types.DataType type, long[] extents, IEnumerable<byte> data)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)type, RawData = ByteString.CopyFrom([.. data]) };
        tensor.Dims.Add(extents);
        graph.Initializer.Add(tensor);
        return this;
    }

    private static ValueInfoProto Info(string name, TensorProto.Types.DataType type, params long[] extents)
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add(extents.Select(n => new TensorShapeProto.Types.Dimension { DimValue = n }));
        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto
            {
                TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = shape },
            },
        };
    }
}
