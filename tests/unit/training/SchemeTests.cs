// Sparse updates: what a scheme file may say, which channels it chooses, that the forward pass is left unchanged, that only what
// trains has gradients, and the analytic memory of the published schemes.

using TinyEngine.Compiler;
using TinyEngine.Ir;
using TinyEngine.Passes;
using static TinyEngine.Tests.Training.Tensors;

namespace TinyEngine.Tests.Training;

public sealed class SchemeTests
{
    public static TheoryData<string, string, double> Published =>
        new()
        {
            { "mcunet-5fps", "49k", 49.8 },
            { "mcunet-5fps", "74k", 74.8 },
            { "mcunet-5fps", "99k", 99.8 },
            { "mcunet-5fps", "125k", 125.0 },
            { "mcunet-5fps", "148k", 148.4 },
            { "mcunet-5fps", "49k-norms", 49.8 },
            { "mcunet-5fps", "99k-norms", 99.8 },
            { "mbv2-w0.35", "49k", 49.8 },
            { "mbv2-w0.35", "73k", 73.9 },
            { "mbv2-w0.35", "99k", 99.4 },
            { "mbv2-w0.35", "123k", 123.6 },
            { "mbv2-w0.35", "138k", 138.2 },
        };

    [SharedTheory]
    [MemberData(nameof(Published))]
    public void Scheme_published_has_the_analytic_memory_of_its_label(string model, string scheme, double kilobytes)
    {
        string file = Path.Combine(SharedModels.Root, "samples", "schemes", $"{model}-{scheme}.yaml");
        var options = new CompileOptions
        {
            Name = "m",
            Train = new TrainMode(file, SchemeFile.Parse(File.ReadAllText(file))),
            Classes = 10,
            RawScale = new RawScale(2 / 255.0, -1),
            SramBudget = 1 << 20,
            StopAfter = "fuse-updates",
        };
        var graph = ModelCompiler.Compile(SharedModels.Model(model + "-int8-qdq"), options).Graph;
        Assert.Equal(kilobytes, AnalyticMemory.Of(graph) / 1024.0, 0.0501);
    }

    [Theory]
    [InlineData("biases: last 20", 20)]
    [InlineData("biases: last 0\nhead: train", 0)]
    [InlineData("\uFEFFbiases: last 3", 3)]
    public void File_with_last_biases_is_read(string yaml, int biases) => Assert.Equal(biases, SchemeFile.Parse(yaml).Biases);

    [Fact]
    public void File_with_everything_is_read()
    {
        var scheme = SchemeFile.Parse(
            "biases: [3, conv7, \"4\"]\nweights:\n  - {layer: 24, inputs: 1/4}\n  - {name: dw, inputs: 12}\n  - {layer: 2, inputs: [0, "
                + "3, 5]}\n  - {layer: 1}\n  - {layer: 5, inputs: first 1/8}\n  - {layer: 6, inputs: first 3}\nhead: freeze\n"
        );
        Assert.Equal([("3", false), ("conv7", true), ("4", true)], scheme.BiasLayers.Select(l => (l.Text, l.IsName)));
        Assert.Equal(["24", "dw", "2", "1", "5", "6"], scheme.Parts.Select(p => p.Layer.Text));
        Assert.Equal([false, true, false, false, false, false], scheme.Parts.Select(p => p.Layer.IsName));
        Assert.Equal(new ChannelChoice.Ratio(1, 4), scheme.Parts[0].Inputs);
        Assert.Equal(new ChannelChoice.Count(12), scheme.Parts[1].Inputs);
        Assert.Equal(new[] { 0, 3, 5 }, Assert.IsType<ChannelChoice.List>(scheme.Parts[2].Inputs).Channels.ToArray());
        Assert.Equal(ChannelChoice.All, scheme.Parts[3].Inputs);
        Assert.Equal(new ChannelChoice.Ratio(1, 8, ChannelOrder.First), scheme.Parts[4].Inputs);
        Assert.Equal(new ChannelChoice.Count(3, ChannelOrder.First), scheme.Parts[5].Inputs);
        Assert.False(scheme.Head);
        string text = SchemeFile.Print(scheme with { Biases = 0 });
        Assert.Equal(text, SchemeFile.Print(SchemeFile.Parse(text)));
        Assert.Contains("biases: [3, 'conv7', '4']", text);
        Assert.Contains("  - {name: 'dw', inputs: 12}", text);
        Assert.Contains("  - {layer: 5, inputs: first 1/8}", text);
    }

