// The picture of the memory of a model over time, as report.html and plots show it: boxes of buffers over the steps of their lives, bands
// of trained parameters, state and stack above the arena, phases, regions, and the step in which most of the arena is in use. Addresses
// are in KiB.

using System.Globalization;
using TinyEngine.Ir;

namespace TinyEngine.Compiler;

/// <summary>A rectangle: steps from <paramref name="First"/> to before <paramref name="End"/>, addresses in KiB.</summary>
public sealed record PictureBox(string Name, string Kind, string Colour, int First, int End, double From, double To);

/// <summary>The name of a box in its middle: step and address there, and whether it runs from bottom to top.</summary>
public sealed record PictureLabel(string Text, double Step, double Address, bool IsUpright);

/// <summary>Consecutive steps of one phase: forward, predict or train; a phase may come more than once.</summary>
public sealed record PicturePhase(string Name, int First, int End);

/// <summary>The step of a region, whose layers run row by row.</summary>
public sealed record PictureRegion(string Name, int Step);

/// <summary>The picture.</summary>
/// <param name="Buffers">Boxes in the arena, the largest first, so that smaller ones lie on top.</param>
/// <param name="Bands">Boxes above the arena that live always.</param>
/// <param name="Phases">Phases in order.</param>
/// <param name="Regions">Regions in order.</param>
/// <param name="PeakStep">The first step in which most bytes of the arena are in use.</param>
/// <param name="PeakKib">Those bytes in KiB; bytes that buffers share count once.</param>
public sealed record ArenaPicture(
    IReadOnlyList<PictureBox> Buffers,
    IReadOnlyList<PictureBox> Bands,
    IReadOnlyList<PicturePhase> Phases,
    IReadOnlyList<PictureRegion> Regions,
    int PeakStep,
    double PeakKib
)
{
    /// <summary>The colour of regions (#rrggbb), that of their line buffers.</summary>
    public static readonly string RegionColour = BufferReport.Kinds.Single(k => k.Kind == "lines").Colour;

    private const double Kib = 1024,
        CharacterWidth = 6.5,
        LineHeight = 13;

    /// <summary>Steps of the picture, 1 at least.</summary>
    public int Steps => Phases[^1].End;

    /// <summary>KiB of the arena.</summary>
    public required double Arena { get; init; }

    /// <summary>KiB of the arena and the bands, above 0.</summary>
    public required double Height { get; init; }

    /// <summary>The name and operator of the peak step, with its bytes.</summary>
    public required string PeakText { get; init; }

    /// <summary>What colours mean: the kinds of the buffers in the picture, and the bands.</summary>
    public IEnumerable<(string Name, string Colour)> Legend =>
        BufferReport.Kinds.Where(k => Buffers.Any(b => b.Kind == k.Kind)).Concat(Bands.Select(b => (b.Kind, b.Colour)));

    /// <summary>Phases, each with the row of its name: one further down where the name before it is longer than its phase.</summary>
    /// <param name="stepWidth">Pixels of a step.</param>
    public IReadOnlyList<(PicturePhase Phase, int Row)> PhaseNames(double stepWidth)
    {
        var ends = new List<double>();
        var names = new List<(PicturePhase Phase, int Row)>();
        foreach (var phase in Phases)
        {
            double from = phase.First * stepWidth,
                end = from + (phase.Name.Length + 1) * CharacterWidth;
            int row = ends.FindIndex(e => e <= from);
            if (row < 0)
            {
                (row, ends) = (ends.Count, [.. ends, end]);
            }

            ends[row] = end;
            names.Add((phase, row));
        }

        return names;
    }

    /// <summary>The names that fit in their boxes, of large boxes before small ones; none lies over another.</summary>
    /// <param name="stepWidth">Pixels of a step.</param>
    /// <param name="kibHeight">Pixels of a KiB.</param>
    public IEnumerable<PictureLabel> Labels(double stepWidth, double kibHeight)
    {
        var placed = new List<(double X, double Y, double Width, double Height)>();
        foreach (var box in Bands.Concat(Buffers))
        {
            double width = (box.End - box.First) * stepWidth,
                height = (box.To - box.From) * kibHeight,
                length = box.Name.Length * CharacterWidth + 6;
            bool isLevel = width >= length && height >= LineHeight;
            var label = new PictureLabel(box.Name, (box.First + box.End) / 2.0, (box.From + box.To) / 2, !isLevel);
            var (x, y) = (label.Step * stepWidth, label.Address * kibHeight);
            var (w, h) = isLevel ? (length, LineHeight) : (LineHeight, length);
            bool isFree = placed.All(p => Math.Abs(p.X - x) * 2 >= p.Width + w || Math.Abs(p.Y - y) * 2 >= p.Height + h);
            if (width >= w && height >= h && isFree)
            {
                placed.Add((x, y, w, h));
                yield return label;
            }
        }
    }

    /// <summary>The picture of a report.</summary>
    public static ArenaPicture Of(PlanReport plan)
    {
        int steps = Math.Max(1, plan.Steps.Count);
        var phases = new List<PicturePhase>();
        foreach (var step in plan.Steps)
        {
            if (phases.Count > 0 && phases[^1].Name == step.Phase)
            {
                phases[^1] = phases[^1] with { End = step.Index + 1 };
            }
            else
            {
                phases.Add(new PicturePhase(step.Phase, step.Index, step.Index + 1));
            }
        }

        double top = plan.Sram.Arena / Kib;
        var bands = new List<PictureBox>();
        (string Name, long Bytes, string Colour)[] rest =
        [
            ("trained", plan.Sram.Trained, "#e7298a"),
            ("state", plan.Sram.State + plan.Sram.Tables, "#a6761d"),
            ("stack", plan.Sram.Stack, "#1f78b4"),
        ];
        foreach (var (name, bytes, colour) in rest.Where(r => r.Bytes > 0))
        {
            string text = string.Create(CultureInfo.InvariantCulture, $"{name} {bytes / Kib:0.0} KiB");
            bands.Add(new PictureBox(text, name, colour, 0, steps, top, top += bytes / Kib));
        }

        var used = Enumerable.Range(0, steps).Select(s => Used(plan, s)).ToList();
        int peak = used.IndexOf(used.Max());
        string at = plan.Steps.Count == 0 ? "" : $" in step {peak}, {plan.Steps[peak].Name} ({plan.Steps[peak].Op})";
        return new ArenaPicture(
            [
                .. plan
                    .Buffers.OrderByDescending(b => b.Bytes)
                    .Select(b => new PictureBox(
                        b.Name,
                        b.Kind,
                        b.Colour(),
                        b.First,
                        b.Last + 1,
                        b.Offset / Kib,
                        (b.Offset + b.Bytes) / Kib
                    )),
            ],
            bands,
            phases.Count > 0 ? phases : [new PicturePhase("forward", 0, steps)],
            [.. plan.Steps.Where(s => s.Op == StreamOp.Op.Name).Select(s => new PictureRegion(s.Name, s.Index))],
            peak,
            used[peak] / Kib
        )
        {
            Arena = plan.Sram.Arena / Kib,
            Height = Math.Max(1 / Kib, top),
            PeakText = string.Create(CultureInfo.InvariantCulture, $"peak: {used[peak] / Kib:0.0} KiB{at}"),
        };
    }

    private static long Used(PlanReport plan, int step)
    {
        long used = 0,
            end = 0;
        foreach (var b in plan.Buffers.Where(b => b.First <= step && step <= b.Last).OrderBy(b => b.Offset))
        {
            used += Math.Max(0, b.Offset + b.Bytes - Math.Max(end, b.Offset));
            end = Math.Max(end, b.Offset + b.Bytes);
        }

        return used;
    }
}
