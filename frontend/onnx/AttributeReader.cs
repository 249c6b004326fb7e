// Reads ONNX attributes into the neutral bag that import rules see.

using TinyEngine.Ir;
using TinyEngine.Onnx.Proto;

namespace TinyEngine.Onnx;

/// <summary>Converts AttributeProto lists to <see cref="Attributes"/>.</summary>
internal static class AttributeReader
{
    /// <summary>
    /// The attributes of a node; graphs, sparse tensors and attributes without a type are kept in a form that no rule can read.
    /// </summary>
    /// <exception cref="DiagnosticException">TE0110: a malformed tensor; TE0117: an attribute given twice.</exception>
    public static Attributes Read(NodeProto node) =>
        node.Attribute.Aggregate(
            Attributes.Empty,
            (bag, a) =>
                bag.Has(a.Name)
                    ? throw new DiagnosticException(Diagnostics.MalformedNode.At("", $"attribute {a.Name} is given twice"))
                    : a.Type switch
                    {
                        AttributeProto.Types.AttributeType.Int => bag.With(a.Name, a.I),
                        AttributeProto.Types.AttributeType.Float => bag.With(a.Name, (double)a.F),
                        AttributeProto.Types.AttributeType.String => bag.With(a.Name, a.S.ToStringUtf8()),
                        AttributeProto.Types.AttributeType.Ints => bag.With(a.Name, a.Ints),
                        AttributeProto.Types.AttributeType.Floats => bag.With(a.Name, a.Floats.Select(f => (double)f)),
                        AttributeProto.Types.AttributeType.Tensor when a.T is not null => bag.With(a.Name, TensorReader.Read(a.T, a.Name)),
                        _ => bag.WithUnreadable(a.Name),
                    }
        );
}
