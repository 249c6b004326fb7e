// runtime-c/footprints.def against the kernels: every kernel has a row for every core, and the compiler that made the table
// gives its figures again. Each kernel is compiled for one core, the next kernel for the next core; all would take minutes.

using System.Diagnostics;
using TinyEngine.Device;
using TinyEngine.Ir;

namespace TinyEngine.Tests.Codegen;

public sealed class FootprintTests
{
    private static readonly string[] Cores = [.. Target.All.Where(t => t.Name != "host").Select(t => t.Name)];

    private static string[] Rows() => [.. Table().Split('\n').Where(l => l.StartsWith("FOOTPRINT(", StringComparison.Ordinal))];

    /// <summary>The text of footprints.def.</summary>
    internal static string Table() => File.ReadAllText(Path.Combine(Path.Combine(SharedModels.Root, "runtime-c"), "footprints.def"));

    [Fact]
    public void Table_HasOneRow_PerKernelAndCore()
    {
        var expected = NativeKernels
            .Table.Rows.Select(k => k.Symbol)
            .Append("te_entry")
            .SelectMany(k => Cores.Select(c => $"FOOTPRINT({k}, {c}"));
        var actual = Rows().Select(r => string.Join(',', r.Split(',')[..2]));
        Assert.Equal(expected.Order(StringComparer.Ordinal), actual.Order(StringComparer.Ordinal));
    }

    [FootprintFact]
    public void Rows_AreWhatTheCompilerGives()
    {
        string[] kernels = [.. NativeKernels.Table.Rows.Select(k => k.Symbol).Append("te_entry").Order(StringComparer.Ordinal)];
        string[] pairs = [.. kernels.Select((k, i) => $"{k},{Cores[i % Cores.Length]}")];
        using var process = Process.Start(
            new ProcessStartInfo("bash", [Path.Combine(Path.Combine(SharedModels.Root, "runtime-c"), "footprints.sh"), .. pairs])
            {
                RedirectStandardOutput = true,
            }
        )!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        string[] measured = [.. output.Split('\n').Where(l => l.StartsWith("FOOTPRINT(", StringComparison.Ordinal))];
        Assert.Equal(pairs.Length, measured.Length);
        var stale = measured.Except(Rows()).ToList();
        Assert.True(stale.Count == 0, $"run runtime-c/footprints.sh > runtime-c/footprints.def; it measures\n{string.Join('\n', stale)}");
    }
}

/// <summary>A fact about figures of the compiler that made footprints.def; skipped where that is not the one installed.</summary>
public sealed class FootprintFactAttribute : FactAttribute
{
    public FootprintFactAttribute() => Skip = CompilerFactAttribute.WhyNot(["bash", "arm-none-eabi-gcc"]) ?? OtherVersion();

    private static string? OtherVersion()
    {
        string? version = Toolchain.VersionAsync(new Toolchain().ArmCompiler).GetAwaiter().GetResult();
        return version is not null && FootprintTests.Table().Contains($" *   {version}\n", StringComparison.Ordinal)
            ? null
            : $"footprints.def is of another compiler than {version}";
    }
}
