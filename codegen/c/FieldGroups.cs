// Names for groups of initializers that parameter structs have in common, such as TE_NO_STRIDE for strides of 1. The runtime's
// header defines them and the printer reads them there, so neither C# nor the emitted model repeats their fields.

using System.Text.RegularExpressions;

namespace TinyEngine.Codegen.C;

/// <summary>The groups of a header, in its order: a group takes its fields before later ones do.</summary>
internal sealed partial class FieldGroups
{
    private readonly List<(string Name, HashSet<string> Initializers)> groups = [];

    /// <summary>Reads the macros of a header whose whole text is a list of designated initializers.</summary>
    public static FieldGroups Parse(string header)
    {
        var result = new FieldGroups();
        foreach (Match match in Group().Matches(Continuation().Replace(header, " ")))
        {
            result.groups.Add((match.Groups[1].Value, [.. match.Groups[2].Captures.Select(c => c.Value.Trim())]));
        }

        return result;
    }

    /// <summary>Initializers such as <c>.stride_h = 1</c>, with groups that occur among them under their names, which come first.</summary>
    public IReadOnlyList<string> Grouped(IReadOnlyList<string> initializers)
    {
        var rest = initializers.ToList();
        var names = new List<string>();
        foreach (var (name, members) in groups.Where(g => g.Initializers.IsSubsetOf(initializers)))
        {
            if (members.IsSubsetOf(rest))
            {
                names.Add(name);
                rest.RemoveAll(members.Contains);
            }
        }

        return [.. names, .. rest];
    }

    [GeneratedRegex(@"^#define (TE_\w+)(?: +(\.\w+ = [^,\s]+),?)+ *(?:/\*.*)?$", RegexOptions.Multiline)]
    private static partial Regex Group();

    [GeneratedRegex(@"\s*\\\n\s*")]
    private static partial Regex Continuation();
}
