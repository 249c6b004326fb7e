// The picture of memory shows every byte of SRAM: the arena and its peak, the bands above it, phases one after the other, and names that
// can be read.

using TinyEngine.Compiler;

namespace TinyEngine.Tests.Planning;

public class ArenaPictureTests
{
    private const double StepWidth = 12,
        KibHeight = 9;

    private static readonly CompileOptions Options = new()
    {
        Name = "m",
        Train = TrainMode.Last(3),
        SramBudget = 1 << 22,
    };

    private static readonly PlanReport Plan = ModelCompiler.Compile(StandInModels.All["inverted bottlenecks"](), Options).Report!;

    [Fact]
    public void Bands_fill_the_room_between_the_arena_and_the_total()
    {
        var picture = ArenaPicture.Of(Plan);
        double top = picture.Arena;
        foreach (var band in picture.Bands)
        {
            Assert.Equal(top, band.From, 9);
            top = band.To;
        }

        Assert.Equal(Plan.Sram.Arena / 1024.0, picture.Arena, 9);
        Assert.Equal(Plan.Sram.Total / 1024.0, top, 9);
    }

    [Fact]
    public void The_peak_counts_shared_bytes_once()
    {
        var shared = Plan with
        {
            Buffers =
            [
                new BufferReport("a", "input", 0, 2048, 0, 1),
                new BufferReport("b", "activation", 1024, 2048, 1, 2),
                new BufferReport("c", "lines", 8192, 512, 2, 2),
            ],
        };
        var picture = ArenaPicture.Of(shared);
        Assert.Equal((1, 3.0), (picture.PeakStep, picture.PeakKib));
    }

    [Fact]
    public void Phases_follow_each_other_from_the_first_step_to_the_last()
    {
        var phases = ArenaPicture.Of(Plan).Phases;
        Assert.Equal("forward", phases[0].Name);
        Assert.Equal("train", phases[^1].Name);
        Assert.Equal((0, Plan.Steps.Count), (phases[0].First, phases[^1].End));
        Assert.All(phases.Zip(phases.Skip(1)), p => Assert.Equal(p.First.End, p.Second.First));
    }

    [Fact]
    public void Names_neither_leave_their_boxes_nor_lie_over_each_other()
    {
        var picture = ArenaPicture.Of(Plan);
        var labels = picture.Labels(StepWidth, KibHeight).ToList();
        Assert.NotEmpty(labels);
        Assert.All(labels, l => Assert.Contains(picture.Buffers.Concat(picture.Bands), b => b.Name == l.Text && IsIn(l, b)));
        Assert.All(labels.SelectMany((a, i) => labels.Skip(i + 1).Select(b => (a, b))), p => Assert.False(IsNear(p.a, p.b)));
        Assert.Empty(picture.Labels(0.1, 0.1));
    }

    [Fact]
    public void A_name_of_a_phase_goes_a_row_down_where_the_one_before_is_longer_than_its_phase()
    {
        var picture = ArenaPicture.Of(Plan) with { Phases = [new("forward", 0, 20), new("predict", 20, 21), new("train", 21, 60)] };
        Assert.Equal([0, 0, 1], picture.PhaseNames(10).Select(n => n.Row));
        Assert.Equal([0, 0, 0], picture.PhaseNames(100).Select(n => n.Row));
    }

    [Fact]
    public void The_steps_of_regions_are_marked()
    {
        var regions = ArenaPicture.Of(Plan).Regions;
        Assert.NotEmpty(regions);
        Assert.All(regions, r => Assert.Equal(("stream", r.Name), (Plan.Steps[r.Step].Op, Plan.Steps[r.Step].Name)));
    }

    [Fact]
    public void A_plan_without_steps_has_a_picture_too()
    {
        var picture = ArenaPicture.Of(Plan with { Steps = [], Buffers = [] });
        Assert.Equal((1, 0.0), (picture.Steps, picture.PeakKib));
    }

    private static bool IsIn(PictureLabel label, PictureBox box) =>
        box.First <= label.Step && label.Step <= box.End && box.From <= label.Address && label.Address <= box.To;

    /// <summary>True where the middles of two labels are closer than a line is high.</summary>
    private static bool IsNear(PictureLabel a, PictureLabel b) =>
        Math.Abs(a.Step - b.Step) * StepWidth < 12 && Math.Abs(a.Address - b.Address) * KibHeight < 12;
}
