// `tinyengine ops`: the operators there are, from the operator table and the kernel table.

using System.CommandLine;
using TinyEngine.Codegen.C;
using TinyEngine.Ir;

namespace TinyEngine.Cli;

/// <summary>The ops command.</summary>
internal static class OpsCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new DocumentedCommand("ops", "supported operators: ONNX opsets, element types, gradients, kernels per core", "tinyengine ops");
        command.SetAction(result => Terminal.Run(result, "ops", Run));
        return command;
    }

    private static void Run(Terminal terminal)
    {
        var kernels = KernelTable.Parse(RuntimeSources.Embedded.Read("kernels.def"));
        var rows = OpTable.All.Where(op => op.Imports.Any()).Select(op => new Row(op, [.. kernels.Rows.Where(k => k.Family == op.Name)])).ToList();
        terminal.Result(JsonText.Of(w =>
        {
            w.WriteStartArray("operators");
            foreach (var row in rows)
            {
                w.WriteStartObject();
                w.WriteString("name", row.Op.Name);
                w.WriteString("onnx", row.Onnx);
                w.WriteString("dtypes", row.Types);
                w.WriteBoolean("gradient", row.Op.HasGradient);
                w.WriteString("kernels", row.Cores);
                w.WriteEndObject();
            }

            w.WriteEndArray();
        }), () => rows.Select(r => $"{r.Op.Name,-16} {r.Types,-16} {(r.Op.HasGradient ? "gradient" : "-"),-9} {r.Cores,-12} {r.Onnx}")
            .Prepend($"{"operator",-16} {"types",-16} {"gradient",-9} {"kernels",-12} ONNX operators (since opset)"));
    }

    private sealed record Row(Op Op, IReadOnlyList<KernelRow> Kernels)
    {
        public string Onnx => string.Join(", ", Op.Imports.GroupBy(r => r.OnnxOp).Select(g => $"{g.Key} ({string.Join('/', g.Select(r => r.SinceOpset).Order())})"));

        public string Types => Kernels.Count > 0 ? string.Join(' ', Kernels.Select(k => k.DType).Distinct()) : Op.MovesOnly ? "all" : "folded";

        public string Cores => Kernels.Count > 0 ? string.Join(' ', Kernels.Select(k => k.Core).Distinct()) : "none needed";
    }
}
