// The row forms of kernels: every partition of the rows of a result gives the bytes of the whole map, from buffers of all rows and from
// rings that hold no row more than needed; under sanitizers on the host (tests/device does so under QEMU).

using TinyEngine.Ir;
using TinyEngine.Tests.Codegen;
using TinyEngine.Tests.PackedForms;

namespace TinyEngine.Tests;

public sealed class RowFormTests
{
    private const int Count = 370, EachPacked = 3, EachTile = 8;
    private const string Tile = "_tile";

    private static readonly KernelTable References = NativeKernels.Table.Without(
        NativeKernels.Table.Rows.Select(k => k.Symbol).Where(s => s.EndsWith(Tile, StringComparison.Ordinal)).ToHashSet()
    );

    /// <summary>
    /// Kernels of the host, others of cores with the DSP extension, Helium or neither, references that register tiles stand before, and
    /// kernels of packed constants.
    /// </summary>
    private static readonly IReadOnlyList<(Node Node, Tensor?[] Operands)> Cases =
    [
        .. Enumerable.Range(0, Count).Select(RowCases.Of),
        .. from target in new[] { "cortex-m7", "cortex-m55" }
           from seed in Enumerable.Range(0, Count)
           select On(target, RowCases.Of(seed)) into c
           where c.Node.Kernel!.Core != "any"
           select c,
        .. from seed in Enumerable.Range(0, Count)
           let host = RowCases.Of(seed)
           select (Host: host, Small: On("cortex-m0plus", host)) into c
           where c.Small.Node.Kernel != c.Host.Node.Kernel
           select c.Small,
        .. from seed in Enumerable.Range(0, Count)
           let host = RowCases.Of(seed)
           where host.Node.Kernel!.Symbol.EndsWith(Tile, StringComparison.Ordinal)
           group host by host.Node.Kernel!.Symbol into tiles
           from tile in tiles.Take(EachTile)
           select On("host", tile, References),
        .. PackedCases.Of(EachPacked).Where(c => c.Node.Kernel!.Rows != KernelRow.NoRows),
    ];

    [CompilerTheory("gcc")]
    [InlineData(false)]
    [InlineData(true)]
    public void Rows_at_any_cut_are_those_of_the_whole_map(bool integerRequantize)
    {
        var cases = Cases.Where(c => !integerRequantize || c.Node.Kernel!.Core == "any").ToList();
        var folder = Directory.CreateTempSubdirectory("tinyengine-rows-");
        try
        {
            var sources = RowProgram.Write(folder.FullName, cases);
            string define = $"-DTE_REQUANTIZE_INTEGER={(integerRequantize ? 1 : 0)}";
            string flags = $"{SanitizingCompiler.Strict} -O1 -fsanitize=address,undefined -fno-sanitize-recover=all {define} -o rows";
            Assert.Equal("", RowProgram.Run(folder.FullName, "gcc", [.. flags.Split(' '), .. sources]));
            Assert.Equal($"{cases.Count} cases, 0 differ\n", RowProgram.Run(folder.FullName, Path.Combine(folder.FullName, "rows")));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Every_kernel_with_a_window_has_a_case()
    {
        var expected = NativeKernels.Table.Rows.Where(k => k.Rows == KernelRow.WindowRows).Select(k => k.Symbol);
        Assert.Empty(expected.Except(Cases.Select(c => c.Node.Kernel!.Symbol)));
    }

    [Fact]
    public void Rows_names_a_form_or_a_field_of_the_struct() =>
        Assert.All(
            Cases.Select(c => c.Node.Call!),
            call => Assert.NotNull(RowCall.Of(call, 0, RowCall.RowsOf(call.ArgumentsOf(ParameterUse.Result).First().Type.Shape)))
        );

    private static (Node Node, Tensor?[] Operands) On(string target, (Node Node, Tensor?[] Operands) given, KernelTable? kernels = null)
    {
        var node = given.Node;
        var call = (kernels ?? NativeKernels.Table).Choose(node, node.Op.Request(node), Target.Find(target)!);
        return (node with { Call = call }, given.Operands);
    }
}
