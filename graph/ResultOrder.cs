// The column `writes` of kernels.def: in what order a kernel writes its first result, which decides whether the result may grow over
// the part of operand 0 that was read.

namespace TinyEngine.Ir;

/// <summary>The order in which a kernel writes its first result.</summary>
public enum ResultOrder
{
    /// <summary>No order that a plan may rely on.</summary>
    Any,

    /// <summary>In ascending order of pixels; a pixel reads only its window of operand 0 (<see cref="Op.SlidingWindow"/>).</summary>
    Pixels,

    /// <summary>
    /// In ascending order of rows; a row, or a block of it, is stored when it is complete, and reads only its rows of operand 0
    /// (<see cref="Op.RowsRead"/>).
    /// </summary>
    Rows,

    /// <summary>As by memmove: the result is a copy of operand 0 and may share any bytes with it.</summary>
    Anywhere,
}
