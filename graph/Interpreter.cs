// The slow truth: runs a graph node by node with the operators' own references. Any stage can be run, before and after
// scheduling; kernels and offsets play no role. Parameters start from their contents and change in place, as on the device.

namespace TinyEngine.Ir;

/// <summary>
/// Executes graphs. Holds the contents of values between runs, so parameters and counters keep what training made of them.
/// </summary>
/// <param name="numerics">The arithmetic: double precision, or what a target's kernels compute.</param>
public sealed class Interpreter(Numerics numerics)
{
    private readonly Dictionary<Value, Tensor> contents = [];

    /// <summary>The content of a value: given, computed, or the initial one of a constant, parameter or state.</summary>
    /// <exception cref="InvalidOperationException">The value was neither given nor computed.</exception>
    public Tensor this[Value of]
    {
        get
        {
            if (!contents.TryGetValue(of, out var tensor))
            {
                var data = of.Data ?? throw new InvalidOperationException($"{of} has no content");
                // A copy where updates change it in place.
                tensor = of.IsConstant ? data : new Tensor(of.Type, [.. data.Data]);
                contents[of] = tensor;
            }

            return tensor;
        }
        set => contents[of] = value;
    }

    /// <summary>One inference on the inputs given before: forward and predict phases.</summary>
    public Interpreter Infer(Graph graph) => Run(graph.Nodes.Where(n => n.Phase != Phase.Train));

    /// <summary>One training step on the inputs given before: forward and train phases.</summary>
    public Interpreter TrainStep(Graph graph) => Run(graph.Nodes.Where(n => n.Phase != Phase.Predict));

    /// <summary>Runs nodes in the order given.</summary>
    public Interpreter Run(IEnumerable<Node> nodes)
    {
        foreach (var node in nodes)
        {
            var results = node.Op.Evaluate(node, [.. node.Inputs.Select(v => v is null ? null : this[v])], numerics);
            if (node.Op.Mutates >= 0)
            {
                contents[node.Input(node.Op.Mutates)] = results[0];
            }

            for (int i = 0; i < node.Outputs.Length; i++)
            {
                contents[node.Outputs[i]] = results[i];
            }
        }

        return this;
    }
}
