// `tinyengine doctor`: which toolchains and emulators are installed, and how to install the missing ones.

using System.CommandLine;
using TinyEngine.Device;

namespace TinyEngine.Cli;

/// <summary>The doctor command.</summary>
internal static class DoctorCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new DocumentedCommand(
            "doctor",
            "list compilers and emulators, and how to install the missing ones",
            "tinyengine doctor"
        );
        command.SetAction(result => Terminal.Run(result, "doctor", Run));
        return command;
    }

    private static string State(Tool tool, string? version) => version is not null ? "found" : tool.Path is null ? "missing" : "broken";

    private static void Run(Terminal terminal)
    {
        var tools = new Toolchain()
            .All.Select(t => (Tool: t, Version: Toolchain.VersionAsync(t, terminal.Cancellation).GetAwaiter().GetResult()))
            .ToList();
        terminal.Result(
            JsonText.Of(w =>
            {
                w.WriteStartArray("tools");
                foreach (var (tool, version) in tools)
                {
                    w.WriteStartObject();
                    w.WriteString("name", tool.Name);
                    w.WriteString("use", tool.Use);
                    w.WriteBoolean("needed", !tool.IsOptional);
                    w.WriteBoolean("found", version is not null);
                    w.WriteString(version is null ? "install" : "version", version ?? tool.Installation);
                    w.WriteEndObject();
                }

                w.WriteEndArray();
            }),
            () =>
                tools.Select(t =>
                    $"{State(t.Tool, t.Version),-8} {t.Tool.Name,-26} "
                        + $"{t.Version ?? $"{(t.Tool.IsOptional ? "used" : "needed")} {t.Tool.Use}: {t.Tool.Installation}"}"
                )
        );
        terminal.Fail([
            .. tools
                .Where(t => t.Version is null && !t.Tool.IsOptional)
                .Select(t => DeviceDiagnostics.ToolMissing.At(
                    t.Tool.Name,
                    $"it {(t.Tool.Path is null ? "was not found" : $"does not run ({t.Tool.Path})")} and is needed {t.Tool.Use}; install "
                        + $"it: {t.Tool.Installation}"
                )),
        ]);
    }
}
