// The picture of an arena: every buffer a rectangle over the steps in which it lives and the bytes it takes.

using ScottPlot;
using TinyEngine.Compiler;
using TinyEngine.Ir;

namespace TinyEngine.Experiments;

/// <summary>Draws memory plans.</summary>
public static class ArenaPlot
{
    /// <summary>Writes a .png or .svg.</summary>
    /// <exception cref="DiagnosticException">TE0716: another kind of file, or it cannot be written.</exception>
    public static void Save(PlanReport plan, string path)
    {
        var plot = new Plot();
        plot.Title($"{plan.Model}: arena of {plan.Sram.Arena:N0} bytes, lower bound {plan.Sram.LowerBound:N0}");
        plot.XLabel("step");
        plot.YLabel("address in the arena, bytes");
        foreach (var buffer in plan.Buffers)
        {
            var rectangle = plot.Add.Rectangle(buffer.First, buffer.Last + 1, buffer.Offset, buffer.Offset + buffer.Bytes);
            var colour = Color.FromHex(buffer.Colour());
            rectangle.FillColor = colour.WithAlpha(0.6);
            rectangle.LineColor = colour.Darken(0.3);
        }

        foreach (var (kind, colour) in BufferReport.Kinds.Where(k => plan.Buffers.Any(b => b.Kind == k.Kind)))
        {
            plot.Legend.ManualItems.Add(new LegendItem { LabelText = kind, FillColor = Color.FromHex(colour).WithAlpha(0.6) });
        }

        if (plan.Steps.FirstOrDefault(s => s.Phase == "train") is { } first)
        {
            var line = plot.Add.VerticalLine(first.Index, 1, Colors.Black, LinePattern.Dashed);
            plot.Legend.ManualItems.Add(
                new LegendItem
                {
                    LabelText = "training begins",
                    LineColor = line.LineColor,
                    LinePattern = line.LinePattern,
                    LineWidth = 1,
                }
            );
        }

        plot.Axes.SetLimits(0, Math.Max(1, plan.Steps.Count), 0, Math.Max(1, plan.Sram.Arena) * 1.02);
        plot.ShowLegend(Edge.Right);
        PlotFile.Save(plot, path, 1200, 600);
    }
}
