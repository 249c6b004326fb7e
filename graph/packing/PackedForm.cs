// The forms in which kernels of a core class read constants: weights, biases and multipliers of a node as one table, in the order in
// which the inner loop wants them. The column `packing` of kernels.def names the form. A form decides at once whether it can hold a node's
// constants; the table itself is made when somebody reads it.

namespace TinyEngine.Ir;

/// <summary>A form of the constants of a node that a kernel reads in place of the operands and tables of the request.</summary>
public abstract class PackedForm
{
    private static readonly PackedForm[] All =
    [
        new PairForm(),
        new PieceForm(),
        new DenseForm(),
        new ChannelForm(),
        new SumForm(),
        new FoldedForm(),
        new LineForm(isTurned: false),
        new LineForm(isTurned: true),
    ];

    /// <summary>The name in the column <c>packing</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The form of this name, or null.</summary>
    public static PackedForm? Find(string name) => Array.Find(All, f => f.Name == name);

    /// <summary>
    /// The request of a node with its constants in this form: <see cref="KernelRequest.Operands"/> are those that the kernel still takes,
    /// and the table holds the others. Null where the form cannot hold them.
    /// </summary>
    public abstract KernelRequest? Request(Node node, KernelRequest plain);

    /// <summary>A table of words that is made when it is read.</summary>
    protected static Value Table(Node node, int words, Func<uint[]> content)
    {
        var type = new TensorType(DType.U32, Shape.Of(words));
        return new Value(node.Name + ".packed", type, () => new Tensor(type, [.. content().Select(w => (double)w)]));
    }
}
