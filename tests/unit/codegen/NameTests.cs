// Names that people give tensors and models, however odd: the emitted C compiles as C99 to C23 and its header as C++11 to C++20, with
// the headers that define macros of such names included before it; no model's header takes the place of one of the system's.

using System.Diagnostics;
using TinyEngine.Compiler;
using TinyEngine.Image;
using TinyEngine.Ir;
using TinyEngine.Tests.Models;
using TinyEngine.Tests.Training;

namespace TinyEngine.Tests.Codegen;

public sealed class NameTests : IDisposable
{
    private const string Headers = """
        #include <assert.h>
        #include <ctype.h>
        #include <errno.h>
        #include <float.h>
        #include <inttypes.h>
        #include <iso646.h>
        #include <limits.h>
        #include <math.h>
        #include <setjmp.h>
        #include <signal.h>
        #include <stdalign.h>
        #include <stdarg.h>
        #include <stdbool.h>
        #include <stddef.h>
        #include <stdint.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <stdnoreturn.h>
        #include <string.h>
        #include <sys/wait.h>
        #include <time.h>
        #include <unistd.h>
        #include <wchar.h>

        """;

    // Keywords of C and C++, macros of the headers and of the emitted files, members and functions of the emitted C.
    private static readonly string[] Words = """
        alignas alignof and and_eq asm atomic_cancel auto bitand bitor bool break case catch char char8_t char16_t char32_t class co_await co_return
        co_yield compl concept const const_cast consteval constexpr constinit continue decltype default delete do double dynamic_cast else enum
        explicit export extern false final float for friend goto if import inline int long module mutable namespace new noexcept not not_eq
        nullptr operator or or_eq override private protected public register reinterpret_cast requires restrict return short signed sizeof
        static static_assert static_cast struct switch template this thread_local throw true try typedef typeid typename typeof typeof_unqual union unsigned
        using virtual void volatile wchar_t while xor xor_eq _Alignas _Alignof _Atomic _BitInt _Bool _Complex _Decimal32 _Generic _Imaginary
        _Noreturn _Static_assert _Thread_local __func__ __FILE__ __LINE__ NULL offsetof INT8_MAX SIZE_MAX UINT32_C WCHAR_MAX INFINITY NAN EOF
        BUFSIZ errno assert stdin stdout stderr SIGINT EXIT_FAILURE INT_MAX FLT_MAX M_PI HUGE_VAL setjmp va_arg complex noreturn linux unix i386
        w_termsig NET_H NET_INPUT_COUNT NET_INPUT_BYTES NET_WEIGHTS_H NET_CONST_SECTION TE_OK TE_STATUS_H TE_KERNELS_H TE_FROZEN TE_LIMIT arena padding
        random target lr input output state result loss prediction s net init reset infer train_step copy forward frozen net_init main printf
        memcpy uint8_t int8_t uint32_t int32_t float_t size_t te_status te_conv2d 0 1x a.b a/b a_b a:0 a-0
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tinyengine-names-");

    public void Dispose() => folder.Delete(recursive: true);

    [CompilerFact("gcc", "g++")]
    public void Tensors_of_any_name_give_C_and_a_header_that_compile()
    {
        string longName = new('n', 100_000);
        string[] names =
        [
            .. Words,
            longName,
            longName + "1",
            "1" + longName,
            "größe",
            "重み",
            "*/",
            "\\",
            "\"",
            "\n",
            "??/",
            " ",
            "_",
            "__",
            "%s",
        ];
        Assert.True(names.Length >= 200 && names.Distinct().Count() == names.Length, $"{names.Length} names");
        var compilation = Compile("net", names);
        var members = StateLayout.Of(compilation.Graph).Trained.Select(m => m.Name).ToList();
        Assert.Equal(names.Length + names.Length % 2, members.Distinct().Count());
        Assert.True(members.Max(m => m.Length) < 64);

        File.WriteAllText(Path.Combine(folder.FullName, "use.h"), Headers + "#include \"net/net.h\"\n");
        File.WriteAllText(Path.Combine(folder.FullName, "use.c"), Headers + "#include \"net/net.c\"\n");
        string strict = "-Wall -Wextra -pedantic -Wundef -Werror -fsyntax-only -I net -I net/runtime";
        Run(
            $"for s in c99 c11 c2x gnu2x; do gcc -std=$s {strict} net/net.c net/net_weights.c || exit 1; gcc -std=$s {strict} "
                + "-D_GNU_SOURCE -x c use.c || exit 1; done; "
                + $"for s in c++11 c++17 c++20; do g++ -std=$s {strict} -x c++ use.h || exit 1; done"
        );
    }

    [CompilerFact("clang-19")]
    public void Tensors_of_any_name_give_C_that_clang_compiles_as_C23()
    {
        _ = Compile("net", Words);
        Run(
            "for s in c99 c23; do clang-19 -std=$s -Wall -Wextra -pedantic -Wundef -Werror -fsyntax-only net/*.c || exit 1; done; "
                + "clang-19 -std=c++20 -Wall -Werror -fsyntax-only -x c++ net/net.h"
        );
    }

    [SharedTheory]
    [InlineData("names-macros")]
    [InlineData("names-cpp")]
    public void Models_that_broke_compilers_compile(string model)
    {
        byte[] file = File.ReadAllBytes(Path.Combine(SharedModels.Folder!, "cases", "attack", model + ".onnx"));
        OutputFolder.Write(
            ModelCompiler.Compile(file, EmittedTraining.Options with { Name = "net" }).Files,
            Path.Combine(folder.FullName, "net")
        );
        File.WriteAllText(Path.Combine(folder.FullName, "use.h"), Headers + "#include \"net/net.h\"\n");
        Run(
            "gcc -std=c99 -Wall -Wextra -Werror -fsyntax-only net/*.c && for s in c++11 c++20; do g++ -std=$s -Wall -Werror "
                + "-fsyntax-only -x c++ use.h || exit 1; done"
        );
    }

    [Theory]
    [InlineData("stdint")]
    [InlineData("STDIO")]
    [InlineData("time")]
    [InlineData("arm_math")]
    [InlineData("immintrin")]
    [InlineData("te_status")]
    [InlineData("te_run")]
    [InlineData("main")]
    [InlineData("pthread_cond")]
    [InlineData("test")]
    [InlineData("aux")]
    public void Names_of_others_are_refused_and_given_a_suffix(string name)
    {
        var e = Assert.Throws<DiagnosticException>(() => ModelCompiler.Compile(Chain(["a"]), EmittedTraining.Options with { Name = name }));
        Assert.Equal("TE0610", Assert.Single(e.Diagnostics).Code);
        string instead = ModelName.OfFile(name + ".onnx");
        Assert.Null(ModelName.Objection(instead));
        Assert.True(ModelName.IsIdentifier(instead), instead);
        Assert.Contains(instead, e.Diagnostics[0].Message);
    }

    [Theory]
    [InlineData("ü.onnx", "model__")]
    [InlineData("***.onnx", "model____")]
    [InlineData("1x1.onnx", "model_1x1")]
    [InlineData("My Net.onnx", "my_net")]
    public void Names_of_files_become_identifiers_that_c_does_not_reserve(string file, string name) =>
        Assert.Equal(name, ModelName.OfFile(file));

    [Theory]
    [InlineData("model")]
    [InlineData("keywords")]
    [InlineData("startup")]
    [InlineData("int")]
    [InlineData("class")]
    [InlineData("linux")]
    [InlineData("NET")]
    [InlineData("te")]
    [InlineData("_")]
    [InlineData("net_weights")]
    [InlineData("input")]
    public void Other_names_are_a_model_s(string name) => Assert.Null(ModelName.Objection(name));

    [CompilerFact("gcc", "g++")]
    public void Models_of_odd_names_compile_with_the_driver()
    {
        string[] names =
        [
            "model",
            "MODEL",
            "startup",
            "te",
            "int",
            "class",
            "linux",
            "NET",
            "_",
            "net_weights",
            "input",
            "copy",
            "state",
            "INT8_MAX",
            "nullptr",
        ];
        foreach (string name in names)
        {
            _ = Compile(name, ["H", "INPUT_COUNT", "init", "weights"]);
            Run(
                $"cd {name} && gcc -std=c99 -Wall -Wextra -pedantic -Werror -fsyntax-only *.c runtime/*.c firmware/te_run.c && g++ "
                    + $"-std=c++11 -Wall -Werror -fsyntax-only -x c++ {name}.h"
            );
        }
    }

    [CompilerFact("arm-none-eabi-gcc")]
    public void Every_header_of_the_cross_compiler_and_its_library_is_known()
    {
        string output = Run("arm-none-eabi-gcc -print-file-name=include; printf '' | arm-none-eabi-gcc -E -Wp,-v - 2>&1 | grep '^ /'");
        var hidden = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(Directory.Exists)
            .SelectMany(d => Directory.EnumerateFiles(d, "*.h")).Select(f => Path.GetFileNameWithoutExtension(f)).Distinct()
            .Where(n => ModelName.IsIdentifier(n) && ModelName.Objection(n) is null);
        Assert.Equal([], hidden);
    }

    private Compilation Compile(string name, IReadOnlyList<string> tensors)
    {
        var compilation = ModelCompiler.Compile(Chain(tensors), EmittedTraining.Options with { Name = name });
        OutputFolder.Write(compilation.Files, Path.Combine(folder.FullName, name));
        return compilation;
    }

    /// <summary>Layers whose weights and biases have these names.</summary>
    private static byte[] Chain(IReadOnlyList<string> names)
    {
        var model = new OnnxModel().Input("the input", 1, 2);
        string last = "the input";
        for (int i = 0; i < names.Count; i += 2)
        {
            string bias = i + 1 < names.Count ? names[i + 1] : "the last bias";
            model.Weights(names[i], 2, 2).Weights(bias, 2).NodeOf("Gemm", [last, names[i], bias], $"layer {i}", ("transB", 1));
            last = $"layer {i}";
        }

        return model.Output(last).Bytes;
    }

    private string Run(string command)
    {
        using var process = Process.Start(
            new ProcessStartInfo("sh", ["-c", command + " 2>&1"]) { WorkingDirectory = folder.FullName, RedirectStandardOutput = true }
        )!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{command}\n{output[..Math.Min(output.Length, 4000)]}");
        return output;
    }
}
