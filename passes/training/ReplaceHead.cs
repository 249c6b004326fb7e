// Prepares the end of the model for training. The head becomes an fp32 layer on dequantized features: fresh and zero for a new
// number of classes, or the pretrained one with its weights as real numbers, which take in the scales and shifts behind it. Or it
// stays quantized and trains as an int8 layer. An activation that the loss contains runs in inference only.

using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>The kind of head that a model trains.</summary>
/// <param name="Loss">The loss, which says which activation belongs to it, and whether the model tells classes apart.</param>
/// <param name="Classes">Classes of a fresh, zero head; null keeps the pretrained one.</param>
/// <param name="Quantized">Keep the head on int8 codes instead of fp32.</param>
/// <param name="Trained">False where the head keeps its weights.</param>
public readonly record struct HeadChoice(Loss Loss, int? Classes = null, bool Quantized = false, bool Trained = true);

/// <summary>Makes the head trainable.</summary>
public static class ReplaceHead
{
    /// <summary>Runs on a quantized graph with a boundary.</summary>
    /// <exception cref="DiagnosticException">TE0302: no head, or one that tells no classes apart; TE0304: a choice it cannot
    /// have.</exception>
    public static Graph Run(Graph graph, HeadChoice choice)
    {
        var head = graph.Nodes.FirstOrDefault(n => n.IsHead);
        if (head is null && (choice.Loss.TakesClass || choice.Classes is not null))
        {
            throw NoHead(graph, choice.Loss);
        }

        var result = head is null ? WithoutHead(graph, choice.Loss) : WithHead(graph, head, choice);
        if (result.Source(result.TrainOutputs[0]) is { } last && last.Op.Range(last) is var range && !choice.Loss.Accepts(range))
        {
            string what = FormattableString.Invariant($"'{last.Name}' ({last.Op.Name}) gives {range.Min} to {range.Max}");
            throw new DiagnosticException(Diagnostics.BadTrainOption.At(OptionName.Loss,
                $"{choice.Loss.Title} computes the sigmoid itself and needs outputs of either sign, but {what}: "
                + $"cut that activation off, or take {OptionName.Loss} mse"));
        }

        return result;
    }

    /// <summary>Diagnoses choices that no model can have, or none that ends like this one.</summary>
    private static void Check(Graph graph, Node head, HeadChoice choice)
    {
        var last = graph.Source(graph.Outputs[0])!;
        if (Loss.Containing(last.Op) is { } owner && owner.TakesClass != choice.Loss.TakesClass)
        {
            string loss = $"{OptionName.Loss} {owner.Title}";
            throw new DiagnosticException(owner.TakesClass
                ? Diagnostics.BadTrainOption.At(last.Name, $"a model that ends in {last.Op.Name} trains with {loss}")
                : Diagnostics.NoHead.At(last.Name, $"the model ends in {last.Op.Name}, a yes or no for each output: train it with {loss}"));
        }

        if (choice.Loss.TakesClass && (choice.Classes ?? head.Output.Type.Count) == 1)
        {
            throw new DiagnosticException(Diagnostics.NoHead.At(head.Name,
                $"the model has one output, and {choice.Loss.Title} tells two classes or more apart: "
                + $"train it with {OptionName.Loss} bce (yes or no), with mse, l1 or huber (a number), or with {OptionName.Classes} N"));
        }

        if (choice.Quantized && (choice.Classes is not null || !head.Output.Type.IsQuantized))
        {
            throw new DiagnosticException(Diagnostics.BadTrainOption.At(OptionName.Head,
                choice.Classes is null ? "an int8 head needs a quantized model"
                : $"a fresh head ({OptionName.Classes}) is fp32: the scales of an int8 head come from pretraining"));
        }

        if (choice is { Trained: false, Classes: not null })
        {
            throw new DiagnosticException(
                Diagnostics.BadTrainOption.At(OptionName.Classes, "a fresh head must train: its weights are zero")
            );
        }
    }