    [Theory]
    [InlineData("", "one mapping")]
    [InlineData("- 1", "one mapping")]
    [InlineData("biases: some", "'last K' or a list")]
    [InlineData("biases: last -3", "'last K' or a list")]
    [InlineData("weights: 3", "a list")]
    [InlineData("weights:\n  - {layer: x}", "not 'x'")]
    [InlineData("weights:\n  - {layer: 1, name: x}", "one layer or one name")]
    [InlineData("weights:\n  - {layer: 1, inputs: 5/4}", "ratio")]
    [InlineData("weights:\n  - {layer: 1, inputs: first 5/4}", "ratio")]
    [InlineData("weights:\n  - {layer: 1, inputs: first all}", "ratio")]
    [InlineData("weights:\n  - {layer: 1, inputs: first}", "ratio")]
    [InlineData("weights:\n  - {layer: 1, inputs: last 3}", "ratio")]
    [InlineData("weights:\n  - {inputs: 1/4}", "needs a layer")]
    [InlineData("head: thaw", "train or freeze")]
    [InlineData("hed: train", "unknown key 'hed', did you mean 'head'?")]
    [InlineData("layers: 3", "unknown key 'layers'; there are biases, weights, head")]
    [InlineData("head: freeze", "nothing trains")]
    [InlineData("biases: [1, [2]]", "a word or a number")]
    [InlineData("a: {b: [", "did not find expected")]
    [InlineData("biases:\n\tlast 3", "tab")]
    [InlineData("a: [[[[[[[[[[[[[[[[[[[[[[[", "levels")]
    public void File_that_is_no_scheme_is_diagnosed(string yaml, string text)
    {
        var diagnostic = Assert.Single(Assert.Throws<DiagnosticException>(() => SchemeFile.Parse(yaml)).Diagnostics);
        Assert.Equal("TE0306", diagnostic.Code);
        Assert.Contains(text, diagnostic.Message);
    }

    [Fact]
    public void Problems_of_a_file_are_found_at_once_each_with_its_line()
    {
        const string Yaml =
            "biases: last 1\nweights:\n  - {layer: 1, inputs: 1/2}\n  - {layer: 2, input: 1/2}\n  - {layer: 3, inputs: 3/2}\nhed: freeze\n";
        var failure = Assert.Throws<DiagnosticException>(() => SchemeFile.Parse(Yaml, "bad.yaml"));
        Assert.Equal(
            [
                "bad.yaml(4): error TE0306: scheme: unknown key 'input', did you mean 'inputs'?",
                "bad.yaml(5): error TE0306: scheme: inputs is a ratio such as 1/4, a count, 'first' before one of these, a list of "
                    + "channels, or all; not '3/2'",
                "bad.yaml(6): error TE0306: scheme: unknown key 'hed', did you mean 'head'?",
            ],
            failure.Diagnostics.Select(d => d.Format("model.onnx"))
        );
    }

    [Fact]
    public void Layers_that_the_model_lacks_are_found_at_once_each_with_its_line()
    {
        var scheme = SchemeFile.Parse(
            "biases:\n  - 7\n  - conv\nweights:\n  - {name: nowhere}\n  - {layer: 1, inputs: 99}\n",
            "scheme.yaml"
        );
        var failure = Assert.Throws<DiagnosticException>(() => Trained(scheme));
        Assert.Equal([5, 2, 6], failure.Diagnostics.Select(d => d.Place!.Value.Line));
        Assert.All(
            failure.Diagnostics,
            d => Assert.StartsWith($"scheme.yaml({d.Place!.Value.Line}): error TE0306: scheme: ", d.Format("model.onnx"))
        );
    }

    [Theory]
    [InlineData("none", 0, 0)]
    [InlineData("head", 0, 0)]
    [InlineData("bias:3", 3, 0)]
    [InlineData("last:2", 2, 2)]
    [InlineData("full", int.MaxValue, int.MaxValue)]
    [InlineData("auto", 0, 0)]
    public void Modes_are_read(string text, int biases, int weights)
    {
        var mode = TrainMode.Parse(text);
        Assert.Equal(text, mode.Text);
        Assert.Equal((text == "none", biases, weights), (mode.Scheme is null, mode.Scheme?.Biases ?? 0, mode.Scheme?.Weights ?? 0));
        Assert.Equal(
            mode,
            text switch
            {
                "bias:3" => TrainMode.Bias(3),
                "last:2" => TrainMode.Last(2),
                "full" => TrainMode.Full,
                "head" => TrainMode.Head,
                "auto" => TrainMode.Auto,
                _ => TrainMode.None,
            }
        );
    }

