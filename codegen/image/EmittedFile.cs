// One file of the emitted folder, as text. Nothing here touches the disk; a writer uses UTF-8 without a byte
// order mark and does not change line feeds, so that the same graph gives the same bytes everywhere.

namespace TinyEngine.Image;

/// <summary>A file to be written.</summary>
/// <param name="Path">Path below the output folder, with forward slashes.</param>
/// <param name="Content">The text; lines end in a line feed.</param>
public sealed record EmittedFile(string Path, string Content);
