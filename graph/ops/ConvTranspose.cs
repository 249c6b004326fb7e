// The transposed convolution: the adjoint of a convolution, with its own bias, clamp and rounding. Its geometry is that
// of the convolution whose adjoint it is, whose input is the result here and whose output is the operand; so weights are
// [in][kernel_h][kernel_w][out/groups], its gradient to x is a convolution and its weight gradient conv2d_dw with the
// operands exchanged. int8 weights have one scale: scales per channel would be per input channel of that convolution.

using System.Collections.Immutable;
using System.Numerics;
using static TinyEngine.Ir.OperatorSample;

namespace TinyEngine.Ir;

/// <summary>
/// <c>y[, mask] = conv2d_transpose(x, w, b?)</c> {strides, pads, dilations, group, output (height, width)} clamp(min, max) mask; ONNX
/// ConvTranspose 1/11.
/// </summary>
public sealed class Conv2dTranspose : Op
{
    /// <summary>The operator.</summary>
    public static readonly Conv2dTranspose Op = new();

    /// <inheritdoc/>
    public override string Name => "conv2d_transpose";

    /// <inheritdoc/>
    public override bool AcceptsClamp => true;

    /// <inheritdoc/>
    public override LayerForm? Layer(Node node) => new(Weights: 1, FanIn(node)) { OutputChannels = 3 };

    private static int FanIn(Node node)
    {
        // A result lies under every stride-th row and column of the kernel.
        var g = Adjoint(node);
        return Reached(g.KernelH, g.StrideH, g.DilationH) * Reached(g.KernelW, g.StrideW, g.DilationW) * g.OutPerGroup;

        static int Reached(int kernel, int stride, int dilation)
        {
            int period = stride / (int)BigInteger.GreatestCommonDivisor(stride, dilation);
            return (kernel + period - 1) / period;
        }
    }

    /// <summary>The geometry of the convolution that this is the adjoint of.</summary>
    /// <exception cref="DiagnosticException">TE0202: the shapes do not fit together.</exception>
    public static ConvGeometry Adjoint(Node node)
    {
        var (x, w, output) = (node.Input(0).Type.Shape, node.Input(1).Type.Shape, node.Attributes.Ints("output"));
        if (x.Rank != 4 || w.Rank != 4 || output.Length != 2)
        {
            throw new DiagnosticException(
                Diagnostics.ShapeMismatch.At(node.Name, node.Op.Name, $"input {x} and weights {w} must have rank 4")
            );
        }

        var g = ConvGeometry.Of(
            Shape.Of(x[0], output[0], output[1], w[3] * node.Attributes.Int(WindowNames.Group, 1)),
            w,
            node.Attributes,
            node.Name
        );
        return g.OutShape(4).Equals(x)
            ? g
            : throw new DiagnosticException(
                Diagnostics.ShapeMismatch.At(node.Name, node.Op.Name, $"input {x} with weights {w} for a result of {output[0]}x{output[1]}")
            );
    }

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(Node node)
    {
        var g = Adjoint(node);
        return node.Optional(2) is { } b && b.Type.Count != g.InC
            ? throw new DiagnosticException(
                Diagnostics.ShapeMismatch.At(node.Name, Name, $"bias {b.Type.Shape} for {g.InC} output channels")
            )
            : Clamping.Results(node, TensorType.F32(Shape.Of(g.Batch, g.InH, g.InW, g.InC)));
    }

    /// <inheritdoc/>
    public override ImmutableArray<Value?>? AbsorbAffine(Node node, double[] scale, double[] shift)
    {
        var g = Adjoint(node);
        return ChannelAffine.Absorbed(node, scale, shift, i => i / g.Taps / g.OutPerGroup * g.InPerGroup + i % g.InPerGroup);
    }

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override Value?[] Gradient(GradientRequest request)
    {
        var (node, builder) = (request.Node, request.Builder);
        var dy = request.EmitUnclamped();
        var (x, w) = (node.Input(0), node.Input(1));
        var attributes = node.Attributes.Without("output");
        return
        [
            request.Wanted[0] ? builder.Emit(Conv2d.Op, node.Name + ".dx", [dy, w], attributes) : null,
            request.Wanted[1]
                ? builder.Emit(Conv2dDw.Op, node.Name + ".dw", [Real(x), dy], attributes.With("weights", w.Type.Shape.ToArray()))
                : null,
            request.Wanted.Count > 2 && request.Wanted[2] ? builder.Emit(ChannelSum.Op, node.Name + ".db", [dy]) : null,
        ];

        // In the weight gradient x stands where conv2d_dw reads fp32.
        Value Real(Value v) => v.Type.IsQuantized ? builder.Emit(Dequantize.Op, v.Name + ".real", [v]) : v;
    }

