// The emulated boards: which QEMU machine stands for a core, how code for it is compiled, and how its clock counts
// instructions (runtime-c/port/te_measure.c says how and why).

using TinyEngine.Ir;

namespace TinyEngine.Device;

/// <summary>An emulated board.</summary>
/// <param name="Target">The target on the command line.</param>
/// <param name="Machine">QEMU's name of the board.</param>
/// <param name="ModelFlags">Compiler flags of the model.</param>
/// <param name="BenchFlags">Compiler flags of the test bench around it: of the board's core.</param>
/// <param name="LinkerScript">File name of its memory map.</param>
/// <param name="CounterBase">Address of the FPGA I/O block with the counter.</param>
/// <param name="CounterHertz">Rate of the counter: half its clock.</param>
/// <param name="SramLimit">Largest SRAM budget, bytes.</param>
/// <param name="FlashLimit">Largest flash budget, bytes.</param>
public sealed record Board(
    string Target,
    string Machine,
    string ModelFlags,
    string BenchFlags,
    string LinkerScript,
    uint CounterBase,
    int CounterHertz,
    long SramLimit,
    long FlashLimit
)
{
    /// <summary>An instruction takes 2^shift ns: 2.5 ticks of the counter or more, so that rounding cannot hide one.</summary>
    public const int InstructionShift = 8;

    private const long Half = 2 << 20; // every board has 4 MB and 4 MB, of which the test bench takes half

    /// <summary>All boards.</summary>
    public static readonly IReadOnlyList<Board> All =
    [
        Mps2("cortex-m0plus", "mps2-an385", "-mcpu=cortex-m0plus", "-mcpu=cortex-m3"),
        Mps2("cortex-m3", "mps2-an385", "-mcpu=cortex-m3"),
        Mps2("cortex-m4", "mps2-an386", "-mcpu=cortex-m4 -mfpu=fpv4-sp-d16 -mfloat-abi=hard"),
        Mps2("cortex-m7", "mps2-an500", "-mcpu=cortex-m7 -mfpu=fpv5-sp-d16 -mfloat-abi=hard"),
        Tz("cortex-m33", "mps2-an505", "-mcpu=cortex-m33 -mfpu=fpv5-sp-d16 -mfloat-abi=hard", "mps2-an505.ld", 0x50302000),
        Tz("cortex-m55", "mps3-an547", "-mcpu=cortex-m55 -mfloat-abi=hard -fno-tree-vectorize", // runtime-c/include/te_scalar.h
             "mps3-an547.ld", 0x59302000),
    ];

    /// <summary>Ticks of the counter in one instruction; more than 2.</summary>
    public double TicksPerInstruction => CounterHertz * 1e-9 * (1 << InstructionShift);

    /// <summary>Instructions in a number of ticks of a call, less those of an empty call.</summary>
    public long Instructions(ulong ticks, ulong emptyTicks) =>
        ticks == 0 ? 0 : (long)Math.Round(ticks / TicksPerInstruction) - (long)Math.Round(emptyTicks / TicksPerInstruction);

    /// <summary>The board of a target.</summary>
    /// <exception cref="DiagnosticException">TE0708: the target has no board, as <c>host</c>.</exception>
    public static Board Of(string target) =>
        All.FirstOrDefault(b => b.Target == target)
        ?? throw DeviceDiagnostics.NoBoard.Failure(
            $"no emulated board for target {target}; there are boards for {string.Join(", ", All.Select(b => b.Target))}"
        );

    private static Board Mps2(string target, string machine, string flags, string? benchFlags = null) =>
        new(target, machine, flags, benchFlags ?? flags, "mps2.ld", 0x40028000, 12_500_000, Half, Half);

    private static Board Tz(string target, string machine, string flags, string script, uint counter) =>
        new(target, machine, flags, flags, script, counter, 10_000_000, Half, Half);
}
