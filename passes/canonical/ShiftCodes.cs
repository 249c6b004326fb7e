// Makes all codes int8: uint8 codes are shifted by 128, with their zero points, so that no later pass knows of uint8. An
// input that the file gives as codes learns their meaning from its dequantize.

using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>uint8 codes become int8.</summary>
public static class ShiftCodes
{
    private const int Shift = 128;

    /// <summary>Runs on an imported graph.</summary>
    /// <exception cref="DiagnosticException">TE0114: an input of integers that are no codes; TE0401: an input whose codes mean two
    /// things.</exception>
    public static Graph Run(Graph graph)
    {
        var meanings = Meanings(graph);
        if (meanings.Count == 0 && !graph.Values.Any(v => IsUnsigned(v.Type)))
        {
            return graph;
        }

        var builder = new GraphBuilder();
        var constants = new Dictionary<Value, Value>();
        foreach (var (input, quant) in meanings)
        {
            builder.Replace(input, new Value(input.Name, Signed(input.Type with { Quant = quant }), ValueKind.Input));
        }

        foreach (var node in graph.Nodes)
        {
            foreach (
                var constant in node.Inputs.OfType<Value>().Where(v => v.IsConstant && IsUnsigned(v.Type) && !constants.ContainsKey(v))
            )
            {
                constants[constant] = Value.Constant(
                    constant.Name,
                    new Tensor(Signed(constant.Type), [.. constant.Data!.Data.Select(v => v - Shift)]),
                    constant.Packing
                );
            }

            builder.Rebuild(
                node,
                inputs: [.. node.Inputs.Select(v => v is null ? null : constants.GetValueOrDefault(v, v))],
                form: node.Op is Dequantize ? NodeForm.Plain : node.Form,
                type: node.Output.Type.IsQuantized ? Signed(node.Output.Type) : null
            );
        }

        return builder.Finish(graph with
        {
            InputForms = [.. graph.Inputs.Select(v => new BoundaryForm(false, v.Type.DType == DType.U8))],
            OutputForms = [.. graph.Outputs.Select(v => new BoundaryForm(false, v.Type.DType == DType.U8))],
        });
    }

    private static bool IsUnsigned(TensorType type) => type is { DType: DType.U8, Quant: not null };

    private static TensorType Signed(TensorType type) => !IsUnsigned(type) ? type
        : type with { DType = DType.I8, Quant = type.Quant! with { ZeroPoint = type.ZeroPoint - Shift } };

    /// <summary>
    /// The meaning of the codes of 8-bit integer inputs, given by the dequantize that reads them, perhaps behind moves.
    /// </summary>
    private static Dictionary<Value, QuantParams> Meanings(Graph graph)
    {
        var meanings = new Dictionary<Value, QuantParams>();
        var diagnostics = new List<Diagnostic>();
        var origins = graph.Inputs.Where(v => v.Type is { DType: DType.I8 or DType.U8, Quant: null }).ToDictionary(v => v, v => v);
        foreach (var node in graph.Nodes)
        {
            foreach (var operand in node.Inputs.OfType<Value>().Where(origins.ContainsKey).Distinct())
            {
                var input = origins[operand];
                if (node.Op.MovesOnly)
                {
                    origins[node.Output] = input;
                }
                else if (node.Op is not Dequantize)
                {
                    diagnostics.Add(
                        Diagnostics.UnsupportedType.At(
                            node.Name,
                            $"{input.Type.DType.Name()} of input '{input.Name}', which {node.Op.Name} reads without a DequantizeLinear,"
                        )
                    );
                }
                else if (Dequantize.Codes(node).Quant is { } quant && !meanings.TryAdd(input, quant) && !meanings[input].Equals(quant))
                {
                    diagnostics.Add(
                        Diagnostics.BadQuantization.At(
                            node.Name,
                            $"dequantizes the input '{input.Name}' with other parameters than another node"
                        )
                    );
                }
            }
        }

        diagnostics.AddRange(
            origins
                .Values.Distinct()
                .Where(v => diagnostics.Count == 0 && !meanings.ContainsKey(v))
                .ToList()
                .Select(v =>
                    Diagnostics.UnsupportedType.At(v.Name, $"{v.Type.DType.Name()} of an input without a DequantizeLinear behind it")
                )
        );
        return diagnostics.Count == 0 ? meanings : throw new DiagnosticException(diagnostics);
    }
}
