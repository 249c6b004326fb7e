// Text as a terminal may safely show it. Names in a model are free text: an escape sequence in one would move the cursor or change
// colours, a line break would forge a line, and a mark of direction would show letters in another order than they have.

using System.Globalization;

namespace TinyEngine.Cli;

/// <summary>Makes text printable.</summary>
internal static class Printable
{
    /// <summary>One line: characters that control a terminal become <c>\u{1B}</c>.</summary>
    public static string Line(string text) => !text.Any(IsControl) ? text
        : string.Concat(text.Select(c => IsControl(c) ? $"\\u{{{(int)c:X}}}" : c.ToString()));

    /// <summary>Several lines, whose breaks are kept.</summary>
    public static string Lines(string text) => string.Join('\n', text.Split('\n').Select(l => Line(l.TrimEnd('\r'))));

    /// <summary>
    /// True for C0 and C1 codes, separators of lines and paragraphs, and marks without a width, such as marks of direction.
    /// </summary>
    private static bool IsControl(char c) =>
        char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
