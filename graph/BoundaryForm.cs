// What the file says of an input or output that its type does not: the order of a map, and codes that are unsigned there.

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
