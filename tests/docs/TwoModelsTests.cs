// Two models in one image by the lines of README.md: with make on the host and for an emulated board, which compute the same, and with
// CMake. Models that round differently do not link, nor do their headers compile together.

using TinyEngine.Device;

namespace TinyEngine.Docs.Tests;

public sealed class TwoModelsTests : IDisposable
{
    private const string Compile =
        "./tinyengine compile samples/keywords/keywords.onnx -o out/keywords --train last:2 --classes 8 --target ";
    private const string CompileOther =
        "./tinyengine compile samples/anomaly/anomaly.onnx -o out/anomaly --train full --loss mse --target ";

    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    private static bool Has(params string[] tools) =>
        tools.All(t =>
            (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(p => File.Exists(Path.Combine(p, t)))
        );

    [Fact]
    public void Make_builds_one_image_for_host_and_board_that_compute_the_same()
    {
        Write();
        place.Run(
            $"{Compile}cortex-m3\n{CompileOther}cortex-m3\n"
                + "make -s CC=gcc app\n./app > host.txt\n[ $(wc -c < host.txt) -gt 8 ]\nrm *.o app"
        );
        var tools = new Toolchain();
        if (tools.ArmCompiler.Path is null || tools.Qemu.Path is null || !Has("make"))
        {
            return;
        }

        var board = Board.Of("cortex-m3");
        string gcc = $"arm-none-eabi-gcc {board.ModelFlags} -mthumb",
            bench = "startup te_measure te_mpu te_port_semihosting";
        place.Run(
            $"""
            for f in {bench}; do
              {gcc} -std=c99 -O2 -DTE_FPGAIO=0x{board.CounterBase:X}u -DTE_TICKS_PER_10MS={board.CounterHertz
                / 100}u -c out/keywords/firmware/$f.c -o te-bench-$f.o
            done
            make -s CC='{gcc} -ffunction-sections -fdata-sections' LDFLAGS='-nostartfiles -Wl,--gc-sections,--defsym=TE_SRAM=262144,--defsym=TE_FLASH=1048576 -L out/keywords/firmware -T {board.LinkerScript} te-bench-startup.o te-bench-te_measure.o te-bench-te_mpu.o te-bench-te_port_semihosting.o' app
            qemu-system-arm -M {board.Machine} -display none -monitor none -serial none -semihosting-config enable=on,target=native -kernel app 2> board.txt
            cmp host.txt board.txt
            """
        );
    }

    [Fact]
    public void Models_that_round_differently_do_not_link()
    {
        if (!Has("make"))
        {
            return;
        }

        Write(Apart);
        place.Run(Compile + "cortex-m7\n" + CompileOther + "cortex-m3\n! make -s CC=gcc app 2> error.txt\ngrep -q te_numbers_ error.txt");
        // One source that includes both headers is told so, by either order.
        place.Run("! gcc -Iout/keywords -Iout/anomaly -fsyntax-only both.c 2> error.txt\ngrep -q 'models of one image' error.txt");
    }

    [Fact]
    public void CMake_builds_one_image_with_an_optimization_and_refuses_unlike_models()
    {
        if (!Has("cmake", "make"))
        {
            return;
        }

        Write();
        File.WriteAllText(
            Path.Combine(place.Path, "CMakeLists.txt"),
            """
            cmake_minimum_required(VERSION 3.13)
            project(app LANGUAGES C)
            add_subdirectory(out/keywords)
            add_subdirectory(out/anomaly)
            add_executable(app main.c)
            target_link_libraries(app PRIVATE keywords anomaly)

            """
        );
        place.Run(
            $"{Compile}cortex-m3\n{CompileOther}cortex-m3\n"
                + "cmake -S . -B b -G 'Unix Makefiles' -DCMAKE_EXPORT_COMPILE_COMMANDS=ON > /dev/null\n"
                + "cmake --build b > /dev/null\n./b/app\ngrep -q -- -O2 b/compile_commands.json"
        );
        Write(Apart);
        place.Run(
            CompileOther
                + "cortex-m7\nrm -r b\ncmake -S . -B b -G 'Unix Makefiles' > /dev/null\n! cmake --build b > error.txt 2>&1\ngrep -q "
                + "'multiple definition of .te_numbers' error.txt"
        );
    }

    private void Write(string main = Together)
    {
        File.WriteAllText(Path.Combine(place.Path, "Makefile"), Assert.Single(Page.Read("README.md").Blocks("make")));
        File.WriteAllText(Path.Combine(place.Path, "both.c"), "#include \"keywords.h\"\n#include \"anomaly.h\"\n");
        File.WriteAllText(Path.Combine(place.Path, "main.c"), main);
    }

    /// <summary>Sources that know one model each, so that the linker has the last word.</summary>
    private const string Apart = """
        int keywords_init(void *s, unsigned seed);
        int anomaly_init(void *s, unsigned seed);

        int main(void)
        {
            return keywords_init(0, 1) + anomaly_init(0, 1) < 0 ? 0 : 1;
        }

        """;

    private const string Together = """
        #include "anomaly.h"
        #include "keywords.h"

        int te_run(void);

        static keywords_state first;
        static anomaly_state second;

        #ifdef __arm__
        extern void te_port_print(const char *text);
        #define print te_port_print
        #else
        #include <stdio.h>
        static void print(const char *text) { fputs(text, stdout); }
        int main(void) { return te_run(); }
        #endif

        static void print_hash(const void *data, uint32_t bytes)
        {
            uint32_t hash = 2166136261u;
            char text[10];
            for (uint32_t i = 0; i < bytes; i++) {
                hash = (hash ^ ((const uint8_t *)data)[i]) * 16777619u;
            }
            for (int i = 0; i < 8; i++) {
                text[i] = "0123456789abcdef"[hash >> (28 - 4 * i) & 15u];
            }
            text[8] = '\n';
            text[9] = 0;
            print(text);
        }

        int te_run(void)
        {
            keywords_result r;
            anomaly_result q;
            keywords_init(&first, 42);
            anomaly_init(&second, 42);
            for (int step = 0; step < 3; step++) {
                keywords_input_t *input = keywords_input(&first);
                anomaly_input_t *other = anomaly_input(&second);
                for (int i = 0; i < KEYWORDS_INPUT_COUNT; i++) {
                    input[i] = (int8_t)(i * 7 + step * 13);
                }
                for (int i = 0; i < ANOMALY_INPUT_COUNT; i++) {
                    other[i] = (float)(i % 7 - step) / 8.0f;
                }
                if (keywords_train_step(&first, step, 0.01f, &r) != TE_OK || anomaly_train_step(&second, 0.1f, &q) != TE_OK) {
                    return 1;
                }
            }
            print_hash((uint8_t *)&first + KEYWORDS_ARENA_BYTES, KEYWORDS_TRAINED_BYTES);
            print_hash((uint8_t *)&second + ANOMALY_ARENA_BYTES, ANOMALY_TRAINED_BYTES);
            return 0;
        }

        """;
}
