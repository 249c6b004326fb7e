// Runs single nodes on the C kernels: one function for each node, which holds its parameter struct and calls its kernel, in a
// sanitized program. So a layer can be fed any operands, in the C that would be emitted.

using System.Globalization;
using TinyEngine.Ir;
using TinyEngine.ToyPack;

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
        program = new(
            [.. nodes.Select(Function)],
            nodes.Select(n => n.Kernel).OfType<KernelRow>().Select(k => k.Symbol),
            integerRequantize
        );
    }

    /// <summary>The operators that must conform: the core's, and a pack's, which is tested as they are.</summary>
    public static OperatorSet Operators { get; } = OperatorSet.Core + Pack.Operators;

    /// <summary>Their kernels.</summary>
    public static KernelTable Table { get; } = Operators.Kernels;

    /// <summary>The names of the C files that these kernels need.</summary>
    public static IEnumerable<string> SourcesOf(IEnumerable<string> symbols)
    {
        string[] all = [.. symbols.Distinct()];
        return Operators
            .Runtimes.SelectMany(r => r.SourcesOf(all.Where(s => r.Kernels.Find(s) is not null)))
            .Select(path => Path.GetFileName(path));
    }

    /// <summary>The node with the kernel that the host would get.</summary>
    public static Node Selected(Node node)
    {
        var request = node.Op.Request(node);
        return node with
        {
            Call =
                Table.Choose(node, request, Target.Find("host")!) ?? throw new InvalidOperationException($"no kernel for {request.Family}"),
        };
    }

    /// <summary>The results of a node for these operands.</summary>
    public Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands) => Evaluate(nodes.ToList().IndexOf(node), operands);

    /// <summary>The results of the node at an index for these operands.</summary>
    public Tensor[] Evaluate(int index, IReadOnlyList<Tensor?> operands) => Run(index, operands).Results;

    /// <summary>Runs the node at an index: its operands after the call, and its results.</summary>
    public (byte[]?[] Operands, Tensor[] Results) Run(int index, IReadOnlyList<Tensor?> operands)
    {
        var node = nodes[index];
        var call = node.Call!;
        // Operands are matched by their place: a test may pass an operand that the node leaves out at its end.
        var taken = call.Request.Operands?.Select(i => i is { } at ? operands[at] : null) ?? operands;
        var (inputs, results) = (new Queue<Tensor?>(taken), new List<int>());
        var buffers = new List<byte[]?>();
        foreach (var (parameter, argument) in call.Kernel.Parameters.Zip(call.Arguments))
        {
            if (parameter.Use == ParameterUse.Result && argument is not null)
            {
                results.Add(buffers.Count);
            }

            buffers.Add(parameter.IsOperand ? (inputs.TryDequeue(out var given) ? given?.ToBytes() : null)
                : parameter.Use == ParameterUse.Table ? argument?.Data!.ToBytes()
                : argument is null ? null : Garbage(argument.Type.Bytes));
        }

        var after = program.Call(index, buffers);
        return (after[..operands.Count], [.. node.Outputs.Zip(results, (v, at) => Tensor.FromBytes(v.Type, after[at]!))]);
    }

    /// <inheritdoc/>
    public void Dispose() => program.Dispose();

    private static byte[] Garbage(long bytes) => [.. Enumerable.Repeat((byte)0xa5, (int)bytes)];

    private static string Function(Node node, int index)
    {
        string head = string.Create(CultureInfo.InvariantCulture, $"static void function_{index}(void **b) {{ ");
        if (node.Call is not { } call)
        {
            return head + "(void)b; }\n";
        }

        var arguments = call.Arguments.Select((_, a) => string.Create(CultureInfo.InvariantCulture, $", b[{a}]"));
        return $"{head}static const {call.Request.Struct} s = {{{Initializer(call.Request)}}}; "
            + $"{call.Kernel.Symbol}(&s{string.Concat(arguments)}); }}\n";
    }

    /// <summary>The fields of a parameter struct as C writes them.</summary>
    internal static string Initializer(KernelRequest request) =>
        string.Join(
            ", ",
            request.Fields.Select(f =>
                $".{f.Name} = {(f.IsFloat ? Float((float)f.Value) : ((long)f.Value).ToString(CultureInfo.InvariantCulture))}"
            )
        );

    private static string Float(float v) => float.IsPositiveInfinity(v) ? "INFINITY" : float.IsNegativeInfinity(v) ? "-INFINITY"
        : v.ToString("E9", CultureInfo.InvariantCulture) + "f";
}
