// runtime-c/footprints.def against the kernels: every kernel has a row for every core, and the compiler that made the table
// gives its figures again. Each kernel is compiled for one core, the next kernel for the next core; all would take minutes.

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

    /// <summary>The text of the core's footprints.def.</summary>
    internal static string Table() => NativeKernels.Operators.Runtimes[0].Footprints;

    [Theory]
    [MemberData(nameof(Runtimes))]
    public void Table_has_one_row_per_kernel_and_core(int runtime)
    {
        var expected = Kernels(runtime).SelectMany(k => Cores.Select(c => $"FOOTPRINT({k}, {c}"));
        var actual = Rows(runtime).Select(r => string.Join(',', r.Split(',')[..2]));
        Assert.Equal(expected.Order(StringComparer.Ordinal), actual.Order(StringComparer.Ordinal));
    }

    [FootprintTheory]
    [MemberData(nameof(Runtimes))]
    public void Rows_are_what_the_compiler_gives(int runtime)
    {
        string script = Path.Combine(SharedModels.Root, "runtime-c", "footprints.sh");
        string[] folder = runtime == 0 ? [] : ["-C", Path.Combine(SharedModels.Root, Folders[runtime])];
        string[] pairs = [.. Kernels(runtime).Order(StringComparer.Ordinal).Select((k, i) => $"{k},{Cores[i % Cores.Length]}")];
        using var process = Process.Start(
            new ProcessStartInfo("bash", [script, .. folder, .. pairs]) { RedirectStandardOutput = true }
        )!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        string[] measured = [.. output.Split('\n').Where(l => l.StartsWith("FOOTPRINT(", StringComparison.Ordinal))];
        Assert.Equal(pairs.Length, measured.Length);
        var stale = measured.Except(Rows(runtime)).ToList();
        Assert.True(
            stale.Count == 0,
            $"run {string.Join(' ', folder.Prepend("runtime-c/footprints.sh"))} > {Folders[runtime]}/footprints.def; it "
                + $"measures\n{string.Join('\n', stale)}"
        );
    }

    /// <summary>The kernels of a runtime, and of the core's the functions around them.</summary>
    private static IEnumerable<string> Kernels(int runtime) =>
        NativeKernels
            .Operators.Runtimes[runtime]
            .Kernels.Rows.Select(k => k.Symbol)
            .Concat(runtime == 0 ? ["te_entry"] : Enumerable.Empty<string>());

    private static string[] Rows(int runtime) =>
        [
            .. NativeKernels
                .Operators.Runtimes[runtime]
                .Footprints.Split('\n')
                .Where(l => l.StartsWith("FOOTPRINT(", StringComparison.Ordinal)),
        ];
}

/// <summary>A theory about figures of the compiler that made footprints.def; skipped where that is not the one installed.</summary>
public sealed class FootprintTheoryAttribute : TheoryAttribute
{
    public FootprintTheoryAttribute() => Skip = CompilerFactAttribute.WhyNot(["bash", "arm-none-eabi-gcc"]) ?? OtherVersion();

    private static string? OtherVersion()
    {
        string? version = Toolchain.VersionAsync(new Toolchain().ArmCompiler).GetAwaiter().GetResult();
        return version is not null && FootprintTests.Table().Contains($" *   {version}\n", StringComparison.Ordinal)
            ? null
            : $"footprints.def is of another compiler than {version}";
    }
}
