// One node as C: its parameter struct, the comment that says what it computes, and the call of its kernel in the form that
// all kernels share: (parameters, operands, tables, results, scratch), NULL for what is absent.

using TinyEngine.Ir;

namespace TinyEngine.Codegen.C;

/// <summary>Prints kernel calls. <paramref name="planned"/> is in the planned stage: every node but views has a kernel.</summary>
internal sealed class CallPrinter(Graph planned, Storage storage, RuntimeSources runtime)
{
    /// <summary>The steps of a phase that run a kernel: index into the graph's nodes, and the node.</summary>
    public IReadOnlyList<(int Step, Node Node)> Steps(Phase phase) =>
        [.. planned.Nodes.Select((n, i) => (Step: i, Node: n)).Where(p => p.Node.Phase == phase && !p.Node.Op.IsView)];

    /// <summary>The definition of a step's parameter struct. Fields that are 0 are left out.</summary>
    public static string Parameters(int step, Node node)
    {
        var request = node.Op.Request(node);
        bool isInteger = node.Outputs.Length > 0 && node.Output.Type.IsQuantized;
        var fields = request.Fields
            .Where(f => f.Value != 0 && !(isInteger && double.IsInfinity(f.Value))) // integer kernels do not read f_min and f_max
            .Select(f => $".{f.Name} = {(f.IsFloat ? Literal.Float((float)f.Value) : Literal.Integer((long)f.Value))}").ToList();
        string head = $"static const {request.Struct} {ParameterName(step, node)} = {{";
        string line = $"{head}{string.Join(", ", fields.DefaultIfEmpty("0"))}}};";
        return line.Length <= Layout.Width ? line + "\n" : Layout.Fill(head + "\n    ", fields, "\n};\n", 4);
    }

    /// <summary>The comment and the call of a step, indented by four.</summary>
    public string Call(int step, Node node)
    {
        string call = $"    {Kernel(node).Symbol}(";
        return $"    /* {Comment(step, node)} */\n" + Layout.Fill(call, [.. Arguments(step, node)], ");\n", call.Length);
    }

    /// <summary>True where a call needs the arena in scope.</summary>
    public bool UsesArena(Node node) => node.Reads.Concat(node.Writes).Any(storage.InArena);

    /// <summary>True where a call reads the input that the caller owns.</summary>
    public bool UsesCallerInput(Node node) => node.Reads.Any(storage.IsCallerInput);

    private static string ParameterName(int step, Node node) => $"{node.Op.Name}_{step}";

    private KernelRow Kernel(Node node)
    {
        if (node.Kernel is { } kernel)
        {
            return kernel;
        }

        var request = node.Op.Request(node);
        throw new DiagnosticException(Diagnostics.NoKernel.At(node.Name, planned.Target.Name, request.Family, request.DType));
    }

    private IEnumerable<string> Arguments(int step, Node node)
    {
        string[] parameters = [$"&{ParameterName(step, node)}"];
        var operands = node.Inputs.Select(v => v is null ? "NULL" : storage.Pointer(v));
        // Kernels with a fused clamp have a second result, the mask, which only training asks for.
        string[] mask = node.Op.AcceptsClamp && node.Outputs.Length == 1 ? ["NULL"] : [];
        string[] results = [.. node.Tables.Concat(node.Outputs).Select(storage.Pointer), .. mask, .. node.Scratch is null ? [] : new[] { storage.Pointer(node.Scratch) }];
        // What the kernel still expects are optional operands that the node leaves out at its end.
        int absent = runtime.ParameterCount(Kernel(node).Symbol) - parameters.Length - node.Inputs.Length - results.Length;
        return absent >= 0 ? [.. parameters, .. operands, .. Enumerable.Repeat("NULL", absent), .. results]
            : throw new InvalidOperationException($"{Kernel(node).Symbol} takes fewer arguments than {node.Op.Name} '{node.Name}' has");
    }

    private string Comment(int step, Node node)
    {
        var written = node.Op.Mutates >= 0 ? [node.Input(node.Op.Mutates)] : node.Outputs.AsEnumerable();
        var read = node.Inputs.OfType<Value>().Where(v => v.Kind == ValueKind.Result || planned.Inputs.Contains(v));
        string shapes = string.Join(" -> ", new[] { read, written }.Select(side => string.Join(", ", side.Select(v => Layout.Describe(v.Type)))).Where(side => side.Length > 0));
        long macs = node.Op.Macs(node);
        return $"{step}: {node.Op.Name} {Layout.InComment(node.Name)}: {shapes}" + (macs > 0 ? FormattableString.Invariant($"; {macs} MACs") : "");
    }
}
