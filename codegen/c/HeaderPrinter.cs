// NAME.h: the C API of a model. It is what users read first, so every size and unit is stated here.

using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using TinyEngine.Image;
using TinyEngine.Ir;

namespace TinyEngine.Codegen.C;

/// <summary>Prints the public header.</summary>
internal static class HeaderPrinter
{
    /// <summary>The header of a model.</summary>
    public static string Print(ModelImage image)
    {
        var planned = image.Graph;
        var (name, upper) = (planned.Name, planned.Name.ToUpperInvariant());
        var (input, output) = (planned.Inputs[0].Type, planned.Outputs[0].Type);
        string head = Layout.Head(
            image.Origin,
            $"{name}.h: the C interface of {name}, a neural network for {planned.Target.Name}.",
            planned.Plan!.Banks.IsEmpty
                ? $"Everything that changes lies in one {name}_state, which the caller places. Nothing is allocated and there are no "
                    + "globals, so several states and several models may live side by side. Two threads must not use one state at once."
                : $"Everything that outlives a call lies in one {name}_state, which the caller places in "
                    + $"{planned.Plan.Banks[planned.Plan.Home].Bank.Name}. {name}.c has the arenas of the other memories, which all states "
                    + "share: one call must end before the next begins."
        );
        return head
            + $$"""

                #ifndef {{upper}}_H
                #define {{upper}}_H

                #include <stdint.h>

                #include "runtime/te_config.h"
                #include "runtime/te_status.h"

                #ifdef __cplusplus
                extern "C" {
                #endif

                {{Macros(planned, image.State)}}
                /* {{Meaning(input, planned.InputForms)}} */
                typedef {{Literal.TypeName(input.DType)}} {{name}}_input_t;

                /* {{Meaning(output, planned.OutputForms)}} */
                typedef {{Literal.TypeName(output.DType)}} {{name}}_output_t;

                {{Struct(planned, image.State)}}
                /* Restores the factory weights and sets the counters to zero. The seed is that of stochastic rounding: the same
                 * seed and samples give the same weights on every machine. Must be called before all other functions. */
                te_status {{name}}_init({{name}}_state *s, uint32_t seed);

                /* Back to the factory weights; the seed stays. */
                te_status {{name}}_reset({{name}}_state *s);

                {{Inference(planned)}}{{(planned.Trains ? "\n" + Training(planned, image.Schedule) : "")}}
                #ifdef __cplusplus
                }
                #endif

                #endif /* {{upper}}_H */

                """;
    }

    /// <summary>The parameter list of <c>NAME_infer</c>.</summary>
    public static string InferParameters(Graph planned) => $"{planned.Name}_state *s, {Input(planned)}{planned.Name}_output_t *output";

    /// <summary>The parameter list of <c>NAME_train_step</c>.</summary>
    public static string TrainParameters(Graph planned) =>
        $"{planned.Name}_state *s, {Input(planned)}{string.Concat(planned.TrainInputs.Select(Argument))}{planned.Name}_result *result";

    /// <summary>The target that the caller gives to a training step, or null if it is the input.</summary>
    public static Value? Target(Graph planned) => planned.TrainInputs.FirstOrDefault(v => v.Role is ValueRole.Class or ValueRole.Target);

    /// <summary>True where the target is a class.</summary>
    public static bool HasClasses(Graph planned) => Target(planned) is { Role: ValueRole.Class };

    private static string Argument(Value v) =>
        v.Role.IsByValue() ? $"{Literal.TypeName(v.Type.DType)} {v.Name}, " : $"const {Literal.TypeName(v.Type.DType)} *{v.Name}, ";

    private static string Input(Graph planned) =>
        ReadsRows(planned) ? $"{planned.Name}_read_row read, void *context, "
        : planned.CallerOwnsInputs ? $"const {planned.Name}_input_t *input, "
        : "";

    /// <summary>True where the caller hands out the input row by row.</summary>
    public static bool ReadsRows(Graph planned) => planned.Nodes.Any(n => n.Body?.Nodes.Any(i => i.Op is ReadRows) == true);

