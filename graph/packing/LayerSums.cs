// The sums of a layer on codes as packed forms see them: rows of weights, first sums, and for each channel the range of its sums. The
// zero point of x is in the first sum, since a product with a code of padding counts as one with the zero point.

namespace TinyEngine.Ir;

/// <summary>A layer whose weights are constant codes.</summary>
/// <param name="Weights">Rows of codes, one for each channel of the result, in the order of storage.</param>
/// <param name="Bias">The bias, or null: none, or one that changes and that the kernel takes as an operand.</param>
/// <param name="Multipliers">The factor of each channel.</param>
/// <param name="Request">The request of the node.</param>
/// <param name="BiasOperand">The index of a bias that the kernel takes as an operand, or null.</param>
internal sealed record LayerSums(
    double[] Weights,
    double[]? Bias,
    double[] Multipliers,
    KernelRequest Request,
    int? BiasOperand
)
{
    /// <summary>The number of inputs that stand for a place without one.</summary>
    public const int NoInput = -1;

    /// <summary>Where a trained bias saturates.</summary>
    public const long BiasLimit = 1L << 30;

    /// <summary>True where the bias trains, so that it can be anything within <see cref="BiasLimit"/>.</summary>
    public bool BiasChanges => BiasOperand is not null;

    /// <summary>Channels of the result.</summary>
    public int Channels => Multipliers.Length;

    /// <summary>Weights of a channel.</summary>
    public int Inputs => Weights.Length / Channels;

    /// <summary>The layer that a node is, or null if its weights are not constant, in parts, or its results no codes.</summary>
    public static LayerSums? Of(Node node, KernelRequest request)
    {
        if (
            node.Op.Layer(node) is not { Part: null, Weights: var at }
            || node.Input(at) is not { IsConstant: true, Data.Data: var weights }
            || node.Output.Type is not { DType: DType.I8, IsQuantized: true }
            || request.Tables is not [{ Data.Data: var multipliers }]
        )
        {
            return null;
        }

        var bias = node.Optional(at + 1);
        bool changes = bias is { IsConstant: false };
        return new LayerSums(weights, changes ? null : bias?.Data?.Data, multipliers, request, changes ? at + 1 : null);
    }

    /// <summary>
    /// The inputs of a window in the order of kernels that stage windows: of every kernel row the codes by fours, then what is left of
    /// every row, filled to a multiple of four.
    /// </summary>
    public static int[] WindowOrder(KernelRequest request)
    {
        bool isWindow = request.Struct == "te_conv2d";
        int rows = isWindow ? (int)request.IntegerField("kernel_h") : 1;
        int run = (int)(isWindow ? request.IntegerField("kernel_w") * request.IntegerField("in_c") : request.IntegerField("in"));
        int fours = run / 4 * 4;
        var whole = Enumerable.Range(0, rows).SelectMany(row => Enumerable.Range(row * run, fours));
        var rests = Enumerable.Range(0, rows).SelectMany(row => Enumerable.Range(row * run + fours, run - fours));
        int[] order = [.. whole, .. rests];
        return [.. order, .. Enumerable.Repeat(NoInput, -order.Length & 3)];
    }

    /// <summary>The first sum of a channel: its bias less the zero point of x times its weights.</summary>
    public int FirstSum(int channel)
    {
        double sum = Bias?[channel] ?? 0;
        for (int i = 0; i < Inputs; i++)
        {
            sum -= Request.IntegerField("x_zero") * Weights[channel * Inputs + i];
        }

        return (int)sum;
    }

    /// <summary>How sums of a channel become codes.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="limit">How far a bias that changes moves sums.</param>
    public IntegerMultiplier Requantization(int channel, long limit = BiasLimit)
    {
        var (least, most) = Range(channel);
        long spread = BiasChanges ? limit : 0;
        return new IntegerMultiplier(
            (float)Multipliers[channel],
            (int)Request.IntegerField("y_zero"),
            least - spread,
            most + spread,
            (int)Request.IntegerField("y_min"),
            (int)Request.IntegerField("y_max")
        );
    }

    /// <summary>
    /// The same layer, in which a channel that has one code for every input has no weights, and the bias and the factor that give this
    /// code: its own bias can be as large as 2^30.
    /// </summary>
    public LayerSums WithPlainConstants()
    {
        const int Unit = 1 << 10;
        var (weights, bias, multipliers) = ((double[])[.. Weights], Bias?.ToArray() ?? new double[Channels], (double[])[.. Multipliers]);
        for (int channel = 0; channel < (BiasChanges ? 0 : Channels); channel++)
        {
            var requantization = Requantization(channel);
            if (requantization.OnlyCode is { } code)
            {
                weights.AsSpan(channel * Inputs, Inputs).Clear();
                bias[channel] = (code - requantization.Zero) * Unit;
                multipliers[channel] = 1.0 / Unit;
            }
        }

        return BiasChanges ? this : this with { Weights = weights, Bias = bias, Multipliers = multipliers };
    }

    /// <summary>The least and the largest sum of a channel, without a bias that changes.</summary>
    public (long Least, long Most) Range(int channel)
    {
        long zero = Request.IntegerField("x_zero");
        long bias = (long)(Bias?[channel] ?? 0);
        var (least, most) = (bias, bias);
        for (int i = 0; i < Inputs; i++)
        {
            long weight = (long)Weights[channel * Inputs + i];
            var (down, up) = (weight * (-128 - zero), weight * (127 - zero));
            least += Math.Min(down, up);
            most += Math.Max(down, up);
        }

        return (least, most);
    }
}
