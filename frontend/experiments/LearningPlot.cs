// The picture of a training run: the loss over the steps, and the accuracy on held-out samples before and after.

using ScottPlot;
using TinyEngine.Ir;

namespace TinyEngine.Experiments;

/// <summary>Draws learning curves.</summary>
public static class LearningPlot
{
    /// <summary>Writes a .png or .svg.</summary>
    /// <exception cref="DiagnosticException">TE0716: another kind of file, or it cannot be written.</exception>
    public static void Save(ExperimentResult result, string title, string path)
    {
        var plot = new Plot();
        plot.Title(title);
        plot.YLabel("mean loss");
        plot.XLabel("training steps");
        double perPoint = result.Loss.Count > 0 ? (double)result.Steps / result.Loss.Count : 0;
        var loss = plot.Add.Scatter(
            result.Loss.Select((_, i) => (i + 1) * perPoint).ToArray(),
            result.Loss.Select(l => (double)l).ToArray()
        );
        loss.LegendText = "loss";
        if (result is { AccuracyBefore: { } before, AccuracyAfter: { } after })
        {
            var accuracy = plot.Add.Scatter(new double[] { 0, result.Steps }, new[] { before, after });
            accuracy.LegendText = "held-out accuracy before and after";
            accuracy.LineWidth = 0;
            accuracy.MarkerSize = 12;
            accuracy.Axes.YAxis = plot.Axes.Right;
            plot.Axes.Right.Label.Text = "accuracy";
            plot.Axes.SetLimitsY(0, 1, plot.Axes.Right);
        }

        plot.Axes.SetLimitsX(-0.02 * result.Steps, 1.02 * result.Steps);
        plot.Axes.SetLimitsY(0, 1.1 * result.Loss.Where(float.IsFinite).DefaultIfEmpty(1).Max(), plot.Axes.Left);
        plot.ShowLegend(Alignment.MiddleRight);
        PlotFile.Save(plot, path, 900, 500);
    }
}
