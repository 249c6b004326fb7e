// Ways to write a quantized model that are not QDQ. Each is one problem of the whole model, however many nodes it has, because the
// user mends it by exporting the model again, not node by node.

using TinyEngine.Ir;
using TinyEngine.Onnx.Proto;

namespace TinyEngine.Onnx;

/// <summary>Recognizes quantization in other forms than QDQ.</summary>
internal static class QuantizedDialect
{
    private static readonly (DiagnosticRule Rule, Func<string, bool> Belongs)[] Dialects =
    [
        (
            Diagnostics.DynamicQuantization,
            op =>
                op is "DynamicQuantizeLinear" or "MatMulInteger" or "ConvInteger" or "MatMulIntegerToFloat"
                || op.StartsWith("DynamicQuantize", StringComparison.Ordinal)
        ),
        (
            Diagnostics.QuantizedOperators,
            op => op is "QGemm" or "QAttention" or "QEmbedLayerNormalization" || op.StartsWith("QLinear", StringComparison.Ordinal)
        ),
    ];

    /// <summary>The fault of the model as a whole, or null: its operators of the form, and the first node.</summary>
    public static Diagnostic? Find(IEnumerable<NodeProto> nodes)
    {
        foreach (var (rule, belongs) in Dialects)
        {
            var found = nodes.Where(n => belongs(n.OpType)).ToList();
            if (found.Count > 0)
            {
                return rule.At(
                    OnnxImporter.NameOf(found[0]),
                    string.Join(", ", found.Select(n => n.OpType).Distinct().Order(StringComparer.Ordinal)),
                    found.Count
                );
            }
        }

        return null;
    }
}