    /// <summary>Why there is no head, and what to do.</summary>
    private static DiagnosticException NoHead(Graph graph, Loss loss)
    {
        var last = graph.Source(graph.Outputs[0]);
        var layer = last is not null && Loss.Containing(last.Op) is not null ? graph.Source(last.Input(0)) : last;
        string found = layer is null ? "the output comes from the input" : $"the output comes from '{layer.Name}' ({layer.Op.Name})";
        string advice = !loss.TakesClass ? $"{OptionName.Classes} needs such a head"
            : $"outputs that are real numbers train with {OptionName.Loss} mse, l1 or huber, "
                + $"those that say yes or no with {OptionName.Loss} bce";
        return new DiagnosticException(Diagnostics.NoHead.At("",
            $"{found}, not from a Gemm, MatMul or 1x1 Conv with one weight for each input and class; {advice}"));
    }

    /// <summary>The output itself is trained, in real numbers, or the operand of the activation that the loss contains.</summary>
    private static Graph WithoutHead(Graph graph, Loss loss)
    {
        var builder = new GraphBuilder();
        var activation = graph.Source(graph.Outputs[0]) is { } last && loss.Contains(last.Op) ? last : null;
        var behind = new HashSet<Value>();
        foreach (var node in graph.Nodes)
        {
            bool isBehind = node == activation || node.Reads.Any(behind.Contains);
            if (isBehind)
            {
                behind.UnionWith(node.Writes);
            }

            builder.Copy(isBehind ? node with { Phase = Phase.Predict } : node);
        }

        var output = activation?.Input(0) ?? graph.Outputs[0];
        var real = output.Type.IsQuantized ? builder.Emit(Dequantize.Op, output.Name + ".real", [output]) : output;
        return builder.Finish(graph with { TrainOutputs = [real] });
    }

    private static Graph WithHead(Graph graph, Node head, HeadChoice choice)
    {
        Check(graph, head, choice);
        var producers = graph.Producers();
        var behind = Behind(graph, head, producers);
        var activation = behind.FirstOrDefault(n => Loss.Containing(n.Op) is not null);
        var builder = new GraphBuilder();
        foreach (var node in graph.Nodes.TakeWhile(n => n != head))
        {
            builder.Copy(node);
        }

        var logits = choice.Quantized ? QuantizedLogits(head, behind, choice, builder)
            : RealLogits(head, behind, choice, producers, builder);
        if (logits.Type.Shape.Rank != 2)
        {
            logits = builder.Emit(Reshape.Op, "logits", [logits], Attributes.Empty.With("shape", [1, (int)logits.Type.Count]));
        }

        bool contained = activation is not null && choice.Loss.Contains(activation.Op);
        builder.Phase = contained ? Phase.Predict : Phase.Forward;
        var output = activation is not null ? builder.Emit(activation.Op, "probabilities", [logits], activation.Form) : logits;
        return RemoveDead.Run(builder.Finish(graph with { Outputs = [output], TrainOutputs = [contained ? logits : output] }));
    }

    /// <summary>
    /// The nodes from the head to the output: they pass values on, scale and shift them per class, or are the activation.
    /// </summary>
    /// <exception cref="DiagnosticException">TE0302: another operator is among them.</exception>
    private static List<Node> Behind(Graph graph, Node head, Dictionary<Value, Node> producers)
    {
        var nodes = new List<Node>();
        for (var node = producers[graph.Outputs[0]]; node != head; node = producers[node.Inputs.First(v => v is { IsConstant: false })!])
        {
            if (!node.Op.KeepsValues && Loss.Containing(node.Op) is null && !IsScale(node))
            {
                throw NotTakenIn(node);
            }

            nodes.Insert(0, node);
        }

        return nodes;
    }

    private static bool IsScale(Node node) => node.Op.AsChannelAffine(node) is not null;

    private static DiagnosticException NotTakenIn(Node node) => new(Diagnostics.NoHead.At(node.Name,
        $"{node.Op.Name} stands between the last layer and the output, and the head cannot take it in"));

    /// <summary>The head on codes, with the operators that scale and shift its codes.</summary>
    private static Value QuantizedLogits(Node head, List<Node> behind, HeadChoice choice, GraphBuilder builder)
    {
        var result = builder.Copy(head with { Inputs = [head.Inputs[0], .. Stored(head.Inputs.Skip(1), choice)] }).Output;
        foreach (var node in behind.Take(behind.FindLastIndex(IsScale) + 1))
        {
            result = builder.Copy(node).Output;
        }

        return result.Type.IsQuantized ? builder.Emit(Dequantize.Op, head.Name + ".real", [result], outputName: "logits") : result;
    }

