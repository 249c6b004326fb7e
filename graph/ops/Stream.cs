// A region: a part of the network that runs row by row. The body is a graph of the same IR; it computes the same on whole maps. The node
// says for each inner value how many rows its line buffer holds, which replaces a whole map; `RowSchedule` says in which order rows are
// made. The body reads constants as the graph around it does; parameters are operands, since their contents change outside.

using System.Collections.Immutable;

namespace TinyEngine.Ir;

/// <summary>
/// <c>y... = stream(x...) body graph</c> {lines}: the body's results for these operands, made row by row. <c>lines</c> has, for each node
/// of the body, the rows of the line buffer that holds its result: all rows for results of the region. Maps are NHWC. Masks are always
/// results of the region.
/// </summary>
public sealed class StreamOp : Op
{
    /// <summary>The attribute with the rows of each line buffer.</summary>
    public const string LinesName = "lines";

    /// <summary>The operator.</summary>
    public static readonly StreamOp Op = new();

    /// <inheritdoc/>
    public override string Name => "stream";

    /// <inheritdoc/>
    public override bool HasKernel => false;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node)
    {
        var body = Body(node);
        bool fits = body.Inputs.Length == node.Inputs.Length && body.Inputs.Zip(node.Inputs).All(p => p.First.Type.Equals(p.Second?.Type));
        return fits ? [.. body.Outputs.Select(o => o.Type)]
            : throw new DiagnosticException(Diagnostics.ShapeMismatch.At(node.Name, Name, "the operands do not match the body's inputs"));
    }

    /// <summary>The nested graph of a stream node.</summary>
    /// <exception cref="DiagnosticException">TE0202: it has no body.</exception>
    public static Graph Body(Node node) =>
        node.Body ?? throw new DiagnosticException(Diagnostics.ShapeMismatch.At(node.Name, "stream", "no body"));

    /// <summary>The nodes of a graph with those of regions in the place of regions; they read and make the values of the graph.</summary>
    public static Graph Inlined(Graph graph) =>
        graph with { Nodes = [.. graph.Nodes.SelectMany(n => n.Body is null ? [n] : Inlined(n))], Plan = null, Stage = Stage.Selected };

    private static IEnumerable<Node> Inlined(Node region)
    {
        var outside = region.Body!.Inputs.Zip(region.Inputs.Select(v => v!)).Concat(region.Body.Outputs.Zip(region.Outputs))
            .ToDictionary(p => p.First, p => p.Second);
        Value? Outside(Value? v) => v is null ? null : outside.GetValueOrDefault(v, v);
        return region.Body.Nodes.Select(n => n with
        {
            Inputs = [.. n.Inputs.Select(Outside)],
            Outputs = [.. n.Outputs.Select(v => Outside(v)!)],
            Call = n.Call is { } call ? call with { Arguments = [.. call.Arguments.Select(Outside)] } : null,
        });
    }

    /// <summary>The line buffers of a stream node.</summary>
    public static LineBuffers Lines(Node node) => LineBuffers.Of(Body(node), node.Attributes.Ints(LinesName));

    /// <inheritdoc/>
    public override KernelRequest Request(Node node) => throw new InvalidOperationException("a stream has no kernel of its own");

    /// <inheritdoc/>
    public override long Macs(Node node) => Body(node).Nodes.Sum(n => n.Op.Macs(n));

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        var body = Body(node);
        var interpreter = new Interpreter(numerics);
        for (int i = 0; i < body.Inputs.Length; i++)
        {
            interpreter[body.Inputs[i]] = operands[i]!;
        }

        interpreter.Run(body.Nodes);
        return [.. body.Outputs.Select(o => interpreter[o])];
    }
}
