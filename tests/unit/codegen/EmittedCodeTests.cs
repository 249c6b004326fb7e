// The emitted folder as a user's compiler sees it: no warning under any of three compilers, two models in one image, and a
// training step that learns.

using System.Diagnostics;
using TinyEngine.Codegen.C;
using TinyEngine.Experiments;
using TinyEngine.Image;
using TinyEngine.Ir;

namespace TinyEngine.Tests.Codegen;

public sealed class EmittedCodeTests : IDisposable
{
    private const string Strict =
        "-std=c99 -Wall -Wextra -pedantic -Wconversion -Wundef -Wvla -Werror -O2 -ffp-contract=off -fno-strict-aliasing";

    private readonly string folder = Directory.CreateTempSubdirectory("tinyengine").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [CompilerFact("gcc")]
    public void Emitted_C_compiles_without_warning_gcc() => CompileAll("gcc", "cortex-m7");

    [CompilerFact("clang-19")]
    public void Emitted_C_compiles_without_warning_clang() => CompileAll("clang-19", "cortex-m7");

    [CompilerFact("arm-none-eabi-gcc")]
    public void Emitted_C_compiles_without_warning_arm_fpu() =>
        CompileAll("arm-none-eabi-gcc -mcpu=cortex-m7 -mfloat-abi=hard -mfpu=fpv5-sp-d16", "cortex-m7");

    [CompilerFact("arm-none-eabi-gcc")]
    public void Emitted_C_compiles_without_warning_arm_soft_float() =>
        CompileAll("arm-none-eabi-gcc -mcpu=cortex-m0plus -mthumb", "cortex-m0plus");

    [CompilerFact("g++")]
    public void Header_compiles_as_cplusplus()
    {
        Write("tiny", "host");
        Run("g++ -std=c++11 -Wall -Wextra -pedantic -Werror -fsyntax-only -x c++ tiny.h");
    }

    [CompilerFact("gcc")]
    public void Driver_header_of_a_model_called_model_compiles()
    {
        Write("model", "host");
        Run(
            $"gcc {Strict} -fsyntax-only -x c firmware/model.h && printf '#include \"firmware/model.h\"\nint main(void) {{ return "
                + $"MODEL(lr)(1.0f, 0, 1) > 0.0f ? MODEL_TRAINABLE : 0; }}' | gcc {Strict} -I. -fsyntax-only -x c -"
        );
    }

    [CompilerFact("gcc")]
    public void Two_models_in_one_image_learn_alike_and_reset_to_factory_weights()
    {
        Write("tiny", "host");
        Write("other", "host", RateSchedule.Cosine, callerOwnsInputs: true);
        File.WriteAllText(Path.Combine(folder, "main.c"), Main);
        Run($"gcc {Strict} -fsanitize=undefined,address *.c runtime/*.c -o main");
        Run("./main");
    }

    [CompilerFact("gcc")]
    public void Step_schedule_in_C_is_that_of_the_command_line()
    {
        Write("tiny", "host", RateSchedule.Step);
        File.WriteAllText(
            Path.Combine(folder, "main.c"),
            $$"""
            #include "tiny.h"
            int main(void)
            {
                static const float expected[] = { {{string.Join(
                ", ",
                Enumerable.Range(1, 40).SelectMany(n =>
                    Enumerable.Range(0, n).Select(s => FormattableString.Invariant($"{LearningRate.At(RateSchedule.Step, 0.5f, s, n):R}f"))
                )
            )}} };
                int i = 0;
                for (uint32_t n = 1; n <= 40; n++) {
                    for (uint32_t s = 0; s < n; s++) {
                        if (tiny_lr(0.5f, s, n) != expected[i++]) {
                            return 1;
                        }
                    }
                }
                return 0;
            }

            """
        );
        Run($"gcc -std=c99 -O2 -ffp-contract=off *.c runtime/*.c -o main && ./main");
    }

