// The diagnostics of builds and runs: a tool is missing, emitted C does not build or fit, a program fails.

using TinyEngine.Ir;

namespace TinyEngine.Device;

/// <summary>The table of this room's codes, <c>TE07xx</c>. A code is never reused for another meaning.</summary>
public static class DeviceDiagnostics
{
    /// <summary>A compiler or emulator is missing.</summary>
    public static readonly DiagnosticRule ToolMissing = new("TE0702", "{0}");
    /// <summary>The emitted C does not build.</summary>
    public static readonly DiagnosticRule BuildFailed = new("TE0703", "{0}");
    /// <summary>The firmware exceeds a memory budget, or the budget exceeds the board.</summary>
    public static readonly DiagnosticRule DoesNotFit = new("TE0704", "{0}");
    /// <summary>The firmware faulted: a store outside the memory budget, a stack overflow.</summary>
    public static readonly DiagnosticRule Fault = new("TE0705", "{0}");
    /// <summary>The program or the emulator ended without a result.</summary>
    public static readonly DiagnosticRule RunFailed = new("TE0706", "{0}");
    /// <summary>The run took longer than its time limit.</summary>
    public static readonly DiagnosticRule TimeLimit = new("TE0707", "{0}");
    /// <summary>There is no board for a target.</summary>
    public static readonly DiagnosticRule NoBoard = new("TE0708", "{0}");
}
