// Turns the quantize/dequantize form into quantized operators: an operator whose operands are dequantized codes and whose
// only reader quantizes its result computes on codes. Operators that only move elements carry codes through. An operator that
// cannot compute on codes stays in floating point between its dequantize and quantize.

using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>QDQ pairs become operators on int8 codes.</summary>
public static class FuseQuantized
{
    /// <summary>Exporters round scales of biases, which are products, differently; up to this relative difference they are equal.</summary>
    private const double ScaleTolerance = 1e-5;

    /// <summary>Runs on a canonical graph.</summary>
    public static Graph Run(Graph graph)
    {
        var builder = new GraphBuilder();
        var codes = new Dictionary<Value, Value>();
        var consumers = graph.Consumers();
        var fused = new HashSet<Node>();
        foreach (var node in graph.Nodes.Where(n => !fused.Contains(n)))
        {
            if (node.Op is Dequantize)
            {
                var source = builder.Current(node.Input(0));
                codes[node.Output] = source;
                // If an operator stays real, its weights do too.
                builder.Replace(node.Output, Result(builder.Copy(node)));
                continue;
            }

            var readers = consumers[node.Outputs[0]].ToList();
            var quantize = readers.Count == 1 && readers[0].Op is Quantize && !graph.Outputs.Contains(node.Output) ? readers[0] : null;
            if (quantize is not null && node.Op is not Quantize && Quantized(node, quantize.Output.Type, codes, builder) is { } candidate)
            {
                var output = new Value(quantize.Output.Name, candidate.Output.Type, ValueKind.Result);
                builder.Replace(quantize.Output, builder.Copy(candidate with { Outputs = [output] }).Output);
                fused.Add(quantize);
            }
            else if (node.Op.MovesOnly && codes.TryGetValue(node.Input(0), out var code) && code.Type.Quant is { Axis: null })
            {
                var moved = Result(builder.EmitNode(node.Op, node.Name, [code], node.Form, outputName: node.Output.Name));
                var real = Result(builder.EmitNode(Dequantize.Op, node.Name + ".real", [moved], outputName: node.Output.Name));
                builder.Replace(node.Output, real);
                codes[node.Output] = moved;
                codes[real] = moved;
            }
            else
            {
                var copy = builder.Copy(node);
                if (node.Op.MovesOnly)
                {
                    builder.Replace(node.Output, Result(copy));
                }
            }
        }

        return RemoveDead.Run(builder.Finish(graph, Stage.Quantized));
    }

    /// <summary>The result of a node; of a constant it is computed here, not on the device.</summary>
    private static Value Result(Node node) =>
        node.Input(0) is not { IsConstant: true } constant
            ? node.Output
            : Value.Constant(
                constant.Name,
                node.Op.Evaluate(node, [constant.Data], new Numerics(false, false))[0],
                node.Op is Dequantize ? constant.Packing : null
            );

    /// <summary>The node on codes with a result of this type; null where an operand is not dequantized or the operator cannot.</summary>
    private static Node? Quantized(Node node, TensorType type, Dictionary<Value, Value> codes, GraphBuilder builder)
    {
        var inputs = new List<Value?>();
        foreach (var input in node.Inputs)
        {
            if (input is null)
            {
                inputs.Add(null);
            }
            else if (QuantizedBias(node, inputs, builder.Current(input), codes.GetValueOrDefault(input)) is { } bias)
            {
                inputs.Add(bias);
            }
            else if (codes.TryGetValue(input, out var code) || codes.TryGetValue(builder.Current(input), out code))
            {
                bool rescaled =
                    node.Op.SharesQuantization
                    && !Equals(code.Type.Quant, type.Quant)
                    && code.Type is { DType: DType.I8, Quant.Axis: null }
                    && Numerics.CanScale(code.Type.ScaleOf(0) / type.ScaleOf(0));
                inputs.Add(
                    rescaled
                        ? builder.Emit(
                            Quantize.Op,
                            node.Name,
                            [code],
                            type: type with { Shape = code.Type.Shape },
                            outputName: code.Name + ".rescaled"
                        )
                    : inputs.Count == node.Op.Layer(node)?.Weights ? Centred(code)
                    : code
                );
            }
            else
            {
                return null;
            }
        }

        var result = node with { Inputs = [.. inputs], Outputs = [new Value("", type, ValueKind.Result)] };
        var shaped = new Value("", type with { Shape = node.Output.Type.Shape }, ValueKind.Result);
        return result.Op.Quantizes(result) ? result with { Outputs = [shaped] } : null;
    }

    /// <summary>
    /// Constant weights around the zero point 0, which kernels take for granted; unchanged if their codes do not fit there.
    /// </summary>
    private static Value Centred(Value weights)
    {
        if (weights is not { IsConstant: true, Type: { DType: DType.I8, Quant: { ZeroPoint: not 0 } quant } })
        {
            return weights;
        }

        double[] codes = [.. weights.Data!.Data.Select(v => v - quant.ZeroPoint)];
        return codes.Any(v => v is < sbyte.MinValue or > sbyte.MaxValue) ? weights
            : Value.Constant(weights.Name, new Tensor(weights.Type with { Quant = quant with { ZeroPoint = 0 } }, codes), weights.Packing);
    }

    /// <summary>
    /// The constant bias of a quantized layer as int32 at scale s_x*s_w, which kernels add to their sums: its codes if they
    /// have that scale, else its real values rounded to it. Some exporters leave it real, some give it another scale.
    /// </summary>
    private static Value? QuantizedBias(Node node, List<Value?> before, Value bias, Value? code)
    {
        if (node.Op.Layer(node) is not { Weights: var w } || before.Count != w + 1 || !bias.IsConstant || bias.Type.DType != DType.F32)
        {
            return null;
        }

        var (xType, wType) = (before[0]!.Type, before[w]!.Type);
        float[] scales = [.. Enumerable.Range(0, (int)bias.Type.Count).Select(c => xType.ScaleOf(0) * wType.ScaleOf(c))];
        if (
            code is { Type: { DType: DType.I32, ZeroPoint: 0 } }
            && scales.Select((s, c) => Math.Abs(code.Type.ScaleOf(c) - s) <= ScaleTolerance * s).All(same => same)
        )
        {
            return code;
        }

        var quant = new QuantParams([.. scales], 0, 0);
        var type = new TensorType(DType.I32, bias.Type.Shape, quant);
        return Value.Constant(bias.Name, new Tensor(type, [.. bias.Data!.Data.Select((v, c) => quant.Quantize(v, DType.I32, c))]));
    }
}
