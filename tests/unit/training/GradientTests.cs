// Every differentiable operator's gradient rule against central differences of its double-precision reference. The list of
// operators is the set's: an operator that gains a gradient without samples fails.

using TinyEngine.Ir;

namespace TinyEngine.Tests.Training;

public sealed class GradientTests
{
    private static readonly ILookup<string, GradientCase> All =
        GradientCases.Operators.Where(op => op.HasGradient).SelectMany(GradientCases.Of).ToLookup(c => c.Node.Op.Name);

    /// <summary>Operator and name of every case.</summary>
    public static TheoryData<string, string> Cases()
    {
        var data = new TheoryData<string, string>();
        foreach (var c in All.SelectMany(g => g))
        {
            data.Add(c.Node.Op.Name, c.Name);
        }

        return data;
    }

    [Fact]
    public void Differentiable_operators_in_the_table_have_cases_of_several_shapes() =>
        Assert.Empty(GradientCases.Operators.Where(op => op.HasGradient && All[op.Name].Count() < 2).Select(op => op.Name));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradient_of_operator_equals_central_differences(string op, string name)
    {
        var c = All[op].Single(c => c.Name == name);
        var random = new Random(7);
        var seed = Tensors.Random(Tensors.Real(c.Node.Output.Type.Shape.ToArray()), random);
        var gradients = Analytic(c, seed);
        for (int operand = 0; operand < c.Operands.Length; operand++)
        {
            if (c.Operands[operand] is { } content)
            {
                Assert.True(gradients[operand] is not null, $"no gradient of operand {operand}");
                Assert.Equal(content.Data.Length, gradients[operand]!.Data.Length);
                for (int i = 0; i < content.Data.Length; i++)
                {
                    double expected = Difference(c, operand, i, seed),
                        actual = gradients[operand]!.Data[i];
                    Assert.True(
                        Math.Abs(actual - expected) <= 1e-5 * Math.Abs(expected) + 1e-9,
                        $"operand {operand}, element {i}: {actual}, differences give {expected}"
                    );
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradient_not_wanted_builds_nothing_for_it(string op, string name)
    {
        var c = All[op].Single(c => c.Name == name);
        int all = Build(c, [.. c.Operands.Select(o => o is not null)]).Nodes.Count;
        for (int operand = 0; operand < c.Operands.Length; operand++)
        {
            bool[] wanted = [.. c.Operands.Select((o, i) => o is not null && i == operand)];
            var (results, nodes) = Build(c, wanted);
            Assert.All(results.Select((r, i) => (r, i)), p => Assert.True(wanted[p.i] || p.r is null));
            Assert.True(nodes.Count <= Math.Max(2, all), "more nodes for one gradient than for all");
            var read = nodes.SelectMany(n => n.Inputs).Concat(results).ToHashSet();
            Assert.True(nodes.All(n => read.Contains(n.Output)), "a node that no wanted gradient needs");
        }
    }

    private static (Value?[] Results, IReadOnlyList<Node> Nodes) Build(GradientCase c, bool[] wanted)
    {
        var builder = new GraphBuilder();
        var dy = Tensors.Input("dy", Tensors.Real(c.Node.Output.Type.Shape.ToArray()));
        var results = c.Node.Op.Gradient(
            new GradientRequest(c.Node, [dy, .. c.Node.Outputs.Skip(1).Select(_ => (Value?)null)], wanted, builder)
        );
        return (results, builder.Nodes);
    }

    private static Tensor?[] Analytic(GradientCase c, Tensor seed)
    {
        var builder = new GraphBuilder();
        var dy = Tensors.Input("dy", seed.Type);
        var results = c.Node.Op.Gradient(new GradientRequest(
            c.Node, [dy, .. c.Node.Outputs.Skip(1).Select(_ => (Value?)null)], [.. c.Operands.Select(o => o is not null)], builder));
        var interpreter = new Interpreter(Numerics.Double) { [dy] = seed };
        for (int i = 0; i < c.Operands.Length; i++)
        {
            if (c.Node.Inputs[i] is { } value)
            {
                interpreter[value] = c.Operands[i]!;
            }
        }

        interpreter.Run([c.Node, .. builder.Nodes]);
        return [.. results.Select(r => r is null ? null : interpreter[r])];
    }

    /// <summary>d(sum of seed * real result) / d(real operand element), by a step to either side.</summary>
    private static double Difference(GradientCase c, int operand, int index, Tensor seed)
    {
        var type = c.Operands[operand]!.Type;
        int channel = type.Quant is { Axis: { } axis } ? index / type.Shape.Strides()[axis] % type.Shape[axis] : 0;
        double step = GradientCases.Step(c, operand);
        return (Loss(step) - Loss(-step)) / (2 * step * type.ScaleOf(channel));

        double Loss(double by)
        {
            var y = c.Node.Op.Evaluate(c.Node, GradientCases.Moved(c, operand, index, by), Numerics.Double)[0];
            return seed.Data.Select((s, i) => s * y.Real(i)).Sum();
        }
    }
}
