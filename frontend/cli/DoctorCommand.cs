// `tinyengine doctor`: which toolchains and emulators are there, and how to install those that are not.

using System.CommandLine;
using TinyEngine.Device;

namespace TinyEngine.Cli;

/// <summary>The doctor command.</summary>
internal static class DoctorCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new DocumentedCommand("doctor", "compilers and emulators: there, or how to install them", "tinyengine doctor");
        command.SetAction(result => Terminal.Run(result, "doctor", Run));
        return command;
    }

    private static void Run(Terminal terminal)
    {
        var tools = new Toolchain().All.Select(t => (Tool: t, Version: Toolchain.VersionAsync(t).GetAwaiter().GetResult())).ToList();
        terminal.Result(JsonText.Of(w =>
        {
            w.WriteStartArray("tools");
            foreach (var (tool, version) in tools)
            {
                w.WriteStartObject();
                w.WriteString("name", tool.Name);
                w.WriteString("use", tool.Use);
                w.WriteBoolean("found", version is not null);
                w.WriteString(version is null ? "install" : "version", version ?? tool.Installation);
                w.WriteEndObject();
            }

            w.WriteEndArray();
        }), () => tools.Select(t => $"{(t.Version is null ? "missing" : "found"),-8} {t.Tool.Name,-26} {t.Version ?? $"needed {t.Tool.Use}: {t.Tool.Installation}"}"));
    }
}
