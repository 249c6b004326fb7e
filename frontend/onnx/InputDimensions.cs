// The dimensions of a model's inputs: which of them are dynamic, their names, and their values. A dimension with a name is known by it
// in all places; one without a name by its input and position (INPUT:AXIS), which also reaches dimensions that have a name.

using System.Text.RegularExpressions;
using TinyEngine.Ir;
using TinyEngine.Onnx.Proto;

namespace TinyEngine.Onnx;

/// <summary>Values for the dynamic dimensions of one model.</summary>
internal sealed partial class InputDimensions
{
    private readonly List<(string Input, int Axis, string Name)> dynamic = [];
    private readonly Dictionary<string, int> values = [];

    /// <summary>Gives every dynamic dimension the value that was asked for; without one a leading dimension becomes 1.</summary>
    /// <param name="inputs">The inputs of the model.</param>
    /// <param name="given">Values by the name of a dimension or by INPUT:AXIS.</param>
    /// <param name="diagnostics">Takes TE0201, TE0205 and TE0604.</param>
    /// <param name="notes">Takes TE0204 for every dimension that is 1 without being asked for.</param>
    public InputDimensions(
        IReadOnlyList<ValueInfoProto> inputs,
        IReadOnlyDictionary<string, int> given,
        List<Diagnostic> diagnostics,
        List<Diagnostic> notes
    )
    {
        foreach (var input in inputs)
        {
            var dims = input.Type?.TensorType?.Shape?.Dim ?? [];
            dynamic.AddRange(
                dims.Select((dim, axis) => (dim, axis))
                    .Where(d => IsDynamic(d.dim))
                    .Select(d => (input.Name, d.axis, NameOf(input, d.dim, d.axis)))
            );
        }

        var names = dynamic.Select(d => d.Name).Distinct().ToList();
        foreach (var (key, value) in given)
        {
            string? name = names.Contains(key) ? key : dynamic.FirstOrDefault(d => $"{d.Input}:{d.Axis}" == key).Name;
            if (name is null)
            {
                diagnostics.Add(
                    Diagnostics.UnknownDimension.At(
                        OptionName.Dims,
                        $"'{key}'",
                        names.Count == 0 ? "it has none" : $"there are {string.Join(", ", names)}"
                    )
                );
            }
            else if (!values.TryAdd(name, value) && values[name] != value)
            {
                diagnostics.Add(Diagnostics.BadOption.At(OptionName.Dims, $"'{name}' is given the values {values[name]} and {value}"));
            }
        }

        // A vector's only dimension is its length, and a name that also stands elsewhere is no batch.
        foreach (var input in inputs.Where(i => i.Type?.TensorType?.Shape?.Dim.Count > 1))
        {
            var leading = dynamic.FirstOrDefault(d => d.Input == input.Name && d.Axis == 0);
            if (leading.Name is { } name && dynamic.All(d => d.Name != name || d.Axis == 0) && values.TryAdd(name, 1))
            {
                notes.Add(Diagnostics.DefaultBatch.At(input.Name, Described(leading), Quoted(name)));
            }
        }

        var missing = dynamic.Where(d => !values.ContainsKey(d.Name)).DistinctBy(d => d.Name).ToList();
        if (missing.Count > 0)
        {
            diagnostics.Add(
                Diagnostics.DynamicDimension.At(
                    missing[0].Input,
                    string.Join(", ", missing.Select(Described)),
                    string.Join(' ', missing.Select(d => $"{OptionName.Dims} {Quoted(d.Name)}=1"))
                )
            );
        }
    }

    /// <summary>The extents of an input; null where one has no value.</summary>
    public long[]? Extents(ValueInfoProto input)
    {
        var extents = input
            .Type.TensorType.Shape.Dim.Select(
                (dim, axis) => !IsDynamic(dim) ? dim.DimValue : values.GetValueOrDefault(NameOf(input, dim, axis))
            )
            .ToArray();
        return extents.Contains(0) ? null : extents;
    }

    private static bool IsDynamic(TensorShapeProto.Types.Dimension dim) =>
        dim.ValueCase != TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue || dim.DimValue < 1;

    private static string NameOf(ValueInfoProto input, TensorShapeProto.Types.Dimension dim, int axis) =>
        dim.DimParam.Length > 0 ? dim.DimParam : $"{input.Name}:{axis}";

    private static string Described((string Input, int Axis, string Name) d) =>
        d.Name == $"{d.Input}:{d.Axis}" ? d.Name : $"{d.Name} (axis {d.Axis} of {d.Input})";

    /// <summary>The name as a word of a POSIX shell.</summary>
    private static string Quoted(string name) => Plain().IsMatch(name) ? name : $"'{name.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"^[\w.:/=,+@%-]+$")]
    private static partial Regex Plain();
}
