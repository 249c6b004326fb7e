// Prepares the classifier for training. The head becomes an fp32 layer on dequantized features: fresh and zero for a new number
// of classes, or the pretrained one with its weights as real numbers; or it stays quantized and trains as the int8 layer it
// is. A softmax behind it leaves the training graph (the loss contains it) and runs in inference only.

using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>What kind of head a model trains.</summary>
/// <param name="Classes">Classes of a fresh, zero head; null keeps the pretrained one.</param>
/// <param name="Quantized">Keep the head on int8 codes instead of fp32.</param>
/// <param name="Classifies">The output tells classes apart; else it is real numbers, whose last layer need not be a head.</param>
public readonly record struct HeadChoice(int? Classes, bool Quantized, bool Classifies = true);

/// <summary>Makes the head trainable.</summary>
public static class ReplaceHead
{
    /// <summary>Runs on a quantized graph with a boundary.</summary>
    /// <exception cref="DiagnosticException">TE0302: the model has no head; TE0304: a choice it cannot have.</exception>
    public static Graph Run(Graph graph, HeadChoice choice)
    {
        if (graph.Nodes.FirstOrDefault(n => n.Attributes.Has("head")) is not { } head)
        {
            return choice is { Classifies: false, Classes: null } ? WithoutHead(graph) : throw new DiagnosticException(Diagnostics.NoHead.At(""));
        }

        if (!choice.Classifies && graph.Nodes.SkipWhile(n => n != head).FirstOrDefault(n => n.Op is Softmax) is { } softmax)
        {
            throw new DiagnosticException(Diagnostics.BadTrainOption.At(softmax.Name, "a model that ends in Softmax trains with --loss cross-entropy"));
        }

        if (choice.Quantized && (choice.Classes is not null || !head.Output.Type.IsQuantized))
        {
            throw new DiagnosticException(Diagnostics.BadTrainOption.At("--head",
                choice.Classes is null ? "an int8 head needs a quantized model" : "a fresh head (--classes) is fp32: the scales of an int8 head come from pretraining"));
        }

        var builder = new GraphBuilder();
        foreach (var node in graph.Nodes.TakeWhile(n => n != head))
        {
            builder.Copy(node);
        }

        var logits = choice.Quantized ? QuantizedLogits(head, builder) : RealLogits(head, choice.Classes, builder);
        if (logits.Type.Shape.Rank != 2)
        {
            logits = builder.Emit(Reshape.Op, "logits", [logits], Attributes.Empty.With("shape", [1, (int)logits.Type.Count]));
        }

        builder.Phase = Phase.Predict;
        var output = graph.Nodes.SkipWhile(n => n != head).Any(n => n.Op is Softmax) ? builder.Emit(Softmax.Op, "probabilities", [logits]) : logits;
        return RemoveDead.Run(builder.Finish(graph with { Outputs = [output], TrainOutputs = [logits] }));
    }

    /// <summary>The output itself is trained, as real numbers; what inference gives stays as it is.</summary>
    private static Graph WithoutHead(Graph graph)
    {
        var builder = new GraphBuilder();
        foreach (var node in graph.Nodes)
        {
            builder.Copy(node);
        }

        var output = graph.Outputs[0];
        var real = output.Type.IsQuantized ? builder.Emit(Dequantize.Op, output.Name + ".real", [output]) : output;
        return builder.Finish(graph with { TrainOutputs = [real] });
    }

    private static Value QuantizedLogits(Node head, GraphBuilder builder)
    {
        var parameters = head.Inputs.Skip(1).Select(v => v is null ? null : new Value(v.Name, v.Type, ValueKind.Parameter, v.Data, v.Packing));
        var codes = builder.Copy(head with { Inputs = [head.Inputs[0], .. parameters] }).Output;
        return builder.Emit(Dequantize.Op, head.Name + ".real", [codes], outputName: "logits");
    }

    private static Value RealLogits(Node head, int? classes, GraphBuilder builder)
    {
        var features = builder.Current(head.Input(0));
        if (features.Type.IsQuantized)
        {
            features = builder.Emit(Dequantize.Op, features.Name + ".real", [features]);
        }

        var (w, b) = (head.Input(1), head.Optional(2));
        int outputs = classes ?? w.Type.Shape[0];
        var weights = RealParameter(w.Name, classes is null ? w : null, TensorType.F32(w.Type.Shape.With(0, outputs)));
        var bias = RealParameter(b?.Name ?? head.Name + ".bias", classes is null ? b : null, TensorType.F32(Shape.Of(outputs)));
        return builder.Emit(head.Op, head.Name, [features, weights, bias], head.Attributes.Without("min").Without("max"), outputName: "logits");
    }

    /// <summary>A parameter that starts from the real values of a pretrained one, or from zero.</summary>
    private static Value RealParameter(string name, Value? pretrained, TensorType type)
    {
        var data = pretrained is null ? Tensor.Zeros(type)
            : new Tensor(type, [.. Enumerable.Range(0, (int)type.Count).Select(i => (double)(float)pretrained.Data!.Real(i))]);
        return new Value(name, type, ValueKind.Parameter, data, pretrained?.Packing);
    }
}
