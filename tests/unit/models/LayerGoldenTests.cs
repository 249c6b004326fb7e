// Every layer of every int8 model, fed with the golden's input, against ONNX Runtime's activations: in the reference and in C.


using TinyEngine.Compiler;
using TinyEngine.Data;
using TinyEngine.Ir;
using TinyEngine.Passes;

namespace TinyEngine.Tests.Models;

public sealed class LayerGoldenTests
{
    public static TheoryData<string> Models => [.. SharedModels.Int8];

    [SharedTheory]
    [MemberData(nameof(Models))]
    public void Layers_equal_OnnxRuntime(string model)
    {
        var graph = Selected(model);
        var golden = Golden(graph, model);
        using var native = new NativeKernels(graph.Nodes, integerRequantize: false);
        var reference = new Dictionary<string, (long Count, long Different, double Largest)>();
        var inC = new Dictionary<string, (long Count, long Different, double Largest)>();
        foreach (var node in graph.Nodes)
        {
            var operands = node.Inputs.Select(v => v is null ? null : v.Data ?? golden[v]).ToList();
            var expected = node.Op.Evaluate(node, operands, Numerics.For(graph.Target))[0];
            if (node.Kernel is not null)
            {
                var emitted = native.Evaluate(node, operands)[0];
                Assert.Equal(expected.Data, emitted.Data);
                Count(inC, node, emitted, golden);
            }

            Count(reference, node, expected, golden);
            golden.TryAdd(node.Output, expected);
        }

        foreach (var statistics in new[] { reference, inC })
        {
            Assert.NotEmpty(statistics);
            foreach (var (op, (count, different, largest)) in statistics)
            {
                Assert.True(largest <= 1, $"{op}: a difference of {largest}");
                bool sums = op is "conv2d" or "dense";
                Assert.True(different <= (sums ? 4e-6 : 1e-4) * count, $"{op}: {different} of {count} differ");
            }
        }
    }

    /// <summary>The model with kernels, and with all its channels.</summary>
    private static Graph Selected(string model)
    {
        var options = new CompileOptions { Name = "m", Train = TrainMode.None, StopAfter = "reexpress-channels" };
        var graph = ModelCompiler.Compile(SharedModels.Model(model), options).Graph;
        return SelectKernels.Run(Lower.Run(graph), options.Operators.Kernels);
    }

    private static void Count(
        Dictionary<string, (long, long, double)> statistics,
        Node node,
        Tensor actual,
        Dictionary<Value, Tensor> golden
    )
    {
        if (golden.TryGetValue(node.Output, out var expected))
        {
            var differences = actual.Data.Zip(expected.Data, (a, b) => Math.Abs(a - b)).ToList();
            var (count, different, largest) = statistics.GetValueOrDefault(node.Op.Name);
            statistics[node.Op.Name] = (
                count + differences.Count,
                different + differences.Count(d => d != 0),
                Math.Max(largest, differences.Max())
            );
        }
    }

    /// <summary>The golden activations, NHWC, by the value of the same name; the first of the file is the input.</summary>
    private static Dictionary<Value, Tensor> Golden(Graph graph, string model)
    {
        using var npz = Npz.Open(SharedModels.Golden(model + "-layers"));
        var byName = graph.Nodes.Select(n => n.Output).ToDictionary(v => v.Name);
        var golden = new Dictionary<Value, Tensor>();
        foreach (var name in npz.Names)
        {
            var value = golden.Count == 0 ? graph.Inputs[0] : byName.GetValueOrDefault(name);
            if (value is not null)
            {
                var array = npz.Read(name);
                var codes = new Tensor(value.Type with { Shape = Shape.Of(array.Shape) }, [.. array.Data.Select(b => (double)(sbyte)b)]);
                golden[value] = (array.Shape.Count == 4 ? codes.Permute(Layouts.NchwToNhwc) : codes).As(value.Type);
            }
        }

        return golden;
    }
}
