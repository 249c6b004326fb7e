// One step of a model image: a kernel call, or a region of calls for single rows.

using TinyEngine.Ir;

namespace TinyEngine.Image;

/// <summary>A step.</summary>
/// <param name="Step">Index of the node in the graph.</param>
/// <param name="Node">The node.</param>
public abstract record ImageStep(int Step, Node Node)
{
    /// <summary>The kernel calls of the step; of a region one for each node of its body, which runs once a row.</summary>
    public abstract IEnumerable<ImageCall> Calls { get; }

    /// <summary>The steps of a planned graph in the order of execution; views need none.</summary>
    /// <exception cref="InvalidOperationException">A node is no view and has no call: the graph is not planned.</exception>
    public static IEnumerable<ImageStep> Of(Graph planned) =>
        planned.Nodes
            .Select((node, step) => (Step: step, Node: node))
            .Where(p => !p.Node.Op.IsView)
            .Select(p => p.Node.Body is null
                ? (ImageStep)new ImageCall(
                    p.Step,
                    p.Node,
                    p.Node.Call ?? throw new InvalidOperationException($"{p.Node.Op.Name} '{p.Node.Name}' has no kernel call")
                )
                : ImageRegion.Of(p.Step, p.Node)
            );
}
