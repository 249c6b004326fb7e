// The call of a kernel for one node. The calling convention stands here and nowhere else: the parameter struct first, then one
// argument for each parameter of the row's signature; an operand, table or result that the node leaves out is null.
// select-kernels binds calls; planner, verifier, printers and tests read them.

using System.Collections.Immutable;

namespace TinyEngine.Ir;

/// <summary>A kernel bound to the values of a node.</summary>
/// <param name="Kernel">The row of kernels.def.</param>
/// <param name="Request">The fields of the parameter struct, and the tables.</param>
/// <param name="Arguments">The values for the parameters of <see cref="KernelRow.Parameters"/>, in their order; null for NULL.</param>
public sealed record KernelCall(KernelRow Kernel, KernelRequest Request, ImmutableArray<Value?> Arguments)
{
    /// <summary>The scratch memory of the call, or null.</summary>
    public Value? Scratch => ArgumentsOf(ParameterUse.Scratch).SingleOrDefault();

    /// <summary>Index of the operand that the first result may overwrite, from the same first byte on, or -1.</summary>
    public int InPlace => (int)Expression.Evaluate(Kernel.InPlace, Request.IntegerField);

    /// <summary>Binds a row to a node.</summary>
    /// <param name="kernel">The row.</param>
    /// <param name="node">The node.</param>
    /// <param name="request">The request of the node.</param>
    /// <returns>The call, or null where the row does not take these operands, tables and results.</returns>
    public static KernelCall? Bind(KernelRow kernel, Node node, KernelRequest request)
    {
        if (kernel.Family != request.Family || kernel.Struct != request.Struct)
        {
            return null;
        }

        var (operands, tables, results) = (
            new Queue<Value?>(request.OperandsOf(node)),
            new Queue<Value?>(request.Tables),
            new Queue<Value?>(node.Outputs)
        );
        var arguments = ImmutableArray.CreateBuilder<Value?>(kernel.Parameters.Length);
        foreach (var parameter in kernel.Parameters)
        {
            if (parameter.Use == ParameterUse.Scratch)
            {
                arguments.Add(NewScratch(node, kernel.ScratchBytes(request, node.Outputs.Select(RowSchedule.RowsOf).FirstOrDefault(1))));
                continue;
            }

            var given = parameter.IsOperand ? operands : parameter.Use == ParameterUse.Table ? tables : results;
            var argument = given.TryDequeue(out var value) ? value : null;
            if (!parameter.Accepts(argument?.Type))
            {
                return null;
            }

            arguments.Add(argument);
        }

        // A kernel may lack the parameter of a table that is left out.
        return operands.Count + results.Count == 0 && tables.All(t => t is null)
            ? new KernelCall(kernel, request, arguments.MoveToImmutable())
            : null;
    }

    /// <summary>The arguments of parameters that the kernel uses in this way, without absent ones.</summary>
    public IEnumerable<Value> ArgumentsOf(ParameterUse use) =>
        Kernel.Parameters.Zip(Arguments).Where(p => p.First.Use == use).Select(p => p.Second).OfType<Value>();

    /// <summary>This call with other scratch memory.</summary>
    public KernelCall WithScratch(Value? scratch) =>
        this with { Arguments = [.. Kernel.Parameters.Zip(Arguments, (p, a) => p.Use == ParameterUse.Scratch ? scratch : a)] };

    /// <summary>Instructions of the call on a target, to the tolerance of the kernel's expression.</summary>
    public long Instructions(Target target) => Kernel.Instructions(Request, target);

    /// <summary>Instructions of calls that make one row each, all rows of the result together.</summary>
    public long InstructionsByRow(Node node, Target target)
    {
        bool window = Kernel.Rows == KernelRow.WindowRows;
        var one =
            !window ? RowCall.Of(this, 0, 1)?.Request
            : node.Op.SlidingWindow(node) is null ? null
            : Request.With("out_h", 1);
        return one is null ? Instructions(target) : RowSchedule.RowsOf(node.Output) * Kernel.Instructions(one, target);
    }

    /// <summary>This call in a region, where it makes one row of the result at a time and may need less scratch.</summary>
    public KernelCall ByRow(Node node) => Scratch is null ? this : WithScratch(NewScratch(node, Kernel.ScratchBytes(Request, 1)));

    private static Value? NewScratch(Node node, long bytes) =>
        bytes == 0 ? null : new Value(node.Name + ".scratch", new TensorType(DType.U8, Shape.Of(checked((int)bytes))), ValueKind.Result);
}
