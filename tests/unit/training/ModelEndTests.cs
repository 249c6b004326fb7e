// The end of a model and its loss: an activation that the loss contains is never applied twice, whatever moves or rounds its
// results; inference gives the same as before; a loss that does not fit names one that does; and a head trains its own parameters.

using System.IO.Compression;
using TinyEngine.Compiler;
using TinyEngine.Data;
using TinyEngine.Device;
using TinyEngine.Experiments;
using TinyEngine.Image;
using TinyEngine.Ir;
using TinyEngine.Passes;
using TinyEngine.Tests.Models;

namespace TinyEngine.Tests.Training;

public sealed class ModelEndTests
{
    private const int Inputs = 5;

    private static readonly LossChoice Bce = new(MeanLoss.Bce);

    /// <summary>Ends that may follow the last layer, which gives [1,2], as nodes from "t" to "y".</summary>
    private static readonly Dictionary<string, Func<OnnxModel, OnnxModel>> Ends = new()
    {
        ["sigmoid"] = m => m.Node("Sigmoid", "t", "y"),
        ["sigmoid behind a reshape"] = m => m.Longs("s", 1, 2, 1).Node("Reshape", "t s", "r").Node("Sigmoid", "r", "y"),
        ["sigmoid before a squeeze"] = m => m.Node("Sigmoid", "t", "p").Longs("a", 0).Node("Squeeze", "p a", "y"),
        ["sigmoid between flattens"] = m => m.Node("Flatten", "t", "f").Node("Sigmoid", "f", "p").Node("Flatten", "p", "y"),
        ["sigmoid between quantizers"] = m =>
            m.Quantized("t", 0.03125f, 5).Node("Sigmoid", "t.dq", "p").Quantized("p", 0.00390625f, -128, "y"),
        ["sigmoid before a quantizer"] = m => m.Node("Sigmoid", "t", "p").Quantized("p", 0.00390625f, -128, "y"),
    };

