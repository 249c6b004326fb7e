// Tests that need C compilers: skipped, with the reason, where one of them is missing.

namespace TinyEngine.Tests.Codegen;

/// <summary>A fact about emitted C, for a machine with these compilers on its path.</summary>
public sealed class CompilerFactAttribute : FactAttribute
{
    public CompilerFactAttribute(params string[] compilers) => Skip = WhyNot(compilers);

    /// <summary>The missing compiler, or null.</summary>
    internal static string? WhyNot(string[] compilers)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        var missing = compilers.Where(c => !folders.Any(f => File.Exists(Path.Combine(f, c)))).ToList();
        return missing.Count > 0 ? $"not installed: {string.Join(", ", missing)}" : null;
    }
}

/// <summary>The same for a theory.</summary>
public sealed class CompilerTheoryAttribute : TheoryAttribute
{
    public CompilerTheoryAttribute(params string[] compilers) => Skip = CompilerFactAttribute.WhyNot(compilers);
}
