// Builds the host twin of an emitted model: the same C files, the same run loop, stdio instead of semihosting.

using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using TinyEngine.Ir;

namespace TinyEngine.Device;

/// <summary>Builds the host twin.</summary>
public static class HostBuild
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(1);
    private static readonly string[] Port = ["te_frozen.c", "te_port_host.c", "te_run.c"];

    /// <summary>Builds, or finds the build of the same sources.</summary>
    /// <param name="folder">The emitted folder.</param>
    /// <param name="toolchain">The compilers.</param>
    /// <param name="cancellation">Ends the build.</param>
    /// <exception cref="DiagnosticException">TE0702, TE0703.</exception>
    public static async Task<HostProgram> RunAsync(string folder, Toolchain toolchain, CancellationToken cancellation = default)
    {
        var sources = new EmittedFolder(folder);
        string compiler = toolchain.HostCompiler.Require();
        string version = await Toolchain.VersionAsync(toolchain.HostCompiler, cancellation) ?? "";

        // Vectorized across outputs it is as fast as the machine allows, and still rounds as the device does: contraction
        // is off, and nothing lets the compiler reorder a sum.
        string[] machine =
            RuntimeInformation.ProcessArchitecture == Architecture.X64 ? [Avx2.IsSupported ? "-march=x86-64-v3" : "-march=x86-64-v2"] : [];
        string[] flags =
        [
            "-std=c99",
            "-O3",
            "-ffp-contract=off",
            "-fno-strict-aliasing",
            .. machine,
            "-include",
            Path.Combine("..", "..", "firmware", "te_frozen.h"),
        ];
        string name = OperatingSystem.IsWindows() ? "model.exe" : "model";
        string built = await sources.BuildAsync(
            "host",
            string.Join('\n', [version, .. flags]),
            name,
            async place =>
            {
                var files = sources.ModelSources.Concat(Port.Select(p => Path.Combine(sources.Firmware, p)));
                var output = await ChildProcess.RunAsync(compiler, [.. flags, .. files, "-o", name], place, Limit, cancellation);
                if (output.ExitCode != 0)
                {
                    throw DeviceDiagnostics.BuildFailed.Failure(
                        $"{Path.GetFileName(compiler)} failed: {FirmwareBuild.FirstError(output.Text)}"
                    );
                }
            },
            program => StartsAsync(program, cancellation)
        );
        return new HostProgram(built);
    }

    /// <summary>Whether the program starts: without a run it ends at once and says so.</summary>
    private static async Task<bool> StartsAsync(string program, CancellationToken cancellation)
    {
        var empty = Directory.CreateTempSubdirectory("tinyengine-");
        try
        {
            return (await ChildProcess.RunAsync(program, [], empty.FullName, StartLimit, cancellation)).ExitCode == Session.NoFileExit;
        }
        catch (DiagnosticException)
        {
            return false;
        }
        finally
        {
            empty.Delete(recursive: true);
        }
    }
}
