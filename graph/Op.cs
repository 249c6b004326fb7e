// The base of all operators. One class in one file under ops/ says everything about an operator, always in the same order: shape,
// gradient, quantize, kernel request, cost, reference, import, samples. Passes ask these questions; they name an operator
// only to emit it or where they exist for it (DESIGN.md, section 2, lists which).

using System.Collections.Immutable;

namespace TinyEngine.Ir;

/// <summary>A scalar range that results are clamped to; infinities where a side is open.</summary>
public readonly record struct ClampRange(double Min, double Max)
{
    /// <summary>All real numbers.</summary>
    public static readonly ClampRange Open = new(double.NegativeInfinity, double.PositiveInfinity);
}

/// <summary>An operator of the IR: a real-valued function of its operands, rounded as the result types say.</summary>
public abstract class Op
{
    /// <summary>The name in IR text.</summary>
    public abstract string Name { get; }

    /// <summary>Index of the operand that the operator changes in place (an update), or -1.</summary>
    public virtual int Mutates => -1;

    /// <summary>The last stage in which the operator may appear.</summary>
    public virtual Stage LastStage => Stage.Planned;

    // ---- shape

    /// <summary>
    /// The types of the results. Shapes and element types follow from operands and attributes; where the result is
    /// quantized its parameters are the ones the node was made with.
    /// </summary>
    /// <exception cref="DiagnosticException">TE0202: the operands do not fit together.</exception>
    public abstract ImmutableArray<TensorType> Infer(Node node);

    /// <summary>
    /// How the operator reacts to operands whose dimensions are permuted: the attributes under which its result is the
    /// permuted result, or null where it cannot follow.
    /// </summary>
    public virtual Attributes? Permuted(Node node, IReadOnlyList<int> permutation) => null;

    /// <summary>The clamp that this node performs, or null if it is not a clamp.</summary>
    public virtual ClampRange? AsClamp(Node node) => null;

    /// <summary>True where <see cref="Node.Clamp"/> may clamp the result.</summary>
    public virtual bool AcceptsClamp => false;

    /// <summary>
    /// The operator that computes operand 0 times this one's result, with this one's attributes, or null.
    /// </summary>
    public virtual Op? TimesOperand => null;

    /// <summary>True where the result is the product of the two operands and nothing else.</summary>
    public virtual bool IsProduct(Node node) => false;

    /// <summary>
    /// The constants of a node that computes y = scale[c]*x + shift[c] over the channels (last dimension), in real numbers, where x is the
    /// operand that is not constant; null for other nodes.
    /// </summary>
    public virtual (double[] Scale, double[] Shift)? AsChannelAffine(Node node) => null;

    /// <summary>The operands with which this node also computes y = scale[c]*x + shift[c] on its result; null if it cannot.</summary>
    public virtual ImmutableArray<Value?>? AbsorbAffine(Node node, double[] scale, double[] shift) => null;

    /// <summary>True for a node whose every element is one of operand 0, so that any element type passes through.</summary>
    public virtual bool MovesOnly => false;

    /// <summary>True for a node that shows the real values of operand 0, moved at most: of a constant it is a constant, too.</summary>
    public virtual bool PassesConstants => MovesOnly;

    /// <summary>The node's result made of other operators, for an operator without a kernel; null for all others.</summary>
    public virtual Value? Lower(Node node, GraphBuilder builder) => null;

    /// <summary>True where the result is the operand's own bytes under another shape: no kernel runs.</summary>
    public virtual bool IsView => false;

    /// <summary>True where a kernel computes the node; not for views, regions, and rows that the caller hands out.</summary>
    public virtual bool HasKernel => !IsView;

    /// <summary>
    /// The windows through which the operator walks over operand 0, pixel by pixel, or null: a kernel that writes its results in
    /// ascending order of pixels may let them grow over the part of the operand it has left behind.
    /// </summary>
    public virtual ConvGeometry? SlidingWindow(Node node) => null;

    /// <summary>
    /// The rows of operand 0, from the first to before the end, that one row of the result is made of; rows are counted through all images.
    /// The same row unless an operator says otherwise. Kernels that write row by row let their results grow over rows that no later row
    /// reads.
    /// </summary>
    public virtual (int First, int End) RowsRead(Node node, int row) => (row, row + 1);

    /// <summary>How the node uses its weights if it is a layer, which NumberLayers numbers and schemes can train; else null.</summary>
    public virtual LayerForm? Layer(Node node) => null;

    /// <summary>
    /// True for operators that pass every real number on, at most moved or rounded: they may stand between the head and the output.
    /// </summary>
    public virtual bool KeepsValues => IsView;

    /// <summary>The interval in which every result lies, whatever the operands are.</summary>
    public virtual ClampRange Range(Node node) => AcceptsClamp ? node.Clamp : ClampRange.Open;

    /// <summary>True where computing the result again for the backward pass is better than keeping it.</summary>
    public virtual bool Rematerializes => false;

    // ---- gradient

