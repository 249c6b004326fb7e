// Runs single nodes on the C kernels: one function for each node, which holds its parameter struct and calls its kernel, in a
// sanitized program. So a layer can be fed any operands, in the C that would be emitted.

using System.Globalization;
using TinyEngine.Codegen.C;
using TinyEngine.Ir;

namespace TinyEngine.Tests;

/// <summary>A program of the kernels of some nodes.</summary>
internal sealed class NativeKernels : IDisposable
{
    private readonly IReadOnlyList<Node> nodes;
    private readonly NativeProgram program;

    /// <summary>Compiles the kernels of these nodes, which are at least at the selected stage.</summary>
    public NativeKernels(IReadOnlyList<Node> nodes, bool integerRequantize)
    {
        this.nodes = nodes;
        program = new([.. nodes.Select(Function)], nodes.Select(n => n.Kernel).OfType<KernelRow>().Select(k => k.Symbol), integerRequantize);
    }

    /// <summary>The rows of kernels.def.</summary>
    public static KernelTable Table { get; } = KernelTable.Parse(RuntimeSources.Embedded.Read("kernels.def"));

    /// <summary>The node with the kernel that the host would get.</summary>
    public static Node Selected(Node node)
    {
        var request = node.Op.Request(node);
        var row = Table.Choose(request, Target.Find("host")!) ?? throw new InvalidOperationException($"no kernel for {request.Family} {request.DType}");
        return node with { Kernel = row, Tables = request.Tables };
    }

    /// <summary>The results of a node for these operands.</summary>
    public Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands) => Evaluate(nodes.ToList().IndexOf(node), operands);

    /// <summary>The results of the node at an index for these operands.</summary>
    public Tensor[] Evaluate(int index, IReadOnlyList<Tensor?> operands) => Run(index, operands).Results;

    /// <summary>Runs the node at an index: its operands as they are afterwards, and its results.</summary>
    public (byte[]?[] Operands, Tensor[] Results) Run(int index, IReadOnlyList<Tensor?> operands)
    {
        var node = nodes[index];
        string symbol = node.Kernel!.Symbol;
        // What the kernel takes beyond what the node has are optional operands that are left out at its end.
        List<byte[]?> after = [.. node.Tables.Select(t => t.Data!.ToBytes()), .. node.Outputs.Select(v => Garbage(v.Type.Bytes))];
        if (node.Op.AcceptsClamp && node.Outputs.Length == 1)
        {
            after.Add(null);
        }

        if (KernelTable.ScratchBytes(node.Kernel, node.Op.Request(node)) is > 0 and var scratch)
        {
            after.Add(Garbage(scratch));
        }

        int absent = RuntimeSources.Embedded.ParameterCount(symbol) - 1 - operands.Count - after.Count;
        Assert.True(absent >= 0, $"{symbol} takes {-absent} buffers fewer than '{node.Name}' has");
        var buffers = program.Call(index, [.. operands.Select(t => t?.ToBytes()), .. Enumerable.Repeat<byte[]?>(null, absent), .. after]);
        int first = operands.Count + absent + node.Tables.Length;
        return (buffers[..operands.Count], [.. node.Outputs.Select((v, i) => Tensor.FromBytes(v.Type, buffers[first + i]!))]);
    }

    /// <inheritdoc/>
    public void Dispose() => program.Dispose();

    private static byte[] Garbage(long bytes) => [.. Enumerable.Repeat((byte)0xa5, (int)bytes)];

    private static string Function(Node node, int index)
    {
        string head = string.Create(CultureInfo.InvariantCulture, $"static void function_{index}(void **b) {{ ");
        if (node.Kernel is not { } kernel)
        {
            return head + "(void)b; }\n";
        }

        var request = node.Op.Request(node);
        var fields = request.Fields.Select(f => $".{f.Name} = {(f.IsFloat ? Float((float)f.Value) : ((long)f.Value).ToString(CultureInfo.InvariantCulture))}");
        var arguments = Enumerable.Range(0, RuntimeSources.Embedded.ParameterCount(kernel.Symbol) - 1).Select(a => string.Create(CultureInfo.InvariantCulture, $", b[{a}]"));
        return $"{head}static const {request.Struct} s = {{{string.Join(", ", fields)}}}; {kernel.Symbol}(&s{string.Concat(arguments)}); }}\n";
    }

    private static string Float(float v) => float.IsPositiveInfinity(v) ? "INFINITY" : float.IsNegativeInfinity(v) ? "-INFINITY"
        : v.ToString("E9", CultureInfo.InvariantCulture) + "f";
}
