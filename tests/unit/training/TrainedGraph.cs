// From a forward graph to its training step by the compiler's own passes, and one run of that step.

using System.Collections.Immutable;
using TinyEngine.Ir;
using TinyEngine.Passes;

namespace TinyEngine.Tests.Training;

/// <summary>Builds and runs training steps of test graphs.</summary>
internal static class TrainedGraph
{
    /// <summary>Plain updates: nearest rounding, quantization-aware, all factors 1.</summary>
    public static readonly UpdateRule Nearest = new("nearest", true, 1, 1, 1);

    /// <summary>A forward graph of what a builder holds, with one input and one output.</summary>
    public static Graph Forward(GraphBuilder builder, Value input, Value output) =>
        new() { Name = "test", Stage = Stage.Quantized, Inputs = [input], Nodes = [.. builder.Nodes], Outputs = [output] };

    /// <summary>The graph with loss, gradients and updates; <paramref name="trained"/> counts layers besides the head.</summary>
    public static Graph Differentiated(Graph forward, TrainScheme trained, UpdateRule? rule = null) =>
        Differentiated(forward, trained, TrainingOptions.Plain(rule ?? Nearest));

    /// <summary>The graph with this loss and optimizer.</summary>
    public static Graph Differentiated(Graph forward, TrainScheme trained, TrainingOptions training) =>
        Differentiate.Run(
            SelectTrained.Run(ReplaceHead.Run(NumberLayers.Run(forward), new HeadChoice(training.Loss.Loss)), trained),
            training
        );

    /// <summary>Runs one training step; parameters are then the updated ones.</summary>
    public static Interpreter Step(Graph graph, Tensor input, int target, double lr, Numerics numerics)
    {
        var interpreter = new Interpreter(numerics)
        {
            [graph.Inputs[0]] = input,
            [graph.TrainInputs[0]] = new Tensor(graph.TrainInputs[0].Type, [target]),
            [graph.TrainInputs[1]] = new Tensor(graph.TrainInputs[1].Type, [lr]),
        };
        return interpreter.TrainStep(graph);
    }

    /// <summary>The parameter of this name.</summary>
    public static Value Parameter(Graph graph, string name) => graph.OfKind(ValueKind.Parameter).Single(v => v.Name == name);

    /// <summary>The nodes of the backward pass and the updates.</summary>
    public static ImmutableArray<Node> Backward(Graph graph) => [.. graph.Nodes.Where(n => n.Phase == Phase.Train)];
}
