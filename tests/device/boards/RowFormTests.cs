// Row forms of kernels on emulated cores: every partition of the rows of a result gives the bytes of the whole map, with and without an
// FPU (tests/unit does so under sanitizers, with more cases).

using TinyEngine.Tests;

namespace TinyEngine.Device.Tests;

public sealed class RowFormTests : IDisposable
{
    private const int Count = 74;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tinyengine-rows-");

    public void Dispose() => folder.Delete(recursive: true);

    [ArmTheory]
    [InlineData("cortex-m3")]
    [InlineData("cortex-m7")]
    public void Rows_at_any_cut_are_those_of_the_whole_map(string target)
    {
        var (board, tools) = (Board.Of(target), new Toolchain());
        string port = Path.Combine(SharedModels.Root, "runtime-c", "port");
        var sources = RowProgram
            .Write(folder.FullName, [.. Enumerable.Range(0, Count).Select(RowCases.Of)])
            .Concat(new[] { "startup", "te_measure", "te_mpu", "te_port_semihosting" }.Select(f => Path.Combine(port, f + ".c")));
        string flags =
            $"-std=c99 -O2 -mthumb -ffp-contract=off -fno-strict-aliasing {board.ModelFlags} -I. -I{port} -DTE_BOARD"
            + $" -DTE_REQUANTIZE_INTEGER={(target == "cortex-m3" ? 1 : 0)}"
            + $" -DTE_FPGAIO=0x{board.CounterBase:X}u -DTE_TICKS_PER_10MS={board.CounterHertz / 100}u";
        foreach (string source in sources)
        {
            string to = $"te-bench-{Path.GetFileNameWithoutExtension(source)}.o";
            Assert.Equal("", Run(tools.ArmCompiler.Require(), $"{flags} -c {source} -o {to}"));
        }

        string script = Path.Combine(port, board.LinkerScript);
        string link = $"-nostartfiles -nodefaultlibs -Wl,--defsym=TE_SRAM=65536 -Wl,--defsym=TE_FLASH=262144 -L{port} -T{script}";
        var objects = Directory.EnumerateFiles(folder.FullName, "te-bench-*.o").Select(f => Path.GetFileName(f));
        Assert.Equal(
            "",
            Run(tools.ArmCompiler.Require(), $"-mthumb {board.ModelFlags} {link} {string.Join(' ', objects)} -lc -lgcc -o rows.elf")
        );
        Assert.Equal(
            $"{Count} cases, 0 differ\n",
            Run(
                tools.Qemu.Require(),
                $"-M {board.Machine} -display none -monitor none -serial none -semihosting-config enable=on,target=native -kernel rows.elf"
            )
        );
    }

    private string Run(string program, string arguments) => RowProgram.Run(folder.FullName, program, arguments.Split(' '));
}
