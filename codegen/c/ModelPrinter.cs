// NAME.c: the parameter structs of all steps, then the phases as plain functions, one call a step, in the planned order.

using System.Text;
using TinyEngine.Image;
using TinyEngine.Ir;

namespace TinyEngine.Codegen.C;

/// <summary>Prints the model's functions.</summary>
/// <param name="image">The model.</param>
/// <param name="storage">Where its values lie in C.</param>
/// <param name="groups">Names for groups of fields.</param>
/// <param name="kernelHeaders">The headers that declare its kernels, the core's first.</param>
internal sealed class ModelPrinter(ModelImage image, Storage storage, FieldGroups groups, IEnumerable<string> kernelHeaders)
{
    private readonly Graph planned = image.Graph;
    private readonly string name = image.Name;
    private readonly string upper = image.Name.ToUpperInvariant();
    private readonly CallPrinter calls = new(storage, groups);
    private readonly RegionPrinter regions = new(image.Graph, storage);

    /// <summary>The text of NAME.c.</summary>
    public string Print()
    {
        string head = Layout.Head(
            image.Origin,
            $"{name}.c: {name} for {planned.Target.Name}, kernel call by kernel call in the planned order.",
            "In the parameters of a call, a field that is not named is 0; a name such as TE_NO_STRIDE stands for the fields that "
                + "runtime/te_shapes.h lists under it."
        );
        var text = new StringBuilder(head).Append(
            $$"""

            #include "{{name}}.h"

            #include <stddef.h>

            {{string.Concat(kernelHeaders.Select(h => $"#include \"runtime/{h}\"\n"))}}{{(
                planned.Trains ? "#include \"runtime/te_guard.h\"\n" : ""
            )}}#include "{{name}}_weights.h"

            /* The planned sizes are the real ones: fails to compile otherwise. */
            typedef char {{name}}_state_has_planned_size
                [sizeof({{name}}_state) ==
                 {{upper}}_ARENA_BYTES + {{upper}}_TRAINED_BYTES + {{upper}}_STATE_BYTES ? 1 : -1];


            """
        );
        text.Append(MemoryMap.Arenas(image)).Append(MemoryMap.Print(image));
        if (image.Frozen.Steps > 0)
        {
            text.Append(
                """
                /* A test bench may keep what the frozen steps leave in the arena, and put it back instead of computing it again. */
                #ifndef TE_FROZEN
                #define TE_FROZEN(steps) steps
                #endif


                """
            );
        }

        foreach (var call in image.AllCalls)
        {
            text.Append(calls.Parameters(call));
        }

        text.Append(Copy()).Append(regions.Functions(image.AllSteps.OfType<ImageRegion>()));
        text.Append(Forward()).Append(Lifecycle()).Append(Input()).Append(Infer());
        if (image.Guard is { } guard)
        {
            text.Append(TrainStep(guard)).Append(Rate());
        }

        return text.ToString();
    }

    private static string Copy() =>
        """

            static void copy(void *to, const void *from, size_t bytes)
            {
                for (size_t i = 0; i < bytes; i++) {
                    ((uint8_t *)to)[i] = ((const uint8_t *)from)[i];
                }
            }

            """;

    private string CallForward
    {
        get
        {
            string arguments = $"(s{HeaderPrinter.StepArguments(planned)})";
            string first =
                !image.FrozenSteps.Any() ? ""
                : !image.FrozenSteps.Any(Reads) ? $"    TE_FROZEN(frozen{arguments});\n"
                : "    te_status status = TE_OK;\n"
                    + $"    TE_FROZEN(status = frozen{arguments});\n"
                    + RegionPrinter.Stop("    ", "status != TE_OK");
            return first
                + (
                    !image.ForwardSteps.Any() ? ""
                    : image.ForwardSteps.Any(Reads) ? RegionPrinter.Stop("    ", $"forward{arguments} != TE_OK")
                    : $"    forward{arguments};\n"
                );
        }
    }

