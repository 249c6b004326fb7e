// The row forms of kernels: every partition of the rows of a result gives the bytes of the whole map, from buffers of all rows and from
// rings that hold no row more than needed; under sanitizers on the host (tests/device does so under QEMU).

using TinyEngine.Ir;
using TinyEngine.Tests.Codegen;

namespace TinyEngine.Tests;

public sealed class RowFormTests
{
    private const int Count = 370;

    [CompilerTheory("gcc")]
    [InlineData(false)]
    [InlineData(true)]
    public void Rows_at_any_cut_are_those_of_the_whole_map(bool integerRequantize)
    {
        var cases = Enumerable.Range(0, Count).Select(RowCases.Of).ToList();
        var folder = Directory.CreateTempSubdirectory("tinyengine-rows-");
        try
        {
            var sources = RowProgram.Write(folder.FullName, cases);
            string define = $"-DTE_REQUANTIZE_INTEGER={(integerRequantize ? 1 : 0)}";
            string flags = $"{SanitizingCompiler.Strict} -O1 -fsanitize=address,undefined -fno-sanitize-recover=all {define} -o rows";
            Assert.Equal("", RowProgram.Run(folder.FullName, "gcc", [.. flags.Split(' '), .. sources]));
            Assert.Equal($"{Count} cases, 0 differ\n", RowProgram.Run(folder.FullName, Path.Combine(folder.FullName, "rows")));
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
        Assert.Empty(expected.Except(Enumerable.Range(0, Count).Select(seed => RowCases.Of(seed).Node.Kernel!.Symbol)));
    }

    [Fact]
    public void Rows_names_a_form_or_a_field_of_the_struct() =>
        Assert.All(
            Enumerable.Range(0, Count).Select(seed => RowCases.Of(seed).Node.Call!),
            call => Assert.NotNull(RowCall.Of(call, 0, RowCall.RowsOf(call.ArgumentsOf(ParameterUse.Result).First().Type.Shape)))
        );
}
