// The line buffers of a region: one ring of rows for each node of its body whose result nobody outside reads, one after the other in the
// order of the nodes, and the scratch of the body's kernels behind them. They are one block, which lives while the region runs.

using System.Collections.Immutable;

namespace TinyEngine.Ir;

/// <summary>Where line buffers lie within the block.</summary>
/// <param name="Offsets">By node of the body: the first byte of its ring; null where the result is whole, outside the block.</param>
/// <param name="ScratchOffset">The first byte of the scratch that the kernels of the body share.</param>
/// <param name="Bytes">Bytes of the block.</param>
public sealed record LineBuffers(ImmutableArray<long?> Offsets, long ScratchOffset, long Bytes)
{
    /// <summary>The buffers of a body in which each node holds this many rows.</summary>
    public static LineBuffers Of(Graph body, IReadOnlyList<int> lines)
    {
        long end = 0;
        var offsets = ImmutableArray.CreateBuilder<long?>(body.Nodes.Length);
        foreach (var (node, rows) in body.Nodes.Zip(lines))
        {
            bool isWhole = body.Outputs.Contains(node.Output);
            offsets.Add(isWhole ? null : end);
            end += isWhole ? 0 : MemoryPlan.Align(rows * (node.Output.Type.Bytes / RowSchedule.RowsOf(node.Output)));
        }

        long scratch = body.Nodes.Max(n => n.Scratch?.Type.Bytes ?? 0);
        return new LineBuffers(offsets.MoveToImmutable(), end, end + MemoryPlan.Align(scratch));
    }

    /// <summary>The block as a value, or null if it is empty.</summary>
    public Value? Block(string region) =>
        Bytes == 0 ? null : new Value(region + ".lines", new TensorType(DType.U8, Shape.Of(checked((int)Bytes))), ValueKind.Result);
}
