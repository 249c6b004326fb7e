// Instructions of each network on each core beside the bars, counted under QEMU, and what the compiler predicted. An executed instruction
// is not a cycle: the table knows nothing of two instructions issued at once, wait states of flash, or caches.

using System.Globalization;
using System.IO.Compression;
using TinyEngine.Compiler;
using TinyEngine.Data;
using TinyEngine.Device;
using TinyEngine.Experiments;

namespace TinyEngine.Benchmarks;

/// <summary>The table of speed.</summary>
internal static class SpeedTable
{
    private const double Million = 1e6;
    private const int Steps = 3;
    private static readonly CultureInfo C = CultureInfo.InvariantCulture;

    /// <summary>
    /// Measures and prints the table, or the rows of one core; 1 where a model is missing, 0 otherwise, whatever the figures are.
    /// </summary>
    public static async Task<int> RunAsync(string? target = null)
    {
        string root = Directory.GetCurrentDirectory(),
            models = Path.Combine(root, "..", "shared", "models");
        string bars = string.Join(" | ", SpeedRow.BarNames);
        Console.WriteLine($"| million instructions | core | counted | predicted | SRAM KiB | flash KiB | {bars} |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        int missing = 0;
        foreach (var row in SpeedRow.All().Where(r => target is null || r.Target == target))
        {
            string file = Path.Combine(models, row.Model + ".onnx"),
                golden = Path.Combine(models, "golden", row.Model + ".npz");
            if (!File.Exists(file) || !File.Exists(golden))
            {
                missing = 1;
                Console.Error.WriteLine($"{row.Name}: {file} or {golden} is missing");
                continue;
            }

            Console.WriteLine(await LineAsync(row, File.ReadAllBytes(file), golden, root));
        }

        return missing;
    }

    private static async Task<string> LineAsync(SpeedRow row, byte[] model, string golden, string root)
    {
        var folder = Directory.CreateTempSubdirectory("tinyengine-speed-");
        try
        {
            string project = Path.Combine(folder.FullName, "m"),
                samples = Path.Combine(folder.FullName, "samples.npz");
            OutputFolder.Write(ModelCompiler.Compile(model, row.Options(root)).Files, project);
            WriteSamples(golden, samples);
            var experiment = Experiment.Open(project);
            bool trains = row.Train != "none";
            var options = trains
                ? new ExperimentOptions { Train = samples, Steps = Steps }
                : new ExperimentOptions { Test = samples, LimitTest = 1 };
            var cost = (await experiment.EmulateAsync(options, new Toolchain())).Cost;
            var plan = experiment.Plan;
            double counted = (trains ? cost.TrainInstructions : cost.InferenceInstructions)!.Value / Million,
                predicted = (trains ? plan.Instructions!.TrainStep!.Value : plan.Instructions!.Inference) / Million;
            var bars = SpeedRow.BarNames.Select((_, i) => i < row.Bars.Length ? Bar(counted, row.Bars[i]) : "");
            return string.Create(
                C,
                $"| {row.Name} | {row.Target} | {counted:0.00} | {predicted:0.00} "
                    + $"| {plan.Sram.Total / 1024.0:0.0} | {plan.Flash.Total / 1024.0:0} | {string.Join(" | ", bars)} |"
            );
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Bar(double counted, double bar) =>
        string.Create(C, $"{bar} {(counted <= bar ? "reached" : $"{100 * counted / bar - 100:+0} %")}");

    /// <summary>The inputs of a golden file with labels of class 0.</summary>
    private static void WriteSamples(string golden, string path)
    {
        using var npz = Npz.Open(golden);
        var x = npz.Read("x");
        int count = Math.Min(Steps, x.Shape[0]), bytes = x.Data.Length / x.Shape[0];
        using var zip = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        Add("x", x with { Shape = [count, .. x.Shape.Skip(1)], Data = x.Data.AsSpan(0, count * bytes).ToArray() });
        Add("y", new NpyArray(NpyType.UInt8, [count], new byte[count]));

        void Add(string entry, NpyArray array)
        {
            using var stream = zip.CreateEntry(entry + ".npy").Open();
            array.Write(stream);
        }
    }
}