    /// <summary>The arguments by which functions of steps get the caller's input, each behind a comma.</summary>
    public static string StepArguments(Graph planned) =>
        ReadsRows(planned) ? ", read, context" : planned.CallerOwnsInputs ? ", input" : "";

    /// <summary>As <see cref="StepArguments"/>, the parameters.</summary>
    public static string StepParameters(Graph planned) =>
        ReadsRows(planned) ? $", {planned.Name}_read_row read, void *context"
        : planned.CallerOwnsInputs ? $", const {planned.Name}_input_t *input"
        : "";

    /// <summary>Statements for a function that may not use the state, since its values lie in other memories.</summary>
    public static string UnusedState(Graph planned) => planned.Plan!.Banks.IsEmpty ? "" : "    (void)s;\n";

    /// <summary>Statements for a function that does not use the caller's input.</summary>
    public static string Unused(Graph planned) => ReadsRows(planned) ? "    (void)read;\n    (void)context;\n" : "    (void)input;\n";

    /// <summary>The test of the caller's input, with the operator that follows.</summary>
    public static string NoInput(Graph planned) =>
        ReadsRows(planned) ? "read == NULL || " : planned.CallerOwnsInputs ? "input == NULL || " : "";

    /// <summary>The end of the names of functions that take the input.</summary>
    public static string Suffix(Graph planned) => ReadsRows(planned) ? "_rows" : "";

    private static string Macros(Graph planned, StateLayout state)
    {
        var (input, output) = (planned.Inputs[0].Type, planned.Outputs[0].Type);
        (string Name, long Value, string Meaning)[] rows =
        [
            ("INPUT_COUNT", input.Count, $"elements of the input, {input.Shape}"),
            ("INPUT_BYTES", input.Bytes, ""),
            (
                "INPUT_CALLER",
                planned.CallerOwnsInputs && !ReadsRows(planned) ? 1 : 0,
                "1: the caller owns the input; 0: it lies in the state"
            ),
            (
                "INPUT_ROWS",
                ReadsRows(planned) ? RowSchedule.RowsOf(planned.Inputs[0]) : 0,
                "rows that the caller hands out; 0: the input is whole"
            ),
            ("OUTPUT_COUNT", output.Count, $"elements of the output, {output.Shape}"),
            ("OUTPUT_BYTES", output.Bytes, ""),
            ("TRAINABLE", planned.Trains ? 1 : 0, "1: there is a training step"),
            ("TARGET_CLASS", HasClasses(planned) ? 1 : 0, "1: the target of training is a class"),
            (
                "TARGET_COUNT",
                Target(planned) is { } target && !HasClasses(planned) ? target.Type.Count : 0,
                "elements of the target where it is a vector"
            ),
            ("ARENA_BYTES", state.ArenaBytes, "activations, gradients, masks, scratch: first in the state"),
            ("TRAINED_BYTES", state.TrainedBytes, "trained parameters: right after the arena"),
            ("STATE_BYTES", state.StateBytes, "counters and padding: the rest of the state"),
        ];
        var text = new StringBuilder();
        foreach (var (name, value, meaning) in rows)
        {
            string comment = meaning.Length > 0 ? $"/* {meaning} */" : "";
            text.Append($"#define {planned.Name.ToUpperInvariant()}_{name,-13} {value,-8} {comment}".TrimEnd()).Append('\n');
        }

        return text.ToString();
    }

    private static string Meaning(TensorType type, ImmutableArray<BoundaryForm> forms) =>
        type.Quant is { Axis: null } q
            ? $"Codes: real = {q.Scale.ToString("R", CultureInfo.InvariantCulture)} * {Offset(q.ZeroPoint)}."
                + (forms.ElementAtOrDefault(0).IsUnsigned ? " Those of the ONNX file are 128 more." : "")
        : type.DType == DType.F32 ? "Real values."
        : "Raw samples.";

    private static string Offset(int zero) =>
        zero switch
        {
            0 => "code",
            < 0 => $"(code + {-(long)zero})",
            _ => $"(code - {zero})",
        };

