// A value of the graph: an input, a constant in flash, a trained parameter or counter in SRAM, or the result of a node.
// A value does not know who produces or reads it; the graph does. Identity is reference identity.

namespace TinyEngine.Ir;

/// <summary>Where a value comes from, which decides where it is stored.</summary>
public enum ValueKind
{
    /// <summary>Given by the caller for each run (a sample, a label, a learning rate).</summary>
    Input,
    /// <summary>Known at compile time and never changed: const in flash.</summary>
    Constant,
    /// <summary>A trained parameter (or its residual, or optimizer state): SRAM, with an initial value in flash.</summary>
    Parameter,
    /// <summary>A counter that lives between runs and is not part of the weights.</summary>
    State,
    /// <summary>Computed by a node: a place in the arena.</summary>
    Result,
}

/// <summary>One typed value.</summary>
public sealed class Value
{
    private readonly Lazy<Tensor?> content;

    /// <summary>A value; constants and parameters carry <paramref name="data"/> of the same type.</summary>
    public Value(
        string name,
        TensorType type,
        ValueKind kind,
        Tensor? data = null,
        Packing? packing = null,
        ValueRole role = ValueRole.None
    )
    {
        Name = name;
        Type = type;
        Kind = kind;
        content = new Lazy<Tensor?>(data);
        Packing = packing;
        Role = role == ValueRole.None ? kind.Default() : role;
    }

    /// <summary>A constant whose contents are made when they are read for the first time.</summary>
    public Value(string name, TensorType type, Func<Tensor> content)
    {
        Name = name;
        Type = type;
        Kind = ValueKind.Constant;
        this.content = new Lazy<Tensor?>(content);
        Role = Kind.Default();
    }

    /// <summary>Name for people: the ONNX name if the file has one. Names need not be unique.</summary>
    public string Name { get; }

    /// <summary>Element type, shape, quantization.</summary>
    public TensorType Type { get; }

    /// <summary>Where the value comes from.</summary>
    public ValueKind Kind { get; }

    /// <summary>Its purpose; the default of its kind unless another was given.</summary>
    public ValueRole Role { get; }

    /// <summary>The contents of a constant, or the initial contents of a parameter or state.</summary>
    public Tensor? Data => content.Value;

    /// <summary>How the stored order follows from the ONNX order; null where it is the same.</summary>
    public Packing? Packing { get; }

    /// <summary>True for constants.</summary>
    public bool IsConstant => Kind == ValueKind.Constant;

    /// <summary>A constant of this content.</summary>
    public static Value Constant(string name, Tensor data, Packing? packing = null) =>
        new(name, data.Type, ValueKind.Constant, data, packing);

    /// <inheritdoc/>
    public override string ToString() => $"\"{Name}\"";
}
