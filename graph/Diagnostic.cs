// A problem found in what the user gave: a stable code, the node it concerns, and one line of text.

namespace TinyEngine.Ir;

/// <summary>How bad a diagnostic is.</summary>
public enum Severity
{
    /// <summary>Worth knowing; the work goes on.</summary>
    Note,
    /// <summary>The command fails with exit code 1.</summary>
    Error,
}

/// <summary>One diagnosed problem.</summary>
/// <param name="Code">Stable code, <c>TE0xyz</c>.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Node">The ONNX node, tensor or option concerned, the first of several; empty for the file as a whole.</param>
/// <param name="Message">One line without a final full stop.</param>
/// <param name="Nodes">How many nodes have the problem; if they are several, the message says so.</param>
public sealed record Diagnostic(string Code, Severity Severity, string Node, string Message, int Nodes = 1)
{
    private readonly string node = Node, message = Message; // with options between marks

    /// <summary>The node, tensor or option concerned; an option by the property of the C# API.</summary>
    public string Node { get => OptionName.Spell(node, o => o.Property); init => node = value; }

    /// <summary>The line of text; options in it by the property of the C# API.</summary>
    public string Message { get => OptionName.Spell(message, o => o.Property); init => message = value; }

    /// <summary>The same with options as a front end spells them.</summary>
    public Diagnostic Spelled(Func<OptionName, string> spelling) => this with
    {
        Node = OptionName.Spell(node, spelling),
        Message = OptionName.Spell(message, spelling),
    };

    /// <summary>One diagnosis of several nodes that have the same problem; the first stands for all.</summary>
    internal Diagnostic Of(int nodes) => this with { Message = $"{message} ({nodes} nodes, first {node})", Nodes = nodes };

    /// <summary>The line of a text file that is at fault; null for a problem of the command's own subject, such as the model.</summary>
    public SourceLine? Place { get; init; }

    /// <summary>
    /// The line in MSBuild's form: <c>origin : error TE0105: text</c>, or with a place <c>file(line): error TE0306: text</c>.
    /// </summary>
    /// <param name="origin">The subject of the command, such as the model's path.</param>
    public string Format(string origin) =>
        $"{(Place is { } place ? $"{place}:" : $"{origin} :")} {Severity.ToString().ToLowerInvariant()} {Code}: "
            + $"{(Node.Length > 0 && Nodes == 1 ? $"{Node}: " : "")}{Message}";
}

/// <summary>A line of a text file that the user wrote.</summary>
/// <param name="File">The path as the user gave it.</param>
/// <param name="Line">The line, from 1 on.</param>
public readonly record struct SourceLine(string File, int Line)
{
    /// <inheritdoc/>
    public override string ToString() => $"{File}({Line})";
}

/// <summary>A row of the diagnostics table.</summary>
/// <param name="Code">Stable code.</param>
/// <param name="Text">Message with the places {0}, {1} ... of its arguments.</param>
/// <param name="Severity">How bad it is.</param>
public sealed record DiagnosticRule(string Code, string Text, Severity Severity = Severity.Error)
{
    /// <summary>The diagnostic for one place.</summary>
    public Diagnostic At(string node, params object[] args) =>
        new(Code, Severity, node, string.Format(System.Globalization.CultureInfo.InvariantCulture, Text, args).ReplaceLineEndings(" "));

    /// <summary>The diagnostic of an option.</summary>
    public Diagnostic At(OptionName option, params object[] args) => At(option.ToString(), args);

    /// <summary>The failure of a whole command, which concerns no single node.</summary>
    public DiagnosticException Failure(params object[] args) => new(At("", args));
}

/// <summary>Ends a command with the diagnostics collected so far.</summary>
public sealed class DiagnosticException : Exception
{
    /// <summary>Fails with several problems at once; one problem of several nodes becomes one diagnostic.</summary>
    public DiagnosticException(IReadOnlyList<Diagnostic> diagnostics)
        : base(string.Join(Environment.NewLine, diagnostics.Select(d => d.Format("model")))) =>
        Diagnostics = Ir.Diagnostics.Grouped(diagnostics);

    /// <summary>Fails with one problem.</summary>
    public DiagnosticException(Diagnostic diagnostic) : this([diagnostic])
    {
    }

    /// <summary>All problems, in the order found.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; }

    /// <summary>The code of the first problem.</summary>
    public string Code => Diagnostics[0].Code;
}
