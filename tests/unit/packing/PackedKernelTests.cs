// Kernels that read constants in a packed form, compiled for the host, against the reference.

using TinyEngine.Ir;
using TinyEngine.Tests.Codegen;

namespace TinyEngine.Tests.PackedForms;

public sealed class PackedKernelTests
{
    private const int Each = 24;

    private static readonly IReadOnlyList<(Node Node, Tensor?[] Operands)> Cases = PackedCases.Of(Each);

    [Fact]
    public void Every_packed_kernel_has_cases()
    {
        var counts = Cases.CountBy(c => c.Node.Kernel!.Symbol).ToDictionary();
        var kernels = NativeKernels.Table.Rows.Where(r => PackedForm.Find(r.Packing) is not null);
        Assert.All(kernels, r => Assert.InRange(counts.GetValueOrDefault(r.Symbol), Each / 2, Each));
    }

    [CompilerFact("gcc")]
    public void Results_are_those_of_the_reference()
    {
        using var native = new NativeKernels([.. Cases.Select(c => c.Node)], integerRequantize: false);
        for (int i = 0; i < Cases.Count; i++)
        {
            var (node, operands) = Cases[i];
            var given = node.Call!.ArgumentsOf(ParameterUse.Operand).Zip(operands.OfType<Tensor>());
            var contents = given.ToDictionary(p => p.First, p => p.Second);
            Tensor?[] all = [.. node.Inputs.Select(v => v is null ? null : v.Data ?? contents[v])];
            var expected = node.Op.Evaluate(node, all, Numerics.For(Target.Default));
            var actual = native.Evaluate(i, all);
            for (int r = 0; r < expected.Length; r++)
            {
                bool same = expected[r].ToBytes().AsSpan().SequenceEqual(actual[r].ToBytes());
                Assert.True(same, $"case {i}: {node.Kernel!.Symbol}, result {r}");
            }
        }
    }
}
