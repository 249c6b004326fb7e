// The files around the model: the CMake library, the runtime's configuration, and the header by which the firmware's driver
// knows the model under one name.

using TinyEngine.Image;
using TinyEngine.Ir;

namespace TinyEngine.Codegen.C;

/// <summary>Prints the build files.</summary>
internal static class ProjectPrinter
{
    // The macros that the driver reads of any model, besides its functions.
    private static readonly string[] ModelMacros =
    [
        "INPUT_COUNT",
        "INPUT_BYTES",
        "INPUT_CALLER",
        "INPUT_ROWS",
        "OUTPUT_COUNT",
        "OUTPUT_BYTES",
        "TRAINABLE",
        "TARGET_CLASS",
        "TARGET_COUNT",
        "ARENA_BYTES",
        "TRAINED_BYTES",
        "STATE_BYTES",
    ];

    /// <summary>A library of the model and its kernels.</summary>
    public static string CMakeLists(Graph planned, IEnumerable<string> runtimeSources) => $$"""
        # The library {{planned.Name}}: the model and the kernels it uses.
        cmake_minimum_required(VERSION 3.13)
        project({{planned.Name}} LANGUAGES C)

        add_library({{planned.Name}} STATIC
            {{planned.Name}}.c
            {{planned.Name}}_weights.c
        {{string.Concat(runtimeSources.Select(path => $"    {path}\n"))}})
        target_include_directories({{planned.Name}} PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
        set_target_properties({{planned.Name}} PROPERTIES C_STANDARD 99 C_STANDARD_REQUIRED ON C_EXTENSIONS OFF)

        # No contraction: every machine rounds alike. No strict aliasing: values of different types use the same bytes of the arena in turn.
        target_compile_options({{planned.Name}} PRIVATE -ffp-contract=off -fno-strict-aliasing)

        # Without a build type CMake asks for no optimization, which is about ten times slower.
        if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
            target_compile_options({{planned.Name}} PRIVATE -O2)
        endif()
        {{(planned.Target.HasMve ? Scalar(planned.Name) : "")}}
        """;

    // See runtime/te_scalar.h.
    private static string Scalar(string name) => $"""

        # Helium flushes subnormal numbers; floats stay out of it.
        target_compile_options({name} PRIVATE
            $<$<C_COMPILER_ID:GNU>:-fno-tree-vectorize>
            $<$<C_COMPILER_ID:Clang,ARMClang>:-fno-vectorize;-fno-slp-vectorize;-DTE_NO_VECTORIZE>)

        """;

    /// <summary>The symbol that tells kernels which round alike from others.</summary>
    public static string Numbers(Target target) => target.HasFpu ? "te_numbers_fp32" : "te_numbers_integer";

    /// <summary>The numeric choices of the target.</summary>
    public static string Config(Target target) => Layout.Licence + $"""

        /* Numeric choices for {target.Name}. Models of one image share their kernels, so they must agree on them. */

        #if defined(TE_REQUANTIZE_INTEGER)
        #if TE_REQUANTIZE_INTEGER != {Requantize(target)}
        #error "models of one image must be compiled for cores with an FPU, all of them or none: their numbers differ"
        #endif
        #endif

        #ifndef TE_CONFIG_H
        #define TE_CONFIG_H

        /* 1: requantize by exact 64-bit integer products (cores without FPU); 0: in fp32. */
        #ifndef TE_REQUANTIZE_INTEGER
        #define TE_REQUANTIZE_INTEGER {Requantize(target)}
        #endif

        #endif /* TE_CONFIG_H */

        """;

    /// <summary>The symbols by which a linker sees the choices.</summary>
    public static string ConfigSource(Target target) => Layout.Licence + $"""

        /* Every model refers to the symbol of its own choices. Kernels with other ones do not link: with one copy of the runtime that
         * symbol is missing, with two libraries te_numbers is defined twice. */

        extern const unsigned char te_numbers, {Numbers(target)};

        const unsigned char te_numbers = {Requantize(target)};
        const unsigned char {Numbers(target)} = {Requantize(target)};

        """;

    private static int Requantize(Target target) => target.HasFpu ? 0 : 1;

    /// <summary>Generic names for the model, for the firmware's driver.</summary>
    public static string ModelHeader(ModelImage image)
    {
        string name = image.Name;
        var live = image.Frozen.Live;
        string upper = name.ToUpperInvariant();
        // A model called "model" has these macros already.
        string macros = upper == "MODEL" ? "" : string.Concat(ModelMacros.Select(m => $"#define MODEL_{m,-13} {upper}_{m}\n"));
        return Layout.Licence + $$"""

            /* The model as the firmware's driver calls it: MODEL(infer) is {{name}}_infer. */

            #ifndef FIRMWARE_MODEL_H
            #define FIRMWARE_MODEL_H

            #include "../{{name}}.h"

            #define MODEL_NAME "{{name}}"
            #define MODEL(x) {{name}}_##x

            {{macros}}
            /* Results of the frozen steps in the arena: offset and bytes. */
            #define MODEL_FROZEN_RANGES {{string.Join(", ", live.DefaultIfEmpty((0, 0)).Select(r => $"{{{r.Offset}, {r.Bytes}}}"))}}

            #endif /* FIRMWARE_MODEL_H */

            """;
    }
}
