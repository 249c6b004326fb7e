// Tests that need the Arm compiler and the emulator; without them they are skipped, with a message.

namespace TinyEngine.Device.Tests;

internal static class ArmTools
{
    public static string? Missing { get; } =
        new Toolchain() is var tools && new[] { tools.ArmCompiler, tools.Qemu }.FirstOrDefault(t => t.Path is null) is { } tool
            ? $"{tool.Name} is missing: {tool.Installation}"
            : null;
}

/// <summary>A fact that runs firmware.</summary>
public sealed class ArmFactAttribute : FactAttribute
{
    /// <summary>Skips where a tool is missing.</summary>
    public ArmFactAttribute() => Skip = ArmTools.Missing;
}

/// <summary>A theory that runs firmware.</summary>
public sealed class ArmTheoryAttribute : TheoryAttribute
{
    /// <summary>Skips where a tool is missing.</summary>
    public ArmTheoryAttribute() => Skip = ArmTools.Missing;
}
