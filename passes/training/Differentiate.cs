// Compile-time autodiff: adds the loss, the gradients that some update needs, and the updates. Nothing else is built: an
// operand's gradient is wanted only where it is a parameter or depends on one, so backward stops below the last trained
// parameter. A value read by several nodes accumulates its gradients. Per node the gradient to the operands comes before
// the update of its parameters, so gradients flow through the weights the forward pass used; where the norm of all gradients
// is limited, every update comes last.

using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>Builds the training step.</summary>
public sealed class Differentiate
{
    private readonly Graph graph;
    private readonly TrainingOptions training;
    private readonly UpdateRule rule;
    private readonly List<PendingStep> pending = [];
    private readonly GraphBuilder builder = new();
    private readonly Dictionary<Value, Node> active = [];
    private readonly Dictionary<Value, Value> gradients = [];
    private readonly List<Diagnostic> diagnostics = [];
    private readonly Value rate = new("lr", TensorType.F32(Shape.Of(1)), ValueKind.Input, role: ValueRole.Rate);
    private readonly Value random = new("random", new TensorType(DType.U32, Shape.Of(2)), ValueKind.State,
        Tensor.Zeros(new TensorType(DType.U32, Shape.Of(2))));

    private int updates;

    private Differentiate(Graph graph, TrainingOptions training) => (this.graph, this.training, rule) = (graph, training, training.Update);

    private sealed record PendingStep(
        string Name,
        Value Parameter,
        Value Gradient,
        Value? Residual,
        Value? Velocity,
        Attributes Attributes
    );

    /// <summary>Runs on a graph with parameters whose first training output is the logits.</summary>
    /// <exception cref="DiagnosticException">TE0301: an operator on the way has no gradient; all such nodes are named. TE0304: a loss it
    /// cannot have.</exception>
    public static Graph Run(Graph graph, TrainingOptions training) => new Differentiate(graph, training).Run();

    private Graph Run()
    {
        var forward = Forward();
        var logits = builder.Current(graph.TrainOutputs[0]);
        builder.Phase = Phase.Train;
        var (target, isGiven) = Target(logits);
        var smoothing = training.Loss.Smoothing > 0 ? Attributes.Empty.With("smoothing", training.Loss.Smoothing) : Attributes.Empty;
        var loss = builder.EmitNode(training.Loss.Loss, "loss", [logits, target], smoothing, outputName: "loss");
        gradients[logits] = loss.Outputs[^1];
        foreach (var node in Enumerable.Reverse(forward).Where(n => gradients.ContainsKey(n.Output)))
        {
            Backward(node);
        }

        if (diagnostics.Count > 0)
        {
            throw new DiagnosticException(diagnostics);
        }

        if (training.Optimizer.ClipNorm > 0)
        {
            StepClipped();
        }

        builder.EmitNode(CountStep.Op, "count", [random]);
        return RemoveDead.Run(
            builder.Finish(graph, Stage.Trained) with
            {
                TrainInputs = isGiven ? [target, rate] : [rate],
                TrainOutputs = loss.Outputs[..^1],
            }
        );
    }

