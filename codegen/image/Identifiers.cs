// C identifiers from names for people: characters that C does not know become underscores, long names keep their end,
// which tells tensors apart, and a name that is taken gets a number. The order of calls decides, nothing else. Symbols begin with w_,
// so that none is a keyword of C or C++ or a macro of any header, even if a tensor is called after one.

namespace TinyEngine.Image;

/// <summary>Hands out identifiers, each once; they begin with <paramref name="prefix"/>.</summary>
public sealed class Identifiers(string prefix = Identifiers.Prefix)
{
    private const int LongestName = 48;

    /// <summary>The prefix of symbols and members.</summary>
    public const string Prefix = "w_";

    private readonly HashSet<string> taken = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> next = new(StringComparer.Ordinal);

    /// <summary>A new identifier that resembles <paramref name="name"/>.</summary>
    public string Take(string name)
    {
        string stem = prefix + Words(name);
        string identifier = stem;
        for (int n = next.GetValueOrDefault(stem, 2); !taken.Add(identifier); n++)
        {
            identifier = $"{stem}_{n}";
            next[stem] = n + 1;
        }

        return identifier;
    }

    private static string Words(string name)
    {
        var words = new string([.. name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_')]).Split(
            '_',
            StringSplitOptions.RemoveEmptyEntries
        );
        string joined = string.Join('_', words);
        string end = joined.Length <= LongestName ? joined : joined[^LongestName..].TrimStart('_');
        return end.Length == 0 ? "tensor" : end;
    }
}
