// Compile-time autodiff: adds the loss, the gradients that some update needs, and the updates. Nothing else is built: an
// operand's gradient is wanted only where it is a parameter or depends on one, so backward stops below the last trained
// parameter. A value read by several nodes accumulates its gradients. Per node the gradient to the operands comes before
// the update of its parameters, so gradients flow through the weights the forward pass used.

using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>How parameters are updated.</summary>
/// <param name="Rule">Rounding of quantized parameters: stochastic, residual or nearest.</param>
/// <param name="Aware">Quantization-aware scaling.</param>
/// <param name="WeightRate">Factor on the run-time rate for weights.</param>
/// <param name="BiasRate">Factor for biases.</param>
/// <param name="HeadRate">Factor for the head.</param>
public sealed record UpdateRule(string Rule, bool Aware, float WeightRate, float BiasRate, float HeadRate);

/// <summary>Builds the training step.</summary>
public sealed class Differentiate
{
    private readonly Graph graph;
    private readonly UpdateRule rule;
    private readonly GraphBuilder builder = new();
    private readonly Dictionary<Value, Node> active = [];
    private readonly Dictionary<Value, Value> gradients = [];
    private readonly List<Diagnostic> diagnostics = [];
    private readonly Value target = new("target", new TensorType(DType.I32, Shape.Of(1)), ValueKind.Input);
    private readonly Value rate = new("lr", TensorType.F32(Shape.Of(1)), ValueKind.Input);
    private readonly Value random = new("random", new TensorType(DType.U32, Shape.Of(2)), ValueKind.State,
        Tensor.Zeros(new TensorType(DType.U32, Shape.Of(2))));

    private int updates;

    private Differentiate(Graph graph, UpdateRule rule) => (this.graph, this.rule) = (graph, rule);

    /// <summary>Runs on a graph with parameters whose first training output is the logits.</summary>
    /// <exception cref="DiagnosticException">TE0301: an operator on the way has no gradient; all such nodes are named.</exception>
    public static Graph Run(Graph graph, UpdateRule rule) => new Differentiate(graph, rule).Run();

    private Graph Run()
    {
        var forward = Forward();
        var logits = builder.Current(graph.TrainOutputs[0]);
        builder.Phase = Phase.Train;
        var loss = builder.EmitNode(SoftmaxCrossEntropy.Op, "loss", [logits, target], outputName: "loss");
        gradients[logits] = loss.Outputs[2];
        foreach (var node in Enumerable.Reverse(forward).Where(n => gradients.ContainsKey(n.Output)))
        {
            Backward(node);
        }

        if (diagnostics.Count > 0)
        {
            throw new DiagnosticException(diagnostics);
        }

        builder.EmitNode(CountUpdate.Op, "count", [random]);
        return RemoveDead.Run(builder.Finish(graph, Stage.Trained) with { TrainInputs = [target, rate], TrainOutputs = [loss.Outputs[0], loss.Outputs[1]] });
    }

    /// <summary>
    /// Copies the forward nodes; those a gradient will pass and whose result can saturate keep a mask. Returns the active
    /// ones: those that depend on a parameter.
    /// </summary>
    private List<Node> Forward()
    {
        var nodes = new List<Node>();
        foreach (var node in graph.Nodes)
        {
            bool depends = node.Inputs.Any(v => v is not null && IsActive(builder.Current(v)));
            if (!depends || node.Phase != Phase.Forward)
            {
                builder.Copy(node);
                continue;
            }

            var made = node.Op.AcceptsClamp && Clamping.CanSaturate(node)
                ? builder.Rebuild(node, attributes: node.Attributes.With("mask", 1))
                : builder.Copy(node);
            active.Add(made.Output, made);
            nodes.Add(made);
        }

        return nodes;
    }

    private bool IsActive(Value value) => value.Kind == ValueKind.Parameter || active.ContainsKey(value);

    private void Backward(Node node)
    {
        if (!node.Op.HasGradient)
        {
            int after = graph.Nodes.SkipWhile(n => n.Output.Name != node.Output.Name).Count(n => n.Layer is not null);
            diagnostics.Add(Diagnostics.NoGradient.At(node.Name, node.Op.Name, after));
            return;
        }

        bool[] wanted = [.. node.Inputs.Select(v => v is not null && IsActive(v))];
        var again = node with { Inputs = [.. node.Inputs.Select(Recomputed)] };
        var results = node.Op.Gradient(new GradientRequest(again, [gradients[node.Output], .. node.Outputs.Skip(1).Select(_ => (Value?)null)], wanted, builder));
        for (int i = 0; i < wanted.Length; i++)
        {
            if (wanted[i] && node.Inputs[i]!.Kind != ValueKind.Parameter)
            {
                Accumulate(node.Inputs[i]!, results[i]!);
            }
        }

        for (int i = 0; i < wanted.Length; i++)
        {
            if (wanted[i] && node.Inputs[i]!.Kind == ValueKind.Parameter)
            {
                Update(node, i, results[i]!);
            }
        }
    }

    /// <summary>The value, computed again in the backward pass where that is better than keeping it.</summary>
    private Value? Recomputed(Value? value) =>
        value is not null && active.TryGetValue(value, out var node) && node.Op.IsCheap
            ? builder.Emit(node.Op, node.Name + ".again", node.Inputs, node.Attributes, value.Type)
            : value;

    private void Accumulate(Value value, Value gradient) =>
        gradients[value] = gradients.TryGetValue(value, out var sum)
            ? builder.Emit(Add.Op, value.Name + ".gradient", [sum, gradient])
            : gradient;

    private void Update(Node node, int operand, Value gradient)
    {
        var parameter = node.Inputs[operand]!;
        bool isWeight = operand == node.Op.WeightOperand;
        float factor = node.Attributes.Has("head") ? rule.HeadRate : isWeight ? rule.WeightRate : rule.BiasRate;
        var attributes = Attributes.Empty.With("tensor", updates++).With("rate", (double)factor)
            .With("rule", rule.Rule == "residual" && !isWeight ? "stochastic" : rule.Rule).With("qas", rule.Aware ? 1 : 0);
        var residual = rule.Rule == "residual" && parameter.Type.DType == DType.I8
            ? new Value(parameter.Name + ".residual", parameter.Type with { Quant = null }, ValueKind.Parameter, Tensor.Zeros(parameter.Type with { Quant = null }), parameter.Packing)
            : null;
        Value?[] operands = [parameter, gradient, rate, parameter.Type.IsQuantized ? random : null, residual];
        builder.EmitNode(Sgd.Op, parameter.Name + ".update", operands, attributes);
    }
}
