// The `tinyengine` command, run in this process: its entry point with the console's writers replaced.

using System.Reflection;

namespace TinyEngine.Tests.Cli;

/// <summary>The outcome of a command.</summary>
internal sealed record CommandLine(int Exit, string Output, string Errors)
{
    private static readonly MethodInfo Entry = Assembly.Load("tinyengine").EntryPoint!;

    /// <summary>Non-empty lines of standard error.</summary>
    public string[] ErrorLines => Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Runs a command. Tests that use this are in one collection: the console is one for the process.</summary>
    public static CommandLine Run(params string[] arguments)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        var (usualOutput, usualErrors) = (Console.Out, Console.Error);
        Console.SetOut(output);
        Console.SetError(errors);
        try
        {
            object? result = Entry.Invoke(null, [arguments]);
            return new CommandLine(result as int? ?? 0, output.ToString(), errors.ToString());
        }
        finally
        {
            Console.SetOut(usualOutput);
            Console.SetError(usualErrors);
        }
    }
}
