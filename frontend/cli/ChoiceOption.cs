// An option that takes one of a few words. Its help lists them, its first is the default, and any other word is TE0604.

using System.CommandLine;
using TinyEngine.Ir;

namespace TinyEngine.Cli;

/// <summary>An option whose words stand for values.</summary>
internal sealed class ChoiceOption<T> : Option<string>
{
    private readonly (string Word, T Value)[] choices;

    /// <summary>An option of these words, of which the first is the default.</summary>
    public ChoiceOption(string name, string description, params (string Word, T Value)[] choices) : base(name)
    {
        this.choices = choices;
        Description = description;
        HelpName = string.Join('|', choices.Select(c => c.Word));
        DefaultValueFactory = _ => choices[0].Word;
    }

    /// <summary>The choice that a word on the command line names. Any other word adds a problem and gives the default.</summary>
    public T Read(ParseResult result, List<Diagnostic> problems)
    {
        string word = result.GetValue(this)!;
        int index = Array.FindIndex(choices, c => c.Word == word);
        if (index < 0)
        {
            problems.Add(Diagnostics.BadOption.At(Name, $"'{word}' is not {string.Join(" or ", choices.Select(c => c.Word))}"));
        }

        return choices[Math.Max(index, 0)].Value;
    }
}
