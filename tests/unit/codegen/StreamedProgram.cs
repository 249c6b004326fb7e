// The main program that runs one model in several forms and compares their bytes.

using System.Text;

namespace TinyEngine.Tests.Codegen;

/// <summary>Writes the program.</summary>
internal static class StreamedProgram
{
    /// <summary>The end of the names of models whose caller hands out the input row by row.</summary>
    public const string ByRows = "_by_rows";

    /// <summary>
    /// Prints the output of each first form in hexadecimal digits, and the name of every other form that gives another output, loss, or
    /// parameter after a few steps.
    /// </summary>
    public static string Print(IReadOnlyList<(string Whole, string[] Names, bool Trains)> groups)
    {
        var text = new StringBuilder("#include <stdio.h>\n#include <string.h>\n\n");
        foreach (string name in groups.SelectMany(g => g.Names.Prepend(g.Whole)))
        {
            text.Append($"#include \"{name}.h\"\n");
        }

        text.Append(
            """

            static void fill(float *x, int count, int salt)
            {
                for (int i = 0; i < count; i++) {
                    x[i] = (float)((i * (37 + salt) % 101) - 50) / 32.0f;
                }
            }


            """
        );
        foreach (var (whole, names, trains) in groups)
        {
            foreach (string name in names.Prepend(whole))
            {
                text.Append(Runner(name, trains));
            }
        }

        text.Append("int main(void)\n{\n");
        foreach (var (whole, names, _) in groups)
        {
            string upper = whole.ToUpperInvariant();
            text.Append(
                $$"""
                    static uint8_t output_{{whole}}[2][{{upper}}_OUTPUT_BYTES], trained_{{whole}}[2][{{upper}}_TRAINED_BYTES + 64];
                    run_{{whole}}(output_{{whole}}[0], trained_{{whole}}[0]);
                    for (size_t i = 0; i < sizeof output_{{whole}}[0]; i++) {
                        printf("%02x", output_{{whole}}[0][i]);
                    }
                    printf("\n");

                """
            );
            foreach (string name in names)
            {
                text.Append(
                    $$"""
                        run_{{name}}(output_{{whole}}[1], trained_{{whole}}[1]);
                        if (memcmp(output_{{whole}}[0], output_{{whole}}[1], sizeof output_{{whole}}[0]) != 0 ||
                            memcmp(trained_{{whole}}[0], trained_{{whole}}[1], sizeof trained_{{whole}}[0]) != 0) {
                            printf("{{name}} and {{whole}} differ\n");
                        }

                    """
                );
            }
        }

        return text.Append("    return 0;\n}\n").ToString();
    }

    /// <summary>Hands out rows of an array, each once and in ascending order.</summary>
    private static string Camera(string name) =>
        $$"""
            static void read_{{name}}(void *context, int32_t index, {{name}}_input_t *row)
            {
                static int32_t next;
                const int32_t count = {{name.ToUpperInvariant()}}_INPUT_COUNT / {{name.ToUpperInvariant()}}_INPUT_ROWS;
                next = index == 0 ? 0 : next;
                if (index != next) {
                    printf("{{name}} reads row %d instead of %d\n", (int)index, (int)next);
                }
                next++;
                memcpy(row, (const float *)context + index * count, (size_t)count * sizeof(float));
            }


            """;

    /// <summary>An inference, some training steps with their losses, and a copy of the parameters, which lie behind the arena.</summary>
    private static string Runner(string name, bool trains)
    {
        bool rows = name.EndsWith(ByRows, StringComparison.Ordinal);
        string upper = name.ToUpperInvariant(),
            suffix = rows ? "_rows" : "",
            input = rows ? $", read_{name}, x" : "",
            buffer = rows ? "x" : $"{name}_input(&s)";
        string step = trains
            ? $$"""
                    for (int i = 0; i < 3; i++) {
                        {{name}}_result r = {0, 0};
                        fill({{buffer}}, {{upper}}_INPUT_COUNT, i);
                        if ({{name}}_train_step{{suffix}}(&s{{input}}, i % {{upper}}_OUTPUT_COUNT, 0.05f, &r) != TE_OK) {
                            printf("{{name}} fails\n");
                        }
                        memcpy(trained + 4 * i, &r.loss, 4);
                    }
                    memcpy(trained + 64, (const uint8_t *)&s + {{upper}}_ARENA_BYTES, {{upper}}_TRAINED_BYTES);

                """
            : "    (void)trained;\n";
        return $$"""
            {{(rows ? Camera(name) : "")}}static void run_{{name}}(uint8_t *output, uint8_t *trained)
            {
                static {{name}}_state s;
            {{(rows ? $"    static float x[{upper}_INPUT_COUNT];\n" : "")}}                {{name}}_output_t y[{{upper}}_OUTPUT_COUNT];
                memset(s.arena, 0x5a, sizeof s.arena);
                if ({{name}}_init(&s, 7) != TE_OK) {
                    printf("{{name}} fails\n");
                }
                fill({{buffer}}, {{upper}}_INPUT_COUNT, 0);
                if ({{name}}_infer{{suffix}}(&s{{input}}, y) != TE_OK) {
                    printf("{{name}} fails\n");
                }
                memcpy(output, y, sizeof y);
            {{step}}}


            """;
    }
}
