// report.html: the same figures as plan.json for people, one self-contained page without scripts.

using System.Globalization;
using System.Net;
using System.Text;

namespace TinyEngine.Compiler;

/// <summary>Prints the report as a page.</summary>
internal static class HtmlReport
{
    /// <summary>The page.</summary>
    public static string Print(PlanReport r)
    {
        var page = new StringBuilder();
        page.Append("<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>")
            .Append(Text(r.Model))
            .Append("</title>\n")
            .Append(
                "<style>body{font:14px/1.5 sans-serif;max-width:70em;margin:2em auto}table{border-collapse:collapse;margin:1em 0}"
                    + "td,th{padding:.15em .8em;text-align:right;border-bottom:1px solid #ddd}"
                    + "td:first-child,th:first-child{text-align:left}svg{width:100%;border:1px solid #ccc}</style>\n"
            )
            .Append(
                CultureInfo.InvariantCulture,
                $"<h1>{Text(r.Model)}</h1>\n<p>{Text(r.Target)}; "
                    + $"{(r.Trainable ? "inference and training step" : "inference only")}; {Text(r.Numerics)}.</p>\n"
            );
        Table(
            page,
            ["SRAM", "bytes"],
            [
                ["arena", N(r.Sram.Arena)],
                ["trained parameters", N(r.Sram.Trained)],
                ["state", N(r.Sram.State)],
                ["tables", N(r.Sram.Tables)],
                [$"stack ({r.Sram.StackSource})", N(r.Sram.Stack)],
                ["total", N(r.Sram.Total)],
                ["budget", N(r.Sram.Budget)],
                ["lower bound of the arena", N(r.Sram.LowerBound)],
                .. r.Sram.ProvenBound is { } bound ? new string[][] { ["least arena of this order, as proved", N(bound)] } : [],
            ]
        );
        if (r.Regions is { } regions)
        {
            Table(
                page,
                ["memory", "used", "of", "arena", "trained", "stack", "traffic of an inference", "traffic of a step"],
                [
                    .. regions.Select(m =>
                        new[]
                        {
                            m.Name, N(m.Used), N(m.Bytes), N(m.Arena), N(m.Trained), N(m.Stack), N(m.TrafficInference), N(m.TrafficStep),
                        }
                    ),
                ]
            );
        }

        Table(
            page,
            ["Flash", "bytes"],
            [
                ["weights", N(r.Flash.Weights)],
                ["tables", N(r.Flash.Tables)],
                [$"code ({r.Flash.CodeSource})", N(r.Flash.Code)],
                ["total", N(r.Flash.Total)],
                ["budget", N(r.Flash.Budget)],
            ]
        );
        Table(
            page,
            ["kernels for", "code", "constants", "instructions of an inference, predicted", "of a training step"],
            r.Objectives.Select(o => new[]
            {
                o.Objective, N(o.Code), N(o.Constants), N(o.Inference), o.TrainStep is { } step ? N(step) : "",
            })
        );
        page.Append("<h2>Memory over time</h2>\n<p>Steps from left to right, addresses from bottom to top.</p>\n");
        ArenaDrawing.Append(page, r);
        Table(page, ["buffer", "kind", "offset", "bytes", "first", "last"],
            r.Buffers.Select(b => new[] { b.Name, b.Kind, N(b.Offset), N(b.Bytes), N(b.First), N(b.Last) }));
        page.Append("<h2>Steps</h2>\n");
        Table(
            page,
            ["step", "phase", "operator", "kernel", "MACs", "instructions, predicted", "reads", "writes"],
            r.Steps.SelectMany(s =>
                (s.Body ?? [])
                    .Select(b => new[] { $"{b.Name}, {b.Lines} of {b.Rows} rows", "", b.Op, b.Kernel, N(b.Macs), "", "", "" })
                    .Prepend([$"{s.Index} {s.Name}", s.Phase, s.Op, s.Kernel, N(s.Macs), N(s.Instructions), N(s.Reads), N(s.Writes)])
            )
        );
        Table(
            page,
            ["trained", "role", "type", "elements", "bytes"],
            r.Trained.Select(t => new[] { t.Name, t.Role, t.Dtype, N(t.Elements), N(t.Bytes) })
        );
        return page.Append("</html>\n").ToString();
    }

    private static void Table(StringBuilder page, string[] head, IEnumerable<string[]> rows)
    {
        page.Append("<table><tr>").AppendJoin("", head.Select(h => $"<th>{Text(h)}</th>")).Append("</tr>\n");
        foreach (var row in rows)
        {
            page.Append("<tr>").AppendJoin("", row.Select(c => $"<td>{Text(c)}</td>")).Append("</tr>\n");
        }

        page.Append("</table>\n");
    }

    private static string N(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Text(string value) => WebUtility.HtmlEncode(value);
}
