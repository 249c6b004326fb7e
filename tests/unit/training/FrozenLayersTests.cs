// Layers that a scheme does not train cannot change: their parameters are constants of the graph and const arrays in the emitted C, and
// nothing of the training step computes a gradient for them.

using TinyEngine.Compiler;
using TinyEngine.Ir;

namespace TinyEngine.Tests.Training;

public sealed class FrozenLayersTests
{
    [SharedTheory]
    [InlineData("dscnn-kws-int8-qdq", "head", 0)]
    [InlineData("dscnn-kws-int8-qdq", "last:2", 2)]
    [InlineData("dscnn-kws-fp32", "last:3", 3)]
    [InlineData("mcunet-5fps-int8-qdq", "last:4", 4)]
    public void Frozen_parameters_are_const_and_without_gradient(string model, string mode, int trained)
    {
        var compilation = ModelCompiler.Compile(
            SharedModels.Model(model),
            new CompileOptions
            {
                Name = "m",
                Train = TrainMode.Parse(mode),
                Classes = 10,
                SramBudget = 1 << 21,
            }
        );
        var graph = compilation.Graph;
        var layers = graph.Nodes.Where(n => n.Layer is not null).OrderBy(n => n.Layer).ToList();
        var frozen = layers.SkipLast(trained).SelectMany(n => n.Inputs.Skip(1).OfType<Value>()).ToHashSet();
        var learning = layers.TakeLast(trained).SelectMany(n => n.Inputs.Skip(1).OfType<Value>()).ToList();

        Assert.NotEmpty(frozen);
        Assert.All(frozen, v => Assert.Equal(ValueKind.Constant, v.Kind));
        Assert.All(learning, v => Assert.Equal(ValueKind.Parameter, v.Kind));
        // Backward ends at the lowest trained layer: no step of training even reads a frozen parameter.
        Assert.DoesNotContain(graph.Nodes, n => n.Phase == Phase.Train && n.Reads.Any(frozen.Contains));
        Assert.All(graph.Nodes.Where(n => n.Op.Mutates >= 0), n => Assert.DoesNotContain(n.Input(n.Op.Mutates), frozen));

        string weights = compilation.Files.Single(f => f.Path == "m_weights.c").Content;
        var arrays = weights.Split('\n').Where(l => l.EndsWith("= {", StringComparison.Ordinal)).ToList();
        // A layer may have all its constants in one packed array.
        Assert.True(arrays.Count >= layers.Count - trained);
        Assert.All(arrays, l => Assert.StartsWith("const ", l));
        Assert.DoesNotContain(
            "\nstatic ",
            string.Concat(compilation.Files.Where(f => f.Path == "m.c").Select(f => f.Content))
                .Replace("\nstatic void", "")
                .Replace("\nstatic inline", "")
                .Replace("\nstatic const", "")
        );
    }
}
