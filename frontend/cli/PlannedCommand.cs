// The commands that are planned but not built. They are known, so that a script that calls one gets TE0601 instead of wrong usage,
// and hidden, so that the help lists only commands that work. Arguments after their names are accepted and ignored.

using System.CommandLine;
using TinyEngine.Ir;

namespace TinyEngine.Cli;

/// <summary>Commands to come.</summary>
internal static class PlannedCommand
{
    /// <summary>All of them.</summary>
    public static IEnumerable<Command> CreateAll() => new[] { "quantize", "verify", "search", "export" }.Select(Create);

    private static Command Create(string name)
    {
        var command = new Command(name) { Hidden = true, TreatUnmatchedTokensAsErrors = false };
        command.SetAction(result =>
            Terminal.Run(result, name, _ => throw new DiagnosticException(Diagnostics.NotBuilt.At("", $"the command {name}")))
        );
        return command;
    }
}
