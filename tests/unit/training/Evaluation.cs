// Runs nodes one after the other with the operators' reference: the tests' own way of executing a graph, so that autodiff is
// tested without the interpreter. Parameters start from their contents and change in place, as on the device.

using TinyEngine.Ir;

namespace TinyEngine.Tests.Training;

/// <summary>The contents of values while nodes run.</summary>
internal sealed class Evaluation(Numerics numerics)
{
    private readonly Dictionary<Value, Tensor> contents = [];

    /// <summary>The content of a value: given, computed, or the initial one of a constant or parameter.</summary>
    public Tensor this[Value of]
    {
        get
        {
            if (!contents.TryGetValue(of, out var tensor))
            {
                // A copy, since updates change residuals in place.
                tensor = new Tensor(of.Type, [.. (of.Data ?? throw new InvalidOperationException($"{of} has no content")).Data]);
                contents[of] = tensor;
            }

            return tensor;
        }
        set => contents[of] = value;
    }

    /// <summary>True where the value was given, computed or read.</summary>
    public bool Has(Value value) => contents.ContainsKey(value);

    /// <summary>Runs the nodes in order.</summary>
    public Evaluation Run(IEnumerable<Node> nodes)
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
