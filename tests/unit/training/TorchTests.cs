// Whole training steps against PyTorch's autograd: the gradient that a parameter's step reveals, (p - p')/lr in fp32, is the
// committed one of torch/cases.json (written by torch/make_cases.py). Needs no Python.

using System.Runtime.CompilerServices;
using System.Text.Json;
using TinyEngine.Ir;
using TinyEngine.Passes;

namespace TinyEngine.Tests.Training;

public sealed class TorchTests
{
    private static readonly JsonElement[] All = [.. JsonDocument.Parse(File.ReadAllText(CasesFile())).RootElement.EnumerateArray()];

    public static TheoryData<string, int, bool> Cases()
    {
        var data = new TheoryData<string, int, bool>();
        foreach (var c in All)
        {
            data.Add(c.GetProperty("net").GetString()!, c.GetProperty("seed").GetInt32(), false);
            data.Add(c.GetProperty("net").GetString()!, c.GetProperty("seed").GetInt32(), true);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Step_of_float_network_moves_by_gradients_of_PyTorch(string net, int seed, bool fused)
    {
        const double lr = 4; // large, so that p - p' keeps the gradient's digits; a power of two, so that it adds no rounding
        var c = All.Single(c => c.GetProperty("net").GetString() == net && c.GetProperty("seed").GetInt32() == seed);
        var graph = TrainedGraph.Differentiated(Network(net, c), TrainScheme.All);
        graph = fused ? FuseUpdates.Run(graph) : graph;
        Assert.Equal(fused, graph.Nodes.Any(n => n.Op is Conv2dUpdate));

        var after = TrainedGraph.Step(
            graph,
            Stored(c.GetProperty("input")),
            c.GetProperty("target").GetInt32(),
            lr,
            Numerics.For(Target.Default)
        );

        Assert.Equal(c.GetProperty("loss").GetDouble(), after[graph.TrainOutputs[0]].Data[0], 1e-5);
        var parameters = graph.OfKind(ValueKind.Parameter).ToList();
        Assert.Equal(c.GetProperty("gradients").EnumerateObject().Select(p => p.Name).Order(), parameters.Select(p => p.Name).Order());
        foreach (var p in parameters)
        {
            var expected = Stored(c.GetProperty("gradients").GetProperty(p.Name)).Data;
            double largest = expected.Max(Math.Abs);
            for (int i = 0; i < expected.Length; i++)
            {
                double gradient = (p.Data!.Data[i] - after[p].Data[i]) / lr;
                Assert.True(Math.Abs(gradient - expected[i]) <= 1e-4 * largest, $"{p.Name}[{i}]: {gradient}, PyTorch has {expected[i]}");
            }
        }
    }

    private static Graph Network(string net, JsonElement c)
    {
        var builder = new GraphBuilder();
        var x = Tensors.Input("x", Stored(c.GetProperty("input")).Type);
        var none = Attributes.Empty;
        var relu = none.Clamped(min: 0.0);
        switch (net)
        {
            case "residual":
                var trunk = Layer(Conv2d.Op, "stem", x, none.With("strides", [2, 2]).With("pads", [1, 1, 1, 1]).Clamped(0, 6));
                var wide = builder.Emit(
                    Clamp.Op,
                    "relu",
                    [Layer(Conv2d.Op, "dw", trunk, none.With("group", 4).With("pads", [1, 1, 1, 1]))],
                    relu
                );
                var sum = builder.Emit(Add.Op, "sum", [trunk, Layer(Conv2d.Op, "project", wide, none)]);
                return Finish(builder.Emit(AveragePool2d.Op, "pool", [sum],
                    none.With("kernel", [3, 3]).With("strides", [2, 2]).With("pads", [1, 1, 1, 1]).With("count_include_pad", 1)));
            case "windows":
                var uneven = Layer(Conv2d.Op, "uneven", x, none.With("strides", [1, 2]).With("pads", [1, 0, 0, 2]));
                var dilated = Layer(
                    Conv2d.Op,
                    "dilated",
                    uneven,
                    none.With("group", 2).With("dilations", [2, 2]).With("pads", [2, 2, 2, 2]).Clamped(min: 0)
                );
                return Finish(
                    builder.Emit(
                        AveragePool2d.Op,
                        "pool",
                        [dilated],
                        none.With("kernel", [2, 2]).With("strides", [2, 2]).With("pads", [1, 1, 1, 1])
                    )
                );
            case "concat":
                var stem = Layer(Conv2d.Op, "stem", x, relu);
                var left = Layer(Conv2d.Op, "left", stem, relu);
                var right = Layer(Conv2d.Op, "right", stem, none.With("pads", [1, 1, 1, 1]));
                var cut = builder.Emit(
                    Slice.Op,
                    "cut",
                    [right],
                    none.With("starts", [0, 0, 0, 1]).With("sizes", right.Type.Shape.With(3, 3).ToArray())
                );
                return Finish(builder.Emit(Concat.Op, "join", [left, cut, stem], none.With("axis", 3)));
            case "separable":
                var deep = Layer(Conv2d.Op, "dw1", x, none.With("group", 2).With("pads", [1, 1, 1, 1]).Clamped(min: 0));
                deep = Layer(
                    Conv2d.Op,
                    "dw2",
                    Layer(Conv2d.Op, "pw1", deep, relu),
                    none.With("group", 3).With("strides", [2, 2]).With("pads", [1, 1, 1, 1]).Clamped(min: 0)
                );
                return Finish(Layer(Conv2d.Op, "pw2", deep, relu));
            case "maxpool":
                var half = builder.Emit(
                    MaxPool2d.Op,
                    "half",
                    [Layer(Conv2d.Op, "stem", x, none.With("pads", [1, 1, 1, 1]).Clamped(min: 0))],
                    none.With("kernel", [2, 2]).With("strides", [2, 2])
                );
                return Finish(
                    builder.Emit(
                        MaxPool2d.Op,
                        "quarter",
                        [Layer(Conv2d.Op, "next", half, none)],
                        none.With("kernel", [3, 3]).With("strides", [2, 2]).With("pads", [1, 1, 1, 1])
                    )
                );
            case "norm":
                var hidden = builder.Emit(Normalize.Op, "norm1", [Layer(Dense.Op, "hidden", x, none)], none.With("channels", 8));
                hidden = builder.Emit(
                    Normalize.Op,
                    "norm2",
                    [Layer(Dense.Op, "next", hidden, relu)],
                    none.With("channels", 6).With("epsilon", 1e-3)
                );
                return TrainedGraph.Forward(builder, x, Layer(Dense.Op, "head", hidden, none));
            case "upsample":
                var small = Layer(Conv2d.Op, "stem", x, none.With("strides", [2, 2]).With("pads", [1, 1, 1, 1]));
                small = builder.Emit(Normalize.Op, "norm", [small], none.With("groups", 2).With("channels", 2));
                return Finish(
                    Layer(
                        Conv2dTranspose.Op,
                        "up",
                        small,
                        none.With("strides", [2, 2]).With("pads", [1, 1, 1, 1]).With("output", [8, 6]).Clamped(min: 0)
                    )
                );
            case "gate":
                var (mean, total) = (none.With("axes", [1, 2]).With("mean", 1), none.With("axes", [1, 2, 3]));
                var conv = Layer(Conv2d.Op, "stem", x, none.With("pads", [1, 1, 1, 1]));
                var silu = builder.Emit(Mul.Op, "silu", [conv, builder.Emit(Unary.Sigmoid, "sigmoid", [conv])]);
                var squeezed = builder.Emit(
                    Unary.LeakyRelu,
                    "leaky",
                    [Layer(Conv2d.Op, "squeeze", builder.Emit(ReduceSum.Op, "average", [silu], mean), none)],
                    none.With("alpha", 0.25)
                );
                var gated = builder.Emit(
                    Mul.Op,
                    "gated",
                    [silu, builder.Emit(Unary.Sigmoid, "excited", [Layer(Conv2d.Op, "excite", squeezed, none)])]
                );
                var divisor = builder.Emit(
                    Add.Op,
                    "divisor",
                    [builder.Emit(ReduceSum.Op, "total", [squeezed], total), Value.Constant("one", Tensor.Vector([1]))]
                );
                var offset = builder.Emit(Div.Op, "offset", [builder.Emit(ReduceSum.Op, "center", [gated], mean), divisor]);
                var swish = builder.Emit(
                    Unary.HardSwish,
                    "swish",
                    [builder.Emit(Sub.Op, "centered", [gated, offset])],
                    none.With("alpha", 1.0 / 6).With("beta", 0.5)
                );
                var pooled = builder.Emit(ReduceSum.Op, "pooled", [builder.Emit(Unary.Gelu, "gelu", [swish])], mean);
                var flat = builder.Emit(Reshape.Op, "flat", [pooled], none.With("shape", [1, 6]));
                return TrainedGraph.Forward(
                    builder,
                    x,
                    Layer(Dense.Op, "head", builder.Emit(Unary.Tanh, "tanh", [Layer(Dense.Op, "hidden", flat, none)]), none)
                );
            default:
                return TrainedGraph.Forward(builder, x, Layer(Dense.Op, "head", Layer(Dense.Op, "hidden", x, relu), none));
        }

        Value Layer(Op op, string name, Value from, NodeForm form) =>
            builder.Emit(op, name, [from, Constant(name + ".w"), Constant(name + ".b")], form);

        Value Constant(string name) => Value.Constant(name, Stored(c.GetProperty("parameters").GetProperty(name)));

        Graph Finish(Value map)
        {
            var shape = map.Type.Shape;
            var mean = builder.Emit(AveragePool2d.Op, "mean", [map], none.With("kernel", [shape[1], shape[2]]));
            return TrainedGraph.Forward(
                builder,
                x,
                Layer(Dense.Op, "head", builder.Emit(Reshape.Op, "flat", [mean], none.With("shape", [1, shape[3]])), none)
            );
        }
    }

    /// <summary>A tensor in the device's layout: NCHW becomes NHWC, OIHW becomes OHWI.</summary>
    private static Tensor Stored(JsonElement tensor)
    {
        int[] shape = [.. tensor.GetProperty("shape").EnumerateArray().Select(n => n.GetInt32())];
        var content = new Tensor(
            TensorType.F32(Shape.Of(shape)),
            [.. tensor.GetProperty("data").EnumerateArray().Select(v => (double)v.GetSingle())]
        );
        content = shape.Length == 4 ? content.Permute([0, 2, 3, 1]) : content;
        return content;
    }

    private static string CasesFile([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "torch", "cases.json");
}
