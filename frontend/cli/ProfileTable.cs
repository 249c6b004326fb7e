// The instructions of every step, in the terminal and in JSON.

using System.Globalization;
using System.Text.Json;
using TinyEngine.Experiments;

namespace TinyEngine.Cli;

/// <summary>Prints profiles.</summary>
internal static class ProfileTable
{
    /// <summary>A row for each step, and the sums of its phases.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<StepCost> profile)
    {
        var c = CultureInfo.InvariantCulture;
        yield return $"{"step",5} {"instructions",13} {"per MAC",8}  {"phase",-8} {"operator",-18} node";
        foreach (var p in profile)
        {
            string perMac = p.Step.Macs > 0 ? (p.Instructions / (double)p.Step.Macs).ToString("F2", c) : "";
            yield return string.Create(
                c,
                $"{p.Step.Index,5} {p.Instructions,13:N0} {perMac,8}  {p.Step.Phase,-8} {p.Step.Op,-18} {p.Step.Name}"
            );
        }

        foreach (var phase in profile.GroupBy(p => p.Step.Phase))
        {
            yield return string.Create(c, $"{"sum",5} {phase.Sum(p => p.Instructions),13:N0} {"",8}  {phase.Key}");
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
            w.WriteEndObject();
        }

        w.WriteEndArray();
    }
}