    /// <summary>True where <see cref="Gradient"/> is defined.</summary>
    public virtual bool HasGradient => false;

    /// <summary>
    /// Builds dL/d(real operand) for every operand that <see cref="GradientRequest.Wanted"/> asks for, from dL/d(real result).
    /// </summary>
    /// <returns>One value per operand; null where it was not wanted.</returns>
    public virtual Value?[] Gradient(GradientRequest request) => throw new InvalidOperationException($"{Name} has no gradient");

    /// <summary>How a backward operator computes on gradients in block floating point; null where it cannot.</summary>
    public virtual BlockRule? NarrowRule(Node node) => null;

    /// <summary>
    /// The operator that computes this gradient and consumes it in an sgd step at once, and the attributes that it takes over; or null.
    /// </summary>
    public virtual (Op Op, Attributes Attributes)? FusedUpdate(Node gradient) => null;

    /// <summary>
    /// Nodes that compute only chosen indices of an axis of this node's result, or null where that saves nothing; the value is
    /// the last node's. Parts of forward results are taken in the forward phase, so that the whole need not be kept.
    /// </summary>
    public virtual Value? RestrictTo(Node node, int axis, IReadOnlyList<int> channels, GraphBuilder builder) => null;

    /// <summary>
    /// The node with its weights in two operands instead of one, with the same results bit by bit; null where it cannot, or does not read
    /// these weights.
    /// </summary>
    public virtual Node? WithParts(Node node, WeightParts parts) => null;

    // ---- quantize

    /// <summary>True where the operator computes on int8 codes with these types.</summary>
    public virtual bool Quantizes(Node node) => false;

    /// <summary>True where the operator computes real results from these codes before it rounds them, and can give those instead.</summary>
    public virtual bool CanSkipRounding(Node node) => false;

    /// <summary>True where operands must have the quantization of the result: an operand with another one is rescaled before.</summary>
    public virtual bool SharesQuantization => false;

    // ---- channels

    /// <summary>How channels of operand 0 reach those of the result.</summary>
    public virtual ChannelFlow ChannelFlow(Node node) => Ir.ChannelFlow.Unknown;

    /// <summary>
    /// The codes that each channel of a quantized result can have, from those of operand 0, for operators that say how
    /// <see cref="ChannelFlow"/> flow. An operator whose results never fall when elements of its operand rise need not say more.
    /// </summary>
    public virtual CodeRange[] CodeRanges(Node node, IReadOnlyList<CodeRange> operand, Numerics numerics)
    {
        double[] Results(Func<CodeRange, int> end)
        {
            var type = node.Input(0).Type;
            int channels = type.Shape[-1];
            double[] codes = [.. Enumerable.Range(0, (int)type.Count).Select(i => (double)end(operand[i % channels]))];
            return Evaluate(node, [new Tensor(type, codes)], numerics)[0].Data;
        }

        var (low, high) = (Results(r => r.Low), Results(r => r.High));
        int results = node.Output.Type.Shape[-1];
        var places = Enumerable.Range(0, low.Length).ToLookup(i => i % results);
        return [.. places.Select(p => new CodeRange((int)p.Min(i => low[i]), (int)p.Max(i => high[i])))];
    }

    /// <summary>
    /// True where a channel of operand 0 that always has this code adds a constant to the results of an operator with mixed channels.
    /// </summary>
    public virtual bool Absorbs(Node node, int code) => false;

    /// <summary>The node without some channels, which its operand 0 is to lose too.</summary>
    public virtual Node WithoutChannels(Node node, ChannelCut cut) => node;

    // ---- kernel request

    /// <summary>The kernel that this node needs.</summary>
    public abstract KernelRequest Request(Node node);

    /// <summary>
    /// Kernels of other families that nodes of this operator can ask for: a family and an element type of <c>kernels.def</c>. They can also
    /// ask for every kernel of the family with the operator's name.
    /// </summary>
    public virtual IEnumerable<(string Family, string DType)> OtherKernels => [];

    // ---- cost

    /// <summary>Multiply-accumulate operations of one run.</summary>
    public virtual long Macs(Node node) => 0;

    // ---- reference

    /// <summary>
    /// The slow truth: the results for these operands. In single precision every step is rounded to fp32 in the order
    /// kernels use; in double precision fp32 tensors hold unrounded doubles.
    /// </summary>
    public abstract Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics);

    /// <summary>
    /// True where an fp32 result that depends on this operand is NaN wherever the operand is. False where the operand only chooses among
    /// others, and where gradients saturate: there NaN becomes 0 (<see cref="Numerics.Limit"/>), since no step that meets it may be taken.
    /// </summary>
    public virtual bool PassesNotANumber(int operand) => true;

    // ---- import

    /// <summary>The ONNX operators that become this one.</summary>
    public virtual IEnumerable<ImportRule> Imports => [];

    // ---- samples

    /// <summary>Nodes on which the operator is tested; at least two of several shapes where it has a gradient.</summary>
    public virtual IEnumerable<OperatorSample> Samples => [];
}
