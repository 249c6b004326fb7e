// The instructions of every step, in the terminal and in JSON.

using System.Globalization;
using System.Text.Json;
using TinyEngine.Experiments;

namespace TinyEngine.Cli;

/// <summary>Prints profiles.</summary>
internal static class ProfileTable
{
    /// <summary>A row for each step, below a region one for each of its nodes, and the sums of the phases.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<StepCost> profile)
    {
        var c = CultureInfo.InvariantCulture;
        yield return $"{"step",5} {"instructions",13} {"predicted",13} {"per MAC",8}  {"phase",-8} {"operator",-18} node";
        foreach (var p in profile)
        {
            string perMac = PerMac(p.Instructions, p.Step.Macs);
            yield return string.Create(
                c,
                $"{p.Step.Index,5} {p.Instructions,13:N0} {p.Step.Instructions,13:N0} {perMac,8}  "
                    + $"{p.Step.Phase,-8} {p.Step.Op,-18} {p.Step.Name}"
            );
            foreach (var (stage, instructions) in p.Body)
            {
                yield return string.Create(
                    c,
                    $"{"",5} {instructions,13:N0} {"",13} {PerMac(instructions, stage.Macs),8}  {"",-8}   {stage.Op,-16} {stage.Name}"
                );
            }
        }

        foreach (var phase in profile.GroupBy(p => p.Step.Phase))
        {
            yield return string.Create(
                c,
                $"{"sum",5} {phase.Sum(p => p.Instructions),13:N0} {phase.Sum(p => p.Step.Instructions),13:N0} {"",8}  {phase.Key}"
            );
        }
    }

    /// <summary>Writes <c>profile</c>.</summary>
    public static void Write(Utf8JsonWriter w, IReadOnlyList<StepCost> profile)
    {
        w.WriteStartArray("profile");
        foreach (var p in profile)
        {
            w.WriteStartObject();
            w.WriteNumber("step", p.Step.Index);
            w.WriteString("phase", p.Step.Phase);
            w.WriteString("op", p.Step.Op);
            w.WriteString("name", p.Step.Name);
            w.WriteNumber("macs", p.Step.Macs);
            w.WriteNumber("instructions", p.Instructions);
            w.WriteNumber("predicted", p.Step.Instructions);
            if (p.Body.Count > 0)
            {
                w.WriteStartArray("body");
                foreach (var (stage, instructions) in p.Body)
                {
                    w.WriteStartObject();
                    w.WriteString("op", stage.Op);
                    w.WriteString("name", stage.Name);
                    w.WriteNumber("macs", stage.Macs);
                    w.WriteNumber("instructions", instructions);
                    w.WriteEndObject();
                }

                w.WriteEndArray();
            }

            w.WriteEndObject();
        }

        w.WriteEndArray();
    }

    private static string PerMac(long instructions, long macs) =>
        macs > 0 ? (instructions / (double)macs).ToString("F2", CultureInfo.InvariantCulture) : "";
}