    private static string Struct(Graph planned, StateLayout state)
    {
        List<(string Declaration, string Comment)> rows =
            state.ArenaBytes == 0 ? [] : [($"uint64_t arena[{state.ArenaBytes / sizeof(ulong)}];", "")];
        rows.AddRange(
            state.Trained.Select(m => (Declaration(m), m.Name == Identifiers.Prefix + m.Value.Name ? "" : Layout.InComment(m.Value.Name)))
        );
        if (state.Padding > 0)
        {
            rows.Add(($"uint8_t padding[{state.Padding}];", ""));
        }

        rows.AddRange(state.Counters.Select(m => (Declaration(m), "seed, steps so far")));
        int width = rows.Max(r => r.Declaration.Length);
        var members = rows.Select(r =>
            r.Comment.Length > 0 ? $"    {r.Declaration.PadRight(width)} /* {r.Comment} */\n" : $"    {r.Declaration}\n"
        );
        return $"typedef struct {planned.Name}_state {{\n{string.Concat(members)}}} {planned.Name}_state;\n";
    }

    private static string Declaration(StateMember m) =>
        $"{Literal.TypeName(m.Value.Type.DType)} {m.Name}[{Literal.Elements(m.Value.Type)}];";

    private static string Inference(Graph planned)
    {
        string name = planned.Name;
        string input = $$"""
            /* The place of the input inside the state. Inference and training reuse its memory: write all {{name.ToUpperInvariant()}}_INPUT_COUNT
             * elements before each call. NULL where s is NULL. */
            {{name}}_input_t *{{name}}_input({{name}}_state *s);


            """;
        string rows = $$"""
            /* Writes a row of the input, {{name.ToUpperInvariant()}}_INPUT_COUNT / {{name.ToUpperInvariant()}}_INPUT_ROWS elements, to `row`. Called for each
             * row from 0 on, in this order, each once in a call of the functions below; context is what they were given.
             * Returns 0. Any other number ends the call, which returns TE_ERROR_INPUT: no output is written, and no parameter
             * and no counter has changed. The next call begins with row 0. */
            typedef int (*{{name}}_read_row)(void *context, int32_t index, {{name}}_input_t *row);


            """;
        return (ReadsRows(planned) ? rows : planned.CallerOwnsInputs ? "" : input)
            + $$"""
                /* Computes the output of the input with the current weights. */
                te_status {{name}}_infer{{Suffix(planned)}}({{InferParameters(planned)}});

                """;
    }

    private static string Training(Graph planned, RateSchedule schedule)
    {
        var (name, upper) = (planned.Name, planned.Name.ToUpperInvariant());
        string target =
            HasClasses(planned)
                ? $"The target is the class, from 0 to\n * {upper}_OUTPUT_COUNT - 1, or else TE_ERROR_TARGET and nothing has changed; "
                    + "lr is the learning rate in real units."
            : Target(planned) is null ? "The target is the\n * input itself; lr is the learning rate in real units."
            : $"The target is {upper}_TARGET_COUNT\n * real numbers; lr is the learning rate in real units.";
        int every = planned.Nodes.Select(n => n.Attributes.Int(UpdateNames.Every, 1)).Max();
        target +=
            every > 1
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"\n * {every} steps make one update, in the last of them, by the mean of their gradients."
                )
                : "";
        string course = schedule switch
        {
            RateSchedule.Cosine => "half a cosine, from base down to 0",
            RateSchedule.Step => "base, a tenth of it from half of\n * them on, a hundredth from three quarters on",
            _ => "always base",
        };
        return $$"""
            /* Results of a training step for its sample, before the update; also valid if it returns TE_ERROR_RANGE. */
            typedef struct {{name}}_result {
                float loss;
            {{(planned.TrainOutputs.Length > 1 ? "    int32_t prediction;\n" : "")}}} {{name}}_result;

            /* One step of gradient descent on the input: forward, backward, update. {{target}}
             * TE_ERROR_RATE where the rate is not finite or too large, TE_ERROR_RANGE where the sample, the loss or a value of the
             * network is not finite or too large for a step at this rate: then nothing has changed. */
            te_status {{name}}_train_step{{Suffix(planned)}}({{TrainParameters(planned)}});

            /* The learning rate of a step (from 0) out of total: {{course}}. */
            float {{name}}_lr(float base, uint32_t step, uint32_t total);

            """;
    }
}
