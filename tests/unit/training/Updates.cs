// Steps of a parameter by the sgd operator alone: gradients are given, and rounding is all that happens.

using TinyEngine.Ir;

namespace TinyEngine.Tests.Training;

/// <summary>Runs sgd on one parameter.</summary>
internal sealed class Updates
{
    /// <summary>Number of the parameter in the generator's key.</summary>
    public const int Tensor = 3;

    private static readonly Numerics Fp32 = Numerics.For(Target.Default);

    private readonly Node node;
    private readonly Ir.Tensor?[] operands;

    /// <summary>A parameter at <paramref name="codes"/> under a rule; one with residual keeps it here.</summary>
    public Updates(TensorType type, IEnumerable<double> codes, string rule, uint seed = 1)
    {
        var parameter = new Ir.Tensor(type, [.. codes]);
        var random = new Ir.Tensor(new TensorType(DType.U32, Shape.Of(2)), [seed, 0]);
        bool hasResidual = rule == "residual" && type.DType == DType.I8;
        operands =
        [
            parameter,
            Ir.Tensor.Zeros(TensorType.F32(type.Shape)),
            Tensors.Of(Tensors.Real(1), 1),
            random,
            hasResidual ? Ir.Tensor.Zeros(type with { Quant = null }) : null,
        ];
        node = new GraphBuilder().EmitNode(
            Sgd.Op,
            "step",
            [.. operands.Select(t => t is null ? null : Value.Constant("", t))],
            Attributes.Empty.With("rule", rule).With("tensor", Tensor)
        );
    }

    /// <summary>The codes.</summary>
    public double[] Codes => operands[0]!.Data;

    /// <summary>The residuals, in 1/256 step.</summary>
    public double[] Residuals => operands[4]!.Data;

    /// <summary>One step with learning rate 1.</summary>
    public Updates Step(IEnumerable<double> gradient)
    {
        operands[1] = new Ir.Tensor(operands[1]!.Type, [.. gradient]);
        operands[0] = Sgd.Op.Evaluate(node, operands, Fp32)[0];
        operands[3]!.Data[1]++;
        return this;
    }

    /// <summary>The codes after one step.</summary>
    public static double[] Step(TensorType type, IEnumerable<double> codes, IEnumerable<double> gradient, string rule) =>
        new Updates(type, codes, rule).Step(gradient).Codes;
}
