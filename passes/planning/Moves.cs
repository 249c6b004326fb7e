// Where moves may stand: right before a node whose result grows over its operand. Every such result lies a lead below its operand, so a
// chain of them drifts down through the arena; a moved operand begins a new chain at any place. Decides nothing about how many are worth
// their instructions.

using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>The moves that a scheduled graph can take.</summary>
internal sealed class Moves
{
    private readonly Graph graph;
    private readonly SortedDictionary<int, Node> moves = [];

    /// <summary>Finds the operands that results grow over and that a kernel can move.</summary>
    public Moves(Graph graph, Lifetimes lifetimes, KernelTable kernels)
    {
        this.graph = graph;
        foreach (var overlap in lifetimes.Overlaps)
        {
            int step = overlap.Result.First;
            var operand = graph.Nodes[step].Inputs.OfType<Value>().First(v => overlap.Operand.Members.Any(m => m.Value == v));
            var move = new Node
            {
                Op = Move.Op,
                Name = operand.Name + ".moved",
                Inputs = [operand],
                Outputs = [new Value(operand.Name + ".moved", operand.Type, ValueKind.Result)],
                Phase = graph.Nodes[step].Phase,
            };
            if (kernels.Choose(move, move.Op.Request(move), graph.Target) is { } call)
            {
                moves.Add(step, move with { Call = call });
            }
        }
    }

    /// <summary>Indices of the nodes before which a move may stand, in order.</summary>
    public IReadOnlyCollection<int> Steps => moves.Keys;

    /// <summary>The graph with moves before these nodes.</summary>
    public Graph Insert(IReadOnlyCollection<int> steps)
    {
        var nodes = new List<Node>();
        for (int step = 0; step < graph.Nodes.Length; step++)
        {
            var node = graph.Nodes[step];
            if (steps.Contains(step))
            {
                var (from, to) = (moves[step].Input(0), moves[step].Output);
                Value? Moved(Value? v) => v == from ? to : v;
                nodes.Add(moves[step]);
                node = node with
                {
                    Inputs = [.. node.Inputs.Select(Moved)],
                    Call = node.Call is { } call ? call with { Arguments = [.. call.Arguments.Select(Moved)] } : null,
                };
            }

            nodes.Add(node);
        }

        return graph with { Nodes = [.. nodes] };
    }
}