    /// <inheritdoc/>
    public override bool Quantizes(Node node) =>
        node.Input(0).Type is { DType: DType.I8, Quant.Axis: null }
        && node.Input(1).Type is { DType: DType.I8, Quant: { ZeroPoint: 0, Scales.Length: 1 } }
        && node.Optional(2)?.Type.DType is null or DType.I32
        && Reach(node) < 1 << 30
        && Numerics.CanScale(Multiplier(node));

    /// <summary>The largest magnitude that an accumulator could have.</summary>
    private static double Reach(Node node)
    {
        double bias = node.Optional(2)?.Data?.Data.Select(Math.Abs).Max() ?? 0;
        return bias + 128.0 * 255 * FanIn(node);
    }

    private static float Multiplier(Node node) =>
        node.Input(0).Type.ScaleOf(0) * node.Input(1).Type.ScaleOf(0) / node.Output.Type.ScaleOf(0);

    /// <inheritdoc/>
    public override KernelRequest Request(Node node)
    {
        var (y, x, g) = (node.Output.Type, node.Input(0).Type, Adjoint(node));
        var (min, max) = Clamping.Codes(node);
        return new KernelRequest("conv2d_transpose", "te_conv2d",
            [.. g.Fields(), KernelField.Int("x_zero", x.ZeroPoint), KernelField.Int("y_zero", y.ZeroPoint),
             KernelField.Int("y_min", min), KernelField.Int("y_max", max), .. Clamping.RealFields(node)],
            y.IsQuantized ? [Value.Constant(node.Name + ".multiplier", Tensor.Vector([Multiplier(node)]))] : [])
        {
            Packing = ConvGeometry.Packing,
        };
    }

    /// <inheritdoc/>
    public override long Macs(Node node) => Adjoint(node).Macs;

