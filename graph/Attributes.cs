// The attributes of a node: an immutable bag of integers, floats, strings and lists under names, in name order.
// It is the same neutral bag that import rules read, so no protobuf type leaves the ONNX importer.

using System.Collections.Immutable;

namespace TinyEngine.Ir;

/// <summary>
/// An immutable, ordered map from names to long, double, string, ImmutableArray&lt;long&gt; or ImmutableArray&lt;double&gt;, or Tensor.
/// </summary>
public sealed class Attributes
{
    /// <summary>No attributes.</summary>
    public static readonly Attributes Empty = new(ImmutableSortedDictionary.Create<string, object>(StringComparer.Ordinal));

    private readonly ImmutableSortedDictionary<string, object> map;

    private Attributes(ImmutableSortedDictionary<string, object> map) => this.map = map;

    /// <summary>Names and values in ordinal order of the names.</summary>
    public IEnumerable<KeyValuePair<string, object>> Items => map;

    /// <summary>True where the name is present.</summary>
    public bool Has(string name) => map.ContainsKey(name);

    /// <summary>This bag with an integer set.</summary>
    public Attributes With(string name, long value) => new(map.SetItem(name, value));

    /// <summary>This bag with a float set.</summary>
    public Attributes With(string name, double value) => new(map.SetItem(name, value));

    /// <summary>This bag with a string set.</summary>
    public Attributes With(string name, string value) => new(map.SetItem(name, value));

    /// <summary>This bag with a list of integers set.</summary>
    public Attributes With(string name, IEnumerable<long> value) => new(map.SetItem(name, value.ToImmutableArray()));

    /// <summary>This bag with a list of integers set.</summary>
    public Attributes With(string name, IEnumerable<int> value) => With(name, value.Select(v => (long)v));

    /// <summary>This bag with a list of floats set.</summary>
    public Attributes With(string name, IEnumerable<double> value) => new(map.SetItem(name, value.ToImmutableArray()));

    /// <summary>This bag with a tensor set (import only).</summary>
    public Attributes With(string name, Tensor value) => new(map.SetItem(name, value));

    /// <summary>This bag with an attribute of a kind that no rule reads: a rule that asks for it gets TE0106.</summary>
    public Attributes WithUnreadable(string name) => new(map.SetItem(name, new Unreadable()));

    /// <summary>This bag with an item of another bag set.</summary>
    public Attributes Merge(KeyValuePair<string, object> item) => new(map.SetItem(item.Key, item.Value));

    /// <summary>This bag without a name.</summary>
    public Attributes Without(string name) => new(map.Remove(name));

    /// <summary>The form of a node with this bag and a clamp.</summary>
    public NodeForm Clamped(double min = double.NegativeInfinity, double max = double.PositiveInfinity) =>
        new NodeForm(this).Clamped(min, max);

    /// <summary>The form of a node with this bag and, if asked for, a mask.</summary>
    public NodeForm Masked(bool keepsMask = true) => new NodeForm(this).Masked(keepsMask);

    /// <summary>An integer, or the default where absent.</summary>
    public int Int(string name, int otherwise) => map.TryGetValue(name, out var v) ? checked((int)Expect<long>(name, v)) : otherwise;

    /// <summary>A float, or the default where absent.</summary>
    public double Float(string name, double otherwise) => map.TryGetValue(name, out var v) ? Expect<double>(name, v) : otherwise;

    /// <summary>A string, or the default where absent.</summary>
    public string Text(string name, string otherwise) => map.TryGetValue(name, out var v) ? Expect<string>(name, v) : otherwise;

    /// <summary>A list of integers, or the default where absent.</summary>
    public int[] Ints(string name, params int[] otherwise) =>
        map.TryGetValue(name, out var v) ? [.. Expect<ImmutableArray<long>>(name, v).Select(i => checked((int)i))] : otherwise;

    /// <summary>A list of integers of 64 bits; empty where absent.</summary>
    public ImmutableArray<long> Longs(string name) => map.TryGetValue(name, out var v) ? Expect<ImmutableArray<long>>(name, v) : [];

    /// <summary>A tensor, or null where absent.</summary>
    public Tensor? Tensor(string name) => map.TryGetValue(name, out var v) ? Expect<Tensor>(name, v) : null;

    /// <summary>A list of floats; empty where absent.</summary>
    public ImmutableArray<double> Floats(string name) => map.TryGetValue(name, out var v) ? Expect<ImmutableArray<double>>(name, v) : [];

    private static T Expect<T>(string name, object value) =>
        value is T typed ? typed : throw new DiagnosticException(Diagnostics.AttributeType.At("", name));

    /// <summary>The content of an attribute that no rule can read.</summary>
    private sealed class Unreadable;
}
