// The proposals for a model that does not fit: every variant compiles within the budgets, with the bytes that it names, and is the
// largest of its kind; variants that train most come first.

using System.Globalization;
using System.Text.RegularExpressions;
using TinyEngine.Cli;
using TinyEngine.Compiler;
using TinyEngine.Ir;
using TinyEngine.Tests.Training;

namespace TinyEngine.Tests.Planning;

public sealed partial class ProposalTests
{
    private static readonly CompileOptions Roomy = new() { Name = "m", SramBudget = 1 << 22, FlashBudget = 1 << 23 };

    /// <summary>Eight dense layers: each trained one costs SRAM.</summary>
    private static byte[] Layers => SmallNetworks.Dense(1, 24, 24, 24, 24, 24, 24, 24, 24, 4);

    [Theory]
    [InlineData("full", 0.7)]
    [InlineData("full", 0.4)]
    [InlineData("last:5", 0.5)]
    [InlineData("bias:6", 0.98)]
    public void Proposals_fit_and_are_the_largest(string mode, double share)
    {
        var options = Roomy with { Train = TrainMode.Parse(mode) };
        long needed = ModelCompiler.Compile(Layers, options).Report!.Sram.Total;
        var budget = options with { SramBudget = (long)(share * needed) };
        var (listed, text) = Proposed(Layers, budget);
        Assert.NotEmpty(listed);
        Assert.DoesNotContain("--classes", text);
        Assert.DoesNotContain("int8", text); // the model has no codes
        var learned = new List<long>();
        foreach (var (arguments, sram) in listed)
        {
            var report = ModelCompiler.Compile(Layers, With(budget, arguments)).Report!;
            Assert.Equal(sram, report.Sram.Total);
            learned.Add(report.Trained.Sum(t => t.Elements));
            if (
                Mode().Match(arguments) is { Success: true } match
                && int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture) is var k
            )
            {
                string next = arguments.Replace(match.Value, $"{match.Groups[1].Value}:{k + 1}", StringComparison.Ordinal);
                Assert.Throws<DiagnosticException>(() => ModelCompiler.Compile(Layers, With(budget, next)));
            }
        }

        Assert.Equal(learned.OrderDescending(), learned);
        Assert.Contains(listed, l => l.Arguments == "--train none");
    }

    [SharedFact]
    public void Quantized_model_is_offered_what_only_it_can_have()
    {
        byte[] model = SharedModels.Model("dscnn-kws-int8-qdq");
        var budget = Roomy with { Train = TrainMode.Full, SramBudget = 64 * 1024 };
        var (listed, _) = Proposed(model, budget);
        Assert.Contains(listed, l => l.Arguments.Contains("--gradients int8", StringComparison.Ordinal));
        Assert.All(listed, l => Assert.Equal(l.Sram, ModelCompiler.Compile(model, With(budget, l.Arguments)).Report!.Sram.Total));
    }

    [Fact]
    public void Nothing_that_fits_is_said_with_the_least()
    {
        var failure = Assert.Throws<DiagnosticException>(() => ModelCompiler.Compile(Layers, Roomy with { SramBudget = 8 }));
        var note = failure.Diagnostics[^1].Spelled(CommandOptions.Spelled);
        Assert.Equal("TE0504", note.Code);
        Assert.Contains("the smallest, --train none --input caller needs", note.Message);
    }

    [SharedFact]
    public void Peak_counts_shared_bytes_once_and_says_how_many_values_it_leaves_out()
    {
        var options = Roomy with { Train = TrainMode.Full, SramBudget = 1024 };
        var plan = ModelCompiler.Compile(SharedModels.Model("mbv2-w0.35-int8-qdq"), options with { StopAfter = "plan-memory" }).Graph.Plan!;
        string text = Assert
            .Throws<DiagnosticException>(() => ModelCompiler.Compile(SharedModels.Model("mbv2-w0.35-int8-qdq"), options))
            .Diagnostics[0]
            .Message;
        long Sum(Regex what) =>
            what.Matches(text).Sum(m => long.Parse(m.Groups[1].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture));
        long values = Sum(Bytes()) - Sum(Overlaid()),
            rest = Sum(More());
        Assert.InRange(values + rest, plan.LowerBound - (8 * plan.Placements.Length), plan.ArenaBytes);
        Assert.True(rest > 0, text);
    }

    private static (List<(string Arguments, long Sram)> Listed, string Text) Proposed(byte[] model, CompileOptions budget)
    {
        var failure = Assert.Throws<DiagnosticException>(() => ModelCompiler.Compile(model, budget));
        var note = failure.Diagnostics[^1].Spelled(CommandOptions.Spelled);
        Assert.Equal("TE0503", note.Code);
        return (
            [
                .. Variant()
                    .Matches(note.Message)
                    .Select(m =>
                        (m.Groups[1].Value, long.Parse(m.Groups[2].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture))
                    ),
            ],
            note.Message
        );
    }

    private static CompileOptions With(CompileOptions options, string arguments)
    {
        string[] words = arguments.Split(' ');
        for (int i = 0; i < words.Length; i += 2)
        {
            options = (words[i], words[i + 1]) switch
            {
                ("--train", var mode) => options with { Train = TrainMode.Parse(mode) },
                ("--input", "caller") => options with { CallerInput = true },
                ("--gradients", "int8") => options with { Gradients = DType.I8 },
                ("--head", "int8") => options with { QuantizedHead = true },
                _ => throw new InvalidOperationException(arguments),
            };
        }

        return options;
    }

    [GeneratedRegex(@"(?:: |; )(--[^;]*?) needs ([0-9,]+) bytes of SRAM")]
    private static partial Regex Variant();

    [GeneratedRegex(@"(last|bias):(\d+)")]
    private static partial Regex Mode();

    [GeneratedRegex(@" \(([0-9,]+)(?:, [0-9,]+ of [^)]*)?\)")]
    private static partial Regex Bytes();

    [GeneratedRegex(@"\([0-9,]+, ([0-9,]+) of them overlaid")]
    private static partial Regex Overlaid();

    [GeneratedRegex(@"and [0-9]+ more \(([0-9,]+) bytes\)")]
    private static partial Regex More();
}
