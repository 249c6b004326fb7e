// One node as C: its parameter struct, the comment that says what it computes, and the kernel call that select-kernels bound.

using TinyEngine.Ir;

namespace TinyEngine.Codegen.C;

/// <summary>Prints kernel calls. <paramref name="planned"/> is in the planned stage: every node but views has a kernel.</summary>
internal sealed class CallPrinter(Graph planned, Storage storage)
{
    /// <summary>The steps of a phase that run a kernel: index into the graph's nodes, and the node.</summary>
    public IReadOnlyList<(int Step, Node Node)> Steps(Phase phase) =>
        [.. planned.Nodes.Select((n, i) => (Step: i, Node: n)).Where(p => p.Node.Phase == phase && !p.Node.Op.IsView)];

    /// <summary>The definition of a step's parameter struct. Fields that are 0 are left out.</summary>
    public static string Parameters(int step, Node node)
    {
        var request = CallOf(node).Request;
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
        var call = CallOf(node);
        string head = $"    {call.Kernel.Symbol}(";
        var arguments = call.Arguments.Select(a => a is null ? "NULL" : storage.Pointer(a)).Prepend($"&{ParameterName(step, node)}");
        return $"    /* {Comment(step, node)} */\n" + Layout.Fill(head, [.. arguments], ");\n", head.Length);
    }

    /// <summary>True where a call needs the arena in scope.</summary>
    public bool UsesArena(Node node) => node.Reads.Concat(node.Writes).Any(storage.InArena);

    /// <summary>True where a call reads the input that the caller owns.</summary>
    public bool UsesCallerInput(Node node) => node.Reads.Any(storage.IsCallerInput);

    private static string ParameterName(int step, Node node) => $"{node.Op.Name}_{step}";

    private static KernelCall CallOf(Node node) =>
        node.Call ?? throw new InvalidOperationException($"{node.Op.Name} '{node.Name}' has no kernel call");

    private string Comment(int step, Node node)
    {
        var written = node.Op.Mutates >= 0 ? [node.Input(node.Op.Mutates)] : node.Outputs.AsEnumerable();
        var read = node.Inputs.OfType<Value>().Where(v => v.Kind == ValueKind.Result || planned.Inputs.Contains(v));
        string shapes = string.Join(
            " -> ",
            new[] { read, written }
                .Select(side => string.Join(", ", side.Select(v => Layout.Describe(v.Type))))
                .Where(side => side.Length > 0)
        );
        long macs = node.Op.Macs(node);
        return $"{step}: {node.Op.Name} {Layout.InComment(node.Name)}: {shapes}"
            + (macs > 0 ? FormattableString.Invariant($"; {macs} MACs") : "");
    }
}
