// Decides the types of inputs and outputs: the codes of the model's own quantizers (the quantize at the start and the
// dequantize at the end go away), real numbers, or raw uint8 samples that a table turns into codes. It also decides whether the arena
// or the caller owns the input.

using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>Element types at the model's boundary.</summary>
public enum BoundaryType
{
    /// <summary>
    /// The model's own: int8 where its input is codes or is quantized first, else float32; uint8 where a raw scale is given.
    /// </summary>
    Auto,
    /// <summary>int8 codes.</summary>
    Int8,
    /// <summary>Real numbers.</summary>
    Float32,
    /// <summary>Raw samples: real = raw*scale + offset.</summary>
    UInt8,
}

/// <summary>The meaning of a raw sample.</summary>
public readonly record struct RawScale(double Scale, double Offset);

/// <summary>Sets the types of inputs and outputs.</summary>
public static class SetBoundary
{
    /// <summary>Runs on a quantized graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="type">Element types of inputs and outputs.</param>
    /// <param name="raw">The meaning of uint8 samples.</param>
    /// <param name="callerOwnsInputs">True where the input stays in the caller's memory.</param>
    /// <exception cref="DiagnosticException">TE0402: uint8 without a scale; TE0604: int8 of a model that has no quantizer at its
    /// input.</exception>
    public static Graph Run(Graph graph, BoundaryType type, RawScale? raw, bool callerOwnsInputs = false)
    {
        if (type == BoundaryType.Auto)
        {
            type =
                raw is not null ? BoundaryType.UInt8
                : graph.Inputs.All(i => i.Type.IsQuantized || QuantizeOf(graph, i) is not null) ? BoundaryType.Int8
                : BoundaryType.Float32;
        }

        var builder = new GraphBuilder();
        var dropped = new HashSet<Node>();
        var inputs = graph.Inputs.Select(i => Input(graph, i, type, raw, builder, dropped)).ToList();
        foreach (var node in graph.Nodes.Where(n => !dropped.Contains(n)))
        {
            builder.Copy(node);
        }

        var quantizedOutputs = graph.Outputs.Select(builder.Current).Where(o => o.Type.IsQuantized).Distinct().ToList();
        foreach (var codes in type == BoundaryType.Float32 ? quantizedOutputs : [])
        {
            builder.Replace(codes, builder.Emit(Dequantize.Op, codes.Name + ".real", [codes]));
        }

        var result = builder.Finish(graph) with { Inputs = [.. inputs] };
        var producers = result.Producers();
        return RemoveDead.Run(
            result with
            {
                CallerOwnsInputs = callerOwnsInputs,
                Outputs =
                [
                    .. result.Outputs.Select(o =>
                        type != BoundaryType.Float32 && producers.GetValueOrDefault(o) is { Op: Dequantize } d ? d.Input(0) : o
                    ),
                ],
            }
        );
    }

    private static Value Input(Graph graph, Value input, BoundaryType type, RawScale? raw, GraphBuilder builder, HashSet<Node> dropped)
    {
        if (type == BoundaryType.Float32)
        {
            var real = input.Type.IsQuantized ? new Value(input.Name, TensorType.F32(input.Type.Shape), ValueKind.Input) : input;
            if (real != input)
            {
                builder.Replace(input, builder.Emit(Quantize.Op, input.Name + ".codes", [real], type: input.Type));
            }

            return real;
        }

        if (type == BoundaryType.Int8 && input.Type.IsQuantized)
        {
            return input;
        }

        var quantize = QuantizeOf(graph, input);
        if (type == BoundaryType.Int8 && quantize is null)
        {
            throw new DiagnosticException(
                Diagnostics.BadOption.At(input.Name, $"{OptionName.Io} int8 needs a model that quantizes its input")
            );
        }

        var inner = quantize?.Output ?? input;
        if (quantize is not null)
        {
            dropped.Add(quantize);
        }

        if (type == BoundaryType.Int8)
        {
            var codes = new Value(input.Name, inner.Type, ValueKind.Input);
            builder.Replace(inner, codes);
            return codes;
        }

        var scale = raw ?? throw new DiagnosticException(Diagnostics.MissingInputScale.At(input.Name, inner.Type.DType.Name()));
        var samples = new Value(input.Name, new TensorType(DType.U8, input.Type.Shape), ValueKind.Input);
        var attributes = Attributes.Empty.With("scale", (double)(float)scale.Scale).With("offset", (double)(float)scale.Offset);
        builder.Replace(inner, builder.Emit(Lookup.Op, input.Name + ".codes", [samples], attributes, inner.Type, inner.Name));
        return samples;
    }

    /// <summary>The quantize that is the only reader of an input, or null.</summary>
    private static Node? QuantizeOf(Graph graph, Value input) =>
        graph.Consumers()[input].ToList() is [{ Op: Quantize } only] ? only : null;
}
