// The reading of tokens: numbers, words, marks and lists, each with the failure that names its line. Parser gives them a meaning.

using System.Collections.Immutable;
using System.Globalization;

namespace TinyEngine.Ir;

/// <summary>A position in the tokens of IR text.</summary>
public abstract class TokenReader
{
    private readonly List<Token> tokens;
    private int position;

    private protected TokenReader(List<Token> tokens) => this.tokens = tokens;

    private protected Token Next => tokens[position];

    private protected Token After => tokens[position + 1];

    private protected void Skip(int count) => position += count;

    private protected T Setting<T>(string name) where T : struct, Enum
    {
        Word(name);
        Mark("=");
        string word = Word();
        return Named<T>(word) ?? throw Fail($"no {name} {word}");
    }

    /// <summary>The member of this name. A number, which TryParse would accept, names none.</summary>
    private protected static T? Named<T>(string word) where T : struct, Enum =>
        char.IsAsciiLetter(word[0]) && Enum.TryParse(word, ignoreCase: true, out T value) ? value : null;

    private protected ImmutableArray<T> ReadList<T>(Func<T> item)
    {
        var items = ImmutableArray.CreateBuilder<T>();
        do
        {
            items.Add(item());
        }
        while (Take(","));
        return items.ToImmutable();
    }

    private protected static bool IsReal(string word) => word is "inf" or "-inf" or "nan" || word.AsSpan().IndexOfAny(".E") >= 0;

    private protected long Integer() => long.Parse(Word(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    private protected double Real() => Word() switch
    {
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        "nan" => double.NaN,
        var word => double.Parse(word, NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    private protected float Single() => Word() switch
    {
        "inf" => float.PositiveInfinity,
        "-inf" => float.NegativeInfinity,
        "nan" => float.NaN,
        var word => float.Parse(word, NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    private protected bool Take(string text)
    {
        bool found = Next.Kind is TokenKind.Word or TokenKind.Punctuation && Next.Text == text;
        position += found ? 1 : 0;
        return found;
    }

    private protected string Take(TokenKind kind) =>
        Next.Kind == kind && kind != TokenKind.End ? tokens[position++].Text : throw Fail($"unexpected '{Next.Text}'");

    private protected string Word() => Take(TokenKind.Word);

    private protected string Text() => Take(TokenKind.Text);

    private protected void Word(string expected) => Expect(TokenKind.Word, expected);

    private protected void Mark(string expected) => Expect(TokenKind.Punctuation, expected);

    private protected void Expect(TokenKind kind, string expected)
    {
        if (Next.Kind != kind || Next.Text != expected)
        {
            throw Fail($"'{expected}' expected, '{Next.Text}' found");
        }

        position++;
    }

    private protected DiagnosticException Fail(string text) => new(Diagnostics.BadIrText.At("", Next.Line, text));
}
