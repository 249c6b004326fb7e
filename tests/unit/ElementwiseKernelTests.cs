// The C kernels of elementwise operators and reductions on codes of arbitrary scales and zero points, bit for bit; and the
// runtime's own functions of one number, to a few units in the last place over their whole range.

using TinyEngine.Ir;
using TinyEngine.Tests.Codegen;
using TinyEngine.Tests.Training;

namespace TinyEngine.Tests;

public sealed class ElementwiseKernelTests
{
    [CompilerFact("gcc")]
    public void Codes_in_C_equal_reference() => CompareCodes(integerRequantize: false);

    [CompilerFact("gcc")]
    public void Codes_in_C_with_integer_requantization_equal_reference() => CompareCodes(integerRequantize: true);

    [CompilerFact("gcc")]
    public void Functions_in_C_are_accurate_to_a_few_units()
    {
        // Magnitudes from 2^-20 to 2^7, both signs; where a function's own slope is steep, rounding of x is not its error.
        double[] abscissas =
        [
            .. Enumerable
                .Range(0, 40_000)
                .Select(i => new Random(i))
                .Select(r => (double)(float)((r.Next(2) * 2 - 1) * Math.Pow(2, r.NextDouble() * 27 - 20))),
        ];
        var functions = Unary.All.Select(u => (Unary: u, Node: Node(u))).ToList();
        using var native = new NativeKernels([.. functions.Select(f => f.Node)], integerRequantize: false);
        for (int f = 0; f < functions.Count; f++)
        {
            var x = new Tensor(functions[f].Node.Input(0).Type, abscissas);
            var (expected, actual) = (
                functions[f].Node.Op.Evaluate(functions[f].Node, [x], Numerics.Double)[0].Data,
                native.Evaluate(f, [x])[0].Data
            );
            // Tails of GELU are x times a probability: accurate to units of x. Below e^-69 exp is 0 by definition.
            double Scale(int i) =>
                functions[f].Unary == Unary.Gelu || functions[f].Unary == Unary.GeluTanh
                    ? Math.Max(Math.Abs(expected[i]), Math.Abs(x.Data[i]) * 0.125)
                    : Math.Abs(expected[i]);
            for (int i = 0; i < abscissas.Length; i++)
            {
                bool same = double.IsNaN(expected[i])
                    ? double.IsNaN(actual[i])
                    : (float)expected[i] == actual[i]
                        || Math.Abs(expected[i] - actual[i]) <= 6 * Math.Pow(2, -23) * Scale(i) + Math.Pow(2, -93);
                Assert.True(same, $"{functions[f].Unary.Name}({x.Data[i]}): C has {actual[i]}, it is {expected[i]}");
            }
        }

        Node Node(Unary u) =>
            NativeKernels.Selected(
                new GraphBuilder().EmitNode(
                    u,
                    u.Name,
                    [Tensors.Input("x", Tensors.Real(abscissas.Length))],
                    Attributes.Empty.With("alpha", 0.25).With("beta", 0.5)
                )
            );
    }

    private static void CompareCodes(bool integerRequantize)
    {
        var numerics = new Numerics(false, integerRequantize);
        CaseKernelTests.Compare([.. Enumerable.Range(0, 300).Select(seed =>
        {
            var (node, operands) = Case(new Random(seed));
            return (node, operands, node.Op.Evaluate(node, operands, numerics));
        })], integerRequantize);
    }

    private static (Node Node, Tensor?[] Operands) Case(Random random)
    {
        int[] shape = [random.Next(1, 3), random.Next(1, 5), random.Next(1, 4), random.Next(1, 9)];
        int[] repeated = [.. shape.Select(n => random.Next(3) == 0 ? 1 : n)];
        return random.Next(7) switch
        {
            0 => Make(Add.Op, Attributes.Empty.Masked(), 1, Codes(shape), Codes(repeated[random.Next(4)..])),
            1 or 2 => Make(Mul.Op, Attributes.Empty.Masked(), 0.3f, Codes(shape), Codes(repeated[random.Next(4)..])),
            3 or 4 => Make(
                ReduceSum.Op,
                Attributes
                    .Empty.With("mean", random.Next(2))
                    .With("axes", Enumerable.Range(0, 4).Where(_ => random.Next(2) == 0))
                    .Masked(),
                1,
                Codes(shape)
            ),
            5 => Make(PRelu.Op, Attributes.Empty.Masked(), 1, Codes(shape), Codes(repeated[random.Next(4)..])),
            _ => Make(Unary.All[random.Next(Unary.All.Length)], Attributes.Empty.With("alpha", 0.2).With("beta", 0.5), 0.3f, Codes(shape)),
        };

        Tensor Codes(int[] extents)
        {
            var type = Tensors.Codes((float)Math.Exp(3 * random.NextDouble() - 4), random.Next(-128, 128), extents);
            return new Tensor(type, [.. Enumerable.Range(0, (int)type.Count).Select(_ => (double)random.Next(-128, 128))]);
        }

        (Node, Tensor?[]) Make(Op op, NodeForm form, float scale, params Tensor[] operands)
        {
            var inputs = operands.Select((t, i) => Tensors.Input($"operand{i}", t.Type)).ToArray();
            var result = new GraphBuilder().Emit(op, op.Name, inputs, form.Masked(false)).Type.Shape;
            var type = Tensors.Codes((float)(scale * Math.Exp(2 * random.NextDouble() - 1)), random.Next(-128, 128), result.ToArray());
            return (NativeKernels.Selected(new GraphBuilder().EmitNode(op, op.Name, inputs, form, type)), [.. operands]);
        }
    }
}
