// Faults of a command line. For a value that is not a number the parser names a type of .NET; users are told what to write instead.

using System.CommandLine.Parsing;

namespace TinyEngine.Cli;

/// <summary>Messages about wrong usage.</summary>
internal static class Usage
{
    /// <summary>The message of an error.</summary>
    public static string Message(ParseError error)
    {
        if (error.SymbolResult is not OptionResult { Tokens: [var token] } result)
        {
            return error.Message;
        }

        var type = Nullable.GetUnderlyingType(result.Option.ValueType) ?? result.Option.ValueType;
        return Expected(type) is { } expected ? $"{result.Option.Name}: '{token.Value}' is not {expected}" : error.Message;
    }

    private static string? Expected(Type type) =>
        type == typeof(float) || type == typeof(double) ? "a number"
        : type == typeof(int) ? $"a whole number of at most {int.MaxValue}"
        : type == typeof(uint) ? $"a whole number from 0 to {uint.MaxValue}"
        : null;
}
