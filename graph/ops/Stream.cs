// A region: a part of the network that runs row by row. The body is a graph of the same IR; what it computes is what the
// body computes on whole maps, and the node says how: the number of result rows made at a time, and for each inner value the rows
// of its line buffer, which replaces a whole map. Printer, parser, verifier and interpreter know it; no pass makes one yet.

using System.Collections.Immutable;

namespace TinyEngine.Ir;

/// <summary>
/// <c>y... = stream(x...) body graph</c> {rows, lines}: the body's results for these operands, <c>rows</c> result rows at a time;
/// <c>lines</c> has, per node of the body, the rows of the line buffer that holds its result. Maps are NHWC.
/// </summary>
public sealed class StreamOp : Op
{
    /// <summary>The operator.</summary>
    public static readonly StreamOp Op = new();

    /// <inheritdoc/>
    public override string Name => "stream";

    /// <inheritdoc/>
    public override Stage LastStage => Stage.Trained;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node)
    {
        var body = Body(node);
        bool fits = body.Inputs.Length == node.Inputs.Length && body.Inputs.Zip(node.Inputs).All(p => p.First.Type.Equals(p.Second?.Type));
        return fits ? [.. body.Outputs.Select(o => o.Type)]
            : throw new DiagnosticException(Diagnostics.ShapeMismatch.At(node.Name, Name, "the operands are not what the body takes"));
    }

    /// <summary>
    /// Rows of each inner value (by node of the body) that are needed at once for <paramref name="rows"/> result rows: as many
    /// as the largest window of a reader spans, but never more than the map has.
    /// </summary>
    /// <exception cref="DiagnosticException">TE0202: an operator of the body does not walk over its operand row by row.</exception>
    public static ImmutableArray<int> RowsNeeded(Graph body, int rows)
    {
        var needed = body.Nodes.SelectMany(n => n.Outputs).ToDictionary(v => v, _ => 1);
        foreach (var output in body.Outputs)
        {
            needed[output] = Math.Min(rows, RowsOf(output));
        }

        foreach (var node in body.Nodes.Reverse())
        {
            int made = needed[node.Output];
            foreach (var input in node.Inputs.OfType<Value>().Where(needed.ContainsKey))
            {
                int span = node.Op.SlidingWindow(node) is { } g ? (made - 1) * g.StrideH + (g.KernelH - 1) * g.DilationH + 1
                    : input.Type.Shape.Equals(node.Output.Type.Shape) ? made
                    : throw new DiagnosticException(
                        Diagnostics.ShapeMismatch.At(node.Name, "stream", $"{node.Op.Name} does not run row by row")
                    );
                needed[input] = Math.Max(needed[input], Math.Min(span, RowsOf(input)));
            }
        }

        return [.. body.Nodes.Select(n => needed[n.Output])];
    }

    /// <summary>The nested graph of a stream node.</summary>
    /// <exception cref="DiagnosticException">TE0202: it has none.</exception>
    public static Graph Body(Node node) =>
        node.Body ?? throw new DiagnosticException(Diagnostics.ShapeMismatch.At(node.Name, "stream", "no body"));

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

    private static int RowsOf(Value map) => map.Type.Shape.Rank == 4 ? map.Type.Shape[1] : 1;
}
