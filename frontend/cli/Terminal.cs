// What every command shares: --json and --verbosity, where results and logs go, and how diagnostics become exit codes.
// With --json exactly one JSON object goes to standard output and everything else to standard error.

using System.CommandLine;
using TinyEngine.Device;
using TinyEngine.Ir;

namespace TinyEngine.Cli;

/// <summary>Output of one command.</summary>
internal sealed class Terminal
{
    /// <summary>Print one JSON object.</summary>
    public static readonly Option<bool> Json = new("--json") { Description = "print exactly one JSON object on standard output", Recursive = true };

    /// <summary>How much to say.</summary>
    public static readonly ChoiceOption<Speech> Verbosity =
        new("--verbosity", "how much to say", ("normal", Speech.Normal), ("quiet", Speech.Quiet), ("detailed", Speech.Detailed)) { Recursive = true };

    private readonly bool json;
    private readonly Speech verbosity;

    private Terminal(bool json, Speech verbosity)
    {
        this.json = json;
        this.verbosity = verbosity;
    }

    /// <summary>True where progress may be drawn: normal verbosity, a terminal, no JSON.</summary>
    public bool IsInteractive => !json && verbosity != Speech.Quiet && !Console.IsOutputRedirected;

    /// <summary>Runs a command; diagnostics are printed and give exit code 1.</summary>
    /// <param name="result">The parsed command line.</param>
    /// <param name="origin">What diagnostics are about: the model's path or a folder.</param>
    /// <param name="command">The work.</param>
    public static int Run(ParseResult result, string origin, Action<Terminal> command)
    {
        var problems = new List<Diagnostic>();
        var terminal = new Terminal(result.GetValue(Json), Verbosity.Read(result, problems));
        try
        {
            if (problems.Count > 0)
            {
                throw new DiagnosticException(problems);
            }

            command(terminal);
            return 0;
        }
        catch (DiagnosticException e)
        {
            terminal.Report(e.Diagnostics, origin);
            return 1;
        }
        catch (DeviceException e)
        {
            terminal.Report([new Diagnostic(e.Code, Severity.Error, "", e.Message)], origin);
            return 1;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A fault of ours is still one line and a code: scripts and builds read these.
            terminal.Report([Diagnostics.Internal.At("", e.GetType().Name, e.Message)], origin);
            terminal.Detail(e.ToString());
            return 1;
        }
    }

    /// <summary>The bytes of a file the user named.</summary>
    /// <param name="path">The file.</param>
    /// <param name="option">The option that named it; empty for what the command is about.</param>
    /// <exception cref="DiagnosticException">TE0101: it cannot be read.</exception>
    public static byte[] ReadFile(string path, string option = "")
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            string why = Directory.Exists(path) ? "it is a folder" : File.Exists(path) ? e.Message : "there is no such file";
            throw new DiagnosticException(Diagnostics.FileUnreadable.At(option, option.Length > 0 ? $"{path}: {why}" : why));
        }
    }

    /// <summary>The result: the JSON text, or the lines for people.</summary>
    public void Result(string jsonText, Func<IEnumerable<string>> lines)
    {
        if (json)
        {
            Console.Out.Write(jsonText);
        }
        else if (verbosity != Speech.Quiet)
        {
            foreach (var line in lines())
            {
                Console.Out.WriteLine(line);
            }
        }
    }

    /// <summary>A line of text that was asked for, such as a printed graph.</summary>
    public void Print(string text) => (json ? Console.Error : Console.Out).WriteLine(text);

    /// <summary>A note on the work.</summary>
    public void Log(string line)
    {
        if (verbosity != Speech.Quiet)
        {
            Console.Error.WriteLine(line);
        }
    }

    /// <summary>A note for the curious.</summary>
    public void Detail(string line)
    {
        if (verbosity == Speech.Detailed)
        {
            Console.Error.WriteLine(line);
        }
    }

    private void Report(IReadOnlyList<Diagnostic> diagnostics, string origin)
    {
        if (json)
        {
            Console.Out.Write(JsonText.Of(w =>
            {
                w.WriteStartArray("diagnostics");
                foreach (var d in diagnostics)
                {
                    w.WriteStartObject();
                    w.WriteString("code", d.Code);
                    w.WriteString("severity", d.Severity.ToString().ToLowerInvariant());
                    w.WriteString("node", d.Node);
                    w.WriteString("message", d.Message);
                    if (d.Place is { } place)
                    {
                        w.WriteString("file", place.File);
                        w.WriteNumber("line", place.Line);
                    }

                    w.WriteEndObject();
                }

                w.WriteEndArray();
            }));
            return;
        }

        foreach (var d in diagnostics)
        {
            Console.Error.WriteLine(d.Format(origin));
        }
    }
}

/// <summary>How much a command says.</summary>
internal enum Speech
{
    /// <summary>Results, notes and progress.</summary>
    Normal,
    /// <summary>Errors only, and JSON where it is asked for.</summary>
    Quiet,
    /// <summary>Also what helps to find a fault.</summary>
    Detailed,
}
