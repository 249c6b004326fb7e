// A malformed file is diagnosed in one line with a code; nothing else is ever thrown, whatever the bytes.

using Google.Protobuf;
using TinyEngine.Compiler;
using TinyEngine.Ir;
using TinyEngine.Onnx.Proto;

namespace TinyEngine.Tests.Models;

public sealed class MalformedModelTests
{
    private static readonly CompileOptions Options = new() { Name = "m", Train = TrainMode.None };

    [Fact]
    public void Text_file_is_diagnosed() => Fails("TE0102", "this is not a model\n"u8.ToArray());

    [Fact]
    public void Empty_file_is_diagnosed() => Fails("TE0102", []);

    [Fact]
    public void Truncated_file_is_diagnosed() => Fails("TE0102", Model().ToByteArray()[..^7]);

    [Fact]
    public void Unknown_operators_are_named_all_at_once()
    {
        var model = Model();
        model.Graph.Node[0].OpType = "Warp";
        model.Graph.Node[1].OpType = "Weft";
        var diagnostics = Fails("TE0103", model.ToByteArray());
        Assert.Equal(["conv", "relu"], diagnostics.Select(d => d.Node));
    }

    [Fact]
    public void Same_fault_of_many_nodes_is_one_line_with_their_number_and_the_first()
    {
        var model = Model();
        model.Graph.Node[0].OpType = model.Graph.Node[1].OpType = "Warp";
        var only = Assert.Single(Fails("TE0103", model.ToByteArray()));
        Assert.Equal(("conv", "operator Warp is not supported (2 nodes, first conv)"), (only.Node, only.Message));
        Assert.Equal("m.onnx : error TE0103: operator Warp is not supported (2 nodes, first conv)", only.Format("m.onnx"));
    }

    [Theory]
    [InlineData("DynamicQuantizeLinear", "ConvInteger", "TE0118", "DynamicQuantizeLinear, ConvInteger in 2 nodes")]
    [InlineData("QLinearConv", "QLinearAdd", "TE0119", "QLinearAdd, QLinearConv in 2 nodes")]
    public void Quantization_that_is_not_QDQ_is_one_error_of_the_whole_model(string first, string second, string code, string text)
    {
        var model = Model();
        (model.Graph.Node[0].OpType, model.Graph.Node[1].OpType) = (first, second);
        var only = Assert.Single(Fails(code, model.ToByteArray()));
        Assert.Contains("QDQ", only.Message);
        Assert.All(text.Split(' '), word => Assert.Contains(word.TrimEnd(','), only.Message));
    }

    /// <summary>Damage to the file by what it is called: the code, and what the message names.</summary>
    public static TheoryData<string, string, string> Damage =>
        new()
        {
            { "no result", "TE0117", "relu: " },
            { "empty result", "TE0117", "relu: " },
            { "second result", "TE0117", "gives 1" },
            { "second operand", "TE0117", "at most 1" },
            { "no operand", "TE0113", "operand 0" },
            { "input twice", "TE0108", "'x'" },
            { "initializer twice", "TE0108", "'w'" },
            { "empty input name", "TE0111", "name" },
            { "empty initializer name", "TE0111", "name" },
            { "attribute of another type", "TE0106", "conv: " },
            { "attribute without a type", "TE0106", "conv: " },
            { "attribute twice", "TE0117", "conv: " },
            { "integer output", "TE0114", "i64" },
        };

    [Theory]
    [MemberData(nameof(Damage))]
    public void Malformed_model_is_diagnosed(string damage, string code, string text)
    {
        var model = Model();
        var graph = model.Graph;
        var (conv, relu) = (graph.Node[0], graph.Node[1]);
        switch (damage)
        {
            case "no result":
                relu.Output.Clear();
                graph.Output[0].Name = "c";
                break;
            case "empty result":
                relu.Output[0] = "";
                graph.Output[0].Name = "c";
                break;
            case "second result":
                relu.Output.Add("z");
                graph.Output[0].Name = "z";
                break;
            case "second operand":
                relu.Input.Add("x");
                break;
            case "no operand":
                relu.Input.Clear();
                break;
            case "input twice":
                graph.Input.Add(Info("x", 1, 9));
                break;
            case "initializer twice":
                graph.Initializer.Add(graph.Initializer[0].Clone());
                break;
            case "empty input name":
                graph.Input.Add(Info("", 1, 9));
                break;
            case "empty initializer name":
                graph.Initializer.Add(new TensorProto(graph.Initializer[0]) { Name = "" });
                break;
            case "attribute of another type":
                conv.Attribute.Add(new AttributeProto { Name = "strides", Type = AttributeProto.Types.AttributeType.Graph });
                break;
            case "attribute without a type":
                conv.Attribute.Add(new AttributeProto { Name = "strides", Ints = { 2, 2 } });
                break;
            case "attribute twice":
                conv.Attribute.Add([
                    new AttributeProto
                    {
                        Name = "group",
                        Type = AttributeProto.Types.AttributeType.Int,
                        I = 1,
                    },
                    new AttributeProto
                    {
                        Name = "group",
                        Type = AttributeProto.Types.AttributeType.Int,
                        I = 1,
                    },
                ]);
                break;
            default:
                relu.OpType = "Shape";
                break;
        }

        var diagnostic = Fails(code, model.ToByteArray())[0];
        Assert.Contains(text, diagnostic.Format(""));
    }

