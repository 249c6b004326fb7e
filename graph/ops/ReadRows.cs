// The input of a model whose caller gives it row by row: a camera, a filter bank. The value that everybody reads is what read_rows makes,
// so the rows of the input behave like those of any other map: they lie in a line buffer within a region, and whole outside.

using System.Collections.Immutable;

namespace TinyEngine.Ir;

/// <summary><c>y = read_rows(x)</c>: the input x, whose rows the caller hands out one after the other, from the first on.</summary>
public sealed class ReadRows : Op
{
    /// <summary>The operator.</summary>
    public static readonly ReadRows Op = new();

    /// <inheritdoc/>
    public override string Name => "read_rows";

    /// <inheritdoc/>
    public override bool KeepsValues => true;

    /// <inheritdoc/>
    public override bool HasKernel => false;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node) => [node.Input(0).Type];

    /// <inheritdoc/>
    public override bool Quantizes(Node node) => true;

    /// <inheritdoc/>
    public override KernelRequest Request(Node node) => throw new InvalidOperationException("rows are read by the caller's function");

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics) => [operands[0]!];
}
