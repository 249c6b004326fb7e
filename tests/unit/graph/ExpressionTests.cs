// The language of predicates and scratch formulas: what C gives for the same text.

using TinyEngine.Ir;

namespace TinyEngine.Tests.Graphs;

public sealed class ExpressionTests
{
    [Theory]
    [InlineData("1 + 2 * 3 - 4 / 2 % 3", 5)]
    [InlineData("(1 + 2) * 3", 9)]
    [InlineData("7 - 2 - 1", 4)]
    [InlineData("1 || 0 && 0", 1)]
    [InlineData("2 == 2 < 3", 0)] // 2 == (2 < 3)
    [InlineData("1 == 2 < 3", 1)]
    [InlineData("3 > 2 != 0", 1)]
    [InlineData("0 == 2 <= 1 && n >= 4", 1)]
    [InlineData("2 - -n", 6)]
    [InlineData("3 * min(n - 1, min(8, 5)) + 1", 10)]
    public void Operators_bind_as_in_C(string text, long value) =>
        Assert.Equal(value, Expression.Evaluate(text, name => name == "n" ? 4 : 0));

    [Theory]
    [InlineData("1 +")]
    [InlineData("(1")]
    [InlineData("1 2")]
    [InlineData("min(1")]
    [InlineData("min 1")]
    public void Other_text_is_no_expression(string text) => Assert.Throws<FormatException>(() => Expression.Evaluate(text, _ => 0));
}
