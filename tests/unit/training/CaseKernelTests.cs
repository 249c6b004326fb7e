// The C kernels of every differentiable operator and of its backward operators, on the operands of its gradient cases, against the
// reference: results of codes and masks bit for bit, fp32 within 1e-5. The list of operators is the set's.

using TinyEngine.Ir;
using TinyEngine.Tests.Codegen;

namespace TinyEngine.Tests.Training;

public sealed class CaseKernelTests
{
    [CompilerFact("gcc")]
    public void Cases_in_C_equal_reference() => CompareAll(integerRequantize: false);

    [CompilerFact("gcc")]
    public void Cases_in_C_with_integer_requantization_equal_reference() => CompareAll(integerRequantize: true);

    private static void CompareAll(bool integerRequantize) =>
        Compare(
            [
                .. GradientCases.Operators.Where(op => op.HasGradient)
                    .SelectMany(GradientCases.Of)
                    .SelectMany(c => Runs(c, new Numerics(false, integerRequantize))),
            ],
            integerRequantize
        );

    /// <summary>Runs every node in C on the operands given and compares with the results given.</summary>
    internal static void Compare(IReadOnlyList<(Node Node, Tensor?[] Operands, Tensor[] Expected)> runs, bool integerRequantize)
    {
        using var native = new NativeKernels([.. runs.Select(r => r.Node)], integerRequantize);
        for (int n = 0; n < runs.Count; n++)
        {
            var (node, operands, expected) = runs[n];
            var actual = native.Evaluate(n, operands);
            for (int o = 0; o < expected.Length; o++)
            {
                bool exact = expected[o].Type.DType != DType.F32;
                Assert.All(expected[o].Data.Zip(actual[o].Data), p => Assert.True(
                    p.First.Equals(p.Second) || (!exact && Math.Abs(p.First - p.Second) <= 1e-5 * Math.Max(1, Math.Abs(p.First))),
                    $"{node.Kernel!.Symbol} '{node.Name}', result {o}: C has {p.Second}, the reference {p.First}"));
            }
        }
    }

    private static bool IsLowered(Node node) => node.Op.Lower(node, new GraphBuilder()) is not null;

    /// <summary>The forward node and the backward nodes of a case, with operands and results of the reference.</summary>
    internal static IEnumerable<(Node Node, Tensor?[] Operands, Tensor[] Results)> Runs(GradientCase c, Numerics numerics)
    {
        var builder = new GraphBuilder();
        var dy = Tensors.Input("dy", Tensors.Real(c.Node.Output.Type.Shape.ToArray()));
        c.Node.Op.Gradient(
            new GradientRequest(
                c.Node,
                [dy, .. c.Node.Outputs.Skip(1).Select(_ => (Value?)null)],
                [.. c.Operands.Select(o => o is not null)],
                builder
            )
        );
        var interpreter = new Interpreter(numerics) { [dy] = Tensors.Random(dy.Type, new Random(5)) };
        foreach (var (value, content) in c.Node.Inputs.Zip(c.Operands).Where(p => p.First is not null))
        {
            interpreter[value!] = content!;
        }

        foreach (var node in builder.Nodes.Prepend(c.Node))
        {
            interpreter.Run([node]);
            // Views have no kernel, nor have operators that are made of others; the gradient of weights has one only together with its
            // update.
            if (!node.Op.IsView && node.Op.FusedUpdate(node) is null && !IsLowered(node))
            {
                yield return (
                    NativeKernels.Selected(node),
                    [.. node.Inputs.Select(v => v is null ? null : interpreter[v])],
                    [.. node.Outputs.Select(v => interpreter[v])]
                );
            }
        }
    }
}
