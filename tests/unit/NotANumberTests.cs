// A number that is not one is never hidden: wherever a kernel's fp32 result depends on an fp32 operand, NaN in the operand is NaN in the
// result, in C and in the reference alike. What a result depends on is found by changing the operand. Exceptions stand in the operator
// (Op.PassesNotANumber). Every kernel of the table that maps fp32 to fp32 has a case.

using TinyEngine.Ir;
using TinyEngine.Tests.Codegen;
using TinyEngine.Tests.Training;
using static TinyEngine.Tests.Training.TrainingKernelCases;

namespace TinyEngine.Tests;

public sealed class NotANumberTests
{
    private static readonly Numerics Reference = Numerics.For(Target.Find("host")!);

    [CompilerFact("gcc")]
    public void Results_that_depend_on_what_is_not_a_number_are_none_either()
    {
        var cases = Cases().GroupBy(c => c.Node.Kernel!.Symbol).Select(g => g.First()).ToList();
        Assert.Empty(Expected().Except(cases.Select(c => c.Node.Kernel!.Symbol)));

        using var native = new NativeKernels([.. cases.Select(c => c.Node)], integerRequantize: false);
        var hidden = new List<string>();
        for (int c = 0; c < cases.Count; c++)
        {
            var (node, operands) = cases[c];
            for (int o = 0; o < operands.Length; o++)
            {
                if (operands[o] is { Type: { DType: DType.F32, Block: null } } operand)
                {
                    int last = operand.Data.Length - 1;
                    hidden.AddRange(new[] { 0, last }.Distinct().SelectMany(at => Hidden(native, c, node, operands, o, at)).Take(1));
                }
            }
        }

        Assert.True(hidden.Count == 0, string.Join('\n', hidden));
    }

    /// <summary>The kernels that map fp32 to fp32.</summary>
    private static IEnumerable<string> Expected() =>
        NativeKernels
            .Table.Rows.Where(k =>
                k.Parameters.Any(p => p is { IsOperand: true, Type: "f32" })
                && k.Parameters.Any(p => p is { Use: ParameterUse.Result or ParameterUse.ChangedOperand, IsOptional: false, Type: "f32" })
            )
            .Select(k => k.Symbol);

    /// <summary>The results that hide NaN in an element of an operand, and those of which C and reference differ.</summary>
    private static IEnumerable<string> Hidden(NativeKernels native, int index, Node node, Tensor?[] operands, int operand, int at)
    {
        Tensor?[] With(Func<double, double> change)
        {
            Tensor?[] copies = [.. operands.Select(t => t is null ? null : new Tensor(t.Type, [.. t.Data], t.Exponents))];
            copies[operand]!.Data[at] = change(copies[operand]!.Data[at]);
            return copies;
        }

        var before = Evaluate(node, With(v => v));
        var changed = new Func<double, double>[] { v => (float)(v + 0.125), v => (float)(v - 0.125), v => 2 * v, v => -v }
            .Select(f => Evaluate(node, With(f)))
            .ToList();
        var expected = Evaluate(node, With(_ => double.NaN));
        var actual = Native(native, index, node, With(_ => double.NaN));
        for (int r = 0; r < before.Count; r++)
        {
            for (int i = 0; i < before[r].Length; i++)
            {
                bool dependent = changed.Any(c => c[r][i] != before[r][i]);
                if (
                    node.Op.PassesNotANumber(operand)
                    && ((dependent && !double.IsNaN(actual[r][i])) || double.IsNaN(expected[r][i]) != double.IsNaN(actual[r][i]))
                )
                {
                    yield return $"{node.Kernel!.Symbol} '{node.Name}', operand {operand}[{at}], result {r}[{i}]: "
                        + $"C has {actual[r][i]}, the reference {expected[r][i]}";
                }
            }
        }
    }

    /// <summary>The fp32 results of the reference, what the operator changes in place first.</summary>
    private static List<double[]> Evaluate(Node node, Tensor?[] operands) => Reals(node.Op.Evaluate(node, operands, Reference));

    private static List<double[]> Native(NativeKernels native, int index, Node node, Tensor?[] operands)
    {
        var (after, results) = native.Run(index, operands);
        return Reals(node.Op.Mutates is >= 0 and var m ? results.Prepend(Tensor.FromBytes(operands[m]!.Type, after[m]!)) : results);
    }

    private static List<double[]> Reals(IEnumerable<Tensor> results) =>
        [.. results.Where(t => t.Type is { DType: DType.F32, Block: null }).Select(t => t.Data)];

    private static List<(Node Node, Tensor?[] Operands)> Cases() =>
        [
            .. NativeKernels
                .Operators.Operators.Where(op => op.HasGradient)
                .SelectMany(GradientCases.Of)
                .SelectMany(c => CaseKernelTests.Runs(c, Reference))
                .Select(r => (r.Node, r.Operands)),
            .. Trained().Select(c => (NativeKernels.Selected(c.Node), c.Operands)),
            .. Trained().Concat(Blocks()).Select(OnDsp).Where(c => c.Node.Kernel!.Core == "dsp"),
        ];