    private string Forward() =>
        Function("frozen", "Steps that depend on the input alone: no training changes what they compute.", [.. image.FrozenSteps])
        + Function(
            "forward",
            image.FrozenSteps.Any() ? "The other steps that inference and training share." : "What inference and training share.",
            [.. image.ForwardSteps]
        );

    private string Function(string function, string comment, IReadOnlyList<ImageStep> steps) =>
        steps.Count == 0
            ? ""
            : $$"""

                /* {{comment}} */
                static {{(steps.Any(Reads) ? "te_status" : "void")}} {{function}}({{name}}_state *s{{HeaderPrinter.StepParameters(
                    planned
                )}})
                {
                {{(steps.Any(UsesArena) ? RegionPrinter.ArenaPointer : HeaderPrinter.UnusedState(planned))}}{{(
                    !planned.CallerOwnsInputs || steps.Any(UsesInput) ? "" : HeaderPrinter.Unused(planned)
                )}}{{string.Concat(steps.Select(Print))}}{{(steps.Any(Reads) ? "    return TE_OK;\n" : "")}}}

                """;

    private string Lifecycle()
    {
        string numbers = ProjectPrinter.Numbers(planned.Target);
        var (seed, reset) = (new StringBuilder(), new StringBuilder());
        foreach (var (parameter, factory) in image.Init)
        {
            reset.Append(
                factory is not null
                    ? $"    copy(s->{parameter.Name}, {factory.Symbol}, sizeof s->{parameter.Name});\n"
                    : $"    for (size_t i = 0; i < {Literal.Elements(parameter.Value.Type)}; i++) {{\n"
                        + $"        s->{parameter.Name}[i] = 0;\n    }}\n"
            );
        }

        foreach (var counter in image.State.Counters)
        {
            seed.Append($"    s->{counter.Name}[0] = seed;\n");
            reset.Append($"    s->{counter.Name}[1] = 0;\n");
        }

        return $$"""

            extern const unsigned char {{numbers}};

            te_status {{name}}_init({{name}}_state *s, uint32_t seed)
            {
                if (s == NULL) {
                    return TE_ERROR_NULL;
                }
                (void)*(const volatile unsigned char *)&{{numbers}}; /* does not link with kernels that round otherwise */
            {{(seed.Length > 0 ? seed : "    (void)seed; /* nothing is drawn at random */\n")}}    return {{name}}_reset(s);
            }

            te_status {{name}}_reset({{name}}_state *s)
            {
                if (s == NULL) {
                    return TE_ERROR_NULL;
                }
            {{reset}}    return TE_OK;
            }

            """;
    }

    private string Input() =>
        planned.CallerOwnsInputs
            ? ""
            : $$"""

                {{name}}_input_t *{{name}}_input({{name}}_state *s)
                {
                    if (s == NULL) {
                        return NULL;
                    }
                {{(storage.InArena(planned.Inputs[0]) ? RegionPrinter.ArenaPointer : "")}}    return {{storage.Pointer(planned.Inputs[0])}};
                }

                """;

    private string Infer() =>
        $$"""

            te_status {{name}}_infer{{HeaderPrinter.Suffix(planned)}}({{HeaderPrinter.InferParameters(planned)}})
            {
                if (s == NULL || {{HeaderPrinter.NoInput(planned)}}output == NULL) {
                    return TE_ERROR_NULL;
                }
            {{Arena(image.InferSteps, planned.Outputs)}}{{CallForward}}{{string.Concat(image.InferSteps.Select(Print))}}    copy(output, {{storage.Pointer(
                planned.Outputs[0]
            )}}, {{upper}}_OUTPUT_BYTES);
                return TE_OK;
            }

            """;

