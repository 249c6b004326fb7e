// A graph with a stream region, built by hand: two 3x3 convolutions and a clamp that run row by
// row, and the same nodes without the region.

using TinyEngine.Ir;

namespace TinyEngine.Tests.Graphs;

/// <summary>Builds the region and its plain twin.</summary>
internal static class StreamGraph
{
    /// <summary>The rows that the line buffers of the body's nodes need; the last is the result, which is whole.</summary>
    public static readonly int[] Lines = [1, 3, 4];

    /// <summary>A stream node over the body.</summary>
    public static Graph Build(params int[] lines)
    {
        var body = Body();
        var x = new Value("x", body.Inputs[0].Type, ValueKind.Input);
        var attributes = Attributes.Empty.With("lines", lines.Length > 0 ? lines : Lines);
        var node = new Node
        {
            Op = StreamOp.Op,
            Name = "stem",
            Inputs = [x],
            Outputs = [new Value("stem", body.Outputs[0].Type, ValueKind.Result)],
            Attributes = attributes,
            Body = body,
        };
        return body with { Name = "outer", Inputs = [x], Nodes = [node], Outputs = [node.Output] };
    }

    /// <summary>The body: conv 3x3, clamp, conv 3x3 with stride 2.</summary>
    public static Graph Body()
    {
        var random = new Random(5);
        var builder = new GraphBuilder();
        var x = new Value("rows", TensorType.F32(Shape.Of(1, 8, 6, 2)), ValueKind.Input);
        var pads = Attributes.Empty.With("pads", [1, 1, 1, 1]);
        var a = builder.Emit(Conv2d.Op, "a", [x, Weights("a.w", random, 4, 3, 3, 2), Weights("a.b", random, 4)], pads);
        var b = builder.Emit(Clamp.Op, "b", [a], Attributes.Empty.Clamped(min: 0.0));
        var c = builder.Emit(Conv2d.Op, "c", [b, Weights("c.w", random, 3, 3, 3, 4), null], pads.With("strides", [2, 2]));
        return new Graph { Name = "rows", Stage = Stage.Canonical, Inputs = [x], Nodes = [.. builder.Nodes], Outputs = [c] };
    }

    private static Value Weights(string name, Random random, params int[] extents)
    {
        var type = TensorType.F32(Shape.Of(extents));
        return Value.Constant(
            name,
            new Tensor(type, [.. Enumerable.Range(0, (int)type.Count).Select(_ => (double)(float)(random.NextDouble() - 0.5))])
        );
    }
}
