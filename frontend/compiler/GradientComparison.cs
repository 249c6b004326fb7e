// How far narrow gradients are from those in fp32: both backward passes of a model run in the interpreter on real samples, from
// the weights of the file, and the gradient that each update takes is compared. Nothing is updated.

using TinyEngine.Ir;
using TinyEngine.Passes;

namespace TinyEngine.Compiler;

/// <summary>The gradient of one parameter in a narrow format beside the one in fp32.</summary>
/// <param name="Layer">Number of the layer; null for the head.</param>
/// <param name="Parameter">Name of the parameter.</param>
/// <param name="Mean">Cosine similarity, mean over the samples whose fp32 gradient is not zero; 1 if there are no such samples.</param>
/// <param name="Least">The least of them.</param>
public sealed record GradientSimilarity(int? Layer, string Parameter, double Mean, double Least);

/// <summary>Compares gradients of two number formats.</summary>
public static class GradientComparison
{
    /// <summary>Compares over samples: bytes in the element type of the model's input, and classes.</summary>
    /// <param name="graph">The differentiated graph, in fp32.</param>
    /// <param name="mantissa">i8 or i16.</param>
    /// <param name="samples">The samples to run.</param>
    /// <exception cref="DiagnosticException">TE0304: the model has no int8 layer; TE0601: it has several inputs.</exception>
    public static IReadOnlyList<GradientSimilarity> Run(
        Graph graph,
        DType mantissa,
        IEnumerable<(ReadOnlyMemory<byte> Sample, int Target)> samples
    )
    {
        if (graph.Inputs.Length > 1)
        {
            throw new DiagnosticException(Diagnostics.NotBuilt.At("", $"comparing gradients of a model with {graph.Inputs.Length} inputs"));
        }

        var narrow = NarrowGradients.Run(graph, mantissa);
        var (real, rounded) = (Taken(graph), Taken(narrow));
        var cosines = real.Select(_ => new List<double>()).ToList();
        foreach (var (sample, target) in samples)
        {
            var interpreter = new Interpreter(Numerics.For(graph.Target))
            {
                [graph.Inputs[0]] = Tensor.FromBytes(graph.Inputs[0].Type, sample.Span),
                [graph.TrainInputs[0]] = new Tensor(graph.TrainInputs[0].Type, [target]),
            };
            // Both graphs share the values of the forward phase.
            interpreter
                .Run(graph.Nodes.Where(n => n.Phase != Phase.Predict && n.Op.Mutates < 0))
                .Run(narrow.Nodes.Where(n => n.Phase == Phase.Train && n.Op.Mutates < 0));
            for (int i = 0; i < real.Count; i++)
            {
                if (Cosine(interpreter[real[i].Gradient].Data, interpreter[rounded[i].Gradient].Data) is { } cosine)
                {
                    cosines[i].Add(cosine);
                }
            }
        }

        // The trained channels of a layer are laid over its frozen ones before it reads them.
        var overlaid = graph.Nodes.Where(n => n.Op is OverlayChannels).ToDictionary(n => n.Output, n => n.Input(1));
        var layers = graph
            .Nodes.Where(n => n.Layer is not null)
            .SelectMany(n => n.Inputs.OfType<Value>().Select(v => (Value: overlaid.GetValueOrDefault(v, v), n.Layer)))
            .Where(p => p.Value.Kind == ValueKind.Parameter)
            .ToDictionary(p => p.Value, p => p.Layer);
        return
        [
            .. real.Zip(
                cosines,
                (r, c) =>
                    new GradientSimilarity(
                        layers.GetValueOrDefault(r.Parameter),
                        r.Parameter.Name,
                        c.DefaultIfEmpty(1).Average(),
                        c.DefaultIfEmpty(1).Min()
                    )
            ),
        ];
    }

    /// <summary>Every parameter with the gradient that its update takes.</summary>
    private static List<(Value Parameter, Value Gradient)> Taken(Graph graph) =>
        [.. graph.Nodes.Where(n => n.Op.Mutates == 0 && n.Input(0).Kind == ValueKind.Parameter).Select(n => (n.Input(0), n.Input(1)))];

    private static double? Cosine(double[] a, double[] b)
    {
        double product = a.Zip(b, (p, q) => p * q).Sum(), lengths = Math.Sqrt(a.Sum(v => v * v) * b.Sum(v => v * v));
        return a.All(v => v == 0) ? null : lengths == 0 ? 0 : product / lengths;
    }
}
