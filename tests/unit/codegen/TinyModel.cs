// A model small enough to read its C at a glance, built by hand through the planned stage: an int8 convolution whose bias
// trains, an fp32 head that trains, softmax in prediction only. Every value has a separate place, so a change of the
// planner does not change what these tests expect.

using System.Collections.Immutable;
using TinyEngine.Ir;

namespace TinyEngine.Tests.Codegen;

/// <summary>Builds the model of the printer's tests.</summary>
internal static class TinyModel
{
    /// <summary>The planned graph, with kernels of a runtime.</summary>
    public static Graph Build(string name, OperatorSet operators, Target target, bool callerOwnsInputs = false)
    {
        var kernels = operators.Kernels;
        var b = new GraphBuilder();
        var codes = new QuantParams(0.5f, 0);
        Value Weights(string of, ValueKind kind, Shape shape, DType type, QuantParams? quant, params double[] data)
        {
            var tensor = new Tensor(new TensorType(type, shape, quant), data);
            return new Value(of, tensor.Type, kind, tensor);
        }

        var x = new Value("x", new TensorType(DType.I8, Shape.Of(1, 2, 2, 1), codes), ValueKind.Input);
        var w = Weights("/conv/weight", ValueKind.Constant, Shape.Of(2, 1, 1, 1), DType.I8, new QuantParams([0.25f, 0.5f], 0, 0), 3, -2);
        var bias = Weights("/conv/bias", ValueKind.Parameter, Shape.Of(2), DType.I32, new QuantParams([0.125f, 0.25f], 0, 0), 4, 20);
        var headWeight = Weights(
            "head.weight",
            ValueKind.Parameter,
            Shape.Of(3, 8),
            DType.F32,
            null,
            [.. Enumerable.Range(0, 24).Select(i => (i % 5 - 2) * 0.1)]
        );
        var headBias = Weights("head.bias", ValueKind.Parameter, Shape.Of(3), DType.F32, null, 0, 0, 0);
        var random = Weights("random", ValueKind.State, Shape.Of(2), DType.U32, null, 0, 0);
        var target0 = new Value("target", new TensorType(DType.I32, Shape.Of(1)), ValueKind.Input, role: ValueRole.Class);
        var lr = new Value("lr", TensorType.F32(Shape.Of(1)), ValueKind.Input, role: ValueRole.Rate);

        var conv = b.EmitNode(
            Conv2d.Op,
            "/conv/Conv",
            [x, w, bias],
            Attributes.Empty.Clamped(min: 0.0).Masked(),
            new TensorType(DType.I8, Shape.Of(1, 2, 2, 2), codes)
        );
        var flat = b.Emit(Reshape.Op, "flatten", [conv.Output], Attributes.Empty.With("shape", [1, 8]));
        var real = b.Emit(Dequantize.Op, "dequantize", [flat]);
        var logits = b.Emit(Dense.Op, "head", [real, headWeight, headBias]);
        b.Phase = Phase.Predict;
        var probabilities = b.Emit(Softmax.Op, "softmax", [logits]);
        b.Phase = Phase.Train;
        var loss = b.EmitNode(SoftmaxCrossEntropy.Op, "loss", [logits, target0]);
        var dx = b.Emit(Conv2dDx.Op, "head.dx", [loss.Outputs[2], headWeight], Attributes.Empty.With("input", [1, 8]));
        b.EmitNode(Conv2dUpdate.Op, "head.weight.update", [headWeight, loss.Outputs[2], real, lr, null]);
        b.EmitNode(Sgd.Op, "head.bias.update", [headBias, loss.Outputs[2], lr, null]);
        var map = b.Emit(Reshape.Op, "flatten.dx", [dx], Attributes.Empty.With("shape", [1, 2, 2, 2]));
        var masked = b.Emit(ApplyMask.Op, "/conv/Conv.unclamp", [map, conv.Outputs[1]]);
        var sum = b.Emit(ChannelSum.Op, "/conv/Conv.db", [masked]);
        b.EmitNode(Sgd.Op, "/conv/bias.update", [bias, sum, lr, random], Attributes.Empty.With("tensor", 1));
        b.EmitNode(CountStep.Op, "count", [random]);
        var graph = new Graph
        {
            Name = name,
            Target = target,
            Nodes = [.. b.Nodes.Select(n => WithKernel(n, kernels, target))],
            Stage = Stage.Planned,
            Inputs = [x],
            CallerOwnsInputs = callerOwnsInputs,
            Outputs = [probabilities],
            TrainInputs = [target0, lr],
            TrainOutputs = [loss.Outputs[0], loss.Outputs[1]],
        };
        return graph with { Plan = Stack(graph) };
    }

    private static Node WithKernel(Node node, KernelTable kernels, Target target)
    {
        if (node.Op.IsView)
        {
            return node;
        }

        var request = node.Op.Request(node);
        return node with
        {
            Call = kernels.Choose(node, request, target) ?? throw new InvalidOperationException($"no kernel for {request.Family}"),
        };
    }

    /// <summary>Every value after the one before; a view on its operand.</summary>
    private static MemoryPlan Stack(Graph graph)
    {
        var producers = graph.Producers();
        var places = ImmutableArray.CreateBuilder<Placement>();
        long end = 0;
        foreach (var value in graph.Values.Where(v => (graph.Inputs.Contains(v) && !graph.CallerOwnsInputs) || v.Kind == ValueKind.Result))
        {
            bool isView = producers.TryGetValue(value, out var node) && node.Op.IsView;
            long offset = isView ? places.First(p => p.Value == node!.Input(0)).Offset : end;
            places.Add(new Placement(value, offset, value.Type.Bytes, 0, graph.Nodes.Length - 1));
            end = isView ? end : MemoryPlan.Align(end + value.Type.Bytes);
        }

        return new MemoryPlan(end, end, 0, places.ToImmutable());
    }
}
