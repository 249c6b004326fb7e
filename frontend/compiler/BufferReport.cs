// A value in the arena as plan.json tells it, and the colours of its kinds in pictures.

using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace TinyEngine.Compiler;

/// <summary>An arena buffer; first and last are the steps in which it is alive.</summary>
public sealed record BufferReport(string Name, string Kind, long Offset, long Bytes, int First, int Last)
{
    /// <summary>
    /// The buffer whose bytes this one may share although both are alive in some step: a view's operand, one that is overwritten in place,
    /// or one that the result grows over.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Over { get; init; }

    /// <summary>Bytes by which this buffer begins before that one, at least, if they share any.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Lead { get; init; }

    /// <summary>The memory that it lies in, where the device has several; offsets count through all of them.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Region { get; init; }

    /// <summary>All kinds, with their colours (#rrggbb) in pictures.</summary>
    public static readonly ImmutableArray<(string Kind, string Colour)> Kinds =
    [
        ("input", "#66a61e"),
        ("activation", "#1b9e77"),
        ("gradient", "#d95f02"),
        ("mask", "#7570b3"),
        ("lines", "#e6ab02"),
        ("scratch", "#999999"),
    ];

    /// <summary>The colour of a buffer of this kind.</summary>
    public string Colour() => Kinds.FirstOrDefault(k => k.Kind == Kind, Kinds[^1]).Colour;
}
