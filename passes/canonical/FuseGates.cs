// A function of x that is multiplied by x is one function: HardSigmoid(x)*x is hard swish, Sigmoid(x)*x is silu. Exporters write
// the product where their opset has no operator for it; one function needs one buffer less, and on codes it is one table.

using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>Products of a tensor and a function of it become one function.</summary>
public static class FuseGates
{
    /// <summary>Runs on a graph in NHWC.</summary>
    public static Graph Run(Graph graph)
    {
        var builder = new GraphBuilder();
        var made = new Dictionary<Value, Node>();
        var consumers = graph.Consumers();
        foreach (var node in graph.Nodes)
        {
            if (Gate(node) is { Op.TimesOperand: { } whole } gate)
            {
                // The gate stays behind without a reader and is removed as dead.
                var fused = builder.EmitNode(whole, node.Name, gate.Inputs, gate.Form, outputName: node.Output.Name);
                builder.Replace(node.Output, fused.Output);
            }
            else
            {
                made[node.Outputs[0]] = builder.Copy(node);
            }
        }

        return RemoveDead.Run(builder.Finish(graph));

        // The function by whose result the node multiplies that function's own operand, where nothing else reads the result.
        Node? Gate(Node node) =>
            !node.Op.IsProduct(node)
                ? null
                : new[] { (Function: node.Input(0), X: node.Input(1)), (Function: node.Input(1), X: node.Input(0)) }
                    .Where(p => consumers[p.Function].Count() == 1 && !graph.Outputs.Contains(p.Function))
                    .Select(p =>
                        made.GetValueOrDefault(p.Function) is { Op.TimesOperand: not null } gate
                        && IsSame(gate.Input(0), builder.Current(p.X))
                            ? gate
                            : null
                    )
                    .FirstOrDefault(gate => gate is not null);

        // Some exporters give each reader a separate dequantize.
        bool IsSame(Value a, Value b) =>
            a == b
            || made.GetValueOrDefault(a) is { Op: Dequantize } p
                && made.GetValueOrDefault(b) is { Op: Dequantize } q
                && p.Input(0) == q.Input(0);
    }
}
