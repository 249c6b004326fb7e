// Rules for every operator of a set, on its samples: the reference gives the types of Infer, a node reads back from its text, and an
// operator that follows a permutation computes the permuted result.

using TinyEngine.Ir;
using TinyEngine.Tests.Graphs;
using TinyEngine.Tests.Training;

namespace TinyEngine.Tests;

public sealed class ConformanceTests
{
    private static readonly IReadOnlyList<GradientCase> Cases = [.. GradientCases.Operators.SelectMany(GradientCases.Of)];

    [Fact]
    public void Reference_gives_the_inferred_types()
    {
        foreach (var c in Cases)
        {
            var results = c.Node.Op.Evaluate(c.Node, c.Operands, Numerics.Double);
            Assert.Equal(c.Node.Outputs.Select(o => o.Type), results.Select(r => r.Type));
            Assert.All(results, r => Assert.Equal(r.Type.Count, r.Data.Length));
        }
    }

    [Fact]
    public void Nodes_read_back_from_their_text()
    {
        foreach (var c in Cases)
        {
            var graph = new Graph
            {
                Name = "sample",
                Inputs = [.. c.Node.Inputs.OfType<Value>().Distinct()],
                Nodes = [c.Node],
                Outputs = [c.Node.Output],
            };
            GraphAssert.RoundTrips(graph, NativeKernels.Operators, $"{c.Node.Op.Name}, {c.Name}");
        }
    }

    [Fact]
    public void Operators_that_follow_a_permutation_give_the_permuted_result()
    {
        int followed = 0;
        foreach (var c in Cases.Where(c => c.Operands.All(o => o?.Type.Shape.Rank == c.Node.Output.Type.Shape.Rank)))
        {
            int rank = c.Node.Output.Type.Shape.Rank;
            int[][] permutations = [[.. Enumerable.Range(0, rank).Reverse()], [.. Enumerable.Range(1, rank - 1).Append(0)]];
            foreach (int[] permutation in permutations)
            {
                if (c.Node.Op.Permuted(c.Node, permutation) is { } attributes)
                {
                    followed++;
                    var inverse = Shape.Inverse(permutation);
                    Tensor[] stored = [.. c.Operands.Select(o => o!.Permute(inverse))];
                    Value[] inputs = [.. stored.Select((t, i) => Tensors.Input($"operand{i}", t.Type))];
                    var shape = c.Node.Output.Type.Shape.Permute(inverse);
                    var type = c.Node.Output.Type.IsQuantized ? c.Node.Output.Type with { Shape = shape } : null;
                    var node = new GraphBuilder().EmitNode(c.Node.Op, c.Name, inputs, c.Node.Form with { Attributes = attributes }, type);
                    var expected = c.Node.Op.Evaluate(c.Node, c.Operands, Numerics.Double)[0];
                    var actual = c.Node.Op.Evaluate(node, stored, Numerics.Double)[0].Permute(permutation);
                    Assert.Equal(expected.Type.Shape, actual.Type.Shape);
                    Assert.All(
                        expected.Data.Zip(actual.Data),
                        p => Assert.True(Math.Abs(p.First - p.Second) < 1e-9, $"{c.Node.Op.Name}, {c.Name}: {p.Second}, not {p.First}")
                    );
                }
            }
        }

        Assert.True(followed > 0, "none followed");
    }
}
