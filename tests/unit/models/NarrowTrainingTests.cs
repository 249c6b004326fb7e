// Training with narrow gradients on a real model: the emitted C on the host against the interpreter, byte for byte (given the
// same loss, whose reference is in double precision), and the gradients against those in fp32.

using TinyEngine.Compiler;
using TinyEngine.Data;
using TinyEngine.Device;
using TinyEngine.Experiments;
using TinyEngine.Image;
using TinyEngine.Ir;
using TinyEngine.Passes;

namespace TinyEngine.Tests.Models;

public sealed class NarrowTrainingTests
{
    private const string Model = "dscnn-kws-int8-qdq";
    private const string Residual = "resnet8-cifar10-int8-qdq";
    private const int Steps = 2;

    /// <summary>First channels below and above a layer that takes those of the largest norms; 5 is a depthwise layer.</summary>
    private const string InParts =
        "biases: last 5\nweights: [{layer: 4, inputs: first 1/4}, {layer: 5, inputs: first 1/2}, {layer: 6, inputs: 1/2}, "
        + "{layer: 8, inputs: first 3/8}]\n";

    private static TrainMode Mode(string train) =>
        train == InParts ? new TrainMode("parts", SchemeFile.Parse(train)) : TrainMode.Parse(train)!;
    private const float Rate = 0.01f;

