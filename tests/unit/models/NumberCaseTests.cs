// Files that once gave wrong numbers or none: the emitted C of each computes the right ones.


using TinyEngine.Compiler;
using TinyEngine.Data;
using TinyEngine.Ir;
using TinyEngine.Passes;

namespace TinyEngine.Tests.Models;

public sealed class NumberCaseTests : IDisposable
{
    private const string Needs = "cases";

    private static readonly CompileOptions Options = new() { Name = "m", Train = TrainMode.None, Io = BoundaryType.Float32 };

    private readonly HostInference host = new();

    public void Dispose() => host.Dispose();

    [SharedTheory(Needs)]
    [InlineData("c01-uint8-qdq-cnn")]
    [InlineData("c02-uint8-torch-qat")]
    [InlineData("c13-max-leaky")]
    public async Task Field_case_computes_what_is_expected(string name)
    {
        using var data = Npz.Open(Case("field", name + ".npz"));
        var (compilation, actual) = await host.RunAsync(
            File.ReadAllBytes(Case("field", name + ".onnx")),
            Options,
            data.Read("x"),
            SampleLayout.Nchw
        );
        var expected = data.Read("expected");
        Assert.Equal(expected.Count, actual.Count);
        double[] errors = [.. Enumerable.Range(0, actual.Count).Select(i => (double)Math.Abs(expected.SingleAt(i) - actual.SingleAt(i)))];
        if (compilation.Graph.Nodes.LastOrDefault(n => n.Op is Dequantize) is { } last)
        {
            Assert.All(errors, e => Assert.True(e < 0.5 * last.Input(0).Type.ScaleOf(0)));
        }
        else
        {
            Assert.All(errors, e => Assert.True(e < 1e-4));
        }
    }

    [SharedTheory(Needs)]
    [InlineData("uint8-activations-conv")]
    [InlineData("qdq-flatten-gemm-per-channel")]
    [InlineData("gemm-bias-per-row")]
    [InlineData("flatten-first-3x3x3")]
    public async Task Attack_equals_OnnxRuntime(string name)
    {
        byte[] model = File.ReadAllBytes(Case("attack", name + ".onnx"));
        using var session = OnnxRuntimeReference.Open(model);
        int[] extents = session.InputMetadata.Values.Single().Dimensions;
        float[] x = [.. Enumerable.Range(0, extents.Aggregate(1, (a, b) => a * b)).Select(i => (i * 37 % 101 / 50f) - 1)];
        var y = OnnxRuntimeReference.Run(session, x);
        // A batch is one sample of the model.
        var (_, actual) = await host.RunAsync(
            model,
            Options,
            NpyArray.Of(x, extents[0] == 1 ? extents : [1, .. extents]),
            SampleLayout.Nchw
        );
        double[] expected =
            y.Rank == 4
                ? new Tensor(TensorType.F32(Shape.Of(y.Dimensions.ToArray())), [.. y.Select(v => (double)v)])
                    .Permute(Layouts.NchwToNhwc)
                    .Data
                : [.. y.Select(v => (double)v)];
        Assert.Equal(expected.Length, actual.Count);
        Assert.All(expected, (e, i) => Assert.Equal(e, actual.SingleAt(i), 1e-5));
    }

    private static string Case(string folder, string file) => Path.Combine(SharedModels.Folder!, Needs, folder, file);
}
