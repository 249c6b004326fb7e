// The rules that keep integer accumulators within int32 and their factors within the range of kernels: at import, when weights
// train, and in the choice of operators that compute on codes.

using TinyEngine.Compiler;
using TinyEngine.Ir;
using TinyEngine.Passes;
using TinyEngine.Tests.Models;
using static TinyEngine.Tests.Training.Tensors;

namespace TinyEngine.Tests.Training;

public sealed class AccumulatorTests
{
    private const int Widest = 32896;

    [Theory]
    [InlineData(Widest, true, true)]
    [InlineData(Widest + 1, true, false)]
    [InlineData(Widest + 1, false, true)]
    public void Weights_train_where_no_update_can_make_the_accumulator_overflow(int inputs, bool weights, bool accepted)
    {
        var graph = NumberLayers.Run(Layer(inputs, 1e-6f, code: 1, bias: 7));
        var failure = Record.Exception(() =>
            SelectTrained.Run(ReplaceHead.Run(graph, new HeadChoice(SoftmaxCrossEntropy.Op)), new TrainScheme(1, weights ? 1 : 0))
        );
        Assert.Equal(accepted, failure is null);
        if (!accepted)
        {
            var diagnostic = Assert.Single(Assert.IsType<DiagnosticException>(failure).Diagnostics);
            Assert.Equal(("TE0304", "layer"), (diagnostic.Code, diagnostic.Node));
        }

        Assert.Equal(inputs <= Widest, 128L * 255 * inputs + Update.BiasLimit <= int.MaxValue);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1 << 20)]
    [InlineData(int.MaxValue)]
    public void Accumulator_that_could_overflow_is_expressed_with_a_larger_scale(int? bias)
    {
        var before = Layer(40000, 1e-6f, code: 127, bias);
        var layer = ReexpressChannels.Run(before).Nodes[0];
        double Reach(Node n) => n.Input(1).Data!.Data.Sum(Math.Abs) * n.Input(0).Type.Reach + Math.Abs(n.Optional(2)?.Data!.Data[0] ?? 0);
        Assert.True(Reach(before.Nodes[0]) >= ReexpressChannels.Limit);
        Assert.True(Reach(layer) < ReexpressChannels.Limit);
        Assert.Equal(bias is null, layer.Optional(2) is null);
        if (bias is null or < 1 << 28)
        {
            Assert.Equal(0.02 * 127, layer.Input(1).Data!.Real(0), 0.02);
        }
    }

    [Fact]
    public void Channel_whose_scale_cannot_grow_is_diagnosed() =>
        Assert.Equal(
            "TE0401",
            Assert
                .Single(Assert.Throws<DiagnosticException>(() => ReexpressChannels.Run(Layer(40000, 100, code: 127, null))).Diagnostics)
                .Code
        );

    [Theory]
    [InlineData(0f, true)]
    [InlineData(1e-45f, true)]
    [InlineData(127.99999f, true)]
    [InlineData(128f, false)]
    [InlineData(float.PositiveInfinity, false)]
    [InlineData(float.NaN, false)]
    [InlineData(-1f, false)]
    public void Factors_of_kernels_lie_below_128(float factor, bool possible) => Assert.Equal(possible, Numerics.CanScale(factor));

    [Theory]
    [InlineData("convolution", "conv2d")]
    [InlineData("dense of one scale", "dense")]
    [InlineData("transposed convolution", "conv2d_transpose")]
    [InlineData("addition", "add")]
    [InlineData("concatenation", "concat")]
    public void Operator_beyond_the_factors_of_kernels_stays_in_floating_point(string model, string op)
    {
        var options = new CompileOptions { Name = "m", Train = TrainMode.None, StopAfter = "fuse-quantized" };
        var graph = ModelCompiler.Compile(OddModels.Supported[model + " beyond the factors of kernels"]().Bytes, options).Graph;
        var node = graph.Nodes.Single(n => n.Op.Name == op);
        Assert.Equal(DType.F32, node.Output.Type.DType);
        Assert.All(
            node.Inputs.Skip(node.Op.Layer(node) is null ? node.Inputs.Length : 1),
            v => Assert.True(v is null or { IsConstant: true, Type.DType: DType.F32 })
        );
    }

    [Theory]
    [InlineData(2, 2, 1)]
    [InlineData(3, 2, 1)]
    [InlineData(3, 1, 2)]
    [InlineData(4, 6, 4)]
    [InlineData(5, 3, 2)]
    public void Fan_in_of_a_transposed_convolution_is_what_the_fullest_result_sums(int kernel, int stride, int dilation)
    {
        int extent = stride * 8 + dilation * (kernel - 1) + 1;
        var attributes = Attributes
            .Empty.With("strides", [stride, 1])
            .With("dilations", [dilation, 1])
            .With("output", [extent, 9 + kernel - 1]);
        var (x, w) = (Input("x", Real(1, 9, 9, 3)), Value.Constant("w", Ones(Real(3, kernel, kernel, 2))));
        var node = new GraphBuilder().EmitNode(Conv2dTranspose.Op, "t", [x, w, null], attributes);
        var y = node.Op.Evaluate(node, [Ones(x.Type), w.Data, null], Numerics.Double)[0];
        Assert.Equal(y.Data.Max(), node.Op.Layer(node)!.FanIn);
    }

    private static Tensor Ones(TensorType type) => new(type, [.. Enumerable.Repeat(1.0, (int)type.Count)]);

    /// <summary>An int8 layer of one channel whose weights all have the same code, and the head; the layer's factor is as given.</summary>
    private static Graph Layer(int inputs, float factor, int code, int? bias)
    {
        const float Scale = 0.02f;
        var builder = new GraphBuilder();
        var x = Input("x", Codes(0.5f, -128, 1, inputs));
        var type = Weights([Scale], 1, inputs);
        var weights = Value.Constant("w", new Tensor(type, [.. Enumerable.Repeat((double)code, inputs)]));
        var y = builder.Emit(
            Dense.Op,
            "layer",
            [x, weights, bias is { } b ? Value.Constant("b", Of(Biases([0.5f * Scale]), b)) : null],
            type: Codes(0.5f * Scale / factor, 0, 1, 1)
        );
        return TrainedGraph.Forward(builder, x, builder.Emit(Dense.Op, "head", [y, Constant("head.w", Real(3, 1), new Random(1)), null]));
    }
}
