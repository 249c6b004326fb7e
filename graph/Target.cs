// The core a graph is compiled for: the features of its instruction set, which decide kernels and number formats.

namespace TinyEngine.Ir;

/// <summary>A processor core.</summary>
/// <param name="Name">The name on the command line, such as <c>cortex-m7</c>.</param>
/// <param name="HasFpu">Single-precision floating point in hardware; without it requantization is integer arithmetic.</param>
/// <param name="HasDsp">The Armv7E-M DSP extension.</param>
/// <param name="HasMve">Helium (Armv8.1-M vector extension).</param>
/// <param name="HasThumb2">Instructions of 32 bits, division among them: all cores but those of Armv6-M.</param>
public sealed record Target(string Name, bool HasFpu, bool HasDsp, bool HasMve, bool HasThumb2 = true)
{
    /// <summary>All targets, in the order in which they are listed to people.</summary>
    public static readonly IReadOnlyList<Target> All =
    [
        new("cortex-m0plus", false, false, false, HasThumb2: false),
        new("cortex-m3", false, false, false),
        new("cortex-m4", true, true, false),
        new("cortex-m7", true, true, false),
        new("cortex-m33", true, true, false),
        new("cortex-m55", true, true, true),
        new("host", true, false, false),
    ];

    /// <summary>The default target.</summary>
    public static Target Default => Find("cortex-m7")!;

    /// <summary>The target of this name, or null.</summary>
    public static Target? Find(string name) => All.FirstOrDefault(t => t.Name == name);

    /// <summary>1 or 0 for a name of a feature in costs of kernels: <c>fpu</c>, <c>dsp</c>, <c>mve</c>, <c>thumb2</c>; else null.</summary>
    public long? Flag(string name) =>
        name switch
        {
            "fpu" => HasFpu ? 1 : 0,
            "dsp" => HasDsp ? 1 : 0,
            "mve" => HasMve ? 1 : 0,
            "thumb2" => HasThumb2 ? 1 : 0,
            _ => null,
        };

    /// <summary>True where a kernel row for <paramref name="core"/> (<c>any</c>, <c>dsp</c>, <c>mve</c>) may run.</summary>
    public bool Runs(string core) => core switch { "any" => true, "dsp" => HasDsp, "mve" => HasMve, _ => false };
}