    [Theory]
    [InlineData("lats:2")]
    [InlineData("last")]
    [InlineData("last:-1")]
    [InlineData("last:99999999999")]
    [InlineData("")]
    public void Text_that_is_no_mode_is_diagnosed(string text)
    {
        var diagnostic = Assert.Single(Assert.Throws<DiagnosticException>(() => TrainMode.Parse(text)).Diagnostics);
        Assert.Equal(("TE0604", "Train"), (diagnostic.Code, diagnostic.Node));
        Assert.Contains($"'{text}' is not none, head, bias:K, last:K, full", diagnostic.Message);
    }

    [Theory]
    [InlineData("9", 1, "no layer 9")]
    [InlineData("nowhere", 1, "no layer nowhere")]
    [InlineData("0", 7, "takes 7")]
    [InlineData("0", 0, "takes 0")]
    public void Choice_that_does_not_fit_the_model_is_diagnosed(string layer, int count, string text)
    {
        var scheme = TrainScheme.HeadOnly with
        {
            Parts = [new TrainedPart(new LayerChoice(layer, IsName: !char.IsAsciiDigit(layer[0])), new ChannelChoice.Count(count))],
        };
        var diagnostic = Assert.Single(Assert.Throws<DiagnosticException>(() => Trained(scheme)).Diagnostics);
        Assert.Equal("TE0306", diagnostic.Code);
        Assert.Contains(text, diagnostic.Message);
    }

    [Fact]
    public void Scheme_of_biases_that_do_not_exist_is_diagnosed()
    {
        var scheme = TrainScheme.HeadOnly with { BiasLayers = [new LayerChoice("0", IsName: false)], Head = false };
        Assert.Contains("layer wide has no bias", Refusal(scheme));
        Assert.Contains("nothing trains", Refusal(scheme with { BiasLayers = [], Biases = 1 }));

        string Refusal(TrainScheme scheme)
        {
            var builder = new GraphBuilder();
            var x = Input("x", Real(1, 4));
            var y = builder.Emit(Dense.Op, "wide", [x, Constant("wide.w", Real(2, 4), new Random(1)), null]);
            var logits = builder.Emit(Dense.Op, "head", [y, Constant("head.w", Real(3, 2), new Random(2)), null]);
            var forward = NumberLayers.Run(TrainedGraph.Forward(builder, x, logits));
            return Assert.Single(Assert.Throws<DiagnosticException>(() => SelectTrained.Run(forward, scheme)).Diagnostics).Message;
        }
    }

    [Fact]
    public void Part_of_a_layer_with_more_channels_than_int16_counts_is_diagnosed()
    {
        var diagnostic = Assert.Single(Assert.Throws<DiagnosticException>(() => Wide(ChannelOp.MaxExtent + 1)).Diagnostics);
        Assert.Equal("TE0306", diagnostic.Code);
        Assert.Contains("has 32769 input channels", diagnostic.Message);
        var overlay = Overlay(Wide(ChannelOp.MaxExtent));
        var table = overlay.Op.Request(overlay).Tables[0]!.Data!;
        Assert.Equal(ChannelOp.MaxExtent - 1, Tensor.FromBytes(table.Type, table.ToBytes()).Data[0]);

        static Graph Wide(int channels)
        {
            var builder = new GraphBuilder();
            var x = Input("x", Real(1, channels));
            var y = builder.Emit(Dense.Op, "wide", [x, Constant("wide.w", Real(2, channels), new Random(1)), null]);
            var logits = builder.Emit(Dense.Op, "head", [y, Constant("head.w", Real(3, 2), new Random(2)), null]);
            return TrainedGraph.Differentiated(TrainedGraph.Forward(builder, x, logits), Part("0", new ChannelChoice.List([channels - 1])));
        }
    }

    [Fact]
    public void Count_takes_the_channels_of_the_largest_norms()
    {
        var overlay = Overlay(Trained(Part("0", new ChannelChoice.Count(2))));
        var weights = overlay.Input(0).Data!;
        var norms = Enumerable
            .Range(0, 4)
            .Select(c => Enumerable.Range(0, weights.Data.Length).Where(i => i % 4 == c).Sum(i => Math.Pow(weights.Real(i), 2)))
            .ToArray();
        Assert.Equal(Enumerable.Range(0, 4).OrderByDescending(c => norms[c]).Take(2).Order(), ChannelOp.Channels(overlay));
    }

