// Makes masks from saved results. Where the result of a node waits for the backward phase anyway, its mask need not wait beside it: the
// ends of a range are outside, so the result says which elements lie between them (mask_of). Its bits are made right before they are read.
// Results that nobody else reads later stay out: a code is eight bits of a mask. Invariant: no step has more bytes alive than before.

using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>Masks that follow from results.</summary>
public static class DeriveMasks
{
    /// <summary>Runs on a scheduled graph, whose stage stays.</summary>
    public static Graph Run(Graph graph, KernelTable kernels)
    {
        foreach (var node in graph.Nodes.Where(n => n is { Phase: Phase.Forward, Mask: not null, Call: not null }))
        {
            graph = Derived(graph, node, kernels) ?? graph;
        }

        return graph;
    }

    /// <summary>The graph in which the mask of a node follows from its result, if that saves memory; else null.</summary>
    private static Graph? Derived(Graph graph, Node node, KernelTable kernels)
    {
        var (result, mask) = (node.Output, node.Mask!);
        var roots = graph.ViewRoots();
        int made = graph.Nodes.IndexOf(node),
            read = graph.Nodes.ToList().FindIndex(n => n.Reads.Contains(mask));
        bool isKept = graph.Nodes.Any(n => n.Phase == Phase.Train && n.Reads.Any(v => Lifetimes.Root(v, roots) == result));
        if (!isKept || read < 0 || graph.Nodes[read].Phase != Phase.Train || graph.TrainOutputs.Contains(mask))
        {
            return null;
        }

        var derive = new Node
        {
            Op = MaskOf.Op,
            Name = node.Name + ".mask",
            Inputs = [result],
            Outputs = [mask],
            Phase = Phase.Train,
            Clamp = node.Clamp,
        };
        var unmasked = node with { Outputs = [result], KeepsMask = false, Call = null };
        if (
            kernels.Choose(derive, derive.Op.Request(derive), graph.Target) is not { } call
            || KernelCall.Bind(node.Kernel!, unmasked, node.Call!.Request) is not { } forward
        )
        {
            return null;
        }

        var nodes = graph.Nodes.SetItem(made, unmasked with { Call = forward }).Insert(read, derive with { Call = call });
        var derived = graph with { Nodes = nodes };
        return Peak(derived, made, read + 1) <= Peak(graph, made, read) ? derived : null;
    }

    private static long Peak(Graph graph, int first, int last) => Lifetimes.Of(graph).Live.Skip(first).Take(last - first + 1).Max();
}
