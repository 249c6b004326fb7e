// How far a result may grow over an operand that dies in the same step, by the order in which the kernel writes (column `writes` of
// kernels.def) and by what the operator reads for a part of its result; of a region by the order in which it makes rows.

using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>Results that grow over operands.</summary>
public static class Growth
{
    /// <summary>
    /// The pairs of an operand and a result that may grow over it, with the bytes by which the result must start before the operand, so
    /// that nothing is overwritten that is still to be read; not aligned, and less than 0 where the result may lie anywhere.
    /// </summary>
    public static IEnumerable<(Value Operand, Value Result, long Lead)> Leads(Node node)
    {
        if (node.Kernel?.Writes == ResultOrder.Pixels && node.Op.SlidingWindow(node) is { } windows)
        {
            long operand = windows.InC * (long)node.Input(0).Type.DType.ElementBytes();
            yield return (node.Input(0), node.Output, windows.Lead(operand, windows.OutC * (long)node.Output.Type.DType.ElementBytes()));
        }
        else if (node.Kernel?.Writes == ResultOrder.Rows)
        {
            yield return (node.Input(0), node.Output, RowLead(node));
        }
        else if (node.Kernel?.Writes == ResultOrder.Anywhere)
        {
            yield return (node.Input(0), node.Output, -MemoryPlan.Align(node.Input(0).Type.Bytes));
        }

        if (node.Body is not { } body)
        {
            yield break;
        }

        var schedule = RowSchedule.Of(body)!;
        foreach (var (operand, inside) in node.Inputs.Zip(body.Inputs))
        {
            foreach (var (result, made) in node.Outputs.Zip(body.Outputs).Where(p => p.First.Type.DType != DType.Bit))
            {
                yield return (operand!, result, schedule.Lead(inside, made));
            }
        }
    }

    /// <summary>
    /// From the last row to the first: when a row is stored, what later ones read must lie behind it, and what its last block reads behind
    /// its other blocks.
    /// </summary>
    private static long RowLead(Node node)
    {
        var (operand, result) = (node.Input(0).Type, node.Output.Type);
        int operandRows = RowCall.RowsOf(operand.Shape), resultRows = RowCall.RowsOf(result.Shape), needed = operandRows;
        long operandRow = operand.Bytes / operandRows, resultRow = result.Bytes / resultRows, lead = 0;
        long lastBlock = result.Block is { } block ? result.DType.Bytes(block + 1) : resultRow;
        // Once no row is needed, all of the operand is free.
        for (int row = resultRows - 1; row >= 0; row--)
        {
            KeepNeeded((row + 1) * resultRow);
            var (first, end) = node.Op.RowsRead(node, row);
            needed = first < end ? Math.Min(needed, first) : needed;
            KeepNeeded((row + 1) * resultRow - lastBlock);
        }

        return lead;

        void KeepNeeded(long written) => lead = needed < operandRows ? Math.Max(lead, written - needed * operandRow) : lead;
    }
}
