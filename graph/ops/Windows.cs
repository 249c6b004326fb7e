// Sliding-window attributes of ONNX Conv and pooling operators: auto_pad resolved to explicit pads.

namespace TinyEngine.Ir;

/// <summary>Padding of ONNX window operators.</summary>
public static class Windows
{
    /// <summary>The pads (top, left, bottom, right) of a node whose NCHW input, kernel, strides and dilations are given.</summary>
    public static int[] Pads(ImportRequest r, Shape nchw, int[] kernel, int[] strides, int[] dilations)
    {
        string auto = r.Attributes.Text("auto_pad", "NOTSET");
        if (auto is "NOTSET")
        {
            var pads = r.Attributes.Ints("pads", 0, 0, 0, 0);
            r.Require(pads.Length == 4 && pads.All(p => p is >= 0 and < 65536), "pads that are not four integers from 0");
            return pads;
        }

        r.Require(auto is "VALID" or "SAME_UPPER" or "SAME_LOWER", $"auto_pad {auto}");
        var result = new int[4];
        for (int axis = 0; axis < 2 && auto != "VALID"; axis++)
        {
            int extent = nchw[axis + 2];
            int total = Math.Max(
                0,
                ((extent + strides[axis] - 1) / strides[axis] - 1) * strides[axis] + dilations[axis] * (kernel[axis] - 1) + 1 - extent
            );
            result[axis] = auto == "SAME_UPPER" ? total / 2 : (total + 1) / 2;
            result[axis + 2] = total - result[axis];
        }

        return result;
    }

    /// <summary>The attributes of a window.</summary>
    public static Attributes Attributes(int[] strides, int[] dilations, int[] pads) =>
        Ir.Attributes.Empty.With(WindowNames.Strides, strides).With(WindowNames.Dilations, dilations).With(WindowNames.Pads, pads);

    /// <summary>True where some window of a map (NCHW) has no tap inside it. A convolution has the bias there, a pool nothing.</summary>
    public static bool HoldPaddingAlone(Shape nchw, int[] kernel, int[] strides, int[] dilations, int[] pads)
    {
        for (int axis = 0; axis < 2; axis++)
        {
            long extent = nchw[axis + 2], last = extent + pads[axis] + pads[axis + 2] - dilations[axis] * (kernel[axis] - 1L) - 1;
            for (long start = -pads[axis]; start <= last - pads[axis]; start += strides[axis])
            {
                // The first tap at or behind the edge is inside, or the window is over.
                long skipped = start < 0 ? (-start + dilations[axis] - 1) / dilations[axis] : 0;
                if (skipped >= kernel[axis] || start + skipped * dilations[axis] >= extent)
                {
                    return true;
                }
            }
        }

        return false;
    }
}
