// Builds firmware of an emitted model for an emulated board. Objects of the test bench are named te-bench-*.o, by which
// the linker script keeps them out of the model's budgets; no name of an emitted file has a hyphen.

using System.Globalization;
using System.Text.RegularExpressions;
using TinyEngine.Ir;

namespace TinyEngine.Device;

/// <summary>Builds firmware.</summary>
public static partial class FirmwareBuild
{
    /// <summary>Budgets are held to multiples of this many bytes: the grain of memory protection.</summary>
    public const int BudgetGrain = 32;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);
    private static readonly string[] Bench = ["startup", "te_measure", "te_mpu", "te_port_semihosting", "te_run"];

    // No contraction: every machine rounds alike. No strict aliasing: values of different types use the same bytes of the arena in turn.
    private const string Common = "-std=c99 -mthumb -O2 -ffp-contract=off -fno-strict-aliasing -ffunction-sections -fdata-sections";

    /// <summary>Builds, or finds the build of the same sources.</summary>
    /// <param name="folder">The emitted folder.</param>
    /// <param name="board">The board.</param>
    /// <param name="sramBudget">Bytes for static data and stack.</param>
    /// <param name="flashBudget">Bytes for code and constants.</param>
    /// <param name="toolchain">The compilers.</param>
    /// <param name="profiled">Kernels whose calls are counted one by one (te_profile.h), or null.</param>
    /// <param name="cancellation">Ends the build.</param>
    /// <exception cref="DiagnosticException">TE0702 to TE0704.</exception>
    public static async Task<Firmware> RunAsync(
        string folder,
        Board board,
        long sramBudget,
        long flashBudget,
        Toolchain toolchain,
        IReadOnlyList<string>? profiled = null,
        CancellationToken cancellation = default
    )
    {
        RequireWithin(OptionName.Sram, sramBudget, board.SramLimit, board);
        RequireWithin(OptionName.Flash, flashBudget, board.FlashLimit, board);
        var sources = new EmittedFolder(folder);
        string compiler = toolchain.ArmCompiler.Require(), size = toolchain.ArmSize.Require();
        string version = await Toolchain.VersionAsync(toolchain.ArmCompiler, cancellation) ?? "";
        string[] link =
        [
            Define("TE_SRAM", sramBudget / BudgetGrain * BudgetGrain),
            Define("TE_FLASH", flashBudget / BudgetGrain * BudgetGrain),
            "-nostartfiles",
            "-nodefaultlibs",
            "-Wl,--gc-sections",
            "-Wl,-Map=firmware.map",
            "-L",
            sources.Firmware,
            "-T",
            Path.Combine(sources.Firmware, board.LinkerScript),
        ];
        string recipe = string.Join('\n', [version, Common, board.ToString(), .. link, .. profiled ?? []]);
        FirmwareSizes? sizes = null;
        string built = await sources.BuildAsync(
            profiled is null ? board.Target : board.Target + "-profile",
            recipe,
            "firmware.elf",
            async place =>
            {
                string[] hooks = profiled is null ? [] : ["-iquote", sources.Root, "-include", Path.Combine(place, "profiled.h")];
                await File.WriteAllTextAsync(Path.Combine(place, "profiled.h"), ProfileHeader(profiled ?? []), cancellation);
                foreach (var group in sources.ModelSources.GroupBy(f => Path.GetDirectoryName(f) == sources.Root ? hooks : []))
                {
                    await RunAsync(
                        compiler,
                        [.. Words(Common), .. Words(board.ModelFlags), .. group.Key, "-c", .. group],
                        place,
                        cancellation
                    );
                }

                foreach (string name in profiled is null ? Bench : [.. Bench, "te_profile"])
                {
                    // Without the flag a loop becomes a call of memset, which would be code of the model.
                    await RunAsync(
                        compiler,
                        [
                            .. Words(Common),
                            .. Words(board.BenchFlags),
                            "-fno-tree-loop-distribute-patterns",
                            $"-DTE_FPGAIO=0x{board.CounterBase:X}u",
                            $"-DTE_TICKS_PER_10MS={board.CounterHertz / 100}u",
                            .. profiled is null ? Array.Empty<string>() : ["-DTE_PROFILE"],
                            "-c",
                            Path.Combine(sources.Firmware, name + ".c"),
                            "-o",
                            $"te-bench-{name}.o",
                        ],
                        place,
                        cancellation
                    );
                }

                string[] objects =
                [
                    .. Directory.EnumerateFiles(place, "*.o").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal),
                ];
                await RunAsync(
                    compiler,
                    ["-mthumb", .. Words(board.ModelFlags), .. link, .. objects, "-lc", "-lgcc", "-o", "firmware.elf"],
                    place,
                    cancellation
                );
                foreach (string name in objects)
                {
                    File.Delete(Path.Combine(place, name));
                }
            },
            async elf =>
            {
                var listing = await ChildProcess.RunAsync(size, ["-A", elf], null, Limit, cancellation);
                sizes = listing.ExitCode == 0 ? FirmwareSizes.Parse(listing.Text) : null;
                return sizes?.Code > 0;
            }
        );
        return new Firmware(built, board, sizes!);
    }

    // A macro is not expanded inside itself: the call in it calls the kernel.
    private static string ProfileHeader(IEnumerable<string> kernels) =>
        "#include \"runtime/te_kernels.h\"\n#include \"firmware/te_profile.h\"\n"
        + string.Concat(
            kernels.Select(k => $"#define {k}(node, ...) (te_profile_enter(), {k}(node, __VA_ARGS__), te_profile_leave(node))\n")
        );

    private static async Task RunAsync(string compiler, IEnumerable<string> arguments, string place, CancellationToken cancellation)
    {
        var output = await ChildProcess.RunAsync(compiler, arguments, place, Limit, cancellation);
        if (output.ExitCode == 0)
        {
            return;
        }

        var overflow = Overflow().Match(output.Text);
        throw overflow.Success
            ? DeviceDiagnostics.DoesNotFit.Failure(
                $"the firmware needs {overflow.Groups[2].Value} bytes more {overflow.Groups[1].Value} than its budget"
            )
        : NegativeStack().IsMatch(output.Text)
            ? DeviceDiagnostics.DoesNotFit.Failure("the model's static data leave no SRAM for its stack")
        : DeviceDiagnostics.BuildFailed.Failure($"{Path.GetFileName(compiler)} failed: {FirstError(output.Text)}");
    }

    /// <summary>The line of a compiler's output that names the error.</summary>
    internal static string FirstError(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.FirstOrDefault(l =>
                l.Contains("error", StringComparison.Ordinal) || l.Contains("undefined reference", StringComparison.Ordinal)
            )
            ?? lines.FirstOrDefault()
            ?? "no message";
    }

    private static void RequireWithin(OptionName option, long budget, long limit, Board board)
    {
        if (budget < BudgetGrain || budget > limit)
        {
            throw DeviceDiagnostics.DoesNotFit.Failure(
                $"{option} {budget} cannot be emulated: {board.Machine} has from {BudgetGrain} to {limit} bytes for the model"
            );
        }
    }

    private static string Define(string symbol, long value) =>
        string.Create(CultureInfo.InvariantCulture, $"-Wl,--defsym={symbol}={value}");

    private static string[] Words(string flags) => flags.Split(' ');

    [GeneratedRegex("region `(FLASH|SRAM)' overflowed by ([0-9]+) bytes")]
    private static partial Regex Overflow();

    [GeneratedRegex("cannot move location counter backwards|model's stack")]
    private static partial Regex NegativeStack();
}