    [SharedTheory]
    [InlineData(DType.I8)]
    [InlineData(DType.I16)]
    [InlineData(DType.F32)]
    public void Weights_in_two_parts_train_as_overlays_do(DType mantissa)
    {
        var options = new CompileOptions
        {
            Name = "m",
            Train = Mode(InParts),
            Gradients = mantissa,
            StopAfter = "fuse-updates",
        };
        var overlaid = ModelCompiler.Compile(SharedModels.Model(Model), options).Graph;
        var split = Verifier.Verify(SplitWeights.Run(overlaid));
        // The lowest layer has no gradient to its input. The depthwise one keeps its overlay, for the forward pass and for the backward.
        Assert.Equal((7, 2), (overlaid.Nodes.Count(n => n.Op is OverlayChannels), split.Nodes.Count(n => n.Op is OverlayChannels)));
        var ((weights, logits), (same, sameLogits)) = (Trained(overlaid), Trained(split));
        Assert.Equal(weights, same);
        Assert.Equal(logits, sameLogits);

        static (List<double[]> Weights, double[] Logits) Trained(Graph graph)
        {
            var data = Data(graph, 1)[0];
            var interpreter = new Interpreter(Numerics.For(graph.Target))
            {
                [graph.TrainInputs[1]] = new Tensor(graph.TrainInputs[1].Type, [Rate]),
            };
            for (int step = 0; step < Steps; step++)
            {
                interpreter[graph.Inputs[0]] = Tensor.FromBytes(graph.Inputs[0].Type, data.Sample.Span);
                interpreter[graph.TrainInputs[0]] = new Tensor(graph.TrainInputs[0].Type, [data.Target]);
                interpreter.Run(graph.Nodes.Where(n => n.Phase != Phase.Predict));
            }

            Assert.Contains(graph.OfKind(ValueKind.Parameter), p => !p.Data!.Data.SequenceEqual(interpreter[p].Data));
            return (
                [.. graph.OfKind(ValueKind.Parameter).OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => interpreter[p].Data)],
                interpreter.Infer(graph)[graph.Outputs[0]].Data
            );
        }
    }

    [SharedTheory]
    [InlineData(Model, "last:2", DType.I8, "cortex-m7")]
    [InlineData(Model, "full", DType.I8, "cortex-m3")]
    [InlineData(Model, "last:2", DType.I16, "cortex-m3")]
    [InlineData(Model, "full", DType.I16, "cortex-m7")]
    [InlineData(Residual, "last:6", DType.I8, "cortex-m7")]
    [InlineData(Model, "last:2", DType.I8, "cortex-m7", 12)]
    [InlineData(Model, InParts, DType.I8, "cortex-m7")]
    [InlineData(Model, InParts, DType.I16, "cortex-m3")]
    [InlineData(Model, InParts, DType.F32, "cortex-m7")]
    public async Task Training_steps_in_emitted_C_equal_interpreter(
        string model,
        string train,
        DType mantissa,
        string target,
        int? freshClasses = null
    )
    {
        var compilation = ModelCompiler.Compile(
            SharedModels.Model(model),
            new CompileOptions
            {
                Name = "m",
                Train = Mode(train),
                Classes = freshClasses,
                Gradients = mantissa,
                Target = Target.Find(target)!,
            }
        );
        var graph = compilation.Graph;
        var data = model == Model ? Data(graph, Steps) : Noise(graph, Steps);
        var interpreter = new Interpreter(Numerics.For(graph.Target))
        {
            [graph.TrainInputs[1]] = new Tensor(graph.TrainInputs[1].Type, [Rate]),
        };
        var loss = graph.Nodes.Single(n => n.Op is SoftmaxCrossEntropy);
        using var native = new NativeKernels([loss], integerRequantize: !graph.Target.HasFpu);
        for (int step = 0; step < Steps; step++)
        {
            interpreter[graph.Inputs[0]] = Tensor.FromBytes(graph.Inputs[0].Type, data[step].Sample.Span);
            interpreter[graph.TrainInputs[0]] = new Tensor(graph.TrainInputs[0].Type, [data[step].Target]);
            interpreter.Run(graph.Nodes.Where(n => n.Phase == Phase.Forward));
            var results = native.Evaluate(loss, [.. loss.Inputs.Select(v => interpreter[v!])]);
            for (int i = 0; i < results.Length; i++)
            {
                interpreter[loss.Outputs[i]] = results[i];
            }

            interpreter.Run(graph.Nodes.Where(n => n.Phase == Phase.Train && n != loss));
        }

        var folder = Directory.CreateTempSubdirectory("tinyengine-narrow-");
        try
        {
            OutputFolder.Write(compilation.Files, folder.FullName);
            string samples = Path.Combine(folder.FullName, "samples.npz");
            WriteSamples(samples, graph, data);
            var options = new ExperimentOptions
            {
                Train = samples,
                Steps = Steps,
                LearningRate = Rate,
                Schedule = RateSchedule.Constant,
                Shuffle = false,
            };
            var result = await Experiment.Open(folder.FullName).SimulateAsync(options, new Toolchain());
            byte[] expected =
            [
                .. StateLayout
                    .Of(graph)
                    .Trained.SelectMany(m =>
                        new Tensor(m.Value.Type, m.Value.Packing?.Unpack(interpreter[m.Value].Data) ?? interpreter[m.Value].Data).ToBytes()
                    ),
            ];
            byte[] factory =
            [
                .. StateLayout
                    .Of(graph)
                    .Trained.SelectMany(m =>
                        new Tensor(m.Value.Type, m.Value.Packing?.Unpack(m.Value.Data!.Data) ?? m.Value.Data!.Data).ToBytes()
                    ),
            ];
            Assert.NotEqual(factory, expected);
            Assert.Equal(expected, result.Weights);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [SharedTheory]
    [InlineData(DType.I8, 0.98)]
    [InlineData(DType.I16, 0.9999)]
    public void Gradients_of_all_layers_point_where_fp32_ones(DType mantissa, double cosine)
    {
        var graph = ModelCompiler
            .Compile(
                SharedModels.Model(Model),
                new CompileOptions
                {
                    Name = "m",
                    Train = TrainMode.Parse("full"),
                    StopAfter = "differentiate",
                }
            )
            .Graph;
        var similarities = GradientComparison.Run(graph, mantissa, Data(graph, 4));
        Assert.Equal(20, similarities.Count);
        Assert.All(similarities, s => Assert.True(s.Mean >= cosine, $"{s.Parameter}: {s.Mean}"));
    }

    [SharedFact]
    public void Gradient_of_a_part_is_that_of_its_layer()
    {
        var scheme = TrainScheme.HeadOnly with
        {
            Parts = [new TrainedPart(new LayerChoice("4", IsName: false), new ChannelChoice.Count(3))],
        };
        var graph = ModelCompiler
            .Compile(
                SharedModels.Model(Model),
                new CompileOptions
                {
                    Name = "m",
                    Train = new TrainMode("part", scheme),
                    StopAfter = "differentiate",
                }
            )
            .Graph;
        var layers = GradientComparison.Run(graph, DType.I8, Data(graph, 1)).Select(s => s.Layer);
        Assert.Equal([4, 4, null, null], layers.OrderBy(l => l is null)); // weights and bias of the layer, and of the head
    }

    private static List<(ReadOnlyMemory<byte> Sample, int Target)> Data(Graph graph, int count)
    {
        using var npz = Npz.Open(SharedModels.Data("kws01"));
        var (x, y) = (npz.Read("x_test"), npz.Read("y_test"));
        int bytes = (int)graph.Inputs[0].Type.Bytes;
        return [.. Enumerable.Range(0, count).Select(i => ((ReadOnlyMemory<byte>)x.Data.AsMemory(i * bytes, bytes), (int)y.IntegerAt(i)))];
    }

    private static List<(ReadOnlyMemory<byte> Sample, int Target)> Noise(Graph graph, int count)
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var sample = new byte[graph.Inputs[0].Type.Bytes];
            random.NextBytes(sample);
            return ((ReadOnlyMemory<byte>)sample, i);
        })];
    }

    private static void WriteSamples(string path, Graph graph, List<(ReadOnlyMemory<byte> Sample, int Target)> data)
    {
        using var archive = System.IO.Compression.ZipFile.Open(path, System.IO.Compression.ZipArchiveMode.Create);
        Write(
            "x.npy",
            new NpyArray(
                NpyType.Int8,
                [data.Count, .. graph.Inputs[0].Type.Shape.ToArray()[1..]],
                [.. data.SelectMany(d => d.Sample.ToArray())]
            )
        );
        Write("y.npy", new NpyArray(NpyType.UInt8, [data.Count], [.. data.Select(d => (byte)d.Target)]));

        void Write(string name, NpyArray array)
        {
            using var stream = archive.CreateEntry(name).Open();
            array.Write(stream);
        }
    }
}
