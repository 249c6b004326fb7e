// Writes a plot in the format that its file name asks for.

using ScottPlot;
using TinyEngine.Ir;

namespace TinyEngine.Experiments;

/// <summary>Files of plots.</summary>
public static class PlotFile
{
    /// <summary>True for the endings that a plot can have: .png and .svg.</summary>
    public static bool Takes(string path) => Path.GetExtension(path).ToLowerInvariant() is ".png" or ".svg";

    /// <summary>True where a file that begins with these bytes is a .png or .svg, as far as they tell.</summary>
    public static bool IsHead(ReadOnlySpan<byte> head) =>
        (head is [0x89, .. var rest] && rest.StartsWith("PNG"u8)) || head.StartsWith("<?xml"u8) || head.StartsWith("<svg"u8);

    /// <summary>Writes a .png or .svg.</summary>
    /// <exception cref="DiagnosticException">TE0716: another kind of file, or it cannot be written.</exception>
    internal static void Save(Plot plot, string path, int width, int height)
    {
        try
        {
            switch (Path.GetExtension(path).ToLowerInvariant())
            {
                case ".png": plot.SavePng(path, width, height); break;
                case ".svg": plot.SaveSvg(path, width, height); break;
                default: throw ExperimentDiagnostics.BadPlot.Failure($"{path}: a plot is a .png or .svg file");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ExperimentDiagnostics.BadPlot.Failure($"cannot write {path}: {e.Message}");
        }
    }
}
