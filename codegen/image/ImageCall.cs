// One kernel call of a model image.

using TinyEngine.Ir;

namespace TinyEngine.Image;

/// <summary>A node that runs a kernel.</summary>
/// <param name="Step">Index of the node in the graph.</param>
/// <param name="Node">The node.</param>
/// <param name="Call">The kernel, its parameters, and its arguments in order.</param>
public sealed record ImageCall(int Step, Node Node, KernelCall Call)
{
    /// <summary>A name for the parameters of this call, which no other call of the model has.</summary>
    public string ParametersName => $"{Node.Op.Name}_{Step}";

    /// <summary>Every value that the call reads or writes, scratch included.</summary>
    public IEnumerable<Value> Values => Call.Arguments.OfType<Value>();

    /// <summary>The calls of a planned graph in the order of execution; views need none.</summary>
    /// <exception cref="InvalidOperationException">A node is no view and has no call: the graph is not planned.</exception>
    public static IEnumerable<ImageCall> Of(Graph planned) =>
        planned.Nodes
            .Select((node, step) => (Step: step, Node: node))
            .Where(p => !p.Node.Op.IsView)
            .Select(p => new ImageCall(
                p.Step,
                p.Node,
                p.Node.Call ?? throw new InvalidOperationException($"{p.Node.Op.Name} '{p.Node.Name}' has no kernel call")
            ));
}
