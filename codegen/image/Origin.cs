// Where a model image comes from, as the head of emitted files and the report say it.

namespace TinyEngine.Image;

/// <summary>The origin of an image; a part that is not known is empty.</summary>
/// <param name="Version">Version of the compiler.</param>
/// <param name="ModelSha256">Lower-case SHA-256 of the ONNX file.</param>
/// <param name="Command">The command line with the options that shape the image and with files named without their folders.</param>
public sealed record Origin(string Version, string ModelSha256, string Command)
{
    /// <summary>The origin of a graph that was not read from a file.</summary>
    public static readonly Origin Unknown = new("", "", "");
}
