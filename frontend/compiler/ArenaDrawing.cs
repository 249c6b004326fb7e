// Draws the picture of memory as SVG for report.html: steps from left to right, addresses from bottom to top.

using System.Globalization;
using System.Net;
using System.Text;

namespace TinyEngine.Compiler;

/// <summary>The picture of memory as an element of a page.</summary>
internal static class ArenaDrawing
{
    private const double Left = 60,
        LegendHeight = 26,
        NameHeight = 14,
        Width = 1120,
        Height = 640,
        Bottom = 40;

    /// <summary>Appends the svg element.</summary>
    public static void Append(StringBuilder page, PlanReport report)
    {
        var picture = ArenaPicture.Of(report);
        double step = Width / picture.Steps,
            kib = Height / picture.Height;
        var names = picture.PhaseNames(step);
        double top = LegendHeight + NameHeight * (1 + names.Max(n => n.Row));
        void Add(FormattableString element) => page.Append(element.ToString(CultureInfo.InvariantCulture)).Append('\n');
        double X(double steps) => Left + steps * step;
        double Y(double address) => top + Height - address * kib;

        Add($"<svg viewBox=\"0 0 {Left + Width + 20} {top + Height + Bottom}\" font-family=\"sans-serif\" font-size=\"11\">");
        foreach (var (phase, row) in names)
        {
            double name = LegendHeight + NameHeight * (row + 1) - 4;
            Add($"<line x1=\"{X(phase.First):F1}\" x2=\"{X(phase.First):F1}\" y1=\"{name - 8}\" y2=\"{Y(0):F1}\" stroke=\"#444\"/>");
            Add($"<text x=\"{X(phase.First) + 4:F1}\" y=\"{name}\">{Text(phase.Name)}</text>");
        }

        foreach (var region in picture.Regions)
        {
            Add($"<rect x=\"{X(region.Step):F1}\" y=\"{Y(picture.Arena):F1}\" width=\"{step:F1}\" height=\"{picture.Arena * kib + 6:F1}\"");
            Add($" fill=\"{ArenaPicture.RegionColour}\" fill-opacity=\".35\"><title>{Text(region.Name)}, row by row</title></rect>");
        }

        foreach (var box in picture.Buffers.Concat(picture.Bands))
        {
            double width = (box.End - box.First) * step,
                height = (box.To - box.From) * kib;
            Add($"<rect x=\"{X(box.First):F1}\" y=\"{Y(box.To):F1}\" width=\"{width:F1}\" height=\"{height:F1}\"");
            Add($" fill=\"{box.Colour}\" fill-opacity=\".55\" stroke=\"{box.Colour}\" stroke-width=\".7\">");
            Add($"<title>{Text(box.Name)}, {box.Kind}, {box.To - box.From:0.0} KiB</title></rect>");
        }

        double peak = X(picture.PeakStep + 0.5);
        string anchor = picture.PeakStep * 2 > picture.Steps ? "end" : "start";
        Add($"<path d=\"M{peak:F1} {Y(picture.Arena):F1}V{Y(0) + 8:F1}\" stroke=\"#c00\" stroke-dasharray=\"4 3\"/>");
        Add($"<text x=\"{peak:F1}\" y=\"{Y(0) + 20:F1}\" fill=\"#c00\" text-anchor=\"{anchor}\">{Text(picture.PeakText)}</text>");

        foreach (var label in picture.Labels(step, kib))
        {
            string at = FormattableString.Invariant($"{X(label.Step):F1} {Y(label.Address):F1}"),
                turn = label.IsUpright ? " rotate(-90)" : "";
            Add($"<text transform=\"translate({at}){turn}\" text-anchor=\"middle\" dominant-baseline=\"central\"");
            Add($" paint-order=\"stroke\" stroke=\"#fff\" stroke-opacity=\".6\" stroke-width=\"3\">{Text(label.Text)}</text>");
        }

        double mark = Math.Pow(2, Math.Ceiling(Math.Log2(picture.Height / 12)));
        for (double address = 0; address <= picture.Height; address += mark)
        {
            Add($"<line x1=\"{Left - 4}\" x2=\"{Left}\" y1=\"{Y(address):F1}\" y2=\"{Y(address):F1}\" stroke=\"#444\"/>");
            Add($"<text x=\"{Left - 8}\" y=\"{Y(address):F1}\" text-anchor=\"end\" dominant-baseline=\"central\">{address}</text>");
        }

        Add($"<text x=\"8\" y=\"{top - 6}\">KiB</text>");
        double legend = Left;
        foreach (var (kind, colour) in picture.Legend)
        {
            Add($"<rect x=\"{legend}\" y=\"8\" width=\"10\" height=\"10\" fill=\"{colour}\" fill-opacity=\".6\"/>");
            Add($"<text x=\"{legend + 14}\" y=\"17\">{kind}</text>");
            legend += 90;
        }

        page.Append("</svg>\n");
    }

    private static string Text(string value) => WebUtility.HtmlEncode(value);
}
