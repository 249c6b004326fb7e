// How many bytes of each value the kernels read and write. A node that multiplies reads its first two operands once for each
// multiplication, any other operand once, and writes its results once. Scratch is written once, and read a byte for each multiplication.
// Line buffers have the traffic of the maps that they hold rows of. It is an estimate without caches or registers: it ranks values, and
// tells what an external memory would have to carry.

using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>The traffic of the values of a graph.</summary>
public static class MemoryTraffic
{
    /// <summary>Bytes by value in one run of all phases but one; views count for the value that they show.</summary>
    /// <param name="graph">A graph with kernels.</param>
    /// <param name="skipped">The phase that does not run; null where all do.</param>
    public static IReadOnlyDictionary<Value, long> Of(Graph graph, Phase? skipped)
    {
        var traffic = new Dictionary<Value, long>();
        var roots = graph.ViewRoots();
        foreach (var node in graph.Nodes.Where(n => n.Phase != skipped))
        {
            Add(node, v => Lifetimes.Root(v, roots), traffic);
        }

        return traffic;
    }

    private static void Add(Node node, Func<Value, Value> place, Dictionary<Value, long> traffic)
    {
        if (node.Body is { } body)
        {
            var outside = node.Inputs.Select(v => v!).Zip(body.Inputs).Concat(node.Outputs.Zip(body.Outputs)).ToLookup(p => p.Second);
            var roots = body.ViewRoots();
            Value Outside(Value v) =>
                Lifetimes.Root(v, roots) is var root && outside[root].Select(p => p.First).FirstOrDefault() is { } known ? place(known)
                : v.IsConstant ? v
                : node.Lines ?? v;
            foreach (var inner in body.Nodes)
            {
                Add(inner, Outside, traffic);
            }

            return;
        }

        if (node.Op.IsView)
        {
            return;
        }

        long products = node.Op.Macs(node);
        for (int i = 0; i < node.Inputs.Length; i++)
        {
            if (node.Optional(i) is { } operand)
            {
                Count(operand, Math.Max(operand.Type.Bytes, i < 2 ? products * operand.Type.Bytes / Math.Max(1, operand.Type.Count) : 0));
            }
        }

        foreach (var written in node.Writes)
        {
            Count(written, written.Type.Bytes + (written == node.Scratch ? products : 0));
        }

        void Count(Value value, long bytes) => traffic[place(value)] = traffic.GetValueOrDefault(place(value)) + bytes;
    }
}
