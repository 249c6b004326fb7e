// One node as C: its parameter struct, a comment on its work, and the kernel call that select-kernels bound.

using TinyEngine.Image;
using TinyEngine.Ir;

namespace TinyEngine.Codegen.C;

/// <summary>Prints kernel calls.</summary>
internal sealed class CallPrinter(Storage storage, FieldGroups groups)
{
    /// <summary>The definition of a call's parameter struct. Fields that are 0 are left out, and groups have their names.</summary>
    public string Parameters(ImageCall call)
    {
        var request = call.Request;
        var fields = groups.Grouped([.. request.Fields.Where(f => f.Value != 0).Select(f => $".{f.Name} = {Number(f)}")]);
        string head = $"static const {request.Struct} {call.ParametersName} = {{";
        string line = $"{head}{string.Join(", ", fields.DefaultIfEmpty("0"))}}};";
        return line.Length <= Layout.Width ? line + "\n" : Layout.Fill(head + "\n    ", fields, "\n};\n", 4);
    }

    /// <summary>The comment and the call, indented by four.</summary>
    public string Call(ImageCall call)
    {
        string head = $"    {call.Symbol}(";
        var arguments = call.Call.Arguments.Select(a => a is null ? "NULL" : storage.Pointer(a)).Prepend($"&{call.ParametersName}");
        return $"    /* {Comment(call.Step, call.Node)} */\n" + Layout.Fill(head, [.. arguments], ");\n", head.Length);
    }

    /// <summary>True where a call needs the arena in scope.</summary>
    public bool UsesArena(ImageCall call) => call.Values.Any(storage.InArena);

    /// <summary>True where a call reads the input that the caller owns.</summary>
    public bool UsesCallerInput(ImageCall call) => call.Values.Any(storage.IsCallerInput);

    private static string Number(KernelField field) =>
        !field.IsFloat ? Literal.Integer((long)field.Value)
        : double.IsInfinity(field.Value) ? (field.Value < 0 ? "-TE_INFINITY" : "TE_INFINITY")
        : Literal.Float((float)field.Value);

    private static string Comment(int step, Node node)
    {
        long macs = node.Op.Macs(node);
        return $"{step}: {node.Op.Name} {Types(node)}"
            + (macs > 0 ? FormattableString.Invariant($"; {macs} MACs") : "");
    }

    /// <summary>The name of a node with the types of its maps, such as <c>conv1: i8 [1,8,8,3] -> i8 [1,8,8,16]</c>.</summary>
    public static string Types(Node node)
    {
        var written = node.Op.Mutates >= 0 ? [node.Input(node.Op.Mutates)] : node.Outputs.AsEnumerable();
        var read = node
            .Inputs.OfType<Value>()
            .Where(v => v.Kind == ValueKind.Result || (v.Kind == ValueKind.Input && !v.Role.IsTrainInput()));
        string shapes = string.Join(
            " -> ",
            new[] { read, written }
                .Select(side => string.Join(", ", side.Select(v => Layout.Describe(v.Type))))
                .Where(side => side.Length > 0)
        );
        return $"{Layout.InComment(node.Name)}: {shapes}";
    }
}
