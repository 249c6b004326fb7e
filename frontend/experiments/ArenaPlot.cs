// The picture of memory as a file: every buffer a rectangle over the steps in which it lives and the bytes it takes.

using ScottPlot;
using TinyEngine.Compiler;
using TinyEngine.Ir;

namespace TinyEngine.Experiments;

/// <summary>Draws memory plans.</summary>
public static class ArenaPlot
{
    private const int Width = 1600,
        Height = 900,
        MarginWidth = 230,
        MarginHeight = 120;

    /// <summary>Shares of the height above the picture: for the note of the peak, and for each row of names of phases.</summary>
    private const double NoteHeight = 0.04,
        NameHeight = 0.035;

    /// <summary>Writes a .png or .svg.</summary>
    /// <exception cref="DiagnosticException">TE0716: another kind of file, or it cannot be written.</exception>
    public static void Save(PlanReport plan, string path)
    {
        var picture = ArenaPicture.Of(plan);
        var plot = new Plot();
        plot.Title(
            FormattableString.Invariant(
                $"{plan.Model}: {picture.Height:0.0} KiB of SRAM, arena {picture.Arena:0.0} ({plan.Sram.LowerBound / 1024.0:0.0} at least)"
            )
        );
        plot.XLabel("step");
        plot.YLabel("address, KiB");
        double step = (double)(Width - MarginWidth) / picture.Steps;
        var names = picture.PhaseNames(step);
        double top = picture.Height * (1 + NoteHeight + NameHeight * (1 + names.Max(n => n.Row))),
            kib = (Height - MarginHeight) / top;
        foreach (var region in picture.Regions)
        {
            var stripe = plot.Add.Rectangle(region.Step, region.Step + 1, 0, picture.Arena);
            stripe.FillColor = Color.FromHex(ArenaPicture.RegionColour).WithAlpha(0.35);
            stripe.LineWidth = 0;
        }

        foreach (var box in picture.Buffers.Concat(picture.Bands))
        {
            var rectangle = plot.Add.Rectangle(box.First, box.End, box.From, box.To);
            rectangle.FillColor = Color.FromHex(box.Colour).WithAlpha(0.55);
            rectangle.LineColor = Color.FromHex(box.Colour).Darken(0.2);
            rectangle.LineWidth = 0.7f;
        }

        foreach (var (phase, row) in names)
        {
            double height = top - picture.Height * NameHeight * row;
            plot.Add.Line(phase.First, 0, phase.First, height).LineColor = Colors.Black.WithAlpha(0.6);
            var name = plot.Add.Text(" " + phase.Name, phase.First, height);
            name.LabelFontSize = 12;
            name.LabelAlignment = Alignment.UpperLeft;
        }

        double middle = picture.PeakStep + 0.5;
        var peak = plot.Add.Line(middle, 0, middle, picture.Height * (1 + NoteHeight));
        peak.LineColor = Colors.Red;
        peak.LinePattern = LinePattern.Dashed;
        bool isLeft = picture.PeakStep * 2 <= picture.Steps;
        var note = plot.Add.Text(picture.PeakText, middle + (isLeft ? 1 : -1) * picture.Steps * 0.005, picture.Height * 1.005);
        note.LabelFontSize = 14;
        note.LabelFontColor = Colors.Red;
        note.LabelAlignment = isLeft ? Alignment.LowerLeft : Alignment.LowerRight;
        foreach (var label in picture.Labels(step, kib))
        {
            var text = plot.Add.Text(label.Text, label.Step, label.Address);
            text.LabelFontSize = 11;
            text.LabelBackgroundColor = Colors.White.WithAlpha(0.5);
            text.LabelAlignment = Alignment.MiddleCenter;
            text.LabelRotation = label.IsUpright ? -90 : 0;
        }

        foreach (var (kind, colour) in picture.Legend)
        {
            plot.Legend.ManualItems.Add(new LegendItem { LabelText = kind, FillColor = Color.FromHex(colour).WithAlpha(0.55) });
        }

        plot.Legend.Orientation = Orientation.Horizontal;
        plot.Axes.SetLimits(0, picture.Steps, 0, top);
        plot.ShowLegend(Edge.Bottom);
        PlotFile.Save(plot, path, Width, Height);
    }
}
