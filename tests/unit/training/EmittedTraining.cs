// A compiled model whose emitted C trains on the host and whose planned graph the interpreter trains on the same samples.

using TinyEngine.Compiler;
using TinyEngine.Device;
using TinyEngine.Image;
using TinyEngine.Ir;

namespace TinyEngine.Tests.Training;

/// <summary>One training sample: real inputs, and a class or a target vector (or neither).</summary>
internal sealed record Sample(float[] X, int Class = 0, float[]? Target = null);

/// <summary>A model in a folder of its own.</summary>
internal sealed class EmittedTraining : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tinyengine-training-");

    public EmittedTraining(byte[] model, CompileOptions options)
    {
        var compilation = ModelCompiler.Compile(model, options);
        OutputFolder.Write(compilation.Files, folder.FullName);
        (Graph, Plan) = (compilation.Graph, compilation.Report!);
    }

    /// <summary>Options for the host.</summary>
    public static CompileOptions Options { get; } = new()
    {
        Name = "net",
        Target = Target.Find("host")!,
        Train = TrainMode.Parse("full"),
        SramBudget = 1 << 24,
        FlashBudget = 1 << 24,
    };

    public Graph Graph { get; }

    public PlanReport Plan { get; }

    public string Folder => folder.FullName;

    /// <summary>Losses of the steps, and all trained parameters in their stored form at the end.</summary>
    public async Task<(float[] Losses, byte[] Trained)> RunAsync(IReadOnlyList<Sample> samples, float lr)
    {
        var inputs = samples.SelectMany(s => s.X.SelectMany(BitConverter.GetBytes)).ToArray();
        var targets = samples[0].Target is null ? null : samples.SelectMany(s => s.Target!).ToArray();
        RunCommand[] commands =
        [
            .. samples.Select((s, i) => new RunCommand(RunCommandKind.Train, i, targets is null ? s.Class : i, lr)),
            new(RunCommandKind.SaveWeights),
        ];
        var tools = new Toolchain();
        var result = await new Session(tools, TimeSpan.FromMinutes(2)).RunAsync(
            await HostBuild.RunAsync(Folder, tools),
            new RunRequest(7, [inputs], 0, commands, null, targets)
        );
        return ([.. result.Steps.Select(s => s.Loss)], result.WeightsOut);
    }

    /// <summary>An interpreter at the factory weights.</summary>
    public Interpreter Start()
    {
        var interpreter = new Interpreter(Numerics.For(Graph.Target));
        foreach (var counter in Graph.OfKind(ValueKind.State))
        {
            interpreter[counter] = new Tensor(counter.Type, [7, 0]);
        }

        return interpreter;
    }

    /// <summary>One step; returns the loss.</summary>
    public float Step(Interpreter interpreter, Sample sample, float lr)
    {
        interpreter[Graph.Inputs[0]] = new Tensor(Graph.Inputs[0].Type, [.. sample.X.Select(v => (double)v)]);
        foreach (var argument in Graph.TrainInputs)
        {
            double[] data =
                argument.Name == "lr" ? [lr]
                : sample.Target is { } target ? [.. target.Select(v => (double)v)]
                : [sample.Class];
            interpreter[argument] = new Tensor(argument.Type, data);
        }

        return (float)interpreter.TrainStep(Graph)[Graph.TrainOutputs[0]].Data[0];
    }

    /// <summary>All trained parameters of an interpreter as the device stores them.</summary>
    public byte[] Stored(Interpreter interpreter) => [.. StateLayout.Of(Graph).Trained.SelectMany(m => interpreter[m.Value].ToBytes())];

    public void Dispose() => folder.Delete(recursive: true);
}
