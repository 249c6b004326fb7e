// The update family: how a parameter takes a step of stochastic gradient descent. A parameter is changed in place; `sgd`
// takes a gradient, `conv2d_update` computes the weight gradient element by element and consumes it at once, so that no
// gradient tensor of the weights exists. `count_step` counts training steps, at the end of each. With a velocity
// the gradient is replaced by v = momentum*v + gradient; the decay of weights is apart from both, in real units like them.
//
// Quantized parameters w = s*q: in real units the step is q -= lr*g/s (quantization-aware scaling); with qas=0 it is the
// naive q -= lr*(dL/dq) = lr*g*s. The step is rounded by the rule and saturates at +-127 (int8) or +-2^30 (int32).

using System.Collections.Immutable;

namespace TinyEngine.Ir;

/// <summary>
/// Shared by sgd and conv2d_update: attributes {rule, tensor, qas, rate, momentum, decay}, the step table and the rounding.
/// </summary>
public abstract class Update : Op
{
    /// <summary>Channels whose scale is below this fraction of the layer's median are frozen.</summary>
    public const float DeadChannel = 1e-5f;

    /// <summary>The largest magnitude that a trained int32 bias takes; the other half of int32 is for the products.</summary>
    public const int BiasLimit = 1 << 30;

    /// <inheritdoc/>
    public override int Mutates => 0;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node) => [];

    /// <summary>The parameter, first operand.</summary>
    protected static TensorType Parameter(Node node) => node.Input(0).Type;

    /// <summary>Names of the rounding rules, in the order of the numbers TE_RULE_... in te_update.h.</summary>
    public static readonly ImmutableArray<string> Rules = ["stochastic", "residual", "nearest"];

    /// <summary>Fields that every update struct ends with.</summary>
    protected static IEnumerable<KernelField> RuleFields(Node node) =>
    [
        KernelField.Int("tensor", node.Attributes.Int(UpdateNames.Tensor, 0)),
        KernelField.Int("rule", Rules.IndexOf(node.Attributes.Text(UpdateNames.Rule, "stochastic"))),
        KernelField.Float("rate", (float)node.Attributes.Float(UpdateNames.Rate, 1)),
        KernelField.Float("momentum", (float)node.Attributes.Float(UpdateNames.Momentum, 0)),
        KernelField.Float("decay", (float)node.Attributes.Float(UpdateNames.Decay, 0)),
    ];

    /// <summary>The table of steps per channel of a quantized parameter, times the scale of a gradient in blocks; empty for fp32.</summary>
    protected static ImmutableArray<Value?> StepTable(Node node, TensorType? gradient = null) =>
        Parameter(node).IsQuantized
            ? [Value.Constant(node.Name + ".step", Tensor.Vector(Steps(node).Select((s, c) => s * (gradient?.ScaleOf(c) ?? 1f))))]
            : [];

    /// <summary>Codes per unit of lr*gradient, channel by channel: 1/s, or s without quantization-aware scaling; 0 where frozen.</summary>
    public static float[] Steps(Node node)
    {
        var type = Parameter(node);
        int channels = type.Shape[0];
        var scales = Enumerable.Range(0, channels).Select(type.ScaleOf).ToArray();
        float median = scales.Order().ElementAt(channels / 2);
        bool aware = node.Attributes.Int(UpdateNames.Aware, 1) == 1;
        return [.. scales.Select(s => s < DeadChannel * median ? 0f : aware ? 1f / s : s)];
    }

    /// <summary>Applies -lr*rate*gradient to a parameter; residuals and velocities are changed in place.</summary>
    protected sealed class Stepper(
        Node node,
        double lr,
        Tensor? random,
        double[]? residual,
        double[]? velocity,
        Numerics numerics,
        TensorType? gradientType = null
    )
    {
        private readonly TensorType type = Parameter(node);
        private readonly float[] steps = Parameter(node).IsQuantized
            ? [.. Steps(node).Select((s, c) => s * (gradientType?.ScaleOf(c) ?? 1f))]
            : [];
        private readonly int perChannel = (int)(Parameter(node).Count / Parameter(node).Shape[0]);
        private readonly double rate = numerics.Round(lr * (float)node.Attributes.Float(UpdateNames.Rate, 1));
        private readonly double shrink = numerics.Round(
            numerics.Round(lr * (float)node.Attributes.Float(UpdateNames.Rate, 1)) * (float)node.Attributes.Float(UpdateNames.Decay, 0)
        );
        private readonly double momentum = (float)node.Attributes.Float(UpdateNames.Momentum, 0);
        private readonly string rule = node.Attributes.Text(UpdateNames.Rule, "stochastic");
        private readonly uint key = random is null ? 0
            : Generator.Key((uint)random.Data[0], (uint)node.Attributes.Int(UpdateNames.Tensor, 0), (uint)random.Data[1]);

        /// <summary>The parameter after a step.</summary>
        public Tensor Step(double[] values, Func<int, double> gradient)
        {
            double[] gradients = [.. values.Select((_, i) => Direction(i, gradient(i)))];
            return new Tensor(type, type.IsQuantized ? Codes(values, gradients) : [.. values.Select((v, i) => Real(v, gradients[i]))]);
        }

        private double Direction(int index, double gradient) =>
            velocity is null ? gradient
                : velocity[index] = numerics.Round(numerics.Round(momentum * velocity[index]) + gradient);

        private double Real(double value, double gradient) =>
            numerics.Round(value - numerics.Round(numerics.Round(rate * gradient) + Pull(value)));

        private double Pull(double value) => numerics.Round(shrink * numerics.Round(value));

        private double[] Codes(double[] values, double[] gradients)
        {
            float[] deltas = [.. values.Select((v, i) => Delta(i, v, gradients[i]))];
            double limit = type.DType == DType.I8 ? 127 : BiasLimit;
            if (residual is not null)
            {
                return [.. values.Select((v, i) => Kept(i, 256 * v + residual[i] + Rounded(Limited(256 * deltas[i]), i), 256 * limit))];
            }

            return type.DType == DType.I8 && rule == "stochastic"
                ? Moved(values, deltas)
                : [.. values.Select((v, i) => Math.Clamp(v + Rounded(Limited(deltas[i]), i), -limit, limit))];
        }

        private float Delta(int index, double value, double gradient)
        {
            double step = numerics.Round(rate * steps[index / perChannel]);
            return step == 0 ? 0 : (float)-numerics.Round(numerics.Round(step * gradient) + Pull(value));
        }

        private static float Limited(float delta) => float.IsNaN(delta) ? 0 : Math.Clamp(delta, -(1 << 30), 1 << 30);

        /// <summary>The code nearest to a weight in 1/256 step; the residual keeps the rest.</summary>
        private double Kept(int index, double master, double limit)
        {
            master = Math.Clamp(master, -limit, limit);
            double code = Math.Floor((master + 128) / 256);
            residual![index] = master - 256 * code;
            return code;
        }

        private double[] Moved(double[] values, float[] deltas)
        {
            double[] moved = [.. values];
            for (int channel = 0; channel < values.Length; channel += perChannel)
            {
                uint seed = Generator.At(key, (uint)channel);
                for (int first = 0; first < perChannel; first += StochasticGroup.Size)
                {
                    int at = channel + first, count = Math.Min(StochasticGroup.Size, perChannel - first);
                    int[] steps = StochasticGroup.Round([.. deltas[at..(at + count)].Select(Limited)], seed, first);
                    for (int i = 0; i < count; i++)
                    {
                        moved[at + i] = steps[i] == 0 ? values[at + i] : Math.Clamp(values[at + i] + steps[i], -127, 127);
                    }
                }
            }

            return moved;
        }

        private double Rounded(float v, int index) =>
            rule == "nearest"
                ? Math.Round(v, MidpointRounding.ToEven)
                : Generator.RoundStochastic(v, Generator.At(key, (uint)index));
    }
}

