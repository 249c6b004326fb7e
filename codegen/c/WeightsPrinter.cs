// The constant arrays of a model: NAME_weights.c defines them, NAME_weights.h declares them for NAME.c.

using System.Text;
using TinyEngine.Image;
using TinyEngine.Ir;

namespace TinyEngine.Codegen.C;

/// <summary>Prints weights, tables and factory values.</summary>
internal static class WeightsPrinter
{
    /// <summary>NAME_weights.h, the declarations.</summary>
    public static string Header(ModelImage image)
    {
        string upper = image.Name.ToUpperInvariant();
        string head = Layout.Head(
            image.Origin,
            $"{image.Name}_weights.h: the constant arrays of {image.Name}, for {image.Name}.c only.",
            "They are weights in the order in which kernels read them, tables, and the values that trained parameters start from."
        );
        var text = new StringBuilder(head).Append($"""

            #ifndef {upper}_WEIGHTS_H
            #define {upper}_WEIGHTS_H

            #include <stdint.h>

            /* Define it to place the arrays, for example as __attribute__((section(".external_flash"))). */
            #ifndef {upper}_CONST_SECTION
            #define {upper}_CONST_SECTION
            #endif


            """);
        foreach (var array in image.Flash)
        {
            text.Append($"extern {Declaration(array)};\n");
        }

        return text.Append($"\n#endif /* {upper}_WEIGHTS_H */\n").ToString();
    }

    /// <summary>NAME_weights.c, the definitions.</summary>
    public static string Source(ModelImage image)
    {
        var text = new StringBuilder(Layout.Head(image.Origin, $"{image.Name}_weights.c: the constant arrays of {image.Name}."))
            .Append($"\n#include \"{image.Name}_weights.h\"\n");
        foreach (var array in image.Flash)
        {
            var tensor = array.Value.Data!;
            string kind = array.Value.IsConstant ? "" : ", factory value";
            text.Append($"\n/* {Layout.InComment(array.Value.Name)}: {Layout.Describe(tensor.Type)}{kind} */\n");
            text.Append($"{image.Name.ToUpperInvariant()}_CONST_SECTION\n{Declaration(array)} = {{\n");
            string[] elements = [.. Literal.Elements(tensor)];
            int width = elements.Max(e => e.Length);
            foreach (var line in elements.Chunk(array.Value.Type.DType.ElementBytes() == 1 ? 16 : 8))
            {
                text.Append("    ").AppendJoin(", ", line.Select(e => e.PadLeft(width))).Append(",\n");
            }

            text.Append("};\n");
        }

        return text.ToString();
    }

    private static string Declaration(FlashArray array) =>
        $"const {Literal.TypeName(array.Value.Type.DType)} {array.Symbol}[{Literal.Elements(array.Value.Type)}]";
}
