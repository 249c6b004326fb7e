// The little integer language of kernels.def: + - * / %, comparisons, && and ||, parentheses, min(a, b), numbers and field names,
// with C's precedence. Truth is 1 or 0, as in C.

using System.Globalization;

namespace TinyEngine.Ir;

/// <summary>Evaluates predicates and scratch formulas of kernel rows.</summary>
public ref struct Expression
{
    private static readonly string[][] Levels = [["||"], ["&&"], ["==", "!="], ["<=", ">=", "<", ">"], ["+", "-"], ["*", "/", "%"]];

    private readonly Func<string, long> field;
    private ReadOnlySpan<char> rest;

    private Expression(ReadOnlySpan<char> text, Func<string, long> field)
    {
        rest = text;
        this.field = field;
    }

    /// <summary>The value of <paramref name="text"/>, with names looked up by <paramref name="field"/>.</summary>
    /// <exception cref="FormatException">The text is not an expression.</exception>
    public static long Evaluate(string text, Func<string, long> field)
    {
        var expression = new Expression(text, field);
        long value = expression.Binary(0);
        return expression.rest.Trim().IsEmpty ? value : throw new FormatException($"'{text}' is not an expression");
    }

    private long Binary(int level)
    {
        if (level == Levels.Length)
        {
            return Primary();
        }

        long left = Binary(level + 1);
        while (Operator(Levels[level]) is { } op)
        {
            long right = Binary(level + 1);
            left = op switch
            {
                "||" => (left != 0 || right != 0) ? 1 : 0,
                "&&" => (left != 0 && right != 0) ? 1 : 0,
                "==" => left == right ? 1 : 0,
                "!=" => left != right ? 1 : 0,
                "<=" => left <= right ? 1 : 0,
                ">=" => left >= right ? 1 : 0,
                "<" => left < right ? 1 : 0,
                ">" => left > right ? 1 : 0,
                "+" => left + right,
                "-" => left - right,
                "*" => left * right,
                "/" => left / right,
                _ => left % right,
            };
        }

        return left;
    }

    private string? Operator(string[] candidates)
    {
        rest = rest.TrimStart();
        foreach (var op in candidates)
        {
            if (rest.StartsWith(op, StringComparison.Ordinal))
            {
                rest = rest[op.Length..];
                return op;
            }
        }

        return null;
    }

    private long Primary()
    {
        rest = rest.TrimStart();
        if (rest.StartsWith("("))
        {
            rest = rest[1..];
            return Closed(Binary(0));
        }

        if (rest.StartsWith("-"))
        {
            rest = rest[1..];
            return -Primary();
        }

        int n = 0;
        while (n < rest.Length && (char.IsAsciiLetterOrDigit(rest[n]) || rest[n] == '_'))
        {
            n++;
        }

        var word = rest[..n];
        rest = rest[n..];
        return n == 0 ? throw new FormatException("operand expected")
            : char.IsAsciiDigit(word[0]) ? long.Parse(word, CultureInfo.InvariantCulture)
            : word is "min" ? Lesser()
            : field(word.ToString());
    }

    private long Lesser()
    {
        Expect("(");
        long left = Binary(0);
        Expect(",");
        return Closed(Math.Min(left, Binary(0)));
    }

    private long Closed(long value)
    {
        Expect(")");
        return value;
    }

    private void Expect(string mark)
    {
        if (Operator([mark]) is null)
        {
            throw new FormatException($"missing {mark}");
        }
    }
}
