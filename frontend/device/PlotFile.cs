// Writes a plot in the format that its file name asks for.

using ScottPlot;

namespace TinyEngine.Device;

/// <summary>Files of plots.</summary>
internal static class PlotFile
{
    /// <summary>Writes a .png or .svg.</summary>
    /// <exception cref="DeviceException">TE0716: another kind of file, or it cannot be written.</exception>
    public static void Save(Plot plot, string path, int width, int height)
    {
        try
        {
            switch (Path.GetExtension(path).ToLowerInvariant())
            {
                case ".png": plot.SavePng(path, width, height); break;
                case ".svg": plot.SaveSvg(path, width, height); break;
                default: throw new DeviceException(DeviceCode.BadPlot, $"{path}: a plot is a .png or .svg file");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DeviceException(DeviceCode.BadPlot, $"cannot write {path}: {e.Message}");
        }
    }
}
