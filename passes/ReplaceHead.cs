// Prepares the classifier for training. The head becomes an fp32 dense layer on dequantized features: fresh and zero for a
// new number of classes, or the pretrained one with its weights as real numbers. A softmax behind it leaves the training
// graph (the loss contains it) and runs in inference only.

using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>Makes the head trainable.</summary>
public static class ReplaceHead
{
    /// <summary>Runs on a quantized graph with a boundary; <paramref name="classes"/> asks for a fresh head.</summary>
    /// <exception cref="DiagnosticException">TE0302: the model has no head.</exception>
    public static Graph Run(Graph graph, int? classes)
    {
        var head = graph.Nodes.FirstOrDefault(n => n.Attributes.Has("head")) ?? throw new DiagnosticException(Diagnostics.NoHead.At(""));
        var builder = new GraphBuilder();
        foreach (var node in graph.Nodes.TakeWhile(n => n != head))
        {
            builder.Copy(node);
        }

        var features = builder.Current(head.Input(0));
        if (features.Type.IsQuantized)
        {
            features = builder.Emit(Dequantize.Op, features.Name + ".real", [features]);
        }

        var (w, b) = (head.Input(1), head.Optional(2));
        int outputs = classes ?? w.Type.Shape[0];
        var weights = Parameter(w, TensorType.F32(w.Type.Shape.With(0, outputs)), fresh: classes is not null);
        var bias = Parameter(b ?? new Value(head.Name + ".bias", TensorType.F32(Shape.Of(outputs)), ValueKind.Constant),
            TensorType.F32(Shape.Of(outputs)), fresh: classes is not null || b is null);
        var attributes = head.Attributes.Without("min").Without("max");
        var logits = builder.Emit(head.Op, head.Name, [features, weights, bias], attributes, outputName: "logits");
        if (logits.Type.Shape.Rank != 2)
        {
            logits = builder.Emit(Reshape.Op, "logits", [logits], Attributes.Empty.With("shape", [1, outputs]));
        }

        builder.Phase = Phase.Predict;
        var output = graph.Nodes.SkipWhile(n => n != head).Any(n => n.Op is Softmax) ? builder.Emit(Softmax.Op, "probabilities", [logits]) : logits;
        return RemoveDead.Run(builder.Finish(graph with { Outputs = [output], TrainOutputs = [logits] }));
    }

    private static Value Parameter(Value pretrained, TensorType type, bool fresh)
    {
        var data = fresh ? Tensor.Zeros(type)
            : new Tensor(type, [.. Enumerable.Range(0, (int)type.Count).Select(i => (double)(float)pretrained.Data!.Real(i))]);
        return new Value(pretrained.Name, type, ValueKind.Parameter, data, fresh ? null : pretrained.Packing);
    }
}
