// `tinyengine ops`: lists the operators of the operator set.

using System.CommandLine;
using TinyEngine.Ir;

namespace TinyEngine.Cli;

/// <summary>The ops command.</summary>
internal static class OpsCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new DocumentedCommand(
            "ops",
            "list the supported operators: ONNX opsets, element types, gradients, kernels per core",
            "tinyengine ops"
        );
        command.SetAction(result => Terminal.Run(result, "ops", Run));
        return command;
    }

    private static void Run(Terminal terminal)
    {
        var operators = OperatorSet.Core;
        var rows = operators
            .Operators.Where(op => op.Imports.Any())
            .Select(op => Row.Of(op, operators.Kernels))
            .Append(new Row("-", false, "constants only", "none needed", operators.OtherRules))
            .ToList();
        terminal.Result(
            JsonText.Of(w =>
            {
                w.WriteStartArray("operators");
                foreach (var row in rows)
                {
                    w.WriteStartObject();
                    w.WriteString("name", row.Name);
                    w.WriteString("onnx", row.Onnx);
                    w.WriteString("dtypes", row.Types);
                    w.WriteBoolean("gradient", row.HasGradient);
                    w.WriteString("kernels", row.Cores);
                    w.WriteEndObject();
                }

                w.WriteEndArray();
            }), () => rows.Select(r => $"{r.Name,-16} {r.Types,-18} {(r.HasGradient ? "gradient" : "-"),-9} {r.Cores,-12} {r.Onnx}")
                .Prepend($"{"operator",-16} {"types",-18} {"gradient",-9} {"kernels",-12} ONNX operators (since opset: supported part)"));
    }

    private sealed record Row(string Name, bool HasGradient, string Types, string Cores, IReadOnlyList<ImportRule> Rules)
    {
        /// <summary>The kernels under the operator's name, and those of other families that the operator says it asks for.</summary>
        public static Row Of(Op op, KernelTable kernels)
        {
            var own = kernels.Rows.Where(k => k.Family == op.Name).ToList();
            var others = kernels.Rows.Where(k => op.OtherKernels.Contains((k.Family, k.ElementTypes))).ToList();
            string[] types = [.. own.Select(k => k.ElementTypes).Concat(others.Select(k => $"{k.ElementTypes}({k.Family})")).Distinct()];
            return new Row(op.Name, op.HasGradient, types.Length > 0 ? string.Join(' ', types) : op.MovesOnly ? "all" : "folded",
                types.Length > 0 ? string.Join(' ', own.Concat(others).Select(k => k.Core).Distinct()) : "none needed", [.. op.Imports]);
        }

        public string Onnx =>
            string.Join(
                ", ",
                Rules
                    .GroupBy(r => r.OnnxOp)
                    .Select(g =>
                        $"{g.Key} ({string.Join('/', g.Select(r => r.SinceOpset).Order())}"
                            + $"{string.Concat(g.Select(r => r.Form).OfType<string>().Distinct().Select(f => ": " + f))})"
                    )
            );
    }
}
