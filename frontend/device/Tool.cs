// An external program: its path, its version, and how to get it.

using TinyEngine.Ir;

namespace TinyEngine.Device;

/// <summary>A compiler or emulator.</summary>
/// <param name="Name">Name of the program.</param>
/// <param name="Use">Its use, as in "is needed to build firmware".</param>
/// <param name="Package">The Debian package that has it.</param>
/// <param name="Path">Full path, or null if it is missing.</param>
/// <param name="IsOptional">True where everything works without it, but says less.</param>
public sealed record Tool(string Name, string Use, string Package, string? Path, bool IsOptional = false)
{
    /// <summary>How to get it.</summary>
    public string Installation => $"apt install {Package}";

    /// <summary>The path.</summary>
    /// <exception cref="DiagnosticException">TE0702: it is missing.</exception>
    public string Require() =>
        Path ?? throw DeviceDiagnostics.ToolMissing.Failure($"{Name} is needed {Use} and was not found; install it: {Installation}");
}
