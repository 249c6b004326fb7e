// Finds compilers and the emulator on the search path. Nothing is run until it is needed.

using TinyEngine.Ir;

namespace TinyEngine.Device;

/// <summary>The external programs of this machine.</summary>
/// <param name="searchPath">Folders to look in; by default those of PATH.</param>
public sealed class Toolchain(string? searchPath = null)
{
    private readonly string[] folders = (searchPath ?? Environment.GetEnvironmentVariable("PATH") ?? "").Split(
        Path.PathSeparator,
        StringSplitOptions.RemoveEmptyEntries
    );

    /// <summary>The C compiler for the host twin: gcc, or else clang or cc.</summary>
    public Tool HostCompiler => Find("to build the model for the host (or clang)", "gcc", "gcc", "clang", "cc");

    /// <summary>The C compiler for Cortex-M.</summary>
    public Tool ArmCompiler => Find("to build firmware", "gcc-arm-none-eabi libnewlib-arm-none-eabi", "arm-none-eabi-gcc");

    /// <summary>Section sizes of firmware.</summary>
    public Tool ArmSize => Find("to measure firmware", "binutils-arm-none-eabi", "arm-none-eabi-size");

    /// <summary>Function names of addresses.</summary>
    public Tool ArmAddressToLine =>
        Find("to name the function of a fault", "binutils-arm-none-eabi", "arm-none-eabi-addr2line") with
        {
            IsOptional = true,
        };

    /// <summary>The emulator.</summary>
    public Tool Qemu => Find("to run firmware", "qemu-system-arm", "qemu-system-arm");

    /// <summary>All tools, for <c>doctor</c>.</summary>
    public IReadOnlyList<Tool> All => [HostCompiler, ArmCompiler, ArmSize, ArmAddressToLine, Qemu];

    /// <summary>The first line that a tool prints for <c>--version</c>, or null if it is missing or does not run.</summary>
    public static async Task<string?> VersionAsync(Tool tool, CancellationToken cancellation = default)
    {
        if (tool.Path is null)
        {
            return null;
        }

        try
        {
            var output = await ChildProcess.RunAsync(tool.Path, ["--version"], null, TimeSpan.FromSeconds(10), cancellation);
            return output.ExitCode == 0 ? output.Text.Split('\n')[0].Trim() : null;
        }
        catch (DiagnosticException)
        {
            return null;
        }
    }

    private Tool Find(string use, string package, params string[] names)
    {
        string suffix = OperatingSystem.IsWindows() ? ".exe" : "";
        var found = names
            .SelectMany(name => folders.Select(folder => (Name: name, Path: Path.Combine(folder, name + suffix))))
            .FirstOrDefault(p => File.Exists(p.Path));
        return new Tool(found.Name ?? names[0], use, package, found.Path);
    }
}
