// Brings the nodes of a file into an order in which every node comes after those it reads from, and finds why the others
// cannot be ordered: tensors that nothing defines, and cycles. Linear in the size of the file, however its nodes stand.

using TinyEngine.Onnx.Proto;

namespace TinyEngine.Onnx;

/// <summary>Dependencies between the nodes of a graph, which are known by their index in the file.</summary>
internal sealed class NodeOrder
{
    private readonly IReadOnlyList<NodeProto> nodes;
    private readonly List<int>[] readers;
    private readonly List<int>[] operands;
    private readonly List<string>[] undefined;

    /// <summary>Looks at the nodes of a graph.</summary>
    /// <param name="nodes">The nodes in the order of the file.</param>
    /// <param name="defined">Tensors that exist without a node.</param>
    public NodeOrder(IReadOnlyList<NodeProto> nodes, IReadOnlySet<string> defined)
    {
        this.nodes = nodes;
        var makers = new Dictionary<string, int>();
        for (int i = 0; i < nodes.Count; i++)
        {
            foreach (string output in nodes[i].Output.Where(o => o.Length > 0))
            {
                makers.TryAdd(output, i);
            }
        }

        readers = [.. nodes.Select(_ => new List<int>())];
        operands =
        [
            .. nodes.Select(n =>
                n.Input.Where(o => !defined.Contains(o) && makers.ContainsKey(o)).Select(o => makers[o]).Distinct().ToList()
            ),
        ];
        undefined =
        [
            .. nodes.Select(n => n.Input.Where(o => o.Length > 0 && !defined.Contains(o) && !makers.ContainsKey(o)).Distinct().ToList()),
        ];
        for (int i = 0; i < nodes.Count; i++)
        {
            operands[i].ForEach(o => readers[o].Add(i));
        }

        Sorted = Sort();
        var placed = Sorted.ToHashSet();
        Left = [.. Enumerable.Range(0, nodes.Count).Where(i => !placed.Contains(i))];
    }

    /// <summary>
    /// Nodes that can be computed. Where the file is in order this is its order; else it is read in passes, each of which takes what its
    /// predecessors allow.
    /// </summary>
    public IReadOnlyList<int> Sorted { get; }

    /// <summary>The others.</summary>
    public IReadOnlyList<int> Left { get; }

    /// <summary>Tensors a node reads that nothing defines.</summary>
    public IReadOnlyList<string> Undefined(int node) => undefined[node];

    private List<int> Sort()
    {
        var waiting = operands.Select(o => o.Count).ToArray();
        var pass = new int[nodes.Count];
        var ready = new Queue<int>(Enumerable.Range(0, nodes.Count).Where(i => waiting[i] == 0 && undefined[i].Count == 0));
        var sorted = new List<int>();
        while (ready.TryDequeue(out int node))
        {
            sorted.Add(node);
            foreach (int reader in readers[node])
            {
                // A reader that stands before its operand in the file has to wait for the next pass.
                pass[reader] = Math.Max(pass[reader], pass[node] + (reader < node ? 1 : 0));
                if (--waiting[reader] == 0 && undefined[reader].Count == 0)
                {
                    ready.Enqueue(reader);
                }
            }
        }

        return [.. sorted.OrderBy(i => pass[i]).ThenBy(i => i)];
    }

    /// <summary>
    /// One node of each cycle, in the order of the file: the first whose other operands exist. Strongly connected components after
    /// R. Tarjan, Depth-first search and linear graph algorithms (1972), with an explicit stack, since a cycle may have any length.
    /// </summary>
    public IReadOnlyList<int> Cycles()
    {
        var left = Left.ToHashSet();
        var (index, low) = (new int[nodes.Count], new int[nodes.Count]);
        var (open, isOpen) = (new Stack<int>(), new bool[nodes.Count]);
        var found = new List<int>();
        int visited = 0;
        foreach (int root in Left.Where(i => index[i] == 0))
        {
            var path = new Stack<(int Node, int Next)>([(root, 0)]);
            while (path.TryPop(out var at))
            {
                int node = at.Node;
                if (at.Next == 0)
                {
                    index[node] = low[node] = ++visited;
                    open.Push(node);
                    isOpen[node] = true;
                }
                else if (isOpen[readers[node][at.Next - 1]])
                {
                    low[node] = Math.Min(low[node], low[readers[node][at.Next - 1]]);
                }

                int next = at.Next;
                while (next < readers[node].Count && !(left.Contains(readers[node][next]) && index[readers[node][next]] == 0))
                {
                    low[node] = isOpen[readers[node][next]] ? Math.Min(low[node], index[readers[node][next]]) : low[node];
                    next++;
                }

                if (next < readers[node].Count)
                {
                    path.Push((node, next + 1));
                    path.Push((readers[node][next], 0));
                }
                else if (low[node] == index[node])
                {
                    found.AddRange(Close(node, open, isOpen));
                }
            }
        }

        return [.. found.Order()];
    }

    /// <summary>Takes a component off the stack; gives the node to report where the component is a cycle.</summary>
    private IEnumerable<int> Close(int root, Stack<int> open, bool[] isOpen)
    {
        var component = new List<int>();
        do
        {
            component.Add(open.Pop());
            isOpen[component[^1]] = false;
        }
        while (component[^1] != root);

        bool isCycle = component.Count > 1 || operands[root].Contains(root);
        return isCycle ? component.Where(i => undefined[i].Count == 0).Order().Take(1) : [];
    }
}
