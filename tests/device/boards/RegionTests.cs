// Regions on the boards: the bytes of whole maps, true reports, no store outside the state in a thousand steps, and a fault where one
// leaves the budget.

using System.IO.Compression;
using TinyEngine.Compiler;
using TinyEngine.Data;
using TinyEngine.Experiments;
using TinyEngine.Ir;
using TinyEngine.Tests.Codegen;

namespace TinyEngine.Device.Tests;

public sealed class RegionTests : IDisposable
{
    private const int Samples = 6;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tinyengine-regions-");

    public static TheoryData<string> Targets => [.. Board.All.Select(b => b.Target)];

    private string Folder => Path.Combine(folder.FullName, "net");

    private string Data
    {
        get
        {
            string path = Path.Combine(folder.FullName, "samples.npz");
            using var zip = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
            float[] x = [.. Enumerable.Range(0, Samples * 72).Select(i => ((i * 37 % 101) - 50) / 32f)];
            Add("x", NpyArray.Of(x, Samples, 2, 9, 4));
            Add("y", new NpyArray(NpyType.UInt8, [Samples], [0, 1, 2, 2, 0, 1]));
            return path;

            void Add(string entry, NpyArray array)
            {
                using var stream = zip.CreateEntry(entry + ".npy").Open();
                array.Write(stream);
            }
        }
    }

    public void Dispose() => folder.Delete(recursive: true);

    [ArmTheory]
    [MemberData(nameof(Targets))]
    public async Task Regions_give_the_bytes_of_whole_maps(string target)
    {
        var options = new ExperimentOptions { Train = Data, Test = Data, Steps = 20, Layout = SampleLayout.Nchw };
        var results = new List<ExperimentResult>();
        foreach (int layers in new[] { 0, 4 })
        {
            var experiment = Compile(target, layers);
            Assert.Equal(layers > 0, experiment.Plan.Steps.Any(s => s.Body is not null));
            results.Add(await experiment.EmulateAsync(options, new Toolchain()));
            BoardReport.IsTrue(experiment.Plan, results[^1]);
        }

        Assert.Equal(results[0].WeightsSha256, results[1].WeightsSha256);
        Assert.Equal(results[0].Loss, results[1].Loss);
        Assert.Equal(results[0].Predictions!.Data, results[1].Predictions!.Data);
    }

    [ArmTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Canaries_around_the_state_survive_a_thousand_steps(bool isPlanted)
    {
        var experiment = Compile("cortex-m7", 4);
        Guard(isPlanted);
        var options = new ExperimentOptions { Train = Data, Steps = 1000, Layout = SampleLayout.Nchw };
        if (isPlanted)
        {
            var e = await Assert.ThrowsAsync<DiagnosticException>(() => experiment.EmulateAsync(options, new Toolchain()));
            Assert.Equal(DeviceDiagnostics.RunFailed.Code, e.Code);
            return;
        }

        var device = await experiment.EmulateAsync(options, new Toolchain());
        var host = await experiment.SimulateAsync(options, new Toolchain());
        Assert.Equal(host.WeightsSha256, device.WeightsSha256);
    }

    [ArmFact]
    public async Task Store_of_a_region_beyond_the_budget_faults()
    {
        var experiment = Compile("cortex-m7", 4);
        string path = Path.Combine(Folder, "net.c"), text = File.ReadAllText(path);
        int call = text.IndexOf("_row(s, ", text.IndexOf("static void rows_", StringComparison.Ordinal), StringComparison.Ordinal);
        string far = $"_row((net_state *)((uint8_t *)s + {experiment.Plan.Sram.Budget}), ";
        File.WriteAllText(path, text[..call] + far + text[(call + "_row(s, ".Length)..]);
        var options = new ExperimentOptions { Train = Data, Steps = 1, Layout = SampleLayout.Nchw };
        var e = await Assert.ThrowsAsync<DiagnosticException>(() => experiment.EmulateAsync(options, new Toolchain()));
        Assert.Equal(DeviceDiagnostics.Fault.Code, e.Code);
    }

    private Experiment Compile(string target, int layers)
    {
        var options = new CompileOptions
        {
            Name = "net",
            Target = Target.Find(target)!,
            Train = TrainMode.Parse("full"),
            PatchLayers = layers,
        };
        OutputFolder.Write(ModelCompiler.Compile(StreamedModels.All["bottleneck with a skip"], options).Files, Folder);
        return Experiment.Open(Folder);
    }

    /// <summary>Lays words around the state that the run loop of the board tests at its end.</summary>
    private void Guard(bool isPlanted)
    {
        const string State = "TE_STATE_SECTION static MODEL(state) state;";
        const string End = "    return status == TE_RUN_OK ? write_stats(&stats) : status;";
        string path = Path.Combine(Folder, "firmware", "te_run.c"), text = File.ReadAllText(path);
        Assert.Contains(State, text, StringComparison.Ordinal);
        Assert.Contains(End, text, StringComparison.Ordinal);
        const string Guarded = """
            #if defined(__arm__)
            TE_STATE_SECTION static struct {
                uint32_t below[32];
                MODEL(state) state;
                uint32_t above[32];
            } guarded;
            #define state guarded.state
            #else
            static MODEL(state) state;
            #endif
            """;
        string fault = isPlanted ? "    ((volatile uint8_t *)guarded.above)[0] = 1;\n" : "";
        string test = $$"""
            #if defined(__arm__)
            {{fault}}    for (int i = 0; i < 32; i++) {
                    if (guarded.below[i] != 0 || guarded.above[i] != 0) {
                        return TE_RUN_MODEL_ERROR;
                    }
                }
            #endif

            """;
        File.WriteAllText(path, text.Replace(State, Guarded, StringComparison.Ordinal).Replace(End, test + End, StringComparison.Ordinal));
    }
}
