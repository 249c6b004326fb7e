// Sizes of memory as people write them: 262144, 256K, 256k, 256KB, 256KiB, 1M. K is 1024 in every spelling, since memories are.

using System.Globalization;
using System.Text.RegularExpressions;

namespace TinyEngine.Cli;

/// <summary>Reads sizes in bytes.</summary>
internal static partial class ByteSize
{
    /// <summary>The number of bytes; null if the text is not a size above 0 and below 4 G units.</summary>
    public static long? Parse(string text)
    {
        var match = Form().Match(text);
        long unit = match.Groups[2].Value switch { "K" or "k" => 1024, "M" or "m" => 1024 * 1024, _ => 1 };
        bool isNumber = long.TryParse(match.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out long n);
        return isNumber && n is > 0 and < 1L << 32 ? n * unit : null;
    }

    [GeneratedRegex(@"^([0-9]+)(?:B|([KkMm])(?:i?[Bb])?)?\z")]
    private static partial Regex Form();
}
