// buffers[] of plan.json tells enough to judge the placement: its bound follows from it, and no bytes are shared but those it declares.

using System.Text.Json.Nodes;
using TinyEngine.Compiler;
using TinyEngine.Ir;

namespace TinyEngine.Tests.Planning;

public sealed class BufferTests
{
    private static readonly CompileOptions Roomy = new()
    {
        Name = "m",
        SramBudget = 1L << 40,
        FlashBudget = 1L << 40,
    };

    /// <summary>Models that are always there, by name.</summary>
    public static TheoryData<string> StandIns => new([.. StandInModels.All.Keys]);

    /// <summary>The shared models; one for every combination would print too many lines.</summary>
    public static TheoryData<string> Shared => new(SharedModels.All);

    [Theory]
    [MemberData(nameof(StandIns))]
    public void Stand_ins_lie_at_the_bound_that_their_buffers_tell(string name) => Check(StandInModels.All[name](), [null], 1.12);

    [SharedTheory]
    [MemberData(nameof(Shared))]
    public void Shared_models_lie_at_the_bound_that_their_buffers_tell(string name)
    {
        string family = string.Join('-', name.Split('-')[..^2]);
        string[] schemes = [.. Directory.EnumerateFiles(Path.Combine(SharedModels.Root, "samples", "schemes"), "*.yaml").Order()];
        var fitting = name.EndsWith("-int8-qdq", StringComparison.Ordinal)
            ? schemes.Where(s => Path.GetFileName(s).StartsWith(family, StringComparison.Ordinal))
            : [];
        Check(SharedModels.Model(name), [null, .. fitting], 1.02);
    }

    [Fact]
    public void A_buffer_moved_by_a_few_bytes_is_found()
    {
        string text = Plan(StandInModels.All["separable chain"](), Roomy with { Train = TrainMode.None });
        var plan = JsonNode.Parse(text)!;
        var buffers = plan["buffers"]!.AsArray().ToDictionary(b => (string)b!["name"]!, b => b!);
        var grown = buffers.Values.First(b =>
            b["over"] is { } over
            && (long)b["lead"]! > 0
            && (long)b["offset"]! + (long)b["lead"]! == (long)buffers[(string)over!]["offset"]!
        );
        grown["offset"] = (long)grown["offset"]! + 8;
        Assert.Empty(new PlanText(text).Faults());
        Assert.Contains(new PlanText(plan.ToJsonString()).Faults(), f => f.Contains("shares bytes", StringComparison.Ordinal));
    }

    /// <summary>
    /// Checks the plans of all modes, those of the command line and schemes; an arena may be <paramref name="most"/> times its bound. In
    /// small models one lead is many percent.
    /// </summary>
    private static void Check(byte[] model, IEnumerable<string?> schemes, double most)
    {
        var modes = schemes.SelectMany(s =>
            s is null
                ? new[] { "none", "head", "bias:3", "last:3", "full" }.Select(TrainMode.Parse)
                : [new TrainMode(Path.GetFileName(s), SchemeFile.Parse(File.ReadAllText(s), s))]
        );
        var variants = modes.SelectMany(m => Formats(m).Select(g => (Mode: m, Gradients: g)));
        var faults = variants.AsParallel().AsOrdered().SelectMany(v => Faults(model, v.Mode, v.Gradients, most)).ToList();
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    /// <summary>The formats of gradients; schemes are made for the smallest.</summary>
    private static DType[] Formats(TrainMode mode) =>
        mode.Scheme is null ? [DType.F32]
        : mode.Scheme.Parts.Length > 0 ? [DType.I8]
        : [DType.F32, DType.I16, DType.I8];

    private static IEnumerable<string> Faults(byte[] model, TrainMode mode, DType gradients, double most)
    {
        PlanText plan;
        try
        {
            plan = new PlanText(Plan(model, Roomy with { Train = mode, Gradients = gradients }));
        }
        catch (DiagnosticException)
        {
            return []; // The model does not train in this way.
        }

        return plan.Faults()
            .Concat(plan.RecomputedBound() == plan.LowerBound ? [] : [$"bound {plan.LowerBound}, recomputed {plan.RecomputedBound()}"])
            .Concat(plan.Arena <= most * plan.LowerBound ? [] : [$"arena {plan.Arena}, bound {plan.LowerBound}"])
            .Select(f => $"{mode.Text} {gradients}: {f}");
    }

    private static string Plan(byte[] model, CompileOptions options) => ModelCompiler.Compile(model, options).Report!.ToJson();
}
