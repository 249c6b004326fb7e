// Consecutive nodes as one region: which nodes can be part of one, what memory a region needs, and the stream node that takes their place.

using System.Collections.Immutable;
using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>Nodes of a graph that can run row by row together.</summary>
/// <param name="First">Index of the first node.</param>
/// <param name="Last">Index of the last node, whose rows are pulled.</param>
/// <param name="Results">What the region hands out: results that others read, and all masks; the pulled one is first.</param>
/// <param name="Rows">The order of rows.</param>
/// <param name="Lines">The line buffers.</param>
internal sealed record Region(int First, int Last, ImmutableArray<Value> Results, RowSchedule Rows, LineBuffers Lines)
{
    /// <summary>The region of these nodes, each of which <see cref="Streams"/>; null if their rows have no order.</summary>
    /// <param name="graph">A graph in the scheduled stage.</param>
    /// <param name="first">Index of the first node.</param>
    /// <param name="last">Index of the last node.</param>
    /// <param name="lastReader">For each value the index of the last node that reads it, or that must find it intact.</param>
    public static Region? Of(Graph graph, int first, int last, Func<Value, int> lastReader)
    {
        var nodes = graph.Nodes[first..(last + 1)];
        var read = nodes.SelectMany(n => n.Reads).ToHashSet();
        var results = nodes
            .Reverse()
            .SelectMany(n => n.Outputs.Where((v, i) => i > 0 || lastReader(v) > last || !read.Contains(v)))
            .ToImmutableArray();
        if (!results.Contains(nodes[^1].Output) || nodes.Any(n => n.Mask is { } mask && read.Contains(mask)))
        {
            return null;
        }

        var body = Plain(graph, nodes, results);
        return RowSchedule.Of(body) is { } rows ? new Region(first, last, results, rows, LineBuffers.Of(body, rows.Rings)) : null;
    }

    /// <summary>
    /// True where the calls of a node can be cut into rows, each of which begins at the same distance from the one before.
    /// </summary>
    public static bool Streams(Node node)
    {
        if (
            node is not { Phase: Phase.Forward, Op: { Mutates: < 0, IsView: false }, Body: null }
            || node.Outputs.Any(v => v.Type.Shape.Rank != 4 || v.Type.Shape[0] != 1)
            || node.Inputs.OfType<Value>().Any(v => IsMap(v) && RowSchedule.FindWindow(node, v) is null)
        )
        {
            return false;
        }

        bool hasWindow = node.Op.SlidingWindow(node) is not null;
        return node.Call is not { } call ? !node.Op.HasKernel
            : call.Kernel.Rows == KernelRow.WindowRows ? hasWindow
            : call.Kernel.Rows != KernelRow.NoRows && !hasWindow && MovesByRows(node, call);
    }

    /// <summary>The graph with a stream node in the place of these nodes.</summary>
    public Node Form(Graph graph)
    {
        var plain = Plain(graph, graph.Nodes[First..(Last + 1)], Results);
        var nodes = plain.Nodes;
        var made = nodes.SelectMany(n => n.Writes).ToHashSet();
        Value[] operands = [.. nodes.SelectMany(n => n.Reads).Where(v => !v.IsConstant && !made.Contains(v)).Distinct()];
        var inside = operands.ToDictionary(v => v, v => new Value(v.Name, v.Type, ValueKind.Input));
        foreach (var result in nodes.SelectMany(n => n.Outputs))
        {
            inside.Add(result, new Value(result.Name, result.Type, ValueKind.Result));
        }

        Value? Inside(Value? v) => v is null ? null : inside.GetValueOrDefault(v, v);
        var body = plain with
        {
            Inputs = [.. operands.Select(v => inside[v])],
            Outputs = [.. Results.Select(v => inside[v])],
            Nodes =
            [
                .. nodes.Select(n =>
                    n with
                    {
                        Inputs = [.. n.Inputs.Select(Inside)],
                        Outputs = [.. n.Outputs.Select(v => inside[v])],
                        Call = n.Call is { } call ? call with { Arguments = [.. call.Arguments.Select(Inside)] } : null,
                    }
                ),
            ],
        };
        string name = $"{nodes[0].Name}..{nodes[^1].Name}";
        return new Node
        {
            Op = StreamOp.Op,
            Name = name,
            Inputs = [.. operands],
            Outputs = Results,
            Attributes = Attributes.Empty.With(StreamOp.LinesName, Rows.Rings),
            Body = body,
            Lines = Lines.Block(name),
        };
    }

    private static Graph Plain(Graph graph, ImmutableArray<Node> nodes, ImmutableArray<Value> results) =>
        new()
        {
            Name = graph.Name,
            Stage = Stage.Selected,
            Target = graph.Target,
            Inputs = [],
            Nodes = [.. nodes.Select(n => n with { Call = n.Call?.ByRow(n) })],
            Outputs = results,
        };

    private static bool IsMap(Value value) => value.Kind is ValueKind.Result or ValueKind.Input;

    /// <summary>True where row r of an elementwise kernel is a call of the same fields whose maps begin r rows further on.</summary>
    private static bool MovesByRows(Node node, KernelCall call)
    {
        int rows = RowSchedule.RowsOf(node.Output);
        KernelRequest? fields = null;
        for (int row = 0; row < rows; row++)
        {
            if (RowCall.Of(call, row, row + 1) is not { } cut)
            {
                return false;
            }

            fields ??= cut.Request;
            bool moves = call.Arguments.Zip(cut.Offsets).All(p => p.Second == row * (p.First is null ? 0 : RowBytes(p.First)));
            if (!moves || !cut.Request.Fields.SequenceEqual(fields.Fields))
            {
                return false;
            }
        }

        return true;

        long RowBytes(Value v) =>
            !IsMap(v) || v == call.Scratch || RowSchedule.RowsOf(v) != rows ? 0 : v.Type.DType.Bytes(v.Type.Count / rows);
    }
}
