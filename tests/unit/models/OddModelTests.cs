// Odd models: those that are supported give ONNX Runtime's results in the emitted C, for all others there is a diagnosis. An
// internal error is never an answer.

using System.IO.Compression;
using Microsoft.ML.OnnxRuntime.Tensors;
using TinyEngine.Compiler;
using TinyEngine.Data;
using TinyEngine.Experiments;
using TinyEngine.Ir;
using TinyEngine.Passes;

namespace TinyEngine.Tests.Models;

public sealed class OddModelTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tinyengine-odd-");

    private readonly SanitizingCompiler sanitizing = new();

    public void Dispose()
    {
        folder.Delete(recursive: true);
        sanitizing.Dispose();
    }

    public static TheoryData<string> Supported => [.. OddModels.Supported.Keys];

    [Theory]
    [MemberData(nameof(Supported))]
    public async Task Supported_model_equals_OnnxRuntime(string name)
    {
        var bytes = OddModels.Supported[name]().Bytes;
        await RunsLikeOnnxRuntime(bytes);
        // Training is possible or says why not; where it is, it runs.
        foreach (var (mode, classes) in new[] { ("full", (int?)null), ("last:1", 3) })
        {
            if (Compiled(bytes, mode, classes, 1 << 20) is { } experiment)
            {
                int count = experiment.Plan.Output.Shape.Aggregate(1, (a, b) => a * b);
                var result = await experiment.SimulateAsync(
                    new ExperimentOptions
                    {
                        Train = Data(experiment.Plan.Input.Shape, new Random(1), out _, count - 1),
                        Steps = 3,
                        LearningRate = 1e-3f,
                    },
                    sanitizing.Tools
                );
                Assert.All(result.Loss, l => Assert.True(float.IsFinite(l)));
            }
        }
    }

    /// <summary>
    /// All functions of one number side by side, so that a new one is tried without a line here; those that are not defined below 0 get the
    /// magnitude of the input.
    /// </summary>
    [Fact]
    public async Task Every_function_of_one_number_equals_OnnxRuntime()
    {
        var model = new OnnxModel(20).Input("x", 1, 40).Node("Abs", "x", "magnitude");
        var names = new List<string>();
        foreach (var function in Unary.All)
        {
            foreach (var rule in function.Imports)
            {
                var x = new Ir.Tensor(TensorType.F32(Shape.Of(1)), [-0.5]);
                var node = new GraphBuilder().EmitNode(function, "f", [new Value("x", x.Type, ValueKind.Input)]);
                bool isDefined = double.IsFinite(function.Evaluate(node, [x], Numerics.Double)[0].Data[0]);
                names.Add($"f{names.Count}");
                model.Node(rule.OnnxOp, isDefined ? "x" : "magnitude", names[^1]);
            }
        }

        await RunsLikeOnnxRuntime(model.Node("Concat", string.Join(' ', names), "y", ("axis", 1)).Output("y").Bytes);
    }

    [Theory]
    [InlineData("dense of a sequence", 4)]
    [InlineData("dense with a matrix of biases", 4)]
    [InlineData("scale and bias of a sequence", 4)]
    [InlineData("weights that the file reshapes and cuts", 2)]
    [InlineData("dense with factors", 2)]
    [InlineData("flatten first", 2)]
    public void Every_weight_and_bias_of_a_perceptron_trains(string name, int parameters)
    {
        var trained = ModelCompiler.Compile(OddModels.Supported[name]().Bytes, Options("full", null, 1 << 20)).Report!.Trained;
        Assert.Equal(parameters, trained.Count);
        Assert.All(trained, t => Assert.True(t.IsValue));
    }

    [Fact]
    public void Random_weights_leave_what_normalizes_the_input()
    {
        var model = new OnnxModel()
            .Input("x", 1, 2, 4, 4)
            .Floats("s", [2], 0.25f, 4)
            .Floats("b", [2], 1, -1)
            .Floats("mean", [2], 0, 0.5f)
            .Floats("v", [2], 1, 2)
            .Node("BatchNormalization", "x s b mean v", "m")
            .Weights("w", 3, 2, 3, 3)
            .Node("Conv", "m w", "c")
            .Node("Flatten", "c", "f")
            .Weights("u", 12, 3)
            .Node("MatMul", "f u", "y")
            .Output("y");
        Value[] Constants(uint? seed) =>
            [
                .. ModelCompiler
                    .Compile(model.Bytes, Options("full", null, 1 << 20) with { InitialSeed = seed })
                    .Graph.Values.Where(v => v.Data is not null),
            ];
        var (own, random) = (Constants(null), Constants(1));
        Assert.Equal(own.Single(v => v.Name == "m.scale").Data!.Data, random.Single(v => v.Name == "m.scale").Data!.Data);
        Assert.NotEqual(own.Single(v => v.Name == "w").Data!.Data, random.Single(v => v.Name == "w").Data!.Data);
    }

    [Fact]
    public async Task Targets_that_are_vectors_are_not_needed_to_evaluate()
    {
        var options = Options("full", null, 1 << 20) with { Loss = new LossChoice(MeanLoss.Squared) };
        OutputFolder.Write(ModelCompiler.Compile(OddModels.Supported["flatten first"]().Bytes, options).Files, folder.FullName);
        var experiment = Experiment.Open(folder.FullName);
        var result = await experiment.SimulateAsync(new ExperimentOptions { Test = Vectors() }, sanitizing.Tools);
        Assert.NotNull(result.LossAfter);

        string Vectors()
        {
            string path = Path.Combine(folder.FullName, "vectors.npz");
            using var zip = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
            foreach (
                var (name, array) in new[]
                {
                    ("x.npy", NpyArray.Of(new float[18], 1, 2, 3, 3)),
                    ("y.npy", NpyArray.Of([0.5f, -1, 2], 1, 3)),
                }
            )
            {
                using var stream = zip.CreateEntry(name).Open();
                array.Write(stream);
            }

            return path;
        }
    }

    [Theory]
    [InlineData("flatten first")]
    [InlineData("input twice")]
    [InlineData("int8 classifier")]
    public async Task Caller_input_takes_no_arena_and_computes_the_same(string name)
    {
        async Task<(PlanReport Plan, ExperimentResult Result)> Run(bool caller)
        {
            var options = Options(name == "input twice" ? "none" : "full", null, 1 << 20) with { CallerInput = caller };
            string path = Path.Combine(folder.FullName, caller ? "caller" : "arena");
            OutputFolder.Write(ModelCompiler.Compile(OddModels.Supported[name]().Bytes, options).Files, path);
            var experiment = Experiment.Open(path);
            string data = Data(experiment.Plan.Input.Shape, new Random(1), out _);
            return (
                experiment.Plan,
                await experiment.SimulateAsync(
                    new ExperimentOptions
                    {
                        Train = experiment.Plan.Trainable ? data : null,
                        Test = data,
                        Steps = 3,
                        LearningRate = 1e-2f,
                    },
                    sanitizing.Tools
                )
            );
        }

        var (arena, expected) = await Run(caller: false);
        var (caller, actual) = await Run(caller: true);
        Assert.DoesNotContain(caller.Buffers, b => b.Kind == "input");
        Assert.True(caller.Sram.Arena <= arena.Sram.Arena);
        Assert.Equal(arena.Buffers[0].Bytes, caller.Sram.Input);
        Assert.Equal(expected.Predictions!.Data, actual.Predictions!.Data);
        Assert.Equal(expected.Loss, actual.Loss);
        Assert.Equal(expected.WeightsSha256, actual.WeightsSha256);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(9)]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(15)]
    [InlineData(21)]
    public async Task Every_opset_equals_OnnxRuntime(int opset) =>
        await RunsLikeOnnxRuntime(
            new OnnxModel(opset)
                .Input("x", 1, 2, 6, 6)
                .Weights("w", 4, 2, 3, 3)
                .Weights("b", 4)
                .Node("Conv", "x w b", "c")
                .Node("Relu", "c", "r")
                .Node("MaxPool", "r", "m", ("kernel_shape", new long[] { 2, 2 }))
                .Node("AveragePool", "m", "a", ("kernel_shape", new long[] { 2, 2 }))
                .Node("Flatten", "a", "f")
                .Weights("v", 3, 16)
                .Weights("d", 3)
                .Node("Gemm", "f v d", "g", ("transB", 1))
                .Node("Softmax", "g", "y", ("axis", 1))
                .Output("y")
                .Bytes
        );

    [Fact]
    public void Hostile_models_are_compiled_or_diagnosed()
    {
        var faults = new List<string>();
        foreach (var (name, model) in OddModels.Hostile.Concat(OddModels.Supported))
        {
            foreach (
                var (mode, classes) in new[]
                {
                    ("none", (int?)null),
                    ("head", null),
                    ("head", 5),
                    ("full", null),
                    ("bias:1", 2),
                    ("last:3", 7),
                }
            )
            {
                try
                {
                    var files = ModelCompiler.Compile(model().Bytes, Options(mode, classes, 1 << 20)).Files;
                    Assert.DoesNotContain(
                        files,
                        f =>
                            f.Path.StartsWith('m')
                            && f.Path.EndsWith(".c", StringComparison.Ordinal)
                            && f.Content.Contains("NaN", StringComparison.Ordinal)
                    );
                }
                catch (DiagnosticException e)
                {
                    Assert.All(e.Diagnostics, d => Assert.DoesNotContain('\n', d.Message));
                }
                catch (Exception e)
                {
                    faults.Add(
                        $"{name}, {mode} {classes}: {e.GetType().Name} {e.Message.ReplaceLineEndings(" ")} "
                            + $"{e.StackTrace?.Split('\n')[0].Trim()}"
                    );
                }
            }
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Theory]
    [InlineData("identity")]
    [InlineData("reshape only")]
    [InlineData("vector")]
    [InlineData("rank of three")]
    [InlineData("weights that are not numbers")]
    [InlineData("pool of padding alone")]
    [InlineData("output that is the input")]
    [InlineData("constant output")]
    [InlineData("transpose that stays")]
    [InlineData("batch of two")]
    public async Task Hostile_model_that_compiles_also_runs(string name)
    {
        if (Compiled(OddModels.Hostile[name]().Bytes, "none", null, 1 << 20) is { } experiment)
        {
            var failure = await Record.ExceptionAsync(() =>
                experiment.SimulateAsync(
                    new ExperimentOptions { Test = Data(experiment.Plan.Input.Shape, new Random(1), out _) },
                    sanitizing.Tools
                )
            );
            Assert.True(failure is null or DiagnosticException { Code: "TE0711" }, failure?.ToString());
        }
    }

    private async Task RunsLikeOnnxRuntime(byte[] bytes)
    {
        var experiment = Compiled(bytes, "none", null, 1 << 22) ?? throw new InvalidOperationException("not supported");
        using var session = OnnxRuntimeReference.Open(bytes);
        int[] extents = session.InputMetadata.Values.Single().Dimensions;
        string data = Data(extents, new Random(2), out var x);
        var y = OnnxRuntimeReference.Run(session, x);
        // Without an operator on maps the layout stays the file's.
        bool same = experiment.Plan.Input.Shape.SequenceEqual(extents);
        float[] expected = same ? [.. y] : Nhwc(y);
        var actual = (
            await experiment.SimulateAsync(new ExperimentOptions { Test = data, Layout = SampleLayout.Nchw }, sanitizing.Tools)
        ).Predictions!;
        var output = experiment.Plan.Output;
        // Codes are those of the output's quantizer; one step is the rounding that the operators before allow.
        double tolerance = output.Scale is { } s ? s : 1e-4;
        Assert.Equal(expected.Length, actual.Count);
        Assert.All(
            expected,
            (y, i) =>
                Assert.Equal(
                    y,
                    output.Scale is { } scale ? scale * (actual.IntegerAt(i) - output.ZeroPoint!.Value) : actual.SingleAt(i),
                    tolerance
                )
        );
    }

    private Experiment? Compiled(byte[] bytes, string mode, int? classes, long sram)
    {
        try
        {
            var compilation = ModelCompiler.Compile(bytes, Options(mode, classes, sram));
            string path = Path.Combine(folder.FullName, $"{mode.Replace(':', '-')}-{classes}");
            OutputFolder.Write(compilation.Files, path);
            return Experiment.Open(path);
        }
        catch (DiagnosticException)
        {
            return null;
        }
    }

    private static CompileOptions Options(string mode, int? classes, long sram) =>
        new() { Name = "m", Train = TrainMode.Parse(mode), Classes = classes, SramBudget = sram, FlashBudget = 1 << 23 };

    /// <summary>One random sample.</summary>
    private string Data(IReadOnlyList<int> extents, Random random, out float[] x, int label = 0)
    {
        x = [.. Enumerable.Range(0, extents.Aggregate(1, (a, b) => a * b)).Select(_ => (random.Next(2000) - 1000) / 1000f)];
        string path = Path.Combine(folder.FullName, "data.npz");
        using var zip = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        void Add(string name, NpyArray array)
        {
            using var stream = zip.CreateEntry(name).Open();
            array.Write(stream);
        }

        Add("x.npy", NpyArray.Of(x, extents is [1, _, ..] ? [.. extents] : [1, .. extents]));
        Add("y.npy", new NpyArray(NpyType.UInt8, [1], [(byte)Math.Min(label, 1)]));
        return path;
    }

    /// <summary>The elements in the layout of the device.</summary>
    private static float[] Nhwc(Tensor<float> y) =>
        y.Rank != 4
            ? [.. y]
            :
            [
                .. from n in Enumerable.Range(0, y.Dimensions[0])
                from h in Enumerable.Range(0, y.Dimensions[2])
                from w in Enumerable.Range(0, y.Dimensions[3])
                from c in Enumerable.Range(0, y.Dimensions[1])
                select y[n, c, h, w],
            ];
}
