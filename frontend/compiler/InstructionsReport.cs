// Instructions that a planned graph takes, by the cost expressions of its kernels: what a user knows of the speed before a board runs it.

using TinyEngine.Ir;

namespace TinyEngine.Compiler;

/// <summary>Instructions of one inference and of one training step, absent where the model does not train.</summary>
/// <param name="Inference">Of one inference.</param>
/// <param name="TrainStep">Of one training step.</param>
/// <param name="Source"><c>predicted</c>: the sum of the cost expressions of kernels.def; the code around the calls is not in it.</param>
public sealed record InstructionsReport(long Inference, long? TrainStep, string Source)
{
    /// <summary>The report of a planned graph.</summary>
    public static InstructionsReport Of(Graph graph)
    {
        long Sum(Phase other) => graph.Nodes.Where(n => n.Phase == Phase.Forward || n.Phase == other).Sum(n => OfNode(n, graph.Target));
        return new(Sum(Phase.Predict), graph.Trains ? Sum(Phase.Train) : null, "predicted");
    }

    /// <summary>Instructions of the calls of a node; a region makes the rows of its nodes one by one.</summary>
    public static long OfNode(Node node, Target target) =>
        node.Body?.Nodes.Sum(n => n.Call?.InstructionsByRow(n, target) ?? 0) ?? node.Call?.Instructions(target) ?? 0;
}