    /// <summary>The head on real numbers. A pretrained one without a bias stays without; a fresh one has a bias.</summary>
    private static Value RealLogits(
        Node head, List<Node> behind, HeadChoice choice, Dictionary<Value, Node> producers, GraphBuilder builder)
    {
        var (w, b) = (head.Input(1), head.Optional(2));
        if (choice.Classes is { } classes)
        {
            var features = head.Input(0).Type.IsQuantized ? Unrounded(head.Input(0), producers, builder) : builder.Current(head.Input(0));
            Value[] zeros =
            [
                Value.Constant(RealName(w.Name), Tensor.Zeros(TensorType.F32(w.Type.Shape.With(0, classes)))),
                Value.Constant(b is null ? head.Name + ".bias" : RealName(b.Name), Tensor.Zeros(TensorType.F32(Shape.Of(classes)))),
            ];
            // A clamp belongs to the pretrained head; a fresh one would be stuck at the end of the range from the start.
            var form = head.Form with { Clamp = ClampRange.Open };
            return builder.Emit(head.Op, head.Name, [features, .. Stored(zeros, choice)], form, outputName: "logits");
        }

        var real = head with { Inputs = [Real(head.Input(0), builder), RealConstant(w), b is null ? null : RealConstant(b)] };
        foreach (var node in behind.Where(IsScale))
        {
            var (scale, shift) = node.Op.AsChannelAffine(node)!.Value;
            int repeats = scale.Length == 1 ? w.Type.Shape[0] : 1;
            double[] Each(double[] values) => [.. Enumerable.Repeat(values, repeats).SelectMany(v => v)];
            bool fits = scale.Length * repeats == w.Type.Shape[0];
            real = real with { Inputs = (fits ? head.Op.AbsorbAffine(real, Each(scale), Each(shift)) : null) ?? throw NotTakenIn(node) };
        }

        Value?[] inputs = [real.Input(0), .. Stored(real.Inputs.Skip(1), choice)];
        return builder.Emit(head.Op, head.Name, inputs, head.Form, outputName: "logits");
    }

    /// <summary>Pretrained weights as fp32 numbers.</summary>
    private static Value RealConstant(Value pretrained)
    {
        var type = TensorType.F32(pretrained.Type.Shape);
        double[] reals = [.. Enumerable.Range(0, (int)type.Count).Select(i => (double)(float)pretrained.Data!.Real(i))];
        return Value.Constant(RealName(pretrained.Name), new Tensor(type, reals), pretrained.Packing);
    }

    /// <summary>The name of real numbers made of codes, without the suffix that quantizers append to the names of codes.</summary>
    private static string RealName(string codes)
    {
        const string Suffix = "_quantized";
        return codes.EndsWith(Suffix, StringComparison.Ordinal) && codes.Length > Suffix.Length ? codes[..^Suffix.Length] : codes;
    }

    /// <summary>
    /// Codes as a fresh head reads them. Only the head that it replaces needed codes, so an operator that has real results before it
    /// rounds them gives those. A pretrained head keeps the features it was trained on.
    /// </summary>
    private static Value Unrounded(Value features, IReadOnlyDictionary<Value, Node> producers, GraphBuilder builder) =>
        producers.GetValueOrDefault(features) switch
        {
            { } node when node.Op.CanSkipRounding(node) => builder.Emit(node.Op, node.Name, node.Inputs, node.Form),
            { Op.MovesOnly: true, Inputs.Length: 1 } node => builder.Emit(
                node.Op,
                node.Name,
                [Unrounded(node.Input(0), producers, builder)],
                node.Form
            ),
            _ => Real(features, builder),
        };

    private static Value Real(Value features, GraphBuilder builder)
    {
        var value = builder.Current(features);
        return value.Type.IsQuantized ? builder.Emit(Dequantize.Op, value.Name + ".real", [value]) : value;
    }

    /// <summary>The weights of the head as parameters, or as constants if it does not train.</summary>
    private static IEnumerable<Value?> Stored(IEnumerable<Value?> weights, HeadChoice choice) => weights.Select(v => v is null ? null
        : new Value(v.Name, v.Type, choice.Trained ? ValueKind.Parameter : ValueKind.Constant, v.Data, v.Packing));
}
