// `tinyengine plan`: the memory tables of an emitted folder again, and the picture of its arena.

using System.CommandLine;
using System.Globalization;
using TinyEngine.Compiler;
using TinyEngine.Experiments;
using TinyEngine.Ir;

namespace TinyEngine.Cli;

/// <summary>The plan command.</summary>
internal static class PlanCommand
{
    private static readonly Argument<string> Folder = new("DIR") { Description = "folder that compile emitted" };
    private static readonly Option<string?> Plot = new("--plot")
    {
        Description = "draw the arena as a .png or .svg file: buffers over steps and bytes",
        HelpName = "FILE",
    };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new DocumentedCommand("plan", "show the memory plan of a compiled model again: picture and tables",
            "tinyengine plan out/keywords --plot arena.svg", ("Picture", [Plot])) { Folder };
        command.SetAction(result => Terminal.Run(result, result.GetValue(Folder)!, terminal => Run(result, terminal)));
        return command;
    }

    private static void Run(ParseResult parsed, Terminal terminal)
    {
        string folder = parsed.GetValue(Folder)!;
        if (new CommandFiles().ReadsEmitted(folder).Writes(Plot, parsed, OutputKind.Picture).Problems().ToList() is { Count: > 0 } problems)
        {
            throw new DiagnosticException(problems);
        }

        var plan = Experiment.Open(folder).Plan;
        if (parsed.GetValue(Plot) is { } path)
        {
            ArenaPlot.Save(plan, path);
        }

        terminal.Result(plan.ToJson(), () => Lines(plan));
    }

    private static IEnumerable<string> Lines(PlanReport p)
    {
        var c = CultureInfo.InvariantCulture;
        yield return $"{p.Model} for {p.Target}; {p.Numerics}";
        yield return "";
        yield return string.Create(c, $"SRAM  {p.Sram.Total,11:N0} of {p.Sram.Budget:N0}");
        (string Name, long Bytes)[] rows =
        [
            ("arena", p.Sram.Arena),
            ("trained parameters", p.Sram.Trained),
            ("state", p.Sram.State),
            ("tables", p.Sram.Tables),
            ($"stack ({p.Sram.StackSource})", p.Sram.Stack),
        ];
        foreach (var (name, bytes) in rows)
        {
            yield return string.Create(c, $"  {bytes,13:N0}  {name}");
        }

        yield return string.Create(c, $"  the arena's lower bound is {p.Sram.LowerBound:N0}, the largest sum of live bytes in this order");
        if (p.Sram.ProvenBound is { } proven)
        {
            yield return string.Create(c, $"  the least arena of this order, as the solver proved, is {proven:N0}");
        }

        yield return string.Create(c, $"flash {p.Flash.Total,11:N0} of {p.Flash.Budget:N0}");
        yield return string.Create(c, $"  {p.Flash.Weights,13:N0}  weights");
        yield return string.Create(c, $"  {p.Flash.Tables,13:N0}  tables");
        yield return string.Create(c, $"  {p.Flash.Code,13:N0}  code ({p.Flash.CodeSource})");
        yield return "";
        yield return $"{"offset",9} {"bytes",9}  {"steps",-9} {"kind",-10} buffer";
        foreach (var b in p.Buffers.OrderBy(b => b.First).ThenBy(b => b.Offset))
        {
            yield return string.Create(c, $"{b.Offset,9:N0} {b.Bytes,9:N0}  {$"{b.First}-{b.Last}",-9} {b.Kind,-10} {b.Name}");
        }

        yield return "";
        yield return $"{"step",5} {"live",9} {"MACs",11}  {"phase",-8} {"operator",-18} node";
        foreach (var s in p.Steps)
        {
            long live = p.Buffers.Where(b => b.First <= s.Index && s.Index <= b.Last).Sum(b => b.Bytes);
            yield return string.Create(c, $"{s.Index,5} {live,9:N0} {s.Macs,11:N0}  {s.Phase,-8} {s.Op,-18} {s.Name}");
            foreach (var b in s.Body ?? [])
            {
                yield return string.Create(c, $"{"",15} {b.Macs,11:N0}  {"",-8}   {b.Op,-16} {b.Name}, {b.Lines} of {b.Rows} rows");
            }
        }

        string[] heading = p.Trained.Count > 0 ? ["", "trained parameters"] : [];
        foreach (string line in heading)
        {
            yield return line;
        }

        foreach (var t in p.Trained)
        {
            yield return string.Create(c, $"  {t.Bytes,9:N0} bytes  {t.Elements:N0} of {t.Of:N0} {t.Dtype} {t.Role}  {t.Name}");
        }
    }
}
