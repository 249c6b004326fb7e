// What `--optimize` asks the choice of kernels for.

namespace TinyEngine.Compiler;

/// <summary>What kernels are chosen for.</summary>
public enum Objective
{
    /// <summary>The fewest instructions within the budget of flash.</summary>
    Speed,

    /// <summary>The least flash for at most a tenth more instructions than with <see cref="Speed"/>.</summary>
    Balanced,

    /// <summary>The least flash: code of kernels and the constants that they read.</summary>
    Size,
}