    /// <summary>The target, and whether the caller gives it. If not, it is the input as real numbers, which is kept until here.</summary>
    private (Value Target, bool IsGiven) Target(Value logits)
    {
        var input = graph.Inputs[0];
        switch (training.Loss.TargetOf(input.Type, logits.Type))
        {
            case TargetKind.Class:
                return (new Value("target", new TensorType(DType.I32, Shape.Of(1)), ValueKind.Input, role: ValueRole.Class), true);
            case TargetKind.Vector:
                var vector = TensorType.F32(Shape.Of(1, checked((int)logits.Type.Count)));
                return (new Value("target", vector, ValueKind.Input, role: ValueRole.Target), true);
            default:
                // Raw samples become numbers by the one node that reads them.
                var codes = builder.Current(input.Type.DType == DType.U8 ? graph.Consumers()[input].Single().Output : input);
                bool sameOrder =
                    codes.Type.Shape[-1] == 1 || codes.Type.Shape.Rank == 2 || codes.Type.Shape.Equals(graph.Outputs[0].Type.Shape);
                return codes.Type.Count == logits.Type.Count && sameOrder
                    ? (codes.Type.IsQuantized ? builder.Emit(Dequantize.Op, "target", [codes]) : codes, false)
                    : throw new DiagnosticException(
                        Diagnostics.BadTrainOption.At(
                            OptionName.Reconstructs,
                            $"the output {logits.Type.Shape} is not in the form of the input {codes.Type.Shape}"
                        )
                    );
        }
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
                ? builder.Rebuild(node, form: node.Form.Masked())
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
        var again = node with { Inputs = [.. node.Inputs.Select(EmitRecomputed)] };
        var results = node.Op.Gradient(
            new GradientRequest(again, [gradients[node.Output], .. node.Outputs.Skip(1).Select(_ => (Value?)null)], wanted, builder)
        );
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

    /// <summary>The value, computed again in the backward pass if that is better than keeping it.</summary>
    private Value? EmitRecomputed(Value? value) =>
        value is not null && active.TryGetValue(value, out var node) && node.Op.Rematerializes
            ? builder.Emit(node.Op, node.Name + ".again", node.Inputs, node.Form, value.Type)
            : value;

    private void Accumulate(Value value, Value gradient) =>
        gradients[value] = gradients.TryGetValue(value, out var sum)
            ? builder.Emit(Add.Op, value.Name + ".gradient", [sum, gradient])
            : gradient;

    /// <summary>True for the weights of a layer, and for an operand from which an operator makes them.</summary>
    private bool IsWeight(Node node, int operand) =>
        node.Op.Layer(node) is { } layer
            ? operand == layer.Weights
            : active.Values.Any(r => r.Op.Layer(r) is { } form && r.Optional(form.Weights) == node.Output);

    private void Update(Node node, int operand, Value gradient)
    {
        var (parameter, optimizer) = (node.Inputs[operand]!, training.Optimizer);
        bool isWeight = IsWeight(node, operand);
        float factor = node.IsHead ? rule.HeadRate : isWeight ? rule.WeightRate : rule.BiasRate;
        var attributes = Attributes.Empty.With(UpdateNames.Tensor, updates++).With(UpdateNames.Rate, (double)factor);
        attributes = parameter.Type.IsQuantized
            ? attributes
                .With(UpdateNames.Rule, rule.Rule == "residual" && !isWeight ? "stochastic" : rule.Rule)
                .With(UpdateNames.Aware, rule.Aware ? 1 : 0)
            : attributes;
        attributes = optimizer.Momentum > 0 ? attributes.With(UpdateNames.Momentum, optimizer.Momentum) : attributes;
        attributes = optimizer.Decay > 0 && isWeight ? attributes.With(UpdateNames.Decay, optimizer.Decay) : attributes;
        var residual =
            rule.Rule == "residual" && parameter.Type.DType == DType.I8
                ? Beside(parameter, "residual", ValueRole.Residual, parameter.Type with { Quant = null })
                : null;
        var velocity = optimizer.Momentum > 0
            ? Beside(parameter, "velocity", ValueRole.Velocity, TensorType.F32(parameter.Type.Shape))
            : null;
        if (optimizer.Accumulate > 1)
        {
            var sum = Beside(parameter, "gradient", ValueRole.Sum, TensorType.F32(parameter.Type.Shape));
            attributes = attributes.With(UpdateNames.Every, optimizer.Accumulate);
            builder.EmitNode(
                Ir.Accumulate.Op,
                parameter.Name + ".accumulate",
                [sum, gradient, random],
                Attributes.Empty.With(UpdateNames.Every, optimizer.Accumulate)
            );
            gradient = sum;
        }

        var step = new PendingStep(parameter.Name + ".update", parameter, gradient, residual, velocity, attributes);
        if (optimizer.ClipNorm > 0)
        {
            pending.Add(step);
        }
        else
        {
            Step(step, null);
        }
    }

    /// <summary>State of the optimizer for a parameter, stored in its order.</summary>
    private static Value Beside(Value parameter, string what, ValueRole role, TensorType type) =>
        new($"{parameter.Name}.{what}", type, ValueKind.Parameter, Tensor.Zeros(type), parameter.Packing, role);

    private void Step(PendingStep step, Value? clip)
    {
        bool counts = step.Parameter.Type.IsQuantized || training.Optimizer.Accumulate > 1;
        var operands = new List<Value?> { step.Parameter, step.Gradient, rate, counts ? random : null, step.Residual, step.Velocity, clip };
        while (operands.Count > 5 && operands[^1] is null)
        {
            operands.RemoveAt(operands.Count - 1);
        }

        builder.EmitNode(Sgd.Op, step.Name, operands, step.Attributes);
    }

    /// <summary>All updates, after the norm of all gradients is known.</summary>
    private void StepClipped()
    {
        Value? squares = null;
        foreach (var step in pending)
        {
            squares = builder.Emit(
                SquareSum.Op,
                step.Parameter.Name + ".squares",
                squares is null ? [step.Gradient] : [step.Gradient, squares]
            );
        }

        var clip = squares is null ? null : builder.Emit(ClipScale.Op, "clip", [squares],
            Attributes.Empty.With("norm", training.Optimizer.ClipNorm).With(UpdateNames.Every, training.Optimizer.Accumulate));
        pending.ForEach(step => Step(step, clip));
    }
}
