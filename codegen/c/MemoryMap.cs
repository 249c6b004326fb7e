// The memory map of an emitted model: where each value of the arena begins, under a name that the calls use.

using System.Globalization;
using System.Text;
using TinyEngine.Image;
using TinyEngine.Ir;

namespace TinyEngine.Codegen.C;

/// <summary>Prints the places of the arena.</summary>
internal static class MemoryMap
{
    /// <summary>The map and the macro that makes a pointer of a name; empty for a model without values in the arena.</summary>
    public static string Print(ModelImage image)
    {
        var places = image
            .ArenaPlaces.OrderBy(p => p.Bank, StringComparer.Ordinal)
            .ThenBy(p => p.Offset)
            .ThenBy(p => p.Steps.First)
            .ToList();
        if (places.Count == 0)
        {
            return "";
        }

        var text = new StringBuilder(
            $$"""
            /* Memory map of the arena: the first byte of each value, then its last byte, the steps that need it and its type. Values share
             * bytes if their steps do not overlap. */
            enum {

            """
        );
        int name = places.Max(p => p.Name.Length);
        int offset = Width(places.Max(p => p.Offset + p.Bytes)), step = Width(image.Graph.Nodes.Length);
        foreach (var p in places)
        {
            string first = (Number(p.Offset) + ",").PadRight(offset + 1), last = Number(p.Offset + p.Bytes - 1).PadLeft(offset);
            string steps = $"{Number(p.Steps.First).PadLeft(step)} to {Number(p.Steps.Last).PadLeft(step)}";
            string type = p.Kind == PlaceKind.Scratch ? "scratch" : Layout.Describe(p.Value.Type);
            type = p.Lines is { } lines ? $"{Number(lines)} of {Number(RowSchedule.RowsOf(p.Value))} rows of {type}" : type;
            type += p.Bank is { } bank ? $", in {bank}" : "";
            text.Append($"    {image.Name}_at_{p.Name.PadRight(name)} = {first} /* to {last}, steps {steps}: {type} */\n");
        }

        text.Append("};\n\n");
        bool takesRows = image.AllSteps.OfType<ImageRegion>().Any();
        foreach (string? bank in places.Select(p => p.Bank).Distinct())
        {
            string suffix = bank is null ? "" : "_" + bank;
            string from = bank is null ? "arena" : $"(uint8_t *){Symbol(image, bank)}";
            text.Append($"#define AT{suffix}(place) ((void *)({from} + {image.Name}_at_##place))\n");
            text.Append(
                takesRows
                    ? $"#define ROW{suffix}(place, row, bytes) ((void *)({from} + {image.Name}_at_##place + (row) * (bytes)))\n"
                    : ""
            );
        }

        return text.Append('\n').ToString();
    }

    /// <summary>The arenas outside of the state, each with a macro for its section; empty where one memory holds all.</summary>
    public static string Arenas(ModelImage image)
    {
        var plan = image.Graph.Plan!;
        var text = new StringBuilder();
        foreach (var part in plan.Banks.Where((b, i) => i != plan.Home && b.Bytes > 0))
        {
            string section = $"{image.Name}_arena_{part.Bank.Name}_section".ToUpperInvariant();
            text.Append(
                $$"""
                /* The arena in {{part.Bank.Name}}: define the macro to place it there. All states of this model share it, so one call must end before
                 * the next begins. */
                #ifndef {{section}}
                #define {{section}}
                #endif
                {{section}}
                static uint64_t {{Symbol(image, part.Bank.Name)}}[{{Number(part.Bytes / sizeof(ulong))}}];


                """
            );
        }

        return text.ToString();
    }

    private static string Symbol(ModelImage image, string bank) => $"{image.Name}_arena_{bank}";

    private static int Width(long number) => Number(number).Length;

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
