// Chooses a kernel for every node and binds its call: the cheapest row of the table that answers the operator's request on the
// target. A kernel may read constants in a packed form; operands stay, and nothing is reordered. Invariant: afterwards every node that
// is not a view has a call, and equal tables are one value.

using System.Collections.Immutable;
using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>Kernel selection.</summary>
public static class SelectKernels
{
    /// <summary>Runs on a quantized or trained graph; the result is at <see cref="Stage.Selected"/>.</summary>
    /// <exception cref="DiagnosticException">TE0603 for every node that no row answers.</exception>
    public static Graph Run(Graph graph, KernelTable kernels)
    {
        var missing = new List<Diagnostic>();
        var tables = new Dictionary<(string Content, TensorType Type), Value>();
        var nodes = ImmutableArray.CreateBuilder<Node>(graph.Nodes.Length);
        foreach (var node in graph.Nodes)
        {
            if (!node.Op.HasKernel)
            {
                nodes.Add(node);
                continue;
            }

            var request = node.Op.Request(node);
            if (kernels.Choose(node, request, graph.Target) is { } call)
            {
                nodes.Add(node with { Call = WithTables(call, t => Shared(t, tables)) });
            }
            else
            {
                missing.Add(Diagnostics.NoKernel.At(node.Name, graph.Target.Name, request.Family, Types(node)));
            }
        }

        return missing.Count == 0
            ? graph with { Stage = Stage.Selected, Nodes = nodes.ToImmutable() }
            : throw new DiagnosticException(missing);
    }

    private static KernelCall WithTables(KernelCall call, Func<Value, Value> change) =>
        call with
        {
            Request = call.Request with { Tables = [.. call.Request.Tables.Select(t => t is null ? null : change(t))] },
            Arguments =
            [
                .. call.Kernel.Parameters.Zip(
                    call.Arguments,
                    (p, a) => p.Use == ParameterUse.Table && a is not null ? change(a) : a
                ),
            ],
        };

    /// <summary>The first table of the same type and content.</summary>
    private static Value Shared(Value table, Dictionary<(string, TensorType), Value> tables)
    {
        if (table is not { IsConstant: true, Data: { } data })
        {
            return table;
        }

        var key = (data.ContentHash(), table.Type);
        return tables.TryGetValue(key, out var first) ? first : tables[key] = table;
    }

    private static string Types(Node node)
    {
        static string Join(IEnumerable<Value?> values) =>
            string.Join(", ", values.OfType<Value>().Select(v => KernelParameter.TypeName(v.Type)));
        return $"{Join(node.Inputs)} -> {Join(node.Outputs)}";
    }
}
