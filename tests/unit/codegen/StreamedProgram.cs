// The main program that runs one model in several forms and compares their bytes.

using System.Text;

namespace TinyEngine.Tests.Codegen;

/// <summary>Writes the program.</summary>
internal static class StreamedProgram
{
    /// <summary>The ends of the names of models whose caller hands out the input row by row, or keeps it.</summary>
    public const string ByRows = "_by_rows", ByCaller = "_by_caller";

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

    /// <summary>
    /// Lets the caller fail at each row in turn. The calls say so, leave output, result, parameters and counters as they were, and those
    /// that follow compute what a model computes that has never been left without a row.
    /// </summary>
    public static string Broken(string name)
    {
        string upper = name.ToUpperInvariant();
        return $$"""
            #include <stdio.h>
            #include <string.h>

            #include "{{name}}.h"

            static {{name}}_state state[2];
            static float x[{{upper}}_INPUT_COUNT];

            /* context: the row that cannot be read, or a row behind the last one. */
            static int read_row(void *context, int32_t index, {{name}}_input_t *row)
            {
                const int32_t count = {{upper}}_INPUT_COUNT / {{upper}}_INPUT_ROWS;
                if (index > *(const int32_t *)context) {
                    printf("row %d is read behind the one that failed\n", (int)index);
                }
                memcpy(row, x + index * count, (size_t)count * sizeof(float));
                return index == *(const int32_t *)context ? 1 : 0;
            }

            int main(void)
            {
                int32_t none = {{upper}}_INPUT_ROWS;
                const size_t kept = sizeof state[0] - {{upper}}_ARENA_BYTES;
                for (int i = 0; i < {{upper}}_INPUT_COUNT; i++) {
                    x[i] = (float)((i * 37 % 101) - 50) / 32.0f;
                }
                {{name}}_init(&state[0], 7);
                {{name}}_init(&state[1], 7);
                for (int32_t row = 0; row < {{upper}}_INPUT_ROWS; row++) {
                    {{name}}_output_t y[2][{{upper}}_OUTPUT_COUNT];
                    {{name}}_result result[2];
                    memset(y, 0x5a, sizeof y);
                    memset(result, 0x5a, sizeof result);
                    if ({{name}}_infer_rows(&state[0], read_row, &row, y[0]) != TE_ERROR_INPUT ||
                        {{name}}_train_step_rows(&state[0], read_row, &row, 0, 0.05f, &result[0]) != TE_ERROR_INPUT) {
                        printf("a call without row %d succeeds\n", (int)row);
                    }
                    if (memcmp(y[0], y[1], sizeof y[0]) != 0 || memcmp(&result[0], &result[1], sizeof result[0]) != 0) {
                        printf("a call without row %d writes results\n", (int)row);
                    }
                    if (memcmp((uint8_t *)&state[0] + {{upper}}_ARENA_BYTES, (uint8_t *)&state[1] + {{upper}}_ARENA_BYTES, kept) != 0) {
                        printf("a call without row %d changes the state\n", (int)row);
                    }
                    for (int i = 0; i < 2; i++) {
                        if ({{name}}_train_step_rows(&state[i], read_row, &none, 0, 0.05f, &result[i]) != TE_OK ||
                            {{name}}_infer_rows(&state[i], read_row, &none, y[i]) != TE_OK) {
                            printf("a call with all rows fails\n");
                        }
                    }
                    if (memcmp(y[0], y[1], sizeof y[0]) != 0 || memcmp(&result[0].loss, &result[1].loss, sizeof(float)) != 0) {
                        printf("results differ behind a call without row %d\n", (int)row);
                    }
                }
                return 0;
            }

            """;
    }

    /// <summary>Hands out rows of an array, each once and in ascending order.</summary>
    private static string Camera(string name) =>
        $$"""
            static int read_{{name}}(void *context, int32_t index, {{name}}_input_t *row)
            {
                static int32_t next;
                const int32_t count = {{name.ToUpperInvariant()}}_INPUT_COUNT / {{name.ToUpperInvariant()}}_INPUT_ROWS;
                next = index == 0 ? 0 : next;
                if (index != next) {
                    printf("{{name}} reads row %d instead of %d\n", (int)index, (int)next);
                }
                next++;
                memcpy(row, (const float *)context + index * count, (size_t)count * sizeof(float));
                return 0;
            }


            """;

    /// <summary>An inference, some training steps with their losses, and a copy of the parameters, which lie behind the arena.</summary>
    private static string Runner(string name, bool trains)
    {
        bool rows = name.EndsWith(ByRows, StringComparison.Ordinal), caller = name.EndsWith(ByCaller, StringComparison.Ordinal);
        string upper = name.ToUpperInvariant(),
            suffix = rows ? "_rows" : "",
            input = rows ? $", read_{name}, x" : caller ? ", x" : "",
            buffer = rows || caller ? "x" : $"{name}_input(&s)";
        string left = caller
            ? $$"""
                    static float before[{{upper}}_INPUT_COUNT];
                    fill(before, {{upper}}_INPUT_COUNT, {{(trains ? 2 : 0)}});
                    if (memcmp(before, x, sizeof x) != 0) {
                        printf("{{name}} writes to the input of its caller\n");
                    }

                """
            : "";
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
            {{(rows || caller ? $"    static float x[{upper}_INPUT_COUNT];\n" : "")}}                {{name}}_output_t y[{{upper}}_OUTPUT_COUNT];
                memset(s.arena, 0x5a, sizeof s.arena);
                if ({{name}}_init(&s, 7) != TE_OK) {
                    printf("{{name}} fails\n");
                }
                fill({{buffer}}, {{upper}}_INPUT_COUNT, 0);
                if ({{name}}_infer{{suffix}}(&s{{input}}, y) != TE_OK) {
                    printf("{{name}} fails\n");
                }
                memcpy(output, y, sizeof y);
            {{step}}{{left}}}


            """;
    }
}