/// <summary>
/// <c>sgd(parameter, gradient f32, lr f32[1], random u32[2]?, residual i8?, velocity f32?, clip f32[1]?)</c> {rule, tensor, qas, rate,
/// momentum, decay, every}: parameter -= lr*rate*(d + decay*parameter), in place, where d is the gradient or the velocity. The gradient
/// is the sum over <c>every</c> steps, in the last of which its mean, times clip, takes effect; before, nothing changes.
/// </summary>
public sealed class Sgd : Update
{
    /// <summary>The operator.</summary>
    public static readonly Sgd Op = new();

    /// <inheritdoc/>
    public override string Name => "sgd";

    /// <inheritdoc/>
    public override KernelRequest Request(Node node)
    {
        var type = Parameter(node);
        return new KernelRequest(
            "sgd",
            "te_sgd",
            [
                KernelField.Int("count", type.Count),
                KernelField.Int("per_channel", type.Count / type.Shape[0]),
                KernelField.Int("every", node.Attributes.Int(UpdateNames.Every, 1)),
                .. RuleFields(node),
            ],
            StepTable(node)
        );
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        int every = node.Attributes.Int(UpdateNames.Every, 1);
        if (every > 1 && (uint)(operands[3]!.Data[1] + 1) % every != 0)
        {
            return [operands[0]!];
        }

        double scale = numerics.Round(numerics.Round(1.0 / every) * (operands.ElementAtOrDefault(6)?.Data[0] ?? 1));
        var stepper = new Stepper(
            node,
            operands[2]!.Data[0],
            operands.ElementAtOrDefault(3),
            operands.ElementAtOrDefault(4)?.Data,
            operands.ElementAtOrDefault(5)?.Data,
            numerics
        );
        return [stepper.Step(operands[0]!.Data, i => numerics.Round(scale * operands[1]!.Data[i]))];
    }
}

