// Small fp32 networks as ONNX files, made through the file format's own classes, with random weights from a seed.

using Google.Protobuf;
using TinyEngine.Onnx.Proto;

namespace TinyEngine.Tests.Training;

/// <summary>Builds a chain of ONNX nodes.</summary>
internal sealed class SmallNetworks
{
    private readonly GraphProto graph = new() { Name = "network" };
    private readonly Random random;
    private string last = "x";

    private SmallNetworks(int seed, params int[] input)
    {
        random = new Random(seed);
        graph.Input.Add(Info("x", input));
    }

    /// <summary>Dense layers of these widths with ReLU between them.</summary>
    public static byte[] Dense(int seed, params int[] widths)
    {
        var network = new SmallNetworks(seed, 1, widths[0]);
        for (int i = 1; i < widths.Length; i++)
        {
            network.Gemm(widths[i - 1], widths[i]);
            if (i + 1 < widths.Length)
            {
                network.Node("Relu");
            }
        }

        return network.Build(1, widths[^1]);
    }

    /// <summary>Two convolutions 3x3 on a map of one channel (size x size) with ReLU, the second with stride 2, then classes.</summary>
    public static byte[] Classifier(int seed, int size, int width, int classes)
    {
        var network = new SmallNetworks(seed, 1, 1, size, size);
        network
            .Conv(1, width, 1)
            .Node("Relu")
            .Conv(width, 2 * width, 2)
            .Node("Relu")
            .Node("Flatten")
            .Gemm(2 * width * (size / 2) * (size / 2), classes);
        return network.Build(1, classes);
    }

    /// <summary>Convolutions that keep the map: the output is one channel like the input, and there is no head.</summary>
    public static byte[] Filter(int seed, int size, int width)
    {
        var network = new SmallNetworks(seed, 1, 1, size, size);
        return network.Conv(1, width, 1).Node("Relu").Conv(width, 1, 1).Build(1, 1, size, size);
    }

    private SmallNetworks Gemm(int inputs, int outputs) =>
        Node(
            "Gemm",
            n =>
                n.Attribute.Add(
                    new AttributeProto
                    {
                        Name = "transB",
                        Type = AttributeProto.Types.AttributeType.Int,
                        I = 1,
                    }
                ),
            [outputs, inputs],
            [outputs]
        );

    private SmallNetworks Conv(int inputs, int outputs, int stride) =>
        Node(
            "Conv",
            n =>
            {
                n.Attribute.Add(Ints("pads", 1, 1, 1, 1));
                n.Attribute.Add(Ints("strides", stride, stride));
            },
            [outputs, inputs, 3, 3],
            [outputs]
        );

    private SmallNetworks Node(string type, Action<NodeProto>? set = null, params int[][] parameters)
    {
        int index = graph.Node.Count;
        var node = new NodeProto { Name = $"node{index}", OpType = type };
        node.Input.Add(last);
        foreach (var shape in parameters)
        {
            string name = $"{(shape.Length == 1 ? "b" : "w")}{index}";
            var tensor = new TensorProto { Name = name, DataType = (int)TensorProto.Types.DataType.Float };
            tensor.Dims.Add(shape.Select(d => (long)d));
            int count = shape.Aggregate((a, b) => a * b);
            double limit = Math.Sqrt(3.0 * shape[0] / count);
            tensor.RawData = ByteString.CopyFrom([
                .. Enumerable.Range(0, count).SelectMany(_ => BitConverter.GetBytes((float)(limit * (2 * random.NextDouble() - 1)))),
            ]);
            graph.Initializer.Add(tensor);
            node.Input.Add(name);
        }

        set?.Invoke(node);
        last = $"v{index}";
        node.Output.Add(last);
        graph.Node.Add(node);
        return this;
    }

    private byte[] Build(params int[] output)
    {
        graph.Output.Add(Info(last, output));
        var model = new ModelProto { IrVersion = 8, Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 13 });
        return model.ToByteArray();
    }

    private static AttributeProto Ints(string name, params long[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        attribute.Ints.Add(values);
        return attribute;
    }

    private static ValueInfoProto Info(string name, params int[] extents)
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add(extents.Select(n => new TensorShapeProto.Types.Dimension { DimValue = n }));
        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto
            {
                TensorType = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float, Shape = shape },
            },
        };
    }
}
