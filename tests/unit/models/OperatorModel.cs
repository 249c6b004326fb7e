// Small ONNX models written in a few lines: nodes, constants and attributes by name, one fp32 input "x" and one output "y".

using System.Runtime.InteropServices;
using Google.Protobuf;
using TinyEngine.Onnx.Proto;

namespace TinyEngine.Tests.Models;

/// <summary>Builds a model.</summary>
internal sealed class OperatorModel
{
    private readonly GraphProto graph = new() { Name = "g" };
    private readonly int opset;
    private readonly Random random = new(11);

    /// <summary>A model of this opset whose input has these extents.</summary>
    public OperatorModel(int opset, params int[] input)
    {
        this.opset = opset;
        InputShape = input;
        graph.Input.Add(Info("x", input));
        graph.Output.Add(Info("y", []));
        graph.Output[0].Type.TensorType.Shape = null;
    }

    /// <summary>Extents of the input.</summary>
    public int[] InputShape { get; }

    /// <summary>The file.</summary>
    public byte[] Bytes
    {
        get
        {
            var model = new ModelProto { IrVersion = 8, Graph = graph };
            model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = opset });
            return model.ToByteArray();
        }
    }

    /// <summary>Adds a node; operands and results are names separated by spaces, "-" for one that is left out.</summary>
    public OperatorModel Node(string op, string operands, string results, params (string Name, object Value)[] attributes)
    {
        var node = new NodeProto { OpType = op, Name = "node" + graph.Node.Count };
        node.Input.Add(operands.Split(' ').Select(n => n == "-" ? "" : n));
        node.Output.Add(results.Split(' ').Select(n => n == "-" ? "" : n));
        node.Attribute.Add(attributes.Select(a => Attribute(a.Name, a.Value)));
        graph.Node.Add(node);
        return this;
    }

    /// <summary>Adds a constant of random numbers in [-1, 1], moved up by <paramref name="above"/>.</summary>
    public OperatorModel Real(string name, int[] shape, double above = 0) =>
        Constant(name, TensorProto.Types.DataType.Float, shape, [.. Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(_ => (float)(2 * random.NextDouble() - 1 + above))]);

    /// <summary>Adds a constant of one number.</summary>
    public OperatorModel Scalar(string name, float value) => Constant(name, TensorProto.Types.DataType.Float, [], [value]);

    /// <summary>Adds a vector of numbers.</summary>
    public OperatorModel Floats(string name, params float[] values) => Constant(name, TensorProto.Types.DataType.Float, [values.Length], values);

    /// <summary>Adds a vector of integers.</summary>
    public OperatorModel Ints(string name, params long[] values) => Constant(name, TensorProto.Types.DataType.Int64, [values.Length], values);

    /// <summary>Adds random int8 codes.</summary>
    public OperatorModel Codes(string name, params int[] shape) =>
        Constant(name, TensorProto.Types.DataType.Int8, shape, [.. Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(_ => (sbyte)random.Next(-127, 128))]);

    /// <summary>Adds QuantizeLinear and DequantizeLinear behind a tensor.</summary>
    public OperatorModel Qdq(string tensor, string result, float scale, int zero)
    {
        Scalar(result + "_s", scale);
        Constant(result + "_z", TensorProto.Types.DataType.Int8, [], [(sbyte)zero]);
        return Node("QuantizeLinear", $"{tensor} {result}_s {result}_z", result + "_q").Node("DequantizeLinear", $"{result}_q {result}_s {result}_z", result);
    }

    private OperatorModel Constant<T>(string name, TensorProto.Types.DataType type, int[] shape, T[] values) where T : unmanaged
    {
        var tensor = new TensorProto { Name = name, DataType = (int)type, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan())) };
        tensor.Dims.Add(shape.Select(n => (long)n));
        graph.Initializer.Add(tensor);
        return this;
    }

    private static AttributeProto Attribute(string name, object value)
    {
        var attribute = new AttributeProto { Name = name };
        switch (value)
        {
            case int i:
                (attribute.Type, attribute.I) = (AttributeProto.Types.AttributeType.Int, i);
                break;
            case double f:
                (attribute.Type, attribute.F) = (AttributeProto.Types.AttributeType.Float, (float)f);
                break;
            case string s:
                (attribute.Type, attribute.S) = (AttributeProto.Types.AttributeType.String, ByteString.CopyFromUtf8(s));
                break;
            default:
                attribute.Type = AttributeProto.Types.AttributeType.Ints;
                attribute.Ints.Add(((int[])value).Select(n => (long)n));
                break;
        }

        return attribute;
    }

    private static ValueInfoProto Info(string name, int[] extents)
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add(extents.Select(n => new TensorShapeProto.Types.Dimension { DimValue = n }));
        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float, Shape = shape } },
        };
    }
}
