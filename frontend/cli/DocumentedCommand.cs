// A command as its help shows it: options in groups, with the kind of value and the default of each, and one example.
// Every option belongs to a group, so none is missing from the help but those that are hidden.

using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace TinyEngine.Cli;

/// <summary>A command with grouped options and an example.</summary>
internal sealed class DocumentedCommand : Command
{
    private const int LeftColumn = 26;

    private readonly string example;
    private readonly (string Title, Option[] Options)[] groups;

    /// <summary>A command; its argument and the actions are added by the caller.</summary>
    public DocumentedCommand(string name, string description, string example, params (string Title, Option[] Options)[] groups)
        : base(name, description)
    {
        this.example = example;
        this.groups = groups;
        foreach (var option in groups.SelectMany(g => g.Options))
        {
            Add(option);
        }
    }

    /// <summary>Makes <c>--help</c> print the designed text for all commands.</summary>
    public static void UseIn(RootCommand root) => root.Options.OfType<HelpOption>().Single().Action = new Help(root);

    private IEnumerable<string> Lines(RootCommand root)
    {
        string arguments = string.Concat(Arguments.Select(a => " " + a.Name));
        yield return $"tinyengine {Name}{arguments}{(groups.Length > 0 ? " [options]" : "")}: {Description}";
        foreach (var argument in Arguments)
        {
            yield return "";
            yield return Row(argument.Name, argument.Description ?? "");
        }

        foreach (var (title, options) in groups.Append(("Output", [.. root.Options.Where(o => o.Recursive && o is not HelpOption)])))
        {
            yield return "";
            yield return title;
            foreach (var option in options.Where(o => !o.Hidden))
            {
                yield return Row(Form(option), option.Description + Default(option));
            }
        }

        yield return "";
        yield return "Example";
        yield return "  " + example;
    }

    /// <summary>Two columns; a left one that is too long has a line for itself.</summary>
    private static string Row(string left, string right) =>
        left.Length <= LeftColumn ? $"  {left,-LeftColumn} {right}" : $"  {left}\n  {"",-LeftColumn} {right}";

    private static string Form(Option option)
    {
        var type = Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;
        string value =
            type == typeof(bool)
                ? ""
                : option.HelpName
                    ?? (
                        type == typeof(string) || type.IsArray ? "VALUE"
                        : type == typeof(float) || type == typeof(double) ? "F"
                        : "N"
                    );
        return $"{string.Join(", ", option.Aliases.Prepend(option.Name).OrderBy(a => a.Length))} {value}".TrimEnd();
    }

    /// <summary>
    /// The default in brackets. A default that is no word or number, such as a name made of another, ends the description in the same form.
    /// </summary>
    private static string Default(Option option) =>
        option.HasDefaultValue && option.ValueType != typeof(bool) && option.GetDefaultValue() is { } value
            ? FormattableString.Invariant($" [{value}]")
            : "";

    private sealed class Help(RootCommand root) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var lines = parseResult.CommandResult.Command is DocumentedCommand command ? command.Lines(root) : Overview();
            foreach (string line in lines)
            {
                Console.Out.WriteLine(line);
            }

            return 0;
        }

        private IEnumerable<string> Overview() =>
        [
            root.Description!, "",
            .. root.Subcommands.Where(c => !c.Hidden).Select(c => Row(c.Name, c.Description ?? "")), "",
            "tinyengine COMMAND --help tells the options of a command. Exit code 0: done, 1: a diagnosed error, 2: wrong usage.",
        ];
    }
}