    /// <inheritdoc/>
    public override Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands, Numerics numerics)
    {
        var g = Adjoint(node);
        var (x, w, b) = (operands[0]!.Data, operands[1]!.Data, operands.Count > 2 ? operands[2]?.Data : null);
        int zero = node.Input(0).Type.ZeroPoint, result = 0;
        var y = new ClampedResult(node, numerics);
        for (int pixel = 0; pixel < g.Batch * g.InH * g.InW; pixel++)
        {
            for (int oc = 0; oc < g.InC; oc++, result++)
            {
                double acc = b?[oc] ?? 0;
                foreach (var (ix, iw) in Taps(g, pixel / g.InW / g.InH, pixel / g.InW % g.InH, pixel % g.InW, oc))
                {
                    acc = node.Output.Type.IsQuantized ? acc + (x[ix] - zero) * w[iw] : numerics.Round(acc + numerics.Round(x[ix] * w[iw]));
                }

                if (node.Output.Type.IsQuantized)
                {
                    y.Requantize(result, (long)acc, Multiplier(node));
                }
                else
                {
                    y.Store(result, acc);
                }
            }
        }

        return y.Tensors();
    }

    /// <summary>The products of one result in kernel order (kernel row, kernel column, input channel): indices into x and w.</summary>
    private static IEnumerable<(int X, int W)> Taps(ConvGeometry g, int n, int h, int w, int oc)
    {
        int group = oc / g.InPerGroup;
        for (int kh = 0; kh < g.KernelH; kh++)
        {
            for (int kw = 0; kw < g.KernelW; kw++)
            {
                int top = h + g.PadTop - kh * g.DilationH,
                    left = w + g.PadLeft - kw * g.DilationW;
                if (
                    top < 0
                    || left < 0
                    || top % g.StrideH != 0
                    || left % g.StrideW != 0
                    || top / g.StrideH >= g.OutH
                    || left / g.StrideW >= g.OutW
                )
                {
                    continue;
                }

                for (int c = group * g.OutPerGroup; c < (group + 1) * g.OutPerGroup; c++)
                {
                    yield return (((n * g.OutH + top / g.StrideH) * g.OutW + left / g.StrideW) * g.OutC + c,
                        ((c * g.KernelH + kh) * g.KernelW + kw) * g.InPerGroup + oc % g.InPerGroup);
                }
            }
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<ImportRule> Imports =>
        [new("ConvTranspose", 1, Import, Operands: 3, Form: "two spatial dimensions, constant weights, pads that follow")];

    private static Value[] Import(ImportRequest r)
    {
        var (x, w, a) = (r.Input(0), r.Weights(1), r.Attributes);
        r.Require(x.Type.Shape.Rank == 4 && w.Type.Shape.Rank == 4, $"an input of rank {x.Type.Shape.Rank} (only two spatial dimensions)");
        var strides = a.Ints(WindowNames.Strides, 1, 1);
        var dilations = a.Ints(WindowNames.Dilations, 1, 1);
        var extra = a.Ints("output_padding", 0, 0);
        r.Require(
            strides.Length == 2 && dilations.Length == 2 && strides.Concat(dilations).All(v => v is > 0 and < 65536),
            "strides or dilations that are not two positive integers"
        );
        r.Require(
            extra.Length == 2 && extra.Zip(strides, (e, s) => e >= 0 && e < s).All(ok => ok),
            "an output_padding outside 0 .. stride - 1"
        );
        // The extents without any padding, and those asked for.
        int[] full =
        [
            .. Enumerable
                .Range(0, 2)
                .Select(d => checked(strides[d] * (x.Type.Shape[d + 2] - 1) + extra[d] + dilations[d] * (w.Type.Shape[d + 2] - 1) + 1)),
        ];
        var (output, pads) = Extents(r, full, [x.Type.Shape[2] * strides[0], x.Type.Shape[3] * strides[1]]);
        r.Require(output.All(n => n > 0) && pads.All(p => p >= 0), "a result that is empty or larger than the kernel reaches");
        var node = r.Builder.Emit(
            Op,
            r.Name,
            [Layouts.ToNhwc(r, x), Layouts.ToNhwc(r, w), r.OptionalWeights(2)],
            Windows.Attributes(strides, dilations, pads).With(WindowNames.Group, a.Int(WindowNames.Group, 1)).With("output", output),
            outputName: r.Output
        );
        return [Layouts.ToNchw(r, node)];
    }

    /// <summary>The result's extents and the pads (top, left, bottom, right) that lead to them.</summary>
    private static (int[] Output, int[] Pads) Extents(ImportRequest r, int[] full, int[] same)
    {
        string auto = r.Attributes.Text("auto_pad", "NOTSET");
        r.Require(auto is "NOTSET" or "VALID" or "SAME_UPPER" or "SAME_LOWER", $"auto_pad {auto}");
        var pads = r.Attributes.Ints("pads", 0, 0, 0, 0);
        r.Require(pads.Length == 4, "pads that are not four integers from 0");
        bool given = r.Attributes.Has("output_shape");
        if (!given && auto is "NOTSET" or "VALID")
        {
            pads = auto == "VALID" ? [0, 0, 0, 0] : pads;
            return ([full[0] - pads[0] - pads[2], full[1] - pads[1] - pads[3]], pads);
        }

        int[] output = given ? r.Attributes.Ints("output_shape") : same;
        r.Require(output.Length == 2, "an output_shape that is not two integers");
        int[] total = [full[0] - output[0], full[1] - output[1]];
        // ONNX puts the odd element at the end for SAME_UPPER, at the beginning otherwise.
        int[] begin = [.. total.Select(t => auto == "SAME_UPPER" ? t / 2 : t - t / 2)];
        return (output, [begin[0], begin[1], total[0] - begin[0], total[1] - begin[1]]);
    }

    /// <inheritdoc/>
    public override IEnumerable<OperatorSample> Samples
    {
        get
        {
            var none = Attributes.Empty;
            (string Name, int[] X, int[] W, int[] Output, Attributes A)[] shapes =
            [
                ("1x1", [1, 3, 2, 3], [3, 1, 1, 2], [3, 2], none),
                ("stride 2, padded, batch 2", [2, 3, 2, 2], [2, 3, 3, 3], [5, 3], none.With("strides", [2, 2]).With("pads", [1, 1, 1, 1])),
                (
                    "output padding, uneven strides and pads",
                    [1, 3, 4, 2],
                    [2, 3, 2, 3],
                    [7, 9],
                    none.With("strides", [3, 2]).With("pads", [2, 0, 1, 0])
                ),
                ("dilation", [1, 3, 3, 2], [2, 2, 3, 2], [5, 5], none.With("dilations", [2, 2]).With("pads", [0, 1, 0, 1])),
                ("groups", [1, 2, 3, 4], [4, 2, 2, 3], [4, 6], none.With("group", 2).With("strides", [2, 2])),
                ("depthwise", [1, 3, 3, 3], [3, 3, 3, 1], [5, 5], none.With("group", 3).With("strides", [2, 2]).With("pads", [1, 1, 1, 1])),
            ];
            foreach (var (name, x, w, output, a) in shapes)
            {
                int channels = w[3] * a.Int("group", 1);
                var attributes = a.With("output", output);
                yield return new(name, attributes, null, Fp32(x), Fp32(w), Fp32(channels));
                // The multiplier is 1, so that results are exact.
                var biases = Int32Biases([.. Enumerable.Repeat(0.0625f, channels)]);
                yield return new(
                    name + ", int8", attributes.Masked(), Int8(0.0625f, -9, 1), Int8(0.5f, 5, x), Int8(0.125f, 0, w), biases);
            }

            yield return new("no bias", none.With("output", [2, 2]), null, Fp32(1, 2, 2, 3), Fp32(3, 1, 1, 2), null);
            yield return new(
                "clamped",
                none.With("output", [4, 4]).With("strides", [2, 2]).Clamped(-0.4, 0.6).Masked(),
                null,
                Fp32(1, 2, 2, 2),
                Fp32(2, 2, 2, 3),
                Fp32(3)
            );
        }
    }
}
