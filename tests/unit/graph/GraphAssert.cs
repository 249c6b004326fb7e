// Structural equality of graphs, which reference identity of values does not give, and the two halves of the text form's
// promise: the graph comes back equal, and prints as the same text.

using TinyEngine.Ir;

namespace TinyEngine.Tests.Graphs;

/// <summary>Assertions on graphs.</summary>
internal static class GraphAssert
{
    /// <summary>The text of a graph reads back to an equal graph that keeps the same rules and has the same text.</summary>
    public static void RoundTrips(Graph graph, OperatorSet operators, string what)
    {
        string text = Printer.Print(graph);
        var again = Parser.Parse(text, operators);
        Assert.True(text == Printer.Print(again), $"{what}: another text the second time");
        Same(graph, again, [], what);
        Assert.Equal(Verifier.Violations(graph), Verifier.Violations(again));
    }

    private static void Same(Graph a, Graph b, Dictionary<Value, Value> twins, string what)
    {
        Assert.Equal((a.Name, a.Stage, a.Target, a.Nodes.Length), (b.Name, b.Stage, b.Target, b.Nodes.Length));
        Assert.True(
            Twins(a.Values, b.Values, twins) && Twins(a.Inputs, b.Inputs, twins) && Twins(a.TrainInputs, b.TrainInputs, twins),
            $"{what}: values or inputs"
        );
        for (int i = 0; i < a.Nodes.Length; i++)
        {
            var (n, m) = (a.Nodes[i], b.Nodes[i]);
            Assert.True(n.Op == m.Op && n.Name == m.Name && n.Phase == m.Phase && n.Kernel == m.Kernel, $"{what}: node {n.Name}");
            Assert.True(
                n.Inputs.Length == m.Inputs.Length
                    && n.Inputs.Zip(m.Inputs)
                        .All(p => p.First is null ? p.Second is null : p.Second is not null && Twins([p.First], [p.Second], twins)),
                $"{what}: operands of {n.Name}"
            );
            Assert.True(
                Twins(n.Outputs, m.Outputs, twins) && Twins(n.Tables, m.Tables, twins) && n.Scratch is null == m.Scratch is null,
                $"{what}: results of {n.Name}"
            );
            Assert.Equal(
                n.Attributes.Items.OrderBy(p => p.Key, StringComparer.Ordinal),
                m.Attributes.Items.OrderBy(p => p.Key, StringComparer.Ordinal),
                SameItem
            );
            Assert.Equal(
                n.Form with { Attributes = Attributes.Empty },
                m.Form with { Attributes = Attributes.Empty }
            );
            Assert.Equal(n.Body is null, m.Body is null);
            if (n.Body is not null)
            {
                Same(n.Body, m.Body!, twins, what);
            }
        }

        Assert.True(Twins(a.Outputs, b.Outputs, twins) && Twins(a.TrainOutputs, b.TrainOutputs, twins), $"{what}: outputs");
        Assert.Equal(
            (a.Plan?.ArenaBytes, a.Plan?.LowerBound, a.Plan?.PeakStep),
            (b.Plan?.ArenaBytes, b.Plan?.LowerBound, b.Plan?.PeakStep)
        );
        Assert.Equal(a.Plan?.Placements.Select(Twin), b.Plan?.Placements);
        Placement Twin(Placement p) => p with { Value = twins[p.Value], Over = p.Over is null ? null : twins[p.Over] };
    }

    private static bool Twins(IEnumerable<Value> a, IEnumerable<Value> b, Dictionary<Value, Value> twins)
    {
        var (left, right) = (a.ToList(), b.ToList());
        return left.Count == right.Count
            && left.Zip(right)
                .All(p =>
                    twins.TryGetValue(p.First, out var twin) ? twin == p.Second : Same(p.First, p.Second) && twins.TryAdd(p.First, p.Second)
                );
    }

    private static bool Same(Value a, Value b) =>
        a.Name == b.Name
        && a.Kind == b.Kind
        && a.Role == b.Role
        && a.Type.Equals(b.Type)
        && Equals(a.Packing, b.Packing)
        && (
            a.Data is null
                ? b.Data is null
                : b.Data is not null && a.Data.Type.Equals(b.Data.Type) && a.Data.Data.AsSpan().SequenceEqual(b.Data.Data)
        );

    private static bool SameItem(KeyValuePair<string, object> a, KeyValuePair<string, object> b) =>
        a.Key == b.Key
        && (a.Value, b.Value) switch
        {
            (System.Collections.Immutable.ImmutableArray<long> x, System.Collections.Immutable.ImmutableArray<long> y) => x.SequenceEqual(
                y
            ),
            (System.Collections.Immutable.ImmutableArray<double> x, System.Collections.Immutable.ImmutableArray<double> y) =>
                x.SequenceEqual(y),
            var (x, y) => x.Equals(y),
        };
}