/// <summary>
/// <c>conv2d_update(w, dy, x, lr f32[1], random u32[2]?, residual i8?, velocity f32?)</c> {geometry, rule, tensor, qas, rate, momentum,
/// decay}: the weight gradient of conv2d consumed by sgd, element by element; residual and velocity are changed in place, too.
/// </summary>
public sealed class Conv2dUpdate : Update
{
    /// <summary>The operator.</summary>
    public static readonly Conv2dUpdate Op = new();

    /// <inheritdoc/>
    public override string Name => "conv2d_update";

    private static ConvGeometry Geometry(Node node) =>
        ConvGeometry.Of(node.Input(2).Type.Shape, Parameter(node).Shape, node.Attributes, node.Name);

    /// <inheritdoc/>
    public override BlockRule? NarrowRule(Node node) =>
        Parameter(node).IsQuantized && node.Input(2).Type is { DType: DType.I8, Quant.Axis: null }
            ? new([1], BlockScale.Any, MakesBlocks: false) { IsProduct = true }
            : null;

    /// <inheritdoc/>
    public override KernelRequest Request(Node node)
    {
        var (dy, x, g) = (node.Input(1).Type, node.Input(2).Type, Geometry(node));
        if (dy.Block is not null)
        {
            return new KernelRequest(
                "conv2d_update",
                "te_block_conv2d_update",
                [
                    .. g.Fields(),
                    KernelField.Int("x_zero", x.ZeroPoint),
                    KernelField.Int("guard", BlockSums.GuardDw(g, dy)),
                    KernelField.Int("out_pixels", BlockFormat.Pixels(dy)),
                    KernelField.Float("x_scale", x.ScaleOf(0)),
                    .. RuleFields(node),
                ],
                StepTable(node, dy)
            )
            {
                Packing = ConvGeometry.Packing,
            };
        }

        return new KernelRequest(
            "conv2d_update",
            "te_conv2d_update",
            [.. g.Fields(), KernelField.Int("x_zero", x.ZeroPoint), KernelField.Float("x_scale", x.ScaleOf(0)), .. RuleFields(node)],
            StepTable(node)
        )
        {
            Packing = ConvGeometry.Packing,
        };
    }

    /// <inheritdoc/>
    public override long Macs(Node node) => Geometry(node).Macs;

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        var (dy, x) = (operands[1]!.As(node.Input(1).Type), operands[2]!.As(node.Input(2).Type));
        var dw = Conv2dDw.Sums(Geometry(node), dy, x, numerics);
        var stepper = new Stepper(
            node,
            operands[3]!.Data[0],
            operands.ElementAtOrDefault(4),
            operands.ElementAtOrDefault(5)?.Data,
            operands.ElementAtOrDefault(6)?.Data,
            numerics,
            dy.Exponents is null ? null : dy.Type
        );
        return [stepper.Step(operands[0]!.Data, i => dw[i])];
    }
}

/// <summary><c>count_step(random u32[2])</c>: random = {seed, steps so far}; adds one to the second.</summary>
public sealed class CountStep : Op
{
    /// <summary>The operator.</summary>
    public static readonly CountStep Op = new();

    /// <inheritdoc/>
    public override string Name => "count_step";

    /// <inheritdoc/>
    public override int Mutates => 0;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node) => [];

    /// <inheritdoc/>
    public override KernelRequest Request(Node node) => new("count_step", "te_elements", [KernelField.Int("count", 1)], []);

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics) =>
        [new Tensor(node.Input(0).Type, [operands[0]!.Data[0], (uint)((ulong)operands[0]!.Data[1] + 1)])];
}
