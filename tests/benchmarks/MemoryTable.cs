// SRAM of each network and scheme beside its bars, from the planned graph: the arena, trained parameters, state, and the bound of
// the stack. The plan is verified; C is not printed. Below the table stands the memory of one of its training steps in PyTorch.

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
            else
            {
                Console.WriteLine(Line(row, File.ReadAllBytes(file), root));
            }
        }

        Torch(MemoryRow.All().First(), models, root);
        return missing;
    }

    /// <summary>The training step of a row in PyTorch, on the fp32 form of the network.</summary>
    private static void Torch(MemoryRow row, string models, string root)
    {
        string fp32 = Path.Combine(models, row.Fp32Model + ".onnx"),
            int8 = Path.Combine(models, row.Model + ".onnx");
        if (!File.Exists(fp32) || !File.Exists(int8))
        {
            Console.Error.WriteLine($"{row.Name} in PyTorch: {fp32} or {int8} is missing");
        }
        else if (TorchStep.Measure(File.ReadAllBytes(fp32), row.Options(root), root) is { } torch)
        {
            double ours = Plan(row, File.ReadAllBytes(int8), root).Total;
            long step = torch.Peak - torch.Imported;
            Console.WriteLine();
            Console.WriteLine(
                string.Create(
                    C,
                    $"The training step of {row.Name} in PyTorch ({torch.Trained:N0} elements train), peak resident memory: "
                        + $"{torch.Imported:N0} KiB after import, {torch.Peak:N0} KiB after the steps. The difference of {step:N0} KiB is "
                        + $"{step / ours:N0} times the {ours:0.0} KiB here, the whole {torch.Peak / ours:N0} times (published: over 1000)."
                )
            );
        }
        else
        {
            Console.Error.WriteLine(
                $"{row.Name} in PyTorch: not measured, no python3 has PyTorch (Debian: apt-get install python3-torch)"
            );
        }
    }

    /// <summary>The planned graph, its state, the bound of its stack, the total in KiB and the seconds of planning.</summary>
    private static (Graph Graph, StateLayout State, long Stack, double Total, double Seconds) Plan(MemoryRow row, byte[] model, string root)
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
        var state = StateLayout.Of(graph);
        long stack = Footprints.Of(options.Operators).Stack(graph);
        return (graph, state, stack, (state.Bytes + stack) / KiB, seconds);
    }

    private static string Line(MemoryRow row, byte[] model, string root)
    {
        var (graph, state, stack, total, seconds) = Plan(row, model, root);
        var plan = graph.Plan!;
        string Bar(double bar) => string.Create(C, $"{bar} {(total <= bar ? "reached" : $"{total - bar:+0.0}")}");
        return string.Create(
            C,
            $"| {row.Name} | {total:0.0} | {plan.ArenaBytes / KiB:0.0} | {100.0 * plan.ArenaBytes / plan.LowerBound - 100:0.0} "
                + $"| {state.TrainedBytes / KiB:0.0} | {state.StateBytes} B | {stack} B | {Recompute.Macs(graph):N0} | {seconds:0.0} "
                + $"| {Bar(row.Must)} | {Bar(row.Goal)} | {Bar(row.Moonshot)} |"
        );
    }
}
