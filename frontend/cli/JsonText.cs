// JSON as every command prints it: one indented object that ends its line.

using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace TinyEngine.Cli;

/// <summary>Writes one JSON object.</summary>
internal static class JsonText
{
    /// <summary>The text of an object whose members <paramref name="write"/> writes.</summary>
    public static string Of(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (
            var writer = new Utf8JsonWriter(
                stream,
                new JsonWriterOptions
                {
                    Indented = true,
                    NewLine = "\n",
                    Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
                }
            )
        )
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    /// <summary>Writes a number as a value, or as a member of that name. JSON has no infinity or NaN: what diverged is null.</summary>
    public static void Number<T>(Utf8JsonWriter w, T value, string? name = null) where T : IFloatingPointIeee754<T>
    {
        if (name is not null)
        {
            w.WritePropertyName(name);
        }

        if (T.IsFinite(value))
        {
            w.WriteRawValue(value.ToString("R", CultureInfo.InvariantCulture));
        }
        else
        {
            w.WriteNullValue();
        }
    }
}
