// SRAM of each network and scheme beside its bars, from the planned graph: the arena, trained parameters, state, and the bound of
// the stack. The plan is verified; C is not printed.

using System.Diagnostics;
using System.Globalization;
using TinyEngine.Compiler;
using TinyEngine.Image;
using TinyEngine.Ir;
using TinyEngine.Passes;

namespace TinyEngine.Benchmarks;

/// <summary>The table of memory.</summary>
internal static class MemoryTable
{
    private const double KiB = 1024;
    private const string LastUnplanned = "select-kernels";
    private static readonly CultureInfo C = CultureInfo.InvariantCulture;

    /// <summary>Measures and prints the table; 1 where a model is missing, 0 otherwise, whatever the figures are.</summary>
    public static int Run()
    {
        string root = Directory.GetCurrentDirectory(),
            models = Path.Combine(root, "..", "shared", "models");
        Console.WriteLine(
            "| KiB | total | arena | above bound % | trained | state | stack | MACs made again | planning s | must | goal | moonshot |"
        );
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        int missing = 0;
        foreach (var row in MemoryRow.All())
        {
            string file = Path.Combine(models, row.Model + ".onnx");
            if (!File.Exists(file))
            {
                missing = 1;
                Console.Error.WriteLine($"{row.Name}: {file} is missing");
            }
            else if (row.InputRows)
            {
                Console.WriteLine($"| {row.Name} | not built | | | | | | | | {row.Must} | {row.Goal} | {row.Moonshot} |");
            }
            else
            {
                Console.WriteLine(Line(row, File.ReadAllBytes(file), root));
            }
        }

        return missing;
    }

    private static string Line(MemoryRow row, byte[] model, string root)
    {
        var watch = new Stopwatch();
        var options = row.Options(root) with
        {
            AfterPass = (pass, _) =>
            {
                if (pass == LastUnplanned)
                {
                    watch.Restart();
                }
            },
        };
        var graph = ModelCompiler.Compile(model, options).Graph;
        double seconds = watch.Elapsed.TotalSeconds;
        VerifyPlan.Run(graph);
        var (plan, state) = (graph.Plan!, StateLayout.Of(graph));
        long stack = Footprints.Of(options.Operators).Stack(graph.Nodes.Select(n => n.Kernel).OfType<KernelRow>().Distinct(), graph.Target);
        double total = (state.Bytes + stack) / KiB;
        string Bar(double bar) => string.Create(C, $"{bar} {(total <= bar ? "reached" : $"{total - bar:+0.0}")}");
        return string.Create(
            C,
            $"| {row.Name} | {total:0.0} | {plan.ArenaBytes / KiB:0.0} | {100.0 * plan.ArenaBytes / plan.LowerBound - 100:0.0} "
                + $"| {state.TrainedBytes / KiB:0.0} | {state.StateBytes} B | {stack} B | {Recompute.Macs(graph):N0} | {seconds:0.0} "
                + $"| {Bar(row.Must)} | {Bar(row.Goal)} | {Bar(row.Moonshot)} |"
        );
    }
}
