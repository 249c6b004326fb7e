// The same training step in PyTorch: writes the fp32 form of a network, with what its scheme trains, as a description that
// torch_step.py builds and trains, and reads back how much memory that took. PyTorch is no part of the project and need not be here.

using System.Diagnostics;
using System.Text.Json;
using TinyEngine.Compiler;
using TinyEngine.Ir;

namespace TinyEngine.Benchmarks;

/// <summary>Peaks of resident memory in KiB, and the number of elements that train.</summary>
/// <param name="Imported">When PyTorch was loaded and nothing else done.</param>
/// <param name="Peak">After the steps.</param>
/// <param name="Trained">Elements of all trained parameters.</param>
internal sealed record TorchMemory(long Imported, long Peak, long Trained);

/// <summary>A training step in PyTorch.</summary>
internal static class TorchStep
{
    /// <summary>The Python of the path, and the one that Debian's packages belong to.</summary>
    private static readonly string[] Interpreters = ["python3", "/usr/bin/python3"];

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Measures the step of an fp32 model; null where no Python has PyTorch.</summary>
    /// <param name="model">The bytes of the fp32 model.</param>
    /// <param name="options">What trains.</param>
    /// <param name="root">The root of the repository.</param>
    /// <exception cref="InvalidOperationException">The step failed; the text is what Python said.</exception>
    public static TorchMemory? Measure(byte[] model, CompileOptions options, string root)
    {
        if (Interpreters.FirstOrDefault(i => Run(i, "-c", "import torch").Code == 0) is not { } python)
        {
            return null;
        }

        var folder = Directory.CreateTempSubdirectory("tinyengine-torch-");
        try
        {
            string file = Path.Combine(folder.FullName, "network.json");
            File.WriteAllText(file, Describe(ModelCompiler.Compile(model, options with { StopAfter = "select-trained" }).Graph));
            var (code, text) = Run(python, Path.Combine(root, "tests", "benchmarks", "torch_step.py"), file);
            return code == 0 ? JsonSerializer.Deserialize<TorchMemory>(text, Json)! : throw new InvalidOperationException(text);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The description: the input, constants and parameters, and nodes in order of execution.</summary>
    private static string Describe(Graph graph)
    {
        var ids = graph.Values.Select((v, i) => (v, i)).ToDictionary(p => p.v, p => p.i);
        var values = graph.OfKind(ValueKind.Constant).Concat(graph.OfKind(ValueKind.Parameter));
        var forward = graph.Nodes.Where(n => n.Phase == Phase.Forward);
        return JsonSerializer.Serialize(
            new
            {
                Input = Form(graph.Inputs[0]),
                Values = values.Select(Form),
                Nodes = forward.Select(n => new
                {
                    Op = n.Op.Name,
                    Inputs = n.Inputs.OfType<Value>().Select(v => ids[v]),
                    Output = ids[n.Output],
                    Attributes = n.Attributes.Items.ToDictionary(a => a.Key, a => a.Value),
                    Clamp = n.Clamp == ClampRange.Open ? null : new[] { Finite(n.Clamp.Min), Finite(n.Clamp.Max) },
                }),
            },
            Json
        );

        static double Finite(double bound) => Math.Clamp(bound, float.MinValue, float.MaxValue);
        object Form(Value v) =>
            new
            {
                Id = ids[v],
                Shape = v.Type.Shape.ToArray(),
                Trains = v.Kind == ValueKind.Parameter,
            };
    }

    private static (int Code, string Text) Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
            )!;
            var errors = process.StandardError.ReadToEndAsync();
            string text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, process.ExitCode == 0 ? text : errors.Result);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return (1, e.Message);
        }
    }
}
