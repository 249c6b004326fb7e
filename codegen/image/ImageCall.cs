// One kernel call of a model image.

using TinyEngine.Ir;

namespace TinyEngine.Image;

/// <summary>A node that runs a kernel.</summary>
/// <param name="Step">Index of the node in the graph, or of the region that it belongs to.</param>
/// <param name="Node">The node.</param>
/// <param name="Call">The kernel, its parameters, and its arguments in order.</param>
public sealed record ImageCall(int Step, Node Node, KernelCall Call) : ImageStep(Step, Node)
{
    /// <summary>Index of the node in the body of a region; null outside.</summary>
    public int? Place { get; init; }

    /// <summary>
    /// In a region the call for its second row, from which those for others follow: pointers move on by as much for each row.
    /// </summary>
    public RowCall? Rows { get; init; }

    /// <summary>A name for the parameters of this call, which no other call of the model has.</summary>
    public string ParametersName => Place is { } place ? $"{Node.Op.Name}_{Step}_{place}" : $"{Node.Op.Name}_{Step}";

    /// <summary>The fields of its parameters.</summary>
    public KernelRequest Request => Rows?.Request ?? Call.Request;

    /// <summary>The function that is called.</summary>
    public string Symbol => Rows?.Symbol ?? Call.Kernel.Symbol;

    /// <summary>Every value that the call reads or writes, scratch included.</summary>
    public IEnumerable<Value> Values => Call.Arguments.OfType<Value>();

    /// <inheritdoc/>
    public override IEnumerable<ImageCall> Calls => [this];
}
