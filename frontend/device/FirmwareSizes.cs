// The bytes that the linker placed in the model's memory. The test bench around the model is in other sections and not counted.

using System.Globalization;

namespace TinyEngine.Device;

/// <summary>Memory of firmware, in bytes.</summary>
/// <param name="Code">Machine code.</param>
/// <param name="Constants">Weights, tables and other constants, with the initial values of variables.</param>
/// <param name="StaticSram">Static variables: the model's state.</param>
/// <param name="StackSpace">The rest of the SRAM budget, which is for the stack.</param>
public sealed record FirmwareSizes(long Code, long Constants, long StaticSram, long StackSpace)
{
    /// <summary>All of the flash.</summary>
    public long Flash => Code + Constants;

    /// <summary>Reads the listing of <c>size -A</c>.</summary>
    internal static FirmwareSizes Parse(string listing)
    {
        var sections = listing.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(w => w.Length == 3 && w[0].StartsWith('.') && long.TryParse(w[1], CultureInfo.InvariantCulture, out _))
            .ToDictionary(w => w[0], w => long.Parse(w[1], CultureInfo.InvariantCulture));
        long Of(string section) => sections.GetValueOrDefault(section);
        return new FirmwareSizes(Of(".text"), Of(".rodata") + Of(".ARM.exidx") + Of(".data"), Of(".data") + Of(".bss"), Of(".te_stack"));
    }
}