    private string TrainStep(StepGuard guard)
    {
        var results = string.Concat(
            planned.TrainOutputs.Zip(["loss", "prediction"], (v, member) => $"    result->{member} = {storage.Element(v)};\n")
        );
        bool hasClasses = HeaderPrinter.HasClasses(planned);
        string vector = HeaderPrinter.Target(planned) is not null && !hasClasses ? "target == NULL || " : "";
        string range = hasClasses
            ? $"    if (target < 0 || target >= {upper}_OUTPUT_COUNT) {{\n        return TE_ERROR_TARGET;\n    }}\n"
            : "";
        var steps = image.TrainSteps.ToLookup(s => s.Step < guard.FirstUpdate, Print);
        return $$"""

            te_status {{name}}_train_step{{HeaderPrinter.Suffix(planned)}}({{HeaderPrinter.TrainParameters(planned)}})
            {
                if (s == NULL || {{HeaderPrinter.NoInput(planned)}}{{vector}}result == NULL) {
                    return TE_ERROR_NULL;
                }
            {{range}}    const float widest = te_widest({{planned.TrainInputs.Single(v => v.Role == ValueRole.Rate).Name}}, {{Literal.Float(guard.Reach)}}, {{Literal.Float(
                guard.Decay
            )}});
                if (widest < 1.0f) {
                    return TE_ERROR_RATE;
                }
            {{Arena(image.TrainSteps, planned.TrainOutputs)}}{{CallForward}}{{string.Concat(
                steps[true]
            )}}{{results}}    /* From here on parameters change: refuse what could take one out of fp32. */
            {{Guard(guard)}}{{string.Concat(steps[false])}}    return TE_OK;
            }

            """;
    }

    private string Guard(StepGuard guard)
    {
        string[] tests =
        [
            Within(planned.TrainOutputs[0], "TE_FLOAT_MAX"),
            .. guard.Gradients.Select(v => Within(v, "TE_GRADIENT_LIMIT")),
            .. guard.Values.Select(v => Within(v, "widest")),
        ];
        return $"    if ({string.Join(" ||\n        ", tests)}) {{\n        return TE_ERROR_RANGE;\n    }}\n";

        string Within(Value v, string limit) => $"!te_within({storage.Pointer(v)}, {v.Type.Count}, {limit})";
    }

    private string Rate() =>
        image.Schedule switch
        {
            RateSchedule.Constant => $$"""

                float {{name}}_lr(float base, uint32_t step, uint32_t total)
                {
                    (void)step;
                    (void)total;
                    return base;
                }

                """,
            RateSchedule.Step => $$"""

                float {{name}}_lr(float base, uint32_t step, uint32_t total)
                {
                    if (step >= total - total / 4u) {
                        return base * 0.01f;
                    }
                    return step >= total - total / 2u ? base * 0.1f : base;
                }

                """,
            _ => $$"""

                /* base * (1 + cos(pi * step / total)) / 2. With u = pi * (step / total - 1/2) the cosine is -sin(u), whose Taylor
                 * polynomial to u^9 is within 4e-6 of it on the whole range. */
                float {{name}}_lr(float base, uint32_t step, uint32_t total)
                {
                    if (step >= total) {
                        return 0.0f;
                    }
                    const float u = 3.14159265f * ((float)step / (float)total - 0.5f);
                    const float v = u * u;
                    const float sine = u * (1.0f - v / 6.0f * (1.0f - v / 20.0f * (1.0f - v / 42.0f * (1.0f - v / 72.0f))));
                    return base * 0.5f * (1.0f - sine);
                }

                """,
        };

    private string Print(ImageStep step) => step is ImageRegion region ? regions.Call(region) : calls.Call((ImageCall)step);

    private bool UsesArena(ImageStep step) => step is ImageCall call && calls.UsesArena(call);

    private static bool Reads(ImageStep step) => step is ImageRegion region && RegionPrinter.Reads(region);

    private bool UsesInput(ImageStep step) => step is ImageRegion || calls.UsesCallerInput((ImageCall)step);

    private string Arena(IEnumerable<ImageStep> steps, params IEnumerable<Value> results) =>
        steps.Any(UsesArena) || results.Any(storage.InArena) ? RegionPrinter.ArenaPointer : "";
}
