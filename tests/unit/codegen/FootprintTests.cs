// runtime-c/measured.def against the kernels: every kernel has a row for every core, and the compiler that made the table gives its
// figures again, and the boards its counts. Each kernel is compiled for one core, the next kernel for the next core; all would take
// minutes.

using System.Diagnostics;
using TinyEngine.Device;
using TinyEngine.Ir;

namespace TinyEngine.Tests.Codegen;

public sealed class FootprintTests
{
    private static readonly string[] Cores = [.. Target.All.Where(t => t.Name != "host").Select(t => t.Name)];

    /// <summary>Where the C of each set under test lies; the core's first.</summary>
    private static readonly string[] Folders = ["runtime-c", "tests/toy-pack/runtime-c"];

    public static TheoryData<int> Runtimes => [.. Enumerable.Range(0, Folders.Length)];

    /// <summary>The text of the core's measured.def.</summary>
    internal static string Table() => NativeKernels.Operators.Runtimes[0].Footprints;

    [Theory]
    [MemberData(nameof(Runtimes))]
    public void Table_has_one_row_per_kernel_and_core(int runtime)
    {
        var expected = Kernels(runtime).SelectMany(k => CoresOf(runtime, k).Select(c => $"FOOTPRINT({k}, {c}"));
        var actual = Rows(runtime).Select(r => string.Join(',', r.Split(',')[..2]));
        Assert.Equal(expected.Order(StringComparer.Ordinal), actual.Order(StringComparer.Ordinal));
    }

    [FootprintTheory]
    [MemberData(nameof(Runtimes))]
    public void Rows_are_what_the_compiler_gives(int runtime)
    {
        string script = Path.Combine(SharedModels.Root, "runtime-c", "measure.sh");
        string[] folder = runtime == 0 ? [] : ["-C", Path.Combine(SharedModels.Root, Folders[runtime])];
        string[] pairs =
        [
            .. Kernels(runtime)
                .Order(StringComparer.Ordinal)
                .Select((kernel, i) => (Kernel: kernel, Cores: CoresOf(runtime, kernel), Index: i))
                .Select(k => $"{k.Kernel},{k.Cores[k.Index % k.Cores.Length]}"),
        ];
        using var process = Process.Start(
            new ProcessStartInfo("bash", [script, .. folder, .. pairs]) { RedirectStandardOutput = true }
        )!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        string[] measured = [.. output.Split('\n').Where(l => l.StartsWith("FOOTPRINT(", StringComparison.Ordinal))];
        string[] counted = [.. output.Split('\n').Where(l => l.StartsWith("INSTRUCTIONS(", StringComparison.Ordinal))];
        Assert.Equal(pairs.Length, measured.Length);
        Assert.Equal(runtime == 0 ? pairs.Length - 1 : 0, counted.Length);
        string[] table = NativeKernels.Operators.Runtimes[runtime].Footprints.Split('\n');
        var stale = measured.Except(table).Concat(counted.Where(c => !table.Any(t => CountsAlike(t, c)))).ToList();
        Assert.True(
            stale.Count == 0,
            $"run {string.Join(' ', folder.Prepend("runtime-c/measure.sh"))} > {Folders[runtime]}/measured.def; it "
                + $"measures\n{string.Join('\n', stale)}"
        );
    }

    /// <summary>
    /// True for rows of the same kernel and core with the same counts but for one instruction each: by so much counts of one kernel on a
    /// Cortex-M55 differed with the other kernels in the program.
    /// </summary>
    private static bool CountsAlike(string row, string other)
    {
        string[] cells = row.Split([' ', ')']), others = other.Split([' ', ')']);
        return cells.Length == others.Length
            && cells.Zip(others).All(p =>
                p.First == p.Second || (long.TryParse(p.First, out long a) && long.TryParse(p.Second, out long b) && Math.Abs(a - b) <= 1)
            );
    }

    /// <summary>The kernels of a runtime, and of the core's the functions around them.</summary>
    private static IEnumerable<string> Kernels(int runtime) =>
        NativeKernels
            .Operators.Runtimes[runtime]
            .Kernels.Rows.Select(k => k.Symbol)
            .Concat(runtime == 0 ? ["te_entry"] : Enumerable.Empty<string>());

    /// <summary>The cores that run a kernel; all run the functions around them.</summary>
    private static string[] CoresOf(int runtime, string symbol) =>
        NativeKernels.Operators.Runtimes[runtime].Kernels.Find(symbol) is { } row
            ? [.. Target.All.Where(t => t.Name != "host" && t.Runs(row.Core)).Select(t => t.Name)]
            : Cores;

    private static string[] Rows(int runtime) =>
        [
            .. NativeKernels
                .Operators.Runtimes[runtime]
                .Footprints.Split('\n')
                .Where(l => l.StartsWith("FOOTPRINT(", StringComparison.Ordinal)),
        ];
}

/// <summary>A theory about figures of the compiler that made measured.def; skipped where that is not the one installed.</summary>
public sealed class FootprintTheoryAttribute : TheoryAttribute
{
    public FootprintTheoryAttribute() =>
        Skip = CompilerFactAttribute.WhyNot(["bash", "arm-none-eabi-gcc", "qemu-system-arm"]) ?? OtherVersion();

    private static string? OtherVersion()
    {
        string? version = Toolchain.VersionAsync(new Toolchain().ArmCompiler).GetAwaiter().GetResult();
        return version is not null && FootprintTests.Table().Contains($" *   {version}\n", StringComparison.Ordinal)
            ? null
            : $"measured.def is of another compiler than {version}";
    }
}