    private static (Node Node, Tensor?[] Operands) OnDsp((Node Node, Tensor?[] Operands) c) =>
        (c.Node with { Call = NativeKernels.Table.Choose(c.Node, c.Node.Op.Request(c.Node), Target.Find("cortex-m7")!) }, c.Operands);

    /// <summary>Layers with enough channels for kernels that make several at a time.</summary>
    private static IEnumerable<(Node Node, Tensor?[] Operands)> Blocks()
    {
        var random = new Random(4);
        Tensor Real(params int[] shape) => Tensors.Random(Tensors.Real(shape), random);
        yield return Make(random, Dense.Op, Attributes.Empty, Real(1, 9), Real(9, 9), Real(9));
        yield return Make(random, Conv2d.Op, Attributes.Empty, Real(1, 3, 3, 9), Real(9, 2, 2, 9), Real(9));
        yield return Make(random, Conv2d.Op, Attributes.Empty.With("group", 9), Real(1, 3, 3, 9), Real(9, 2, 2, 1), Real(9));
        yield return Make(
            random,
            Conv2dDx.Op,
            Attributes.Empty.With("input", [1, 3, 3, 9]),
            Real(1, 2, 2, 9),
            Real(9, 2, 2, 9)
        );
        Tensor Codes(params int[] shape) =>
            Tensors.Random(Tensors.Weights([.. Enumerable.Repeat(0.5f, shape[0])], shape), random, 9);
        var input = Attributes.Empty.With("input", [1, 3, 3, 9]);
        yield return Make(random, Conv2dDx.Op, input, Real(1, 3, 3, 9), Codes(9, 1, 1, 9));
        yield return Make(random, Conv2dDx.Op, input, Real(1, 3, 3, 9), Codes(9, 1, 1, 5), Codes(9, 1, 1, 4));
        yield return Make(random, Conv2dDx.Op, input.With("group", 9), Real(1, 2, 2, 9), Codes(9, 2, 2, 1));
        yield return Make(random, ChannelSum.Op, Attributes.Empty, Real(1, 3, 3, 9));
        var mask = Tensor.Zeros(new TensorType(DType.Bit, Shape.Of(1, 9)));
        Array.Fill(mask.Data, 1);
        yield return Make(random, ApplyMask.Op, Attributes.Empty, Real(1, 9), mask);
    }

    /// <summary>Losses, and what steps the parameters.</summary>
    private static IEnumerable<(Node Node, Tensor?[] Operands)> Trained()
    {
        var random = new Random(3);
        Tensor Real(params int[] shape) => Tensors.Random(Tensors.Real(shape), random);
        var counter = Tensors.Of(new TensorType(DType.U32, Shape.Of(2)), 1, 3);
        var rate = Tensors.Of(Tensors.Real(1), 0.5);
        var rule = Rule(random, "nearest", Attributes.Empty);
        foreach (var loss in Loss.All)
        {
            yield return Make(
                random,
                loss,
                Attributes.Empty,
                Real(1, 4),
                loss.TakesClass ? Tensors.Of(new TensorType(DType.I32, Shape.Of(1)), 2) : Real(1, 4)
            );
        }

        yield return Make(
            random,
            SoftmaxDx.Op,
            Attributes.Empty,
            Real(2, 3),
            Tensors.Random(Tensors.Codes(0.00390625f, -128, 2, 3), random, 9)
        );
        yield return Make(random, Conv2dDw.Op, Attributes.Empty.With("weights", [2, 2, 2, 3]), Real(1, 2, 2, 2), Real(1, 3, 3, 3));
        yield return Make(
            random,
            Conv2dDw.Op,
            Attributes.Empty.With("weights", [2, 2, 2, 3]),
            Real(1, 2, 2, 2),
            Tensors.Random(Tensors.Codes(0.5f, 3, 1, 3, 3, 3), random, 9)
        );
        yield return Make(random, Conv2dUpdate.Op, rule, Real(2, 2, 2, 3), Real(1, 2, 2, 2), Real(1, 3, 3, 3), rate, null, null, null);
        yield return Make(random, Sgd.Op, rule.With("every", 1), Real(2, 3), Real(2, 3), rate, counter, null, Real(2, 3), rate);
        yield return Make(random, Accumulate.Op, Attributes.Empty.With("every", 2), Real(1, 7), Real(1, 7), counter);
        yield return Make(random, SquareSum.Op, Attributes.Empty, Real(1, 5), Real(1));
        yield return Make(random, ClipScale.Op, Attributes.Empty.With("norm", 0.25).With("every", 1), Tensors.Of(Tensors.Real(1), 0.5));
    }
}
