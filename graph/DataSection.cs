// The data section of the text of a graph: a line for each constant, with its hash, type, count and bytes in Base64.

using System.Globalization;

namespace TinyEngine.Ir;

/// <summary>Reads data sections.</summary>
internal static class DataSection
{
    /// <summary>The tensors by the hash that the text names them by; line: the number of the first line.</summary>
    /// <exception cref="DiagnosticException">TE0115: a line is malformed.</exception>
    public static Dictionary<string, Tensor> Read(string section, int line)
    {
        var data = new Dictionary<string, Tensor>();
        foreach (var row in section.Split('\n'))
        {
            if (row.StartsWith("  @", StringComparison.Ordinal))
            {
                var cells = row.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                int bracket = cells.Length == 3 ? cells[1].IndexOf('[') : -1;
                var bytes = new byte[cells.Length == 3 ? cells[2].Length : 0];
                if (
                    bracket < 0
                    || DTypes.Parse(cells[1][..bracket]) is not { } type
                    || !int.TryParse(cells[1][(bracket + 1)..].TrimEnd(']'), NumberStyles.None, CultureInfo.InvariantCulture, out int count)
                    || !Convert.TryFromBase64String(cells[2], bytes, out int length)
                    || length != type.Bytes(count)
                )
                {
                    throw new DiagnosticException(Diagnostics.BadIrText.At("", line, "a malformed line of data"));
                }

                data[cells[0][1..]] = Tensor.FromBytes(new TensorType(type, Shape.Of(count)), bytes.AsSpan(0, length));
            }

            line++;
        }

        return data;
    }
}
