// Facts about an input or output of the file that its type does not hold: the order of a map, and unsigned codes.

namespace TinyEngine.Ir;

/// <summary>How an input or output of the model stands in its file.</summary>
/// <param name="ChannelsFirst">Its four dimensions stay in the file's order, NCHW; other maps are NHWC.</param>
/// <param name="IsUnsigned">The file gives it as uint8 codes, each 128 more than the int8 code here.</param>
public readonly record struct BoundaryForm(bool ChannelsFirst, bool IsUnsigned)
{
    private const string First = "nchw", Unsigned = "unsigned";

    /// <summary>The words of IR text, each with a space behind it.</summary>
    public string Words => (ChannelsFirst ? First + " " : "") + (IsUnsigned ? Unsigned + " " : "");

    /// <summary>Reads <see cref="Words"/>; <paramref name="take"/> takes a word where it comes next.</summary>
    public static BoundaryForm Read(Func<string, bool> take) => new(take(First), take(Unsigned));
}
