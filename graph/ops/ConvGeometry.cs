// The extents of windows that walk over NHWC maps, and the index arithmetic on them: which elements of operand and weights a
// result is made of, in the order in which kernels visit them. Convolutions, their gradients and pools share it; it computes
// nothing. Operands of rank 2 are maps of 1x1.

namespace TinyEngine.Ir;

/// <summary>The extents of a convolution; operands of rank 2 count as maps of 1x1.</summary>
public sealed record ConvGeometry(
    int Batch, int InH, int InW, int InC, int OutH, int OutW, int OutC, int KernelH, int KernelW,
    int StrideH, int StrideW, int PadTop, int PadLeft, int DilationH, int DilationW, int Groups)
{
    /// <summary>The order in which the weights of windows are stored: output channel, kernel row, kernel column, input channel.</summary>
    public const string Packing = "ohwi";

    /// <summary>Input channels that one output channel sees.</summary>
    public int InPerGroup => InC / Groups;

    /// <summary>Output channels of one group.</summary>
    public int OutPerGroup => OutC / Groups;

    /// <summary>Elements of one output channel's kernel.</summary>
    public int Taps => KernelH * KernelW * InPerGroup;

    /// <summary>Whether the gradient of each weight is one product: a dense layer and one sample.</summary>
    public bool IsOneProduct =>
        (Batch, InH, InW, OutH, OutW, KernelH, KernelW) == (1, 1, 1, 1, 1, 1, 1) && (PadTop, PadLeft, Groups) == (0, 0, 1);

    /// <summary>
    /// How many bytes the output must start before the input so that writing pixel after pixel overwrites nothing that is
    /// still to be read, for pixels of these sizes; at least 0.
    /// </summary>
    public long Lead(long inputPixelBytes, long outputPixelBytes)
    {
        long lead = 0, written = 0;
        for (int n = 0; n < Batch; n++)
        {
            for (int oh = 0; oh < OutH; oh++)
            {
                // This row reads from its own first tap on, later rows from theirs.
                long FirstRow(int row) => (long)n * InH + Math.Clamp(row * StrideH - PadTop, 0, InH);
                for (int ow = 0; ow < OutW; ow++)
                {
                    written += outputPixelBytes;
                    long here = FirstRow(oh) * InW + Math.Clamp(ow * StrideW - PadLeft, 0, InW);
                    long later = oh + 1 < OutH ? FirstRow(oh + 1) * InW : (long)(n + 1) * InH * InW;
                    lead = Math.Max(lead, written - Math.Min(here, later) * inputPixelBytes);
                }
            }
        }

        return lead;
    }

    /// <summary>
    /// The rows of the output whose windows may reach one row of the input, from the first to before the end, which is not above the first
    /// if there are none; rows are counted through all images.
    /// </summary>
    public (int First, int End) OutputRowsReaching(int inputRow)
    {
        int image = inputRow / InH * OutH, row = inputRow % InH;
        var (first, end) = Reaching(row, row + 1, PadTop, DilationH, KernelH, StrideH, OutH);
        return (image + first, image + end);
    }

    /// <summary>The columns of the output whose windows may reach columns of the input, from the first to before the end.</summary>
    public (int First, int End) OutputColumnsReaching(int first, int end) =>
        Reaching(first, end, PadLeft, DilationW, KernelW, StrideW, OutW);

    private static (int First, int End) Reaching(int first, int end, int pad, int dilation, int kernel, int stride, int windows) =>
        (Math.Max(0, (first + pad - (kernel - 1) * dilation + stride - 1) / stride), Math.Min(windows, (end - 1 + pad) / stride + 1));

    /// <summary>Multiply-accumulate operations, counting those on padding.</summary>
    public long Macs => (long)Batch * OutH * OutW * OutC * Taps;

    /// <summary>The geometry of x convolved with w under a node's attributes.</summary>
    /// <exception cref="DiagnosticException">TE0202: the shapes do not fit together.</exception>
    public static ConvGeometry Of(Shape x, Shape w, Attributes a, string node)
    {
        DiagnosticException Misfit(string text) => new(Diagnostics.ShapeMismatch.At(node, "conv2d", text));
        if (x.Rank != w.Rank || x.Rank is not (2 or 4))
        {
            throw Misfit($"input {x} and weights {w} must both have rank 4 or 2");
        }

        var (inH, inW, kh, kw) = x.Rank == 4 ? (x[1], x[2], w[1], w[2]) : (1, 1, 1, 1);
        var strides = a.Ints(WindowNames.Strides, 1, 1);
        var pads = a.Ints(WindowNames.Pads, 0, 0, 0, 0);
        var dilations = a.Ints(WindowNames.Dilations, 1, 1);
        int groups = a.Int(WindowNames.Group, 1);
        if (
            strides.Length != 2
            || pads.Length != 4
            || dilations.Length != 2
            || strides.Concat(dilations).Append(groups).Any(v => v < 1)
            || pads.Any(p => p < 0)
        )
        {
            throw Misfit("strides, dilations and group must be positive, pads not negative");
        }

        if ((long)w[-1] * groups != x[-1] || w[0] % groups != 0 || w.Count == 0)
        {
            throw Misfit($"input {x} with weights {w} in {groups} group(s)");
        }

        int Extent(int n, int k, int axis) => (n + pads[axis] + pads[axis + 2] - dilations[axis] * (k - 1) - 1) / strides[axis] + 1;
        bool fits = inH + pads[0] + pads[2] > (long)dilations[0] * (kh - 1) && inW + pads[1] + pads[3] > (long)dilations[1] * (kw - 1);
        return fits
            ? new ConvGeometry(x[0], inH, inW, x[-1], Extent(inH, kh, 0), Extent(inW, kw, 1), w[0], kh, kw,
                strides[0], strides[1], pads[0], pads[1], dilations[0], dilations[1], groups)
            : throw Misfit($"the kernel {w} is larger than the padded input {x}");
    }

    /// <summary>The output shape for an input of the given rank.</summary>
    public Shape OutShape(int rank) => rank == 4 ? Shape.Of(Batch, OutH, OutW, OutC) : Shape.Of(Batch, OutC);

    /// <summary>The fields of the C struct <c>te_conv2d</c> that are extents.</summary>
    public IEnumerable<KernelField> Fields() =>
        [
            KernelField.Int("batch", Batch),
            KernelField.Int("in_h", InH),
            KernelField.Int("in_w", InW),
            KernelField.Int("in_c", InC),
            KernelField.Int("out_h", OutH),
            KernelField.Int("out_w", OutW),
            KernelField.Int("out_c", OutC),
            KernelField.Int("kernel_h", KernelH),
            KernelField.Int("kernel_w", KernelW),
            KernelField.Int("stride_h", StrideH),
            KernelField.Int("stride_w", StrideW),
            KernelField.Int("pad_top", PadTop),
            KernelField.Int("pad_left", PadLeft),
            KernelField.Int("dilation_h", DilationH),
            KernelField.Int("dilation_w", DilationW),
            KernelField.Int("groups", Groups),
        ];

    /// <summary>
    /// Visits every product of one output element in kernel order (kernel row, kernel column, input channel), leaving out
    /// padding: the index into the input and the index into the weights.
    /// </summary>
    public void ForEachTap(int n, int oh, int ow, int oc, Action<int, int> visit)
    {
        int firstChannel = oc / OutPerGroup * InPerGroup;
        for (int kh = 0; kh < KernelH; kh++)
        {
            int ih = oh * StrideH - PadTop + kh * DilationH;
            for (int kw = 0; kw < KernelW; kw++)
            {
                int iw = ow * StrideW - PadLeft + kw * DilationW;
                if (ih < 0 || ih >= InH || iw < 0 || iw >= InW)
                {
                    continue;
                }

                int x = ((n * InH + ih) * InW + iw) * InC + firstChannel;
                int w = ((oc * KernelH + kh) * KernelW + kw) * InPerGroup;
                for (int c = 0; c < InPerGroup; c++)
                {
                    visit(x + c, w + c);
                }
            }
        }
    }

    /// <summary>Visits every output element in storage order: its index and its coordinates.</summary>
    public void ForEachOutput(Action<int, int, int, int, int> visit)
    {
        int i = 0;
        for (int n = 0; n < Batch; n++)
        {
            for (int oh = 0; oh < OutH; oh++)
            {
                for (int ow = 0; ow < OutW; ow++)
                {
                    for (int oc = 0; oc < OutC; oc++)
                    {
                        visit(i++, n, oh, ow, oc);
                    }
                }
            }
        }
    }
}
