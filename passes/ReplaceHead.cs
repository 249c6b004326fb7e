// Prepares the classifier for training. The head becomes an fp32 layer on dequantized features: fresh and zero for a new number
// of classes, or the pretrained one with its weights as real numbers; or it stays quantized and trains as the int8 layer it
// is. A softmax behind it leaves the training graph (the loss contains it) and runs in inference only.

using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>What kind of head a model trains.</summary>
/// <param name="Classes">Classes of a fresh, zero head; null keeps the pretrained one.</param>
/// <param name="Quantized">Keep the head on int8 codes instead of fp32.</param>
/// <param name="Classifies">The output tells classes apart; else it is real numbers, whose last layer need not be a head.</param>
/// <param name="Trained">False where the head keeps its weights.</param>
public readonly record struct HeadChoice(int? Classes, bool Quantized, bool Classifies = true, bool Trained = true);

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

        var producers = graph.Producers();
        for (var behind = producers[graph.Outputs[0]]; behind != head; behind = producers[behind.Input(0)])
        {
            if (!behind.Op.KeepsClasses)
            {
                throw new DiagnosticException(Diagnostics.NoHead.At(behind.Name));
            }
        }

        var softmax = graph.Nodes.SkipWhile(n => n != head).FirstOrDefault(n => n.Op is Softmax);
        if (!choice.Classifies && softmax is not null)
        {
            throw new DiagnosticException(Diagnostics.BadTrainOption.At(softmax.Name, "a model that ends in Softmax trains with --loss cross-entropy"));
        }

        if (choice.Quantized && (choice.Classes is not null || !head.Output.Type.IsQuantized))
        {
            throw new DiagnosticException(Diagnostics.BadTrainOption.At("--head",
                choice.Classes is null ? "an int8 head needs a quantized model" : "a fresh head (--classes) is fp32: the scales of an int8 head come from pretraining"));
        }

        if (choice is { Trained: false, Classes: not null })
        {
            throw new DiagnosticException(Diagnostics.BadTrainOption.At("--classes", "a fresh head must train: its weights are zero"));
        }

        var builder = new GraphBuilder();
        foreach (var node in graph.Nodes.TakeWhile(n => n != head))
        {
            builder.Copy(node);
        }

        var logits = choice.Quantized ? QuantizedLogits(head, choice, builder) : RealLogits(head, choice, producers, builder);
        if (logits.Type.Shape.Rank != 2)
        {
            logits = builder.Emit(Reshape.Op, "logits", [logits], Attributes.Empty.With("shape", [1, (int)logits.Type.Count]));
        }

        builder.Phase = Phase.Predict;
        var output = softmax is not null ? builder.Emit(softmax.Op, "probabilities", [logits]) : logits;
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

    private static Value QuantizedLogits(Node head, HeadChoice choice, GraphBuilder builder)
    {
        var parameters = head.Inputs.Skip(1).Select(v => v is null ? null : new Value(v.Name, v.Type, KindOf(choice), v.Data, v.Packing));
        var codes = builder.Copy(head with { Inputs = [head.Inputs[0], .. parameters] }).Output;
        return builder.Emit(Dequantize.Op, head.Name + ".real", [codes], outputName: "logits");
    }

    private static Value RealLogits(Node head, HeadChoice choice, IReadOnlyDictionary<Value, Node> producers, GraphBuilder builder)
    {
        var (w, b) = (head.Input(1), head.Optional(2));
        bool fresh = choice.Classes is not null;
        var features = fresh && head.Input(0).Type.IsQuantized ? Unrounded(head.Input(0), producers, builder) : Real(head.Input(0), builder);
        int outputs = choice.Classes ?? w.Type.Shape[0];
        var weights = RealWeights(w.Name, fresh ? null : w, KindOf(choice), TensorType.F32(w.Type.Shape.With(0, outputs)));
        var bias = RealWeights(b?.Name ?? head.Name + ".bias", fresh ? null : b, KindOf(choice), TensorType.F32(Shape.Of(outputs)));
        // A clamp belongs to what the pretrained head computes; a fresh one would be stuck at its end from the start.
        return builder.Emit(head.Op, head.Name, [features, weights, bias], fresh ? head.Attributes.Without("min").Without("max") : head.Attributes, outputName: "logits");
    }

    /// <summary>
    /// Codes as a fresh head reads them: they are what the head before it needed, so an operator that has real results before it
    /// rounds them gives those. A pretrained head keeps the features it was trained on.
    /// </summary>
    private static Value Unrounded(Value features, IReadOnlyDictionary<Value, Node> producers, GraphBuilder builder) => producers.GetValueOrDefault(features) switch
    {
        { } node when node.Op.GivesReals(node) =>
            builder.Emit(node.Op, node.Name, node.Inputs, node.Attributes),
        { Op.MovesOnly: true, Inputs.Length: 1 } node => builder.Emit(node.Op, node.Name, [Unrounded(node.Input(0), producers, builder)], node.Attributes),
        _ => Real(features, builder),
    };

    private static Value Real(Value features, GraphBuilder builder)
    {
        var value = builder.Current(features);
        return value.Type.IsQuantized ? builder.Emit(Dequantize.Op, value.Name + ".real", [value]) : value;
    }

    private static ValueKind KindOf(HeadChoice choice) => choice.Trained ? ValueKind.Parameter : ValueKind.Constant;

    /// <summary>Weights with the real values of pretrained ones, or zero.</summary>
    private static Value RealWeights(string name, Value? pretrained, ValueKind kind, TensorType type)
    {
        var data = pretrained is null ? Tensor.Zeros(type)
            : new Tensor(type, [.. Enumerable.Range(0, (int)type.Count).Select(i => (double)(float)pretrained.Data!.Real(i))]);
        return new Value(name, type, kind, data, pretrained?.Packing);
    }
}
