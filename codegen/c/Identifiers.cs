// C identifiers from names for people: characters that C does not know become underscores, long names keep their end,
// which tells tensors apart, and a name that is taken gets a number. The order of calls decides, nothing else.

namespace TinyEngine.Codegen.C;

/// <summary>Hands out identifiers, each once.</summary>
internal sealed class Identifiers
{
    private const int LongestName = 48;

    // C and C++ keywords and macros that could be the name of a tensor: the emitted header is read by both.
    private static readonly string[] Keywords =
    [
        "and", "asm", "auto", "bool", "break", "case", "catch", "char", "class", "const", "continue", "default", "delete", "do", "double",
        "else", "enum", "explicit", "export", "extern", "false", "float", "for", "friend", "goto", "if", "inline", "int", "long", "mutable",
        "namespace", "new", "not", "operator", "or", "private", "protected", "public", "register", "requires", "restrict", "return", "short",
        "signed", "sizeof", "static", "struct", "switch", "template", "this", "throw", "true", "try", "typedef", "typename", "union",
        "unsigned", "using", "virtual", "void", "volatile", "while", "xor",
        "NULL", "offsetof", "linux", "unix", // macros of the headers and of some compilers
    ];

    private readonly HashSet<string> taken;

    /// <summary>Identifiers that differ from keywords and from <paramref name="reserved"/>.</summary>
    public Identifiers(params IEnumerable<string> reserved) => taken = new HashSet<string>(Keywords.Concat(reserved), StringComparer.Ordinal);

    /// <summary>A new identifier that resembles <paramref name="name"/>.</summary>
    public string Take(string name)
    {
        string stem = Sanitize(name);
        string identifier = stem;
        for (int n = 2; !taken.Add(identifier); n++)
        {
            identifier = $"{stem}_{n}";
        }

        return identifier;
    }

    private static string Sanitize(string name)
    {
        var words = new string([.. name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_')]).Split('_', StringSplitOptions.RemoveEmptyEntries);
        string joined = string.Join('_', words);
        string end = joined.Length <= LongestName ? joined : joined[^LongestName..].TrimStart('_');
        return end.Length == 0 ? "tensor" : char.IsAsciiDigit(end[0]) ? "t" + end : end;
    }
}
