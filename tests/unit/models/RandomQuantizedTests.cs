// Random QDQ models of a quantizer, 20 of each of eight kinds: all compile, and every code equals ONNX Runtime's.

using TinyEngine.Compiler;
using TinyEngine.Ir;
using TinyEngine.Passes;

namespace TinyEngine.Tests.Models;

public sealed class RandomQuantizedTests
{
    private const int Models = 20;

    private static readonly CompileOptions Options = new()
    {
        Name = "m",
        Train = TrainMode.None,
        Io = BoundaryType.Float32,
        // Nodes are looked at one by one.
        PatchLayers = 0,
        SramBudget = 1 << 20,
        FlashBudget = 1 << 22,
    };

    /// <summary>Models of each kind that the C kernels compute too.</summary>
    private static readonly int Emitted = Environment.GetEnvironmentVariable("TINYENGINE_FULL") == "1" ? Models : 2;

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(false, false, true)]
    [InlineData(false, true, false)]
    [InlineData(false, true, true)]
    [InlineData(true, false, false)]
    [InlineData(true, false, true)]
    [InlineData(true, true, false)]
    [InlineData(true, true, true)]
    public void Codes_equal_OnnxRuntime(bool unsignedActivations, bool unsignedWeights, bool perChannel)
    {
        var faults = new List<string>();
        var runs = new List<(Graph Graph, Interpreter Values)>();
        for (int seed = 0; seed < Models; seed++)
        {
            var choice = new QuantizerChoice(unsignedActivations, unsignedWeights, perChannel)
            {
                Symmetric = seed % 2 == 0,
                RealBiases = seed % 5 == 4,
            };
            try
            {
                runs.Add(Run(seed, choice, faults));
            }
            catch (Exception e)
            {
                faults.Add($"{seed}: {e.GetType().Name} {e.Message}");
            }
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
        var graphs = runs.Take(Emitted).ToList();
        using var native = new NativeKernels([.. graphs.SelectMany(r => r.Graph.Nodes)], integerRequantize: false);
        int index = 0;
        foreach (var (node, values) in graphs.SelectMany(r => r.Graph.Nodes.Select(n => (n, r.Values))))
        {
            if (node.Kernel is not null)
            {
                Assert.Equal(
                    values[node.Output].Data,
                    native.Evaluate(index, [.. node.Inputs.Select(v => v is null ? null : values[v])])[0].Data
                );
            }

            index++;
        }
    }

    private static (Graph, Interpreter) Run(int seed, QuantizerChoice choice, List<string> faults)
    {
        var network = new RandomNetwork(seed);
        byte[] bytes = network.Quantized(choice).Bytes;
        float[] x = network.Sample(seed);
        using var session = OnnxRuntimeReference.Open(bytes);
        var expected = OnnxRuntimeReference.Run(session, x);
        var graph = ModelCompiler.Compile(bytes, Options).Graph;
        int[] file = session.InputMetadata.Values.Single().Dimensions;
        var interpreter = new Interpreter(Numerics.For(graph.Target));
        interpreter[graph.Inputs[0]] = Laid(file, [.. x.Select(v => (double)v)], graph.Inputs[0].Type.Shape);
        interpreter.Infer(graph);
        var actual = interpreter[graph.Outputs[0]];
        float scale = graph.Nodes.Last(n => n.Op is Dequantize).Input(0).Type.ScaleOf(0);
        double[] codes = Laid(expected.Dimensions.ToArray(), [.. expected.Select(v => (double)v)], actual.Type.Shape).Data;
        int different = codes.Zip(actual.Data).Count(p => Math.Round(p.First / scale) != Math.Round(p.Second / scale));
        if (different > 0)
        {
            faults.Add($"{seed}: {different} of {codes.Length} codes differ");
        }

        // Weights around 0 compute on codes.
        if (!choice.UnsignedWeights || choice.Symmetric)
        {
            faults.AddRange(
                graph
                    .Nodes.Where(n => n.Op.Layer(n) is not null && !n.Output.Type.IsQuantized)
                    .Select(n => $"{seed}: {n.Op.Name} '{n.Name}' is in floating point")
            );
        }

        return (graph, interpreter);
    }

    private static Tensor Laid(int[] file, double[] values, Shape shape)
    {
        var content = new Tensor(TensorType.F32(Shape.Of(file)), values);
        return content.Type.Shape.Equals(shape) ? content : content.Permute(Layouts.NchwToNhwc).As(TensorType.F32(shape));
    }
}
