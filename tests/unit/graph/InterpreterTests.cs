// The slow truth against ONNX Runtime's results, and a region against its body.


using TinyEngine.Compiler;
using TinyEngine.Data;
using TinyEngine.Ir;

namespace TinyEngine.Tests.Graphs;

public sealed class InterpreterTests
{
    [SharedTheory]
    [InlineData("dscnn-kws-fp32", "import")]
    [InlineData("dscnn-kws-fp32", "plan-memory")]
    [InlineData("dscnn-kws-bn-fp32", "import")]
    [InlineData("dscnn-kws-bn-fp32", "fuse-clamps")]
    [InlineData("autoencoder-ad-fp32", "plan-memory")]
    public void Inference_equals_OnnxRuntime(string model, string stage)
    {
        Graph? graph = null;
        ModelCompiler.Compile(
            SharedModels.Model(model),
            new CompileOptions
            {
                Name = "m",
                Train = TrainMode.None,
                SramBudget = 1 << 22,
                FlashBudget = 1 << 22,
                StopAfter = stage == "plan-memory" ? null : stage,
                AfterPass = (pass, g) => graph = pass == stage ? g : graph,
            }
        );
        var (x, y) = (graph!.Inputs[0], graph.Outputs[0]);
        using var golden = Npz.Open(SharedModels.Golden(model));
        var (inputs, outputs) = (golden.Read("x"), golden.Read("y"));
        double largest = 0, scale = 1;
        for (int sample = 0; sample < 2; sample++)
        {
            var interpreter = new Interpreter(Numerics.For(graph.Target)) { [x] = Sample(inputs, sample, x.Type) };
            var result = interpreter.Infer(graph)[y];
            for (int i = 0; i < result.Data.Length; i++)
            {
                double expected = outputs.SingleAt((sample * result.Data.Length) + i);
                (largest, scale) = (Math.Max(largest, Math.Abs(result.Data[i] - expected)), Math.Max(scale, Math.Abs(expected)));
            }
        }

        Assert.True(largest <= 1e-4 * scale, $"a difference of {largest} where outputs reach {scale}");
    }

    [Fact]
    public void Region_equals_its_body()
    {
        var (stream, body) = (StreamGraph.Build(), StreamGraph.Body());
        var x = new Tensor(body.Inputs[0].Type, [.. Enumerable.Range(0, 96).Select(i => Math.Sin(i))]);
        var whole = new Interpreter(Numerics.Double) { [body.Inputs[0]] = x }.Infer(body)[body.Outputs[0]];
        var region = new Interpreter(Numerics.Double) { [stream.Inputs[0]] = x }.Infer(stream)[stream.Outputs[0]];
        Assert.Equal(whole.Data, region.Data);
        Assert.True(whole.Data.Distinct().Count() > 10);
    }

    [Fact]
    public void Values_without_content_are_refused()
    {
        var body = StreamGraph.Body();
        Assert.Throws<InvalidOperationException>(() => new Interpreter(Numerics.Double).Infer(body));
    }

    /// <summary>One NCHW sample in the layout of the graph's input.</summary>
    private static Tensor Sample(NpyArray inputs, int sample, TensorType type)
    {
        int count = (int)type.Count;
        double[] data = [.. Enumerable.Range(sample * count, count).Select(i => (double)inputs.SingleAt(i))];
        var nchw = new Tensor(TensorType.F32(Shape.Of([1, .. inputs.Shape.Skip(1)])), data);
        return nchw.Type.Shape.Equals(type.Shape) ? nchw : nchw.Permute(Layouts.NchwToNhwc).As(type);
    }
}
