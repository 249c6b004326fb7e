// Shared by all commands: --json and --verbosity, where results and logs go, and how diagnostics become exit codes.
// With --json exactly one JSON object goes to standard output and everything else to standard error.

using System.CommandLine;
using TinyEngine.Ir;

namespace TinyEngine.Cli;

/// <summary>Output of one command.</summary>
internal sealed class Terminal
{
    /// <summary>Print one JSON object.</summary>
    public static readonly Option<bool> Json = new("--json")
    {
        Description = "print one JSON object on standard output and nothing else",
        Recursive = true,
    };

    /// <summary>How much to say.</summary>
    public static readonly ChoiceOption<Speech> Verbosity = new(
        "--verbosity",
        "how much to print",
        ("normal", Speech.Normal),
        ("quiet", Speech.Quiet),
        ("detailed", Speech.Detailed)
    )
    {
        Recursive = true,
    };

    private readonly bool json;
    private readonly Speech verbosity;
    private readonly string origin;
    private readonly Interruption interruption;
    private int exit;

    private Terminal(bool json, Speech verbosity, string origin, Interruption interruption)
    {
        this.origin = origin;
        this.json = json;
        this.verbosity = verbosity;
        this.interruption = interruption;
    }

    /// <summary>True where progress may be drawn: normal verbosity, a terminal, no JSON.</summary>
    public bool IsInteractive => !json && verbosity != Speech.Quiet && !Console.IsOutputRedirected;

    /// <summary>
    /// Is cancelled by a signal that ends the command. A command that reads it promises to end soon after; a command that never
    /// reads it has nothing to clean up, and a signal ends it at once.
    /// </summary>
    public CancellationToken Cancellation => interruption.Token;

    /// <summary>Runs a command; diagnostics are printed and give exit code 1, a signal gives 128 and its number.</summary>
    /// <param name="result">The parsed command line.</param>
    /// <param name="origin">The subject of diagnostics: the model's path or a folder.</param>
    /// <param name="command">The work.</param>
    public static int Run(ParseResult result, string origin, Action<Terminal> command)
    {
        var problems = new List<Diagnostic>();
        using var interruption = new Interruption();
        var terminal = new Terminal(result.GetValue(Json), Verbosity.Read(result, problems), origin, interruption);
        try
        {
            if (problems.Count > 0)
            {
                throw new DiagnosticException(problems);
            }

            interruption.Ends = signal => terminal.Report([Diagnostics.Interrupted.At("", signal)]);
            command(terminal);
            return terminal.exit;
        }
        catch (Exception) when (interruption.IsRequested)
        {
            // A child that the same signal ended looks like one that failed, so the exception says nothing.
            return interruption.End();
        }
        catch (DiagnosticException e)
        {
            terminal.Report(e.Diagnostics);
        }
        catch (Exception e)
        {
            // A fault of ours is still one line and a code: scripts and builds read these.
            terminal.Report([Diagnostics.Internal.At("", e.GetType().Name, e.Message, $"{Verbosity.Name} detailed")]);
            terminal.Detail(e.ToString());
        }

        return 1;
    }

    /// <summary>The bytes of a file the user named.</summary>
    /// <param name="path">The file.</param>
    /// <param name="option">The option that named it; empty for the argument of the command.</param>
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
                Console.Out.WriteLine(Printable.Line(line));
            }
        }
    }

    /// <summary>
    /// Problems beside a result, whose JSON tells them too: the exit code is 1 if there are any.
    /// </summary>
    public void Fail(IReadOnlyList<Diagnostic> problems)
    {
        exit = problems.Count > 0 ? 1 : exit;
        if (!json)
        {
            Report(problems);
        }
    }

    /// <summary>A note in the form of diagnostics.</summary>
    public void Note(Diagnostic note) => Log(note.Spelled(CommandOptions.Spelled).Format(origin));

    /// <summary>A line of text that was asked for, such as a printed graph.</summary>
    public void Print(string text) => (json ? Console.Error : Console.Out).WriteLine(Printable.Lines(text));

    /// <summary>A note on the work.</summary>
    public void Log(string line)
    {
        if (verbosity != Speech.Quiet)
        {
            Console.Error.WriteLine(Printable.Line(line));
        }
    }

    /// <summary>Notes on the subject of the command.</summary>
    public void Notes(IEnumerable<Diagnostic> notes)
    {
        foreach (var note in notes)
        {
            Note(note);
        }
    }

    /// <summary>Lines for the curious.</summary>
    public void Detail(string text)
    {
        if (verbosity == Speech.Detailed)
        {
            Console.Error.WriteLine(Printable.Lines(text));
        }
    }

    private void Report(IEnumerable<Diagnostic> problems)
    {
        var diagnostics = problems.Select(d => d.Spelled(CommandOptions.Spelled));
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
            Console.Error.WriteLine(Printable.Line(d.Format(origin)));
        }
    }
}

/// <summary>How much a command says.</summary>
internal enum Speech
{
    /// <summary>Results, notes and progress.</summary>
    Normal,
    /// <summary>Errors only, and JSON if asked for.</summary>
    Quiet,
    /// <summary>Also details that help to find a fault.</summary>
    Detailed,
}
