// mcunet-5fps learns clothing10 in every scheme, update rule and gradient type, seed by seed: test accuracy after 15 epochs of
// batch 1 with a cosine rate, by the emitted C on the host (whose bytes equal the device's). Results are kept below out/learning,
// so an interrupted table goes on where it was; delete the folder to measure anew.

using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TinyEngine.Compiler;
using TinyEngine.Device;
using TinyEngine.Experiments;
using TinyEngine.Image;

namespace TinyEngine.Benchmarks;

/// <summary>The learning table.</summary>
internal static class LearningTable
{
    private static readonly CultureInfo C = CultureInfo.InvariantCulture;

    /// <summary>Measures and prints the table, or its rows of one name.</summary>
    public static async Task<int> RunAsync(int seeds, string? name = null)
    {
        string root = Directory.GetCurrentDirectory();
        string shared = Path.Combine(root, "..", "shared");
        string model = Path.Combine(shared, "models", "mcunet-5fps-int8-qdq.onnx"),
            data = Path.Combine(shared, "data", "clothing10", "clothing10.npz");
        if (!File.Exists(model) || !File.Exists(data))
        {
            Console.Error.WriteLine("the learning table needs mcunet-5fps and clothing10 in ../shared");
            return 1;
        }

        string results = Path.Combine(root, "out", "learning");
        Directory.CreateDirectory(results);
        byte[] bytes = File.ReadAllBytes(model);
        var rows = LearningRow.All().Where(r => name is null || r.Name == name).ToList();
        var accuracies = new ConcurrentDictionary<(LearningRow Row, int Seed), double>();
        // Seed by seed, so that a table cut short has all rows.
        var work = Enumerable.Range(0, seeds).SelectMany(seed => rows.Where(r => seed < r.MaxSeeds).Select(row => (row, seed)));
        await Parallel.ForEachAsync(
            work,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            async (item, cancellation) =>
            {
                var accuracy = await AccuracyAsync(item.row, item.seed, bytes, data, root, results, cancellation);
                accuracies[item] = accuracy;
                Console.Error.WriteLine(
                    string.Create(
                        C,
                        $"{item.row.Name}, {item.row.Update}, {item.row.Gradients}, rate {item.row.Rate}, seed {item.seed}: "
                            + $"{100 * accuracy:0.0} %"
                    )
                );
            }
        );

        Console.WriteLine("| what trains | update | gradients | rate | accuracy % (seeds) | reference | difference |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
        foreach (var row in rows)
        {
            double[] values = [.. accuracies.Where(a => a.Key.Row == row).Select(a => 100 * a.Value)];
            double mean = values.Average(), deviation = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1));
            string spread = values.Length > 1 ? deviation.ToString("+- 0.0 ", C) : "";
            string difference = row.Reference is { } reference ? (mean - reference).ToString("+0.0;-0.0", C) : "";
            Console.WriteLine(
                string.Create(
                    C,
                    $"| {row.Name} | {row.Update} | {row.Gradients} | {row.Rate} | {mean:0.0} {spread}({values.Length}) | "
                        + $"{row.Reference} | {difference} |"
                )
            );
        }

        return 0;
    }

    private static async Task<double> AccuracyAsync(
        LearningRow row,
        int seed,
        byte[] model,
        string data,
        string root,
        string results,
        CancellationToken cancellation
    )
    {
        string kept = Path.Combine(results, $"{Hash(row.Key(root))}-{seed}.txt");
        if (File.Exists(kept))
        {
            return double.Parse(File.ReadAllText(kept), C);
        }

        var folder = Directory.CreateTempSubdirectory("tinyengine-learning-");
        try
        {
            string emitted = Path.Combine(folder.FullName, "model");
            OutputFolder.Write(ModelCompiler.Compile(model, row.Options(root)).Files, emitted);
            var options = new ExperimentOptions
            {
                Train = data,
                Test = data,
                Epochs = 15,
                LearningRate = row.Rate,
                Schedule = RateSchedule.Cosine,
                Seed = (uint)seed,
            };
            var result = await Experiment.Open(emitted).SimulateAsync(options, new Toolchain(), null, cancellation);
            File.WriteAllText(kept, result.AccuracyAfter!.Value.ToString("R", C));
            return result.AccuracyAfter.Value;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..12];
}