    private const string Main = """
        #include <stdio.h>
        #include <string.h>

        #include "other.h"
        #include "tiny.h"

        static tiny_state s;
        static other_state t;

        #define CHECK(condition) do { if (!(condition)) { printf("line %d: %s\n", __LINE__, #condition); return 1; } } while (0)

        int main(void)
        {
            static const int8_t samples[2][4] = {{4, -6, 8, 2}, {-8, 6, 2, -4}};
            tiny_output_t factory[TINY_OUTPUT_COUNT], y[TINY_OUTPUT_COUNT], z[OTHER_OUTPUT_COUNT];
            tiny_result r = {0, 0}, first = {0, 0};
            other_result q;

            CHECK(tiny_init(NULL, 1) == TE_ERROR_NULL && tiny_input(NULL) == NULL);
            CHECK(tiny_init(&s, 7) == TE_OK && other_init(&t, 7) == TE_OK);
            CHECK(tiny_infer(&s, NULL) == TE_ERROR_NULL && other_infer(&t, NULL, z) == TE_ERROR_NULL);
            CHECK(tiny_train_step(&s, TINY_OUTPUT_COUNT, 0.1f, &r) == TE_ERROR_TARGET);
            CHECK(tiny_train_step(&s, -1, 0.1f, &r) == TE_ERROR_TARGET);

            memcpy(tiny_input(&s), samples[0], TINY_INPUT_BYTES);
            CHECK(tiny_infer(&s, factory) == TE_OK);
            for (int step = 0; step < 60; step++) {
                const int8_t *x = samples[step % 2];
                memcpy(tiny_input(&s), x, TINY_INPUT_BYTES);
                CHECK(tiny_train_step(&s, 1 + step % 2, 0.05f, &r) == TE_OK);
                CHECK(other_train_step(&t, x, 1 + step % 2, 0.05f, &q) == TE_OK);
                CHECK(r.loss == q.loss && r.prediction == q.prediction);
                first = step == 1 ? r : first;
            }
            CHECK(r.loss < 0.5f * first.loss && r.prediction == 2);
            CHECK(s.random[1] == 60);

            memcpy(tiny_input(&s), samples[0], TINY_INPUT_BYTES);
            CHECK(tiny_infer(&s, y) == TE_OK && other_infer(&t, samples[0], z) == TE_OK);
            CHECK(memcmp(y, z, sizeof y) == 0 && memcmp(y, factory, sizeof y) != 0);
            CHECK(tiny_reset(&s) == TE_OK && s.random[0] == 7 && s.random[1] == 0);
            memcpy(tiny_input(&s), samples[0], TINY_INPUT_BYTES);
            CHECK(tiny_infer(&s, y) == TE_OK && memcmp(y, factory, sizeof y) == 0);

            CHECK(tiny_lr(0.5f, 3, 10) == 0.5f);
            CHECK(other_lr(1.0f, 0, 100) > 0.99999f && other_lr(1.0f, 100, 100) == 0.0f);
            CHECK(other_lr(1.0f, 50, 100) == 0.5f && other_lr(1.0f, 25, 100) > 0.85355f && other_lr(1.0f, 25, 100) < 0.85356f);
            return 0;
        }

        """;

    private void CompileAll(string compiler, string target)
    {
        Write("tiny", target);
        Run($"for f in *.c runtime/*.c; do {compiler} {Strict} -c $f -o /dev/null || exit 1; done");
    }

    private void Write(string name, string target, RateSchedule schedule = RateSchedule.Constant, bool callerOwnsInputs = false)
    {
        var operators = OperatorSet.Core;
        var model = TinyModel.Build(name, operators, Target.Find(target)!, callerOwnsInputs);
        var files = CPrinter.Print(ModelImage.Of(model, schedule), operators);
        foreach (var file in files)
        {
            string path = Path.Combine(folder, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, file.Content);
        }
    }

    private void Run(string command)
    {
        using var process = Process.Start(
            new ProcessStartInfo("sh", ["-c", command + " 2>&1"]) { WorkingDirectory = folder, RedirectStandardOutput = true }
        )!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{command}\n{output}");
    }
}
