// Splits IR text into tokens: words and numbers, quoted strings, values (%3), references (@hash) and punctuation. White space
// and comments are left out; every token knows its line.

using System.Globalization;
using System.Text;

namespace TinyEngine.Ir;

/// <summary>The kinds of token.</summary>
internal enum TokenKind
{
    Word,
    Text,
    Value,
    Reference,
    Punctuation,
    End,
}

/// <summary>A token: its kind, its text (unquoted), and the line it stands in.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, int Line);

/// <summary>The lexer of IR text.</summary>
internal static class Lexer
{
    /// <summary>All tokens; the last one is the end.</summary>
    /// <exception cref="DiagnosticException">TE0115: a string without end.</exception>
    public static List<Token> Split(string text)
    {
        var tokens = new List<Token>();
        int line = 1;
        for (int i = 0; i < text.Length;)
        {
            char c = text[i];
            if (c == '\n')
            {
                line++;
                i++;
            }
            else if (char.IsWhiteSpace(c))
            {
                i++;
            }
            else if (c == ';')
            {
                i = text.IndexOf('\n', i) is >= 0 and var end ? end : text.Length;
            }
            else if (c == '"')
            {
                tokens.Add(new Token(TokenKind.Text, Quoted(text, ref i, line), line));
            }
            else if (text.AsSpan(i).StartsWith("->") || text.AsSpan(i).StartsWith("..") || text.AsSpan(i).StartsWith("<="))
            {
                tokens.Add(new Token(TokenKind.Punctuation, text.Substring(i, 2), line));
                i += 2;
            }
            else if (IsWord(c) || c is '%' or '@')
            {
                int start = i++;
                while (
                    i < text.Length
                    && (IsWord(text[i]) || (text[i] is '+' or '-' && text[i - 1] is 'E' && IsNumber(text, start)))
                    && !text.AsSpan(i).StartsWith("..")
                )
                {
                    i++;
                }

                tokens.Add(c switch
                {
                    '%' => new Token(TokenKind.Value, text[(start + 1)..i], line),
                    '@' => new Token(TokenKind.Reference, text[(start + 1)..i], line),
                    _ => new Token(TokenKind.Word, text[start..i], line),
                });
            }
            else
            {
                tokens.Add(new Token(TokenKind.Punctuation, c.ToString(), line));
                i++;
            }
        }

        tokens.Add(new Token(TokenKind.End, "", line));
        return tokens;
    }

    // Words are also numbers (-1.5E-05) and names with hyphens (cortex-m7, tinyengine-ir).
    private static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.';

    private static bool IsNumber(string text, int start) =>
        char.IsAsciiDigit(text[start]) || (text[start] == '-' && start + 1 < text.Length && char.IsAsciiDigit(text[start + 1]));

    private static string Quoted(string text, ref int i, int line)
    {
        var result = new StringBuilder();
        for (i++; i < text.Length && text[i] != '\n'; i++)
        {
            if (text[i] == '"')
            {
                i++;
                return result.ToString();
            }

            if (
                text[i] == '\\'
                && i + 5 < text.Length
                && text[i + 1] == 'u'
                && ushort.TryParse(text.AsSpan(i + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort code)
            )
            {
                result.Append((char)code);
                i += 5;
            }
            else
            {
                i += text[i] == '\\' && i + 1 < text.Length ? 1 : 0;
                result.Append(text[i]);
            }
        }

        throw new DiagnosticException(Diagnostics.BadIrText.At("", line, "a string without end"));
    }
}
