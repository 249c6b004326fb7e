// Properties of extremes that differences cannot show: equal ones share the gradient evenly, and NaN is never hidden.

using TinyEngine.Ir;
using TinyEngine.Tests.Codegen;

namespace TinyEngine.Tests.Training;

public sealed class ReduceExtremeTests
{
    [CompilerFact("gcc")]
    public void Equal_extremes_share_the_gradient()
    {
        var attributes = Attributes.Empty.With("axes", [1]);
        foreach (var type in new[] { Tensors.Real(2, 4), Tensors.Codes(0.5f, 3, 2, 4) })
        {
            foreach (
                var (op, expected) in new (ReduceExtreme, double[])[]
                {
                    (ReduceExtreme.Max, [0, 3, 0, 3, -0.5, -0.5, -0.5, -0.5]),
                    (ReduceExtreme.Min, [6, 0, 0, 0, -0.5, -0.5, -0.5, -0.5]),
                }
            )
            {
                var (dy, x) = (Tensors.Input("dy", Tensors.Real(2, 1)), Tensors.Input("x", type));
                var node = NativeKernels.Selected(new GraphBuilder().EmitNode(op.Dx, "dx", [dy, x], attributes));
                Tensor[] operands = [Tensors.Of(dy.Type, 6, -2), Tensors.Of(type, -1, 5, 2, 5, 7, 7, 7, 7)];
                Assert.Equal(expected, op.Dx.Evaluate(node, operands, Numerics.Double)[0].Data);
                using var native = new NativeKernels([node], integerRequantize: false);
                Assert.Equal(expected, native.Evaluate(node, operands)[0].Data);
            }
        }
    }

    [CompilerFact("gcc")]
    public void What_is_not_a_number_is_the_extreme_wherever_it_stands()
    {
        foreach (var op in new[] { ReduceExtreme.Max, ReduceExtreme.Min })
        {
            var x = Tensors.Input("x", Tensors.Real(1, 3));
            var node = NativeKernels.Selected(new GraphBuilder().EmitNode(op, "y", [x], Attributes.Empty.With("axes", [1])));
            using var native = new NativeKernels([node], integerRequantize: false);
            for (int at = 0; at < 3; at++)
            {
                var content = new Tensor(x.Type, [.. Enumerable.Range(0, 3).Select(i => i == at ? double.NaN : i)]);
                Assert.True(double.IsNaN(op.Evaluate(node, [content], Numerics.Double)[0].Data[0]));
                Assert.True(double.IsNaN(native.Evaluate(node, [content])[0].Data[0]), $"{op.Name} of NaN at {at}");
            }
        }
    }
}
