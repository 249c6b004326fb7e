// The printer's text against golden files, and the properties that every emitted folder must have.

using TinyEngine.Codegen.C;
using TinyEngine.Image;
using TinyEngine.Ir;

namespace TinyEngine.Tests.Codegen;

public sealed class CPrinterTests
{
    [Theory]
    [InlineData("tiny.h")]
    [InlineData("tiny.c")]
    [InlineData("tiny_weights.h")]
    [InlineData("tiny_weights.c")]
    [InlineData("CMakeLists.txt")]
    [InlineData("firmware/model.h")]
    public void Print_tiny_model_equals_golden(string path)
    {
        string text = Print(Tiny()).Single(f => f.Path == path).Content;
        Golden.Equal(Golden.Beside(Path.GetFileName(path) + ".golden"), text);
    }

    [Fact]
    public void Print_same_graph_twice_gives_the_same_files() =>
        Assert.Equal(Print(Tiny()), Print(Tiny()));

    [Fact]
    public void Print_tiny_model_emits_only_kernels_used_and_whole_port()
    {
        var paths = Print(Tiny()).Select(f => f.Path).ToList();
        Assert.Contains("runtime/te_conv2d_i8_ref.c", paths);
        Assert.Contains("runtime/te_config.h", paths);
        Assert.Contains("firmware/cortex-m/startup.c", paths);
        Assert.Contains("runtime/kernels.def", paths);
        Assert.Contains("runtime/te_shapes.h", paths);
        Assert.DoesNotContain("runtime/te_unused.h", paths);
        Assert.Equal(paths.Count, paths.Distinct().Count());
    }

    [Theory]
    [InlineData("cortex-m7", "TE_REQUANTIZE_INTEGER 0")]
    [InlineData("cortex-m3", "TE_REQUANTIZE_INTEGER 1")]
    public void Config_follows_the_fpu_of_the_target(string target, string expected)
    {
        var files = Print(TinyModel.Build("tiny", StubRuntime.Create(), Target.Find(target)!));
        Assert.Contains(expected, files.Single(f => f.Path == "runtime/te_config.h").Content);
    }

    [Fact]
    public void Print_caller_input_passes_a_const_pointer()
    {
        string header = Print(TinyModel.Build("tiny", StubRuntime.Create(), Target.Default, callerOwnsInputs: true))
            .Single(f => f.Path == "tiny.h")
            .Content;
        Assert.Contains("te_status tiny_infer(tiny_state *s, const tiny_input_t *input, tiny_output_t *output);", header);
        Assert.DoesNotContain("tiny_input(", header);
    }

    [Fact]
    public void Layout_sizes_add_up_and_trained_parameters_follow_the_arena()
    {
        var layout = StateLayout.Of(Tiny());
        Assert.Equal(layout.ArenaBytes, layout.Trained[0].Offset);
        Assert.Equal(4 * (2 + 24 + 3), layout.TrainedBytes);
        Assert.Equal(0, layout.Bytes % MemoryPlan.Alignment);
        Assert.Equal(layout.Bytes, layout.Counters[^1].Offset + layout.Counters[^1].Value.Type.Bytes);
    }

    [Theory]
    [InlineData(1f, "1.0f")]
    [InlineData(0.1f, "0.1f")]
    [InlineData(-1e-9f, "-1e-09f")]
    [InlineData(float.Epsilon, "1e-45f")]
    [InlineData(float.PositiveInfinity, "(1.0f / 0.0f)")]
    public void Float_literal_is_the_shortest_that_reads_back(float value, string expected)
    {
        string text = Print(Constants(("c", value))).Single(f => f.Path == "tiny_weights.c").Content;
        Assert.Contains($"tiny_w_c[1] = {{\n    {expected},\n}};", text);
    }

    [Fact]
    public void Symbols_of_names_that_collide_or_are_no_names_are_distinct_identifiers()
    {
        var graph = Constants(("/features.0/w", 1), ("features_0.w", 1), ("int", 1), ("input", 1), ("0", 1), ("??", 1));
        Assert.Equal(
            ["tiny_w_features_0_w", "tiny_w_features_0_w_2", "tiny_w_int", "tiny_w_input", "tiny_w_0", "tiny_w_tensor"],
            FlashArray.Of(graph).Where(a => a.Value.Type.Count == 1).Select(a => a.Symbol));
    }

    [Fact]
    public void Comment_text_of_the_model_cannot_end_the_comment()
    {
        var graph = Tiny();
        graph = graph with { Nodes = graph.Nodes.SetItem(0, graph.Nodes[0] with { Name = "a*/b/*c\nd" }) };
        Assert.Contains(" a* /b/ *c?d: ", Print(graph).Single(f => f.Path == "tiny.c").Content);
    }

    [Fact]
    public void Print_two_inputs_is_diagnosed()
    {
        var graph = Tiny();
        var e = Assert.Throws<DiagnosticException>(() => Print(graph with { Inputs = [graph.Inputs[0], graph.Inputs[0]] }));
        Assert.Equal("TE0111", e.Diagnostics.Single().Code);
    }

    [Fact]
    public void Print_node_without_kernel_call_throws()
    {
        var graph = Tiny();
        Assert.Throws<InvalidOperationException>(() =>
            Print(graph with { Nodes = graph.Nodes.SetItem(0, graph.Nodes[0] with { Call = null }) })
        );
    }

    private static Graph Tiny() => TinyModel.Build("tiny", StubRuntime.Create(), Target.Default);

    /// <summary>The tiny model, whose first node has these constants as further tables.</summary>
    private static Graph Constants(params (string Name, float Value)[] constants)
    {
        var graph = Tiny();
        var tables = constants.Select(c => Value.Constant(c.Name, Tensor.Vector([c.Value])));
        var call = graph.Nodes[0].Call!;
        return graph with
        {
            Nodes = graph.Nodes.SetItem(
                0,
                graph.Nodes[0] with
                {
                    Call = call with { Request = call.Request with { Tables = [.. call.Request.Tables, .. tables] } },
                }
            ),
        };
    }

    private static IReadOnlyList<EmittedFile> Print(Graph graph) => CPrinter.Print(Image(graph), StubRuntime.Create());

    private static ModelImage Image(Graph graph) =>
        ModelImage.Of(
            graph,
            RateSchedule.Constant,
            new Origin(
                "1.2.3",
                string.Concat(Enumerable.Repeat("01ab", 16)),
                "tinyengine compile tiny.onnx --target cortex-m7 --train bias:1"
            )
        );
}