    public static TheoryData<string, string, bool> SigmoidEnds()
    {
        var data = new TheoryData<string, string, bool>();
        foreach (string end in Ends.Keys)
        {
            foreach (string mode in new[] { "head", "last:1", "full" })
            {
                data.Add(end, mode, false);
                data.Add(end, mode, true);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(SigmoidEnds))]
    public void Sigmoid_at_the_end_is_that_of_bce(string end, string mode, bool quantized)
    {
        var bytes = Ends[end](quantized ? QuantizedLayers() : RealLayers()).Output("y").Bytes;
        foreach (var model in new[] { bytes, Ends[end](Map(quantized)).Output("y").Bytes })
        {
            IsAppliedOnce(model, mode, quantized || end.Contains("quantizer", StringComparison.Ordinal) ? 0.03 : 1e-6);
        }
    }

    private static void IsAppliedOnce(byte[] model, string mode, double tolerance)
    {
        var (frozen, trained) = (Compile(model, TrainMode.None), Compile(model, TrainMode.Parse(mode)));
        var random = new Random(5);
        var x = Tensors.Random(frozen.Graph.Inputs[0].Type, random);
        double[] expected =
        [
            .. Reals(
                new Interpreter(Numerics.For(frozen.Graph.Target)) { [frozen.Graph.Inputs[0]] = x }.Infer(frozen.Graph)[
                    frozen.Graph.Outputs[0]
                ]
            ),
        ];
        var interpreter = new Interpreter(Numerics.For(trained.Graph.Target)) { [trained.Graph.Inputs[0]] = x };
        double[] shares = [.. Reals(interpreter.Infer(trained.Graph)[trained.Graph.Outputs[0]])];
        Assert.All(shares.Zip(expected), p => Assert.Equal(p.Second, p.First, tolerance));
        Assert.All([frozen, trained], c => Assert.Equal("sigmoid", c.Report!.Activation));

        double[] target = [.. shares.Select((_, i) => i % 2 == 0 ? 1.0 : 0.25)];
        interpreter = new Interpreter(Numerics.For(trained.Graph.Target)) { [trained.Graph.Inputs[0]] = x };
        interpreter[trained.Graph.TrainInputs[0]] = new Tensor(trained.Graph.TrainInputs[0].Type, target);
        interpreter[trained.Graph.TrainInputs[1]] = new Tensor(trained.Graph.TrainInputs[1].Type, [0]);
        double loss = interpreter.TrainStep(trained.Graph)[trained.Graph.TrainOutputs[0]].Data[0];
        Assert.Equal(shares.Zip(target, (p, t) => -t * Math.Log(p) - (1 - t) * Math.Log(1 - p)).Average(), loss, Math.Max(tolerance, 1e-5));
        Assert.DoesNotContain(trained.Graph.Nodes, n => n.Op == Unary.Sigmoid.Dx);
    }

    /// <summary>Losses and outputs that PyTorch gives for a detector that ends in Sigmoid, after 3 epochs of plain descent.</summary>
    [SharedTheory("cases/field")]
    [InlineData("full")]
    public async Task Detector_learns_what_it_learns_in_PyTorch(string mode)
    {
        string file = Path.Combine(SharedModels.Folder!, "cases", "field", "c09-sigmoid-bce");
        using var emitted = new EmittedTraining(
            File.ReadAllBytes(file + ".onnx"),
            EmittedTraining.Options with
            {
                Train = TrainMode.Parse(mode),
                Loss = Bce,
            }
        );
        var result = await Experiment
            .Open(emitted.Folder)
            .SimulateAsync(
                new ExperimentOptions
                {
                    Train = file + ".npz",
                    Test = file + ".npz",
                    Epochs = 3,
                    LearningRate = 0.05f,
                    Schedule = RateSchedule.Constant,
                    Shuffle = false,
                },
                new Toolchain()
            );

        using var case9 = Npz.Open(file + ".npz");
        Assert.Equal(case9.Read("loss_before").SingleAt(0), result.LossBefore!.Value, 1e-4);
        Assert.Equal(case9.Read("loss_after").SingleAt(0), result.LossAfter!.Value, 1e-4);
        var (expected, y) = (case9.Read("expected_trained"), case9.Read("y"));
        Assert.All(Enumerable.Range(0, expected.Count), i => Assert.Equal(expected.SingleAt(i), result.Predictions!.SingleAt(i), 1e-4));
        double right = Enumerable.Range(0, y.Count).Count(i => expected.SingleAt(i) > 0.5 == y.SingleAt(i) > 0.5);
        Assert.Equal(right / y.Count, result.AccuracyAfter);
        Assert.Equal([2, 2], result.Confusion!.Counts.Select(row => row.Count));
    }

    /// <summary>Accuracy of several labels a sample, by elements, whether the outputs are probabilities, their codes, or logits.</summary>
    [Theory]
    [InlineData("sigmoid")]
    [InlineData("sigmoid between quantizers")]
    [InlineData("")]
    public async Task Accuracy_of_several_labels_is_the_share_of_right_elements(string end)
    {
        const int Count = 24;
        var random = new Random(4);
        float[] x = [.. Enumerable.Range(0, Count * Inputs).Select(_ => (float)(2 * random.NextDouble() - 1))];
        float[] y = [.. Enumerable.Range(0, Count * 2).Select(_ => (float)random.Next(2))];
        var model =
            end.Length > 0
                ? Ends[end](end.Contains("quantizers", StringComparison.Ordinal) ? QuantizedLayers() : RealLayers()).Output("y")
                : RealLayers().Output("t");
        var mode = end.Contains("quantizers", StringComparison.Ordinal) ? TrainMode.None : TrainMode.Head;
        using var emitted = new EmittedTraining(model.Bytes, EmittedTraining.Options with { Train = mode, Loss = Bce });
        string file = Path.Combine(emitted.Folder, "labels.npz");
        using (var archive = ZipFile.Open(file, ZipArchiveMode.Create))
        {
            foreach (var (name, array) in new[] { ("x.npy", NpyArray.Of(x, Count, Inputs)), ("y.npy", NpyArray.Of(y, Count, 2)) })
            {
                using var stream = archive.CreateEntry(name).Open();
                array.Write(stream);
            }
        }

        var result = await Experiment.Open(emitted.Folder).SimulateAsync(new ExperimentOptions { Test = file }, new Toolchain());
        var output = emitted.Plan.Output;
        double[] shares =
        [
            .. Enumerable
                .Range(0, y.Length)
                .Select(i =>
                    output.Scale is { } s ? s * (result.Predictions!.IntegerAt(i) - output.ZeroPoint!.Value)
                    : end.Length > 0 ? result.Predictions!.SingleAt(i)
                    : 1 / (1 + Math.Exp(-result.Predictions!.SingleAt(i)))
                ),
        ];
        Assert.Equal(shares.Zip(y).Count(p => p.First > 0.5 == p.Second > 0.5) / (double)y.Length, result.AccuracyAfter!.Value, 1e-12);
        Assert.Equal(shares.Zip(y, (p, t) => -Math.Log(t > 0.5 ? p : 1 - p)).Average(), result.LossAfter!.Value, 1e-5);
        Assert.Null(result.Confusion);
    }

    [Fact]
    public void Sigmoid_that_the_loss_does_not_contain_stays_in_training()
    {
        var model = Ends["sigmoid"](RealLayers()).Output("y").Bytes;
        var graph = Compile(model, TrainMode.Head, new LossChoice(MeanLoss.Squared)).Graph;
        Assert.Contains(graph.Nodes, n => n.Op == Unary.Sigmoid.Dx);
    }

    [Theory]
    [InlineData("mse")]
    [InlineData("l1")]
    [InlineData("huber")]
    [InlineData("bce")]
    public void Losses_of_numbers_train_the_last_layer_where_there_is_no_head(string loss)
    {
        var choice = new LossChoice(Loss.Find(loss)!, Reconstructs: Loss.Find(loss)!.TakesReals ? false : null);
        var trained = Compile(SmallNetworks.Filter(1, 4, 2), TrainMode.Head, choice).Report!.Trained;
        Assert.Equal(["w2", "b2"], trained.Select(t => t.Name));
    }

    public static TheoryData<string, string, int?, string, string> Misfits => new()
    {
        { "Sigmoid", "cross-entropy", null, "TE0302", "ends in sigmoid, a yes or no for each output: train it with Loss bce" },
        { "Sigmoid", "cross-entropy", 3, "TE0302", "Loss bce" },
        { "Softmax", "bce", null, "TE0304", "trains with Loss cross-entropy" },
        { "Softmax", "mse", null, "TE0304", "trains with Loss cross-entropy" },
        { "HardSigmoid", "bce", null, "TE0304", "(hard_sigmoid) gives 0 to 1: cut that activation off" },
        { "Relu", "bce", null, "TE0304", "gives 0 to Infinity: cut that activation off" },
        { "Softplus", "bce", null, "TE0304", "gives 0 to Infinity" },
        { "Tanh", "cross-entropy", null, "TE0302", "comes from 'y' (tanh), not from a Gemm, MatMul or 1x1 Conv" },
        { "Tanh", "cross-entropy", null, "TE0302", "Loss mse" },
        { "Tanh", "mse", 3, "TE0302", "Classes needs such a head" },
    };

    [Theory]
    [MemberData(nameof(Misfits))]
    public void Loss_that_does_not_fit_names_the_cause_and_what_to_do(
        string activation,
        string loss,
        int? classes,
        string code,
        string text
    )
    {
        var model = RealLayers().Node(activation, "t", "y").Output("y").Bytes;
        foreach (var mode in new[] { TrainMode.Head, TrainMode.Parse("full") })
        {
            var failure = Assert.Throws<DiagnosticException>(() => Compile(model, mode, new LossChoice(Loss.Find(loss)!), classes));
            var diagnostic = Assert.Single(failure.Diagnostics);
            Assert.Equal(code, diagnostic.Code);
            Assert.Contains(text, diagnostic.Message);
        }
    }

    [Fact]
    public void One_output_is_no_class()
    {
        byte[] model = SmallNetworks.Dense(1, 4, 1);
        var diagnostic = Assert.Single(
            Assert.Throws<DiagnosticException>(() => Compile(model, TrainMode.Head, LossChoice.CrossEntropy)).Diagnostics
        );
        Assert.Equal("TE0302", diagnostic.Code);
        Assert.Contains("Loss bce (yes or no), with mse, l1 or huber (a number), or with Classes N", diagnostic.Message);
        Assert.Equal([1, 1], Compile(model, TrainMode.Head).Report!.Output.Shape);
        Assert.Equal([1, 2], Compile(model, TrainMode.Head, LossChoice.CrossEntropy, 2).Report!.Output.Shape);
        Assert.Equal([1, 1], Compile(SmallNetworks.Dense(1, 4, 3), TrainMode.Head, classes: 1).Report!.Output.Shape);
    }

    [Fact]
    public void Head_without_a_bias_gets_none_unless_it_is_fresh()
    {
        var model = new OnnxModel().Input("x", 1, Inputs).Weights("w", Inputs, 3).Node("MatMul", "x w", "y").Output("y");
        Assert.Equal(["w"], Compile(model.Bytes, TrainMode.Head, LossChoice.CrossEntropy).Report!.Trained.Select(t => t.Name));
        Assert.Equal(["w", "y.bias"], Compile(model.Bytes, TrainMode.Head, LossChoice.CrossEntropy, 4).Report!.Trained.Select(t => t.Name));
    }

    [Fact]
    public void Step_of_a_head_without_a_bias_is_that_of_its_weights()
    {
        const double Rate = 0.25;
        var model = new OnnxModel().Input("x", 1, Inputs).Weights("w", Inputs, 3).Node("MatMul", "x w", "y").Output("y");
        var graph = Compile(model.Bytes, TrainMode.Parse("full"), LossChoice.CrossEntropy).Graph;
        var x = Tensors.Random(graph.Inputs[0].Type, new Random(2));
        var w = graph.OfKind(ValueKind.Parameter).Single();
        var after = TrainedGraph.Step(graph, x, 1, Rate, Numerics.Double)[w].Data;

        double[] z =
        [
            .. Enumerable.Range(0, 3).Select(o => Enumerable.Range(0, Inputs).Sum(i => x.Data[i] * w.Data!.Data[(o * Inputs) + i])),
        ];
        double sum = z.Sum(Math.Exp);
        Assert.All(
            after,
            (v, k) =>
                Assert.Equal(
                    w.Data!.Data[k] - Rate * (Math.Exp(z[k / Inputs]) / sum - (k / Inputs == 1 ? 1 : 0)) * x.Data[k % Inputs],
                    v,
                    1e-6
                )
        );
    }

    public static TheoryData<string, bool, bool> SplitHeads()
    {
        var data = new TheoryData<string, bool, bool>();
        foreach (string mode in new[] { "head", "bias:1", "last:1", "full" })
        {
            data.Add(mode, false, false);
            data.Add(mode, true, false);
            data.Add(mode, false, true);
        }

        return data;
    }

    /// <summary>MatMul, quantizers, Add of a constant, quantizers, as quantizers of ONNX models write a dense layer.</summary>
    [Theory]
    [MemberData(nameof(SplitHeads))]
    public void Constant_that_is_added_to_a_quantized_product_is_the_bias_of_the_head(
        string mode,
        bool constantFirst,
        bool quantizedConstant
    )
    {
        var model = QuantizedHidden()
            .QuantizedColumns("v", 0.0078125f, 4, 3)
            .Node("MatMul", "h.dq v.dq", "m")
            .Quantized("m", 0.03125f, 4)
            .Floats("c", [3], 0.5f, -0.25f, 0.125f);
        string constant = quantizedConstant ? "c.dq" : "c";
        model = (quantizedConstant ? model.Quantized("c", 0.0078125f, 3) : model)
            .Node("Add", constantFirst ? $"{constant} m.dq" : $"m.dq {constant}", "a")
            .Quantized("a", 0.03125f, -3)
            .Node("Softmax", "a.dq", "y", ("axis", -1))
            .Output("y");
        var (frozen, trained) = (
            Compile(model.Bytes, TrainMode.None, LossChoice.CrossEntropy),
            Compile(model.Bytes, TrainMode.Parse(mode), LossChoice.CrossEntropy)
        );
        var bias = trained.Graph.OfKind(ValueKind.Parameter).Single(v => v.Name == "m.bias");
        Assert.Equal([0.5, -0.25, 0.125], bias.Data!.Data);
        Assert.Equal(TensorType.F32(Shape.Of(3)), bias.Type);
        Assert.Contains(frozen.Graph.Nodes, n => n.Op is Add);
        Assert.DoesNotContain(trained.Graph.Nodes, n => n.Op is Add && n.Phase != Phase.Train);

        var x = Tensors.Random(frozen.Graph.Inputs[0].Type, new Random(5));
        double[] Infer(Graph graph) =>
            new Interpreter(Numerics.For(graph.Target)) { [graph.Inputs[0]] = x }
                .Infer(graph)[graph.Outputs[0]]
                .Data;
        Assert.All(Infer(trained.Graph).Zip(Infer(frozen.Graph)), p => Assert.Equal(p.Second, p.First, 0.02));
    }

    [Fact]
    public void Head_on_codes_keeps_the_constant_that_is_added()
    {
        var model = QuantizedHidden()
            .QuantizedColumns("v", 0.0078125f, 4, 3)
            .Node("MatMul", "h.dq v.dq", "m")
            .Quantized("m", 0.03125f, 4)
            .Floats("c", [3], 0.5f, -0.25f, 0.125f)
            .Quantized("c", 0.0078125f, 3)
            .Node("Add", "m.dq c.dq", "a")
            .Quantized("a", 0.03125f, -3, "y")
            .Output("y");
        CompileOptions Options(TrainMode mode, bool int8) =>
            new()
            {
                Name = "m",
                Train = mode,
                QuantizedHead = int8,
                Io = BoundaryType.Float32,
            };
        var (frozen, trained) = (
            ModelCompiler.Compile(model.Bytes, Options(TrainMode.None, false)).Graph,
            ModelCompiler.Compile(model.Bytes, Options(TrainMode.Head, true)).Graph
        );
        var x = Tensors.Random(frozen.Inputs[0].Type, new Random(5));
        double[] Infer(Graph graph) =>
            new Interpreter(Numerics.For(graph.Target)) { [graph.Inputs[0]] = x }
                .Infer(graph)[graph.Outputs[0]]
                .Data;
        Assert.Equal(Infer(frozen), Infer(trained));
        Assert.Equal(["v"], trained.OfKind(ValueKind.Parameter).Select(v => v.Name));
    }

    private static Compilation Compile(byte[] model, TrainMode mode, LossChoice? loss = null, int? classes = null) =>
        ModelCompiler.Compile(
            model,
            new CompileOptions
            {
                Name = "m",
                Train = mode,
                Loss = loss ?? Bce,
                Classes = classes,
                Io = BoundaryType.Float32,
            }
        );

    private static IEnumerable<double> Reals(Tensor tensor) => Enumerable.Range(0, tensor.Data.Length).Select(tensor.Real);

    /// <summary>Two dense layers to "t" [1,2].</summary>
    private static OnnxModel RealLayers() =>
        new OnnxModel()
            .Input("x", 1, Inputs)
            .Weights("w", 4, Inputs)
            .Weights("b", 4)
            .Node("Gemm", "x w b", "h", ("transB", 1))
            .Node("Tanh", "h", "g")
            .Weights("v", 2, 4)
            .Weights("c", 2)
            .Node("Gemm", "g v c", "t", ("transB", 1));

    private static OnnxModel QuantizedHidden() =>
        new OnnxModel()
            .Input("x", 1, Inputs)
            .Quantized("x", 0.0078125f, -3)
            .QuantizedWeights("w", 0.0078125f, 4, Inputs)
            .Node("Gemm", "x.dq w.dq", "h", ("transB", 1))
            .Quantized("h", 0.03125f, 2);

    private static OnnxModel QuantizedLayers() =>
        QuantizedHidden().QuantizedWeights("v", 0.0078125f, 2, 4).Node("Gemm", "h.dq v.dq", "t", ("transB", 1));

    /// <summary>A convolution from a map to the map "t" [1,1,1,2], which is no classifier.</summary>
    private static OnnxModel Map(bool quantized) =>
        quantized
            ? new OnnxModel()
                .Input("x", 1, 1, 1, 2)
                .Quantized("x", 0.0078125f, -3)
                .QuantizedWeights("u", 0.0078125f, 2, 1, 1, 1)
                .Node("Conv", "x.dq u.dq", "g")
                .Quantized("g", 0.015625f, 1)
                .QuantizedWeights("w", 0.0078125f, 1, 2, 1, 1)
                .Node("Conv", "g.dq w.dq", "t")
            : new OnnxModel()
                .Input("x", 1, 1, 1, 2)
                .Weights("u", 2, 1, 1, 1)
                .Node("Conv", "x u", "g")
                .Weights("w", 1, 2, 1, 1)
                .Node("Conv", "g w", "t");
}
