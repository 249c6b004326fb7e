// The option --dim of every command that reads a model.

using System.CommandLine;
using System.Globalization;
using TinyEngine.Ir;

namespace TinyEngine.Cli;

/// <summary>Values of dynamic dimensions. Only the model knows the names; this class reads the words.</summary>
internal sealed class DimOption : Option<string[]>
{
    /// <summary>The option.</summary>
    public static readonly DimOption Instance = new();

    private DimOption() : base("--dim")
    {
        Description = "size of a dynamic input dimension, by its name or, if it has no name, by input and position (INPUT:AXIS=N)";
        HelpName = "NAME=N";
    }

    /// <summary>The values by name; a word that cannot be read becomes a problem.</summary>
    public Dictionary<string, int> Read(ParseResult result, List<Diagnostic> problems)
    {
        var dims = new Dictionary<string, int>();
        foreach (string item in result.GetValue(this) ?? [])
        {
            // A name may hold any character, so the number follows the last equals sign.
            int split = item.LastIndexOf('=');
            if (split < 1 || !int.TryParse(item[(split + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int n) || n < 1)
            {
                problems.Add(Diagnostics.BadOption.At(Name, $"'{item}' is not NAME=N or INPUT:AXIS=N with a number from 1 on"));
            }
            else if (!dims.TryAdd(item[..split], n) && dims[item[..split]] != n)
            {
                problems.Add(Diagnostics.BadOption.At(Name, $"'{item[..split]}' is given the values {dims[item[..split]]} and {n}"));
            }
        }

        return dims;
    }
}
