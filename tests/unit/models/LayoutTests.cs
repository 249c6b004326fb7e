// The canonical graph computes in NHWC the same as the ONNX graph in NCHW: broadcasting operands, constants and axes follow the
// permutation; constants per channel are folded into the layer before.

using Google.Protobuf;
using TinyEngine.Compiler;
using TinyEngine.Ir;
using TinyEngine.Onnx;
using TinyEngine.Onnx.Proto;
using TinyEngine.Passes;

namespace TinyEngine.Tests.Models;

public sealed class LayoutTests
{
    private readonly Random random = new(11);
    private readonly ModelProto model = new() { IrVersion = 8, Graph = new GraphProto { Name = "g" } };

    public LayoutTests()
    {
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 17 });
        model.Graph.Input.Add(Info("x", 1, 3, 5, 4));
        Weights("w", 6, 3, 3, 3);
        Node(
            "Conv",
            "map",
            [
                new AttributeProto
                {
                    Name = "pads",
                    Type = AttributeProto.Types.AttributeType.Ints,
                    Ints = { 1, 1, 1, 1 },
                },
            ],
            "x",
            "w"
        );
    }

    [Fact]
    public void Squeeze_excite_gates_the_channels()
    {
        Weights("squeeze", 2, 6);
        Weights("excite", 6, 2);
        Axes("hw", 2, 3);
        Node("GlobalAveragePool", "mean", [], "map");
        Node("Flatten", "flat", [], "mean");
        Node("Gemm", "fc1", [TransB()], "flat", "squeeze");
        Node("Relu", "relu", [], "fc1");
        Node("Gemm", "fc2", [TransB()], "relu", "excite");
        Node("Sigmoid", "gate", [], "fc2");
        Node("Unsqueeze", "column", [], "gate", "hw");
        Node("Mul", "y", [], "column", "map");
        var graph = Canonical();
        Assert.Equal([1, 1, 1, 6], graph.Nodes.Single(n => n.Op is Mul).Input(1).Type.Shape.ToArray());
    }

    [Fact]
    public void Squeeze_excite_of_convolutions_stays_in_place()
    {
        Weights("squeeze", 2, 6, 1, 1);
        Weights("excite", 6, 2, 1, 1);
        Node(
            "ReduceMean",
            "mean",
            [
                new AttributeProto
                {
                    Name = "axes",
                    Type = AttributeProto.Types.AttributeType.Ints,
                    Ints = { 2, 3 },
                },
            ],
            "map"
        );
        Node("Conv", "c1", [], "mean", "squeeze");
        Node("HardSwish", "swish", [], "c1");
        Node("Conv", "c2", [], "swish", "excite");
        Node("Sigmoid", "gate", [], "c2");
        Node("Mul", "y", [], "map", "gate");
        Assert.DoesNotContain(Canonical().Nodes, n => n.Op is Reshape);
    }

    [Fact]
    public void Spatial_gate_repeats_over_the_channels()
    {
        Weights("k", 1, 6, 1, 1);
        Node("Conv", "c", [], "map", "k");
        Node("Tanh", "gate", [], "c");
        Node("Div", "y", [], "gate", "map");
        Canonical();
    }

    [Fact]
    public void Constants_of_every_shape_follow_the_layout()
    {
        Weights("channel", 1, 6, 1, 1);
        Weights("column", 5, 1);
        Weights("plane", 6, 5, 4);
        Weights("number");
        Node("Softplus", "a", [], "map");
        Node("Add", "b", [], "channel", "a");
        Node("Sub", "c", [], "b", "column");
        Node("Mul", "d", [], "plane", "c");
        Node("Div", "e", [], "d", "number");
        Node("PRelu", "y", [], "e", "channel");
        Canonical();
    }

    [Fact]
    public void Constants_per_channel_are_folded_into_the_layer()
    {
        Weights("scale", 1, 6, 1, 1);
        Weights("shift", 6, 1, 1);
        Node("Mul", "scaled", [], "scale", "map");
        Node("Add", "y", [], "scaled", "shift");
        Assert.Equal(["conv2d"], Canonical().Nodes.Select(n => n.Op.Name));
    }

    [Fact]
    public void Softmax_over_the_channels_is_over_the_last_axis()
    {
        Node("Softmax", "y", [new AttributeProto { Name = "axis", Type = AttributeProto.Types.AttributeType.Int, I = 1 }], "map");
        Assert.Equal(["conv2d", "softmax"], Canonical().Nodes.Select(n => n.Op.Name));
    }

    [Fact]
    public void Means_over_channels_and_without_their_dimensions_follow()
    {
        AttributeProto Axes(params long[] axes) => new() { Name = "axes", Type = AttributeProto.Types.AttributeType.Ints, Ints = { axes } };
        Node("ReduceMean", "channels", [Axes(1)], "map");
        Node("Sub", "centered", [], "map", "channels");
        Node(
            "ReduceMean",
            "y",
            [
                Axes(2, 3),
                new AttributeProto
                {
                    Name = "keepdims",
                    Type = AttributeProto.Types.AttributeType.Int,
                    I = 0,
                },
            ],
            "centered"
        );
        Canonical();
    }

    [Fact]
    public void Operands_that_would_need_a_copy_are_diagnosed()
    {
        Axes("shape", 1, 4, 5, 6);
        Node("Reshape", "y", [], "map", "shape");
        Assert.Equal("TE0105", Assert.Throws<DiagnosticException>(Canonical).Diagnostics[0].Code);
    }

    [Fact]
    public void Order_that_cannot_be_kept_names_who_made_it()
    {
        Node(
            "Transpose",
            "swapped",
            [
                new AttributeProto
                {
                    Name = "perm",
                    Type = AttributeProto.Types.AttributeType.Ints,
                    Ints = { 0, 1, 3, 2 },
                },
            ],
            "map"
        );
        Axes("shape", 1, 4, 30);
        Node("Reshape", "y", [], "swapped", "shape");
        var only = Assert.Single(Assert.Throws<DiagnosticException>(Canonical).Diagnostics);
        Assert.Equal(("TE0105", "y"), (only.Code, only.Node));
        Assert.Contains("order of dimensions [0,3,2,1] of [1,5,4,6] that 'swapped' makes", only.Message);
    }

    [Fact]
    public void Map_that_is_cut_up_in_file_order_names_the_map()
    {
        Axes("shape", 1, 4, 30);
        Node("Reshape", "y", [], "map", "shape");
        Assert.Contains("NCHW order that 'map' gives", Assert.Single(Assert.Throws<DiagnosticException>(Canonical).Diagnostics).Message);
    }

    /// <summary>The canonical graph, after checking that it computes what the imported one does, and that all of it compiles.</summary>
    private Graph Canonical()
    {
        model.Graph.Output.Add(new ValueInfoProto { Name = "y" });
        var imported = OnnxImporter.Import(model.ToByteArray(), "m", new Dictionary<string, int>(), OperatorSet.Core).Graph;
        var canonical = new Func<Graph, Graph>[] { NumberLayers.Run, EliminateTransposes.Run, FoldChannelAffine.Run, FuseClamps.Run }
            .Aggregate(imported, (graph, pass) => Verifier.Verify(pass(graph)));
        var input = Training.Tensors.Random(imported.Inputs[0].Type, random);
        var expected = Run(imported, input);
        var actual = Run(canonical, input.Permute(Layouts.NchwToNhwc));
        actual = actual.Type.Shape.Rank == 4 ? actual.Permute(Layouts.NhwcToNchw) : actual;
        Assert.Equal(expected.Type.Shape, actual.Type.Shape);
        Assert.All(expected.Data.Zip(actual.Data), p => Assert.Equal(p.First, p.Second, 1e-6 * Math.Max(1, Math.Abs(p.First))));
        ModelCompiler.Compile(model.ToByteArray(), new CompileOptions { Name = "m", Train = TrainMode.None });
        return canonical;
    }

    private static Tensor Run(Graph graph, Tensor input) =>
        new Interpreter(Numerics.Double) { [graph.Inputs[0]] = input }.Infer(graph)[graph.Outputs[0]];

    private void Node(string type, string output, AttributeProto[] attributes, params string[] inputs)
    {
        var node = new NodeProto { OpType = type, Name = output };
        node.Input.Add(inputs);
        node.Output.Add(output);
        node.Attribute.Add(attributes);
        model.Graph.Node.Add(node);
    }

    private void Weights(string name, params int[] extents)
    {
        var tensor = Training.Tensors.Random(TensorType.F32(Shape.Of(extents)), random);
        var proto = new TensorProto
        {
            Name = name,
            DataType = (int)TensorProto.Types.DataType.Float,
            RawData = ByteString.CopyFrom(tensor.ToBytes()),
        };
        proto.Dims.Add(extents.Select(n => (long)n));
        model.Graph.Initializer.Add(proto);
    }

    private void Axes(string name, params long[] axes)
    {
        var proto = new TensorProto { Name = name, DataType = (int)TensorProto.Types.DataType.Int64 };
        proto.Dims.Add(axes.Length);
        proto.Int64Data.Add(axes);
        model.Graph.Initializer.Add(proto);
    }

    private static AttributeProto TransB() => new() { Name = "transB", Type = AttributeProto.Types.AttributeType.Int, I = 1 };

    private static ValueInfoProto Info(string name, params long[] extents)
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
