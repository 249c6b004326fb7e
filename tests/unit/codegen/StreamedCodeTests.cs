// The C of regions: one model several times in one image, without regions and with its first layers as a region. All give the same bytes
// in inference and training, under the sanitizers, and inference gives those of the interpreter.

using System.Globalization;
using TinyEngine.Codegen.C;
using TinyEngine.Compiler;
using TinyEngine.Image;
using TinyEngine.Ir;
using TinyEngine.Passes;
using TinyEngine.Tests.Models;

namespace TinyEngine.Tests.Codegen;

public sealed class StreamedCodeTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tinyengine-streamed-");

    /// <summary>The layers of a region, null for the regions that the planner finds, and who holds the input.</summary>
    private static readonly (int? Layers, string Input)[] Forms =
    [
        (null, ""),
        (null, StreamedProgram.ByRows),
        (null, StreamedProgram.ByCaller),
        (2, ""),
        (3, ""),
        (3, StreamedProgram.ByCaller),
        (4, ""),
    ];

    public static TheoryData<string> Odd => [.. StreamedModels.All.Keys];

    public void Dispose() => folder.Delete(recursive: true);

    [CompilerTheory("gcc")]
    [MemberData(nameof(Odd))]
    public void Regions_of_odd_shapes_compute_the_same(string model) => Same([(StreamedModels.All[model], TrainMode.Parse("full"))]);

    [CompilerTheory("gcc")]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Regions_of_quantized_networks_compute_the_same(int part) =>
        Same([
            .. Enumerable
                .Range(0, 12)
                .Where(seed => seed % 3 == part)
                .Select(seed => new RandomNetwork(seed).Quantized(new QuantizerChoice(false, false, true) { Symmetric = true }).Bytes)
                .Select(model => (model, Trains(model) ? TrainMode.Parse("full") : TrainMode.None)),
        ]);

    [CompilerFact("gcc")]
    public void Ring_that_is_a_row_short_gives_other_bytes()
    {
        var planned = Compile("whole", StreamedModels.All["bottleneck"], TrainMode.None, 0)!.Graph;
        var streamed = Compile("short_ring", StreamedModels.All["bottleneck"], TrainMode.None, 3)!.Graph;
        var region = streamed.Nodes.Single(n => n.Body is not null);
        int[] lines = region.Attributes.Ints(StreamOp.LinesName);
        lines[Array.IndexOf(lines, 3)]--;
        var fault = region with { Attributes = region.Attributes.With(StreamOp.LinesName, lines) };
        foreach (var graph in new[] { planned, streamed with { Nodes = streamed.Nodes.Replace(region, fault) } })
        {
            Write(CPrinter.Print(ModelImage.Of(graph, RateSchedule.Constant), OperatorSet.Core));
        }

        Assert.Contains("differ", Run([("whole", ["short_ring"], false)]), StringComparison.Ordinal);
    }

    [CompilerTheory("gcc")]
    [InlineData("full")]
    [InlineData("last:1")] // the rows are read by frozen steps
    public void Row_that_the_caller_does_not_hand_out_ends_the_call(string train)
    {
        Write(Compile("net", StreamedModels.All["bottleneck"], TrainMode.Parse(train), 3, input: StreamedProgram.ByRows)!.Files);
        Assert.Equal("", RunMain(StreamedProgram.Broken("net")));
    }

    [Fact]
    public void Text_of_a_region_equals_golden()
    {
        var compilation = Compile("block", StreamedModels.All["bottleneck with a skip"], TrainMode.Parse("last:2"), 4, "cortex-m7")!;
        string text = compilation.Files.Single(f => f.Path == "block.c").Content;
        int start = text.IndexOf("/* Memory map", StringComparison.Ordinal),
            end = text.IndexOf("extern const", StringComparison.Ordinal);
        Golden.Equal(Golden.Beside("block.c.golden"), text[start..end]);
    }

    [Fact]
    public void Nodes_of_regions_in_their_places_are_the_graph_before()
    {
        foreach (byte[] model in StreamedModels.All.Values)
        {
            var passes = new Dictionary<string, Graph>();
            _ = ModelCompiler.Compile(
                model,
                Options("m", TrainMode.Parse("full"), 2, "host") with
                {
                    AfterPass = (pass, g) => passes[pass] = g,
                }
            );
            var (before, formed) = (passes[Pipeline.LastOrdered], passes["stream-rows"]);
            Assert.Contains(formed.Nodes, n => n.Body is not null);
            Assert.DoesNotContain(StreamOp.Inlined(formed).Nodes, n => n.Body is not null);
            Assert.Equal(Printer.Print(before with { Stage = Stage.Selected }), Printer.Print(StreamOp.Inlined(formed)));
        }
    }

    [Fact]
    public void Report_of_a_region_counts_what_its_nodes_count()
    {
        var (plain, streamed) = (Report(0), Report(3));
        Assert.Equal(
            plain.Layers.Select(l => (l.Index, l.Name, l.Parameters, l.Macs)),
            streamed.Layers.Select(l => (l.Index, l.Name, l.Parameters, l.Macs))
        );
        Assert.Equal((plain.Macs, plain.Analytic), (streamed.Macs, streamed.Analytic));
        Assert.Equal((plain.Flash.Weights, plain.Flash.Tables), (streamed.Flash.Weights, streamed.Flash.Tables));
        Assert.True(streamed.Flash.Code > plain.Flash.Code);
        Assert.Equal(plain.TrainedLayers, streamed.TrainedLayers);
        Assert.Single(streamed.Buffers, b => b.Kind == "lines");
        Assert.Equal(plain.Buffers.Count(b => b.Kind == "mask"), streamed.Buffers.Count(b => b.Kind == "mask"));

        PlanReport Report(int layers) => Compile("m", StreamedModels.All["bottleneck"], TrainMode.Parse("bias:3"), layers)!.Report!;
    }

    private void Same(IReadOnlyList<(byte[] Model, TrainMode Mode)> models)
    {
        var groups = new List<(string, string[], bool)>();
        var expected = new List<string>();
        int regions = 0;
        for (int i = 0; i < models.Count; i++)
        {
            string whole = $"m{i}_whole";
            var plain = Compile(whole, models[i].Model, models[i].Mode, 0)!;
            Write(plain.Files);
            var names = new List<string>();
            foreach (var (layers, input) in Forms)
            {
                string name = $"m{i}_{layers?.ToString(CultureInfo.InvariantCulture) ?? "auto"}{input}";
                if (Compile(name, models[i].Model, models[i].Mode, layers, input: input) is { } streamed)
                {
                    Write(streamed.Files);
                    names.Add(name);
                    regions += streamed.Graph.Nodes.Count(n => n.Body is not null);
                }
            }

            groups.Add((whole, [.. names], plain.Graph.Trains));
            expected.Add(Inferred(plain.Graph));
        }

        Assert.True(regions >= models.Count, $"{regions} regions in {models.Count} models");
        Assert.Equal(string.Concat(expected), Run(groups));
    }

    private static bool Trains(byte[] model)
    {
        try
        {
            return ModelCompiler.Compile(model, Options("m", TrainMode.Parse("full"), 0, "host")).Graph.Trains;
        }
        catch (DiagnosticException)
        {
            return false;
        }
    }

    /// <summary>The output of the interpreter for the sample that the program gives to inference.</summary>
    private static string Inferred(Graph graph)
    {
        var interpreter = new Interpreter(Numerics.For(graph.Target));
        var input = graph.Inputs[0];
        interpreter[input] = new Tensor(input.Type, [.. Enumerable.Range(0, (int)input.Type.Count).Select(i => Element(i))]);
        interpreter.Infer(graph);
        return Convert.ToHexStringLower(interpreter[graph.Outputs[0]].ToBytes()) + "\n";
    }

    private static double Element(int i) => (float)((i * 37 % 101) - 50) / 32;

    private string Run(IReadOnlyList<(string Whole, string[] Names, bool Trains)> groups) => RunMain(StreamedProgram.Print(groups));

    private string RunMain(string main)
    {
        File.WriteAllText(Path.Combine(folder.FullName, "main.c"), main);
        string flags = $"{SanitizingCompiler.Strict} -O1 -fsanitize=address,undefined -fno-sanitize-recover=all";
        Assert.Equal("", RowProgram.Run(folder.FullName, "sh", "-c", $"gcc {flags} *.c runtime/*.c -o main"));
        return RowProgram.Run(folder.FullName, Path.Combine(folder.FullName, "main"));
    }

    private void Write(IReadOnlyList<EmittedFile> files)
    {
        foreach (var file in files.Where(f => !f.Path.StartsWith("firmware/", StringComparison.Ordinal)))
        {
            string path = Path.Combine(folder.FullName, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, file.Content);
        }
    }

    /// <summary>The compilation; null where these layers form no region.</summary>
    private static Compilation? Compile(string name, byte[] model, TrainMode mode, int? layers, string target = "host", string input = "")
    {
        try
        {
            return ModelCompiler.Compile(
                model,
                Options(name, mode, layers, target) with
                {
                    InputRows = input == StreamedProgram.ByRows,
                    CallerInput = input == StreamedProgram.ByCaller,
                }
            );
        }
        catch (DiagnosticException e) when (e.Diagnostics.All(d => d.Code == "TE0604"))
        {
            return null;
        }
    }

    private static CompileOptions Options(string name, TrainMode mode, int? layers, string target) =>
        new()
        {
            Name = name,
            Target = Target.Find(target)!,
            Train = mode,
            PatchLayers = layers,
            Io = BoundaryType.Float32,
            SramBudget = 1 << 22,
            FlashBudget = 1 << 22,
        };
}