    [Fact]
    public void Empty_zero_point_is_diagnosed() =>
        Fails(
            "TE0401",
            new OnnxModel()
                .Input("x", 1, 4)
                .Floats("s", [], 1)
                .Bytes8("z", [0])
                .Node("QuantizeLinear", "x s z", "q")
                .Node("DequantizeLinear", "q s", "y")
                .Output("y")
                .Bytes
        );

    [Fact]
    public void Cycle_is_diagnosed()
    {
        var model = Model();
        model.Graph.Node[0].Input[0] = "y";
        Fails("TE0109", model.ToByteArray());
    }

    [Fact]
    public void Undefined_tensor_is_diagnosed()
    {
        var model = Model();
        model.Graph.Node[1].Input[0] = "nowhere";
        Fails("TE0107", model.ToByteArray());
    }

    [Fact]
    public void Initializer_of_wrong_size_is_diagnosed()
    {
        var model = Model();
        model.Graph.Initializer[0].RawData = ByteString.CopyFrom(new byte[13]);
        Fails("TE0110", model.ToByteArray());
    }

    [Fact]
    public void Weights_that_do_not_fit_are_diagnosed()
    {
        var model = Model();
        (model.Graph.Initializer[0].Dims[1], model.Graph.Initializer[0].Dims[3]) = (3, 2);
        Fails("TE0202", model.ToByteArray());
    }

    [Fact]
    public void Uint8_samples_without_scale_are_diagnosed() =>
        Fails("TE0402", Model().ToByteArray(), Options with { Io = Passes.BoundaryType.UInt8 });

    [SharedFact]
    public void Mutated_models_are_compiled_or_diagnosed()
    {
        var original = SharedModels.Model("dscnn-kws-int8-qdq");
        var random = new Random(7);
        for (int i = 0; i < 500; i++)
        {
            var bytes = (byte[])original.Clone();
            for (int n = random.Next(1, 9); n > 0; n--)
            {
                // The structure is mostly in the first bytes and between weights; half of the mutations go there.
                bytes[random.Next(random.Next(2) == 0 ? 4096 : bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                ModelCompiler.Compile(i % 5 == 0 ? bytes[..random.Next(bytes.Length)] : bytes, Options);
            }
            catch (DiagnosticException e)
            {
                Assert.NotEmpty(e.Diagnostics);
                Assert.All(e.Diagnostics, d => Assert.DoesNotContain('\n', d.Message));
            }
        }
    }

    private static IReadOnlyList<Diagnostic> Fails(string code, byte[] model, CompileOptions? options = null)
    {
        var exception = Assert.Throws<DiagnosticException>(() => ModelCompiler.Compile(model, options ?? Options));
        Assert.All(exception.Diagnostics, d => Assert.Equal(code, d.Code));
        return exception.Diagnostics;
    }

    /// <summary>x [1,2,4,4] -> Conv 3x3 -> Relu -> y.</summary>
    private static ModelProto Model()
    {
        var weights = new TensorProto
        {
            Name = "w",
            DataType = (int)TensorProto.Types.DataType.Float,
            RawData = ByteString.CopyFrom(new byte[3 * 2 * 9 * 4]),
        };
        weights.Dims.Add([3, 2, 3, 3]);
        var graph = new GraphProto { Name = "g" };
        graph.Initializer.Add(weights);
        graph.Input.Add(Info("x", 1, 2, 4, 4));
        graph.Output.Add(Info("y", 1, 3, 2, 2));
        var conv = new NodeProto { Name = "conv", OpType = "Conv" };
        conv.Input.Add(["x", "w"]);
        conv.Output.Add("c");
        var relu = new NodeProto { Name = "relu", OpType = "Relu" };
        relu.Input.Add("c");
        relu.Output.Add("y");
        graph.Node.Add([conv, relu]);
        var model = new ModelProto { IrVersion = 8, Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 13 });
        return model;
    }

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