    [Fact]
    public void First_channels_are_those_of_the_lowest_indices()
    {
        Assert.Equal([0, 1], ChannelOp.Channels(Overlay(Trained(Part("0", new ChannelChoice.Ratio(1, 2, ChannelOrder.First))))));
        Assert.Equal([0, 1, 2], ChannelOp.Channels(Overlay(Trained(Part("1", new ChannelChoice.Count(3, ChannelOrder.First))))));
    }

    [Theory]
    [InlineData("0", 1, 0)]
    [InlineData("1", 1, 0)]
    [InlineData("0", 0.5, 0.25)]
    public void Step_of_a_part_is_the_step_of_the_whole_at_those_channels_and_none_elsewhere(string layer, double factor, double decay)
    {
        var training = new TrainingOptions(
            new UpdateRule("nearest", true, (float)factor, 0.125f, 1),
            LossChoice.CrossEntropy,
            new OptimizerChoice(Decay: decay)
        );
        var input = Random(Real(1, 5, 4, 4), new Random(3));
        var part = Trained(Part(layer, new ChannelChoice.List([3, 1])), training);
        var whole = Trained(Part(layer, ChannelChoice.All), training);
        var (stepped, all) = (
            TrainedGraph.Step(part, input, 1, 0.1, Numerics.Double),
            TrainedGraph.Step(whole, input, 1, 0.1, Numerics.Double)
        );
        var overlay = Overlay(part);
        var trained = stepped[overlay.Input(1)].Data;
        var expected = all[whole.OfKind(ValueKind.Parameter).Single(v => v.Name == overlay.Input(0).Name)].Data;
        Assert.NotEqual(overlay.Input(1).Data!.Data, trained);
        ChannelOp.ForEach(
            overlay.Output.Type.Shape,
            ChannelOp.Axis(overlay),
            ChannelOp.Channels(overlay),
            (p, w) => Assert.Equal(expected[w], trained[p], 1e-12)
        );
        Assert.Equal(Logits(whole, input), Logits(part, input));
    }

    [Fact]
    public void Gradient_of_frozen_channels_is_not_in_the_graph()
    {
        var graph = Trained(Part("0", new ChannelChoice.List([2])));
        Assert.DoesNotContain(graph.Nodes, n => n.Phase == Phase.Train && n.Inputs.Any(v => v?.Name == "conv.w"));
        var update = graph.Nodes.Single(n => n.Op is Conv2dUpdate && n.Input(0).Name == "conv.w.trained");
        Assert.Equal(1, update.Input(2).Type.Shape[3]);
        Assert.DoesNotContain(graph.Nodes, n => n.Op is Conv2dDx && n.Name.StartsWith("conv.", StringComparison.Ordinal));
    }

    private static TrainScheme Part(string layer, ChannelChoice choice) =>
        TrainScheme.HeadOnly with
        {
            Parts = [new TrainedPart(new LayerChoice(layer, IsName: !char.IsAsciiDigit(layer[0])), choice)],
        };

    private static Node Overlay(Graph graph) => graph.Nodes.First(n => n.Op is OverlayChannels);

    private static double[] Logits(Graph graph, Tensor input)
    {
        var interpreter = new Interpreter(Numerics.Double) { [graph.Inputs[0]] = input };
        return interpreter.Infer(graph)[graph.Outputs[0]].Data;
    }

    /// <summary>A convolution, a depthwise convolution and the head, in fp32, with the training step of a scheme.</summary>
    private static Graph Trained(TrainScheme scheme, TrainingOptions? training = null)
    {
        var random = new Random(5);
        var builder = new GraphBuilder();
        var x = Input("x", Real(1, 5, 4, 4));
        var same = Attributes.Empty.With("pads", [1, 1, 1, 1]);
        var y = builder.Emit(
            Conv2d.Op,
            "conv",
            [x, Constant("conv.w", Real(4, 3, 3, 4), random), Constant("conv.b", Real(4), random)],
            same.Clamped(min: 0.0)
        );
        y = builder.Emit(
            Conv2d.Op,
            "dw",
            [y, Constant("dw.w", Real(4, 3, 3, 1), random), Constant("dw.b", Real(4), random)],
            same.With("group", 4)
        );
        var flat = builder.Emit(Reshape.Op, "flat", [y], Attributes.Empty.With("shape", [1, 80]));
        var logits = builder.Emit(Dense.Op, "head", [flat, Constant("head.w", Real(3, 80), random), Constant("head.b", Real(3), random)]);
        return FuseUpdates.Run(
            PruneGradients.Run(
                TrainedGraph.Differentiated(
                    TrainedGraph.Forward(builder, x, logits),
                    scheme,
                    training ?? TrainingOptions.Plain(TrainedGraph.Nearest)
                )
            )
        );
    }
}
