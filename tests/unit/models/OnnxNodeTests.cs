// ONNX's own node tests through the reference: every one computes what ONNX expects, as imported and in the canonical form, or is
// diagnosed; never anything else. The first input stays an input; the others become initializers, as in models
// (weights, axes), and in a second form stay inputs too where they are real numbers. Forms of operators we import that are
// diagnosed are listed with the reason.

using Google.Protobuf;
using TinyEngine.Ir;
using TinyEngine.Onnx;
using TinyEngine.Onnx.Proto;
using TinyEngine.Passes;

namespace TinyEngine.Tests.Models;

public sealed class OnnxNodeTests
{
    private const string Needs = "onnx-node-tests";

    private static readonly string Folder = Path.Combine(SharedModels.Folder ?? "", Needs);

    /// <summary>Tests of operators with an import rule whose form is diagnosed, by reason.</summary>
    private static readonly Dictionary<string, string[]> Diagnosed = new()
    {
        ["a model's inputs are real numbers"] =
        [
            "test_clip_default_int8_inbounds",
            "test_clip_default_int8_max",
            "test_clip_default_int8_min",
            "test_div_uint8",
            "test_edge_pad",
            "test_maxpool_2d_uint8",
            "test_mul_uint8",
            "test_sub_uint8",
            "test_pow_types_int32_float32",
            "test_pow_types_int64_float32",
            "test_max_int16",
            "test_max_int64",
            "test_max_uint8",
            "test_min_int32",
            "test_min_int64",
            "test_min_int8",
        ],
        ["a computed tensor has one scale"] = ["test_dequantizelinear_axis"],
        ["bounds are one number"] = ["test_max_example", "test_max_float32", "test_max_two_inputs", "test_min_two_inputs"],
        ["floats of 16 and 64 bits"] = ["test_max_float16", "test_max_float64"],
        ["a model has an input"] = ["test_constant"],
        ["no extent may be 0"] = ["test_reshape_allowzero_reordered", "test_slice_start_out_of_bounds", "test_split_zero_size_splits"],
        ["pools round their extent down"] = ["test_averagepool_2d_ceil", "test_maxpool_2d_ceil"],
        ["training mode of imported models"] =
        [
            "test_batchnorm_epsilon_training_mode",
            "test_batchnorm_example_training_mode",
            "test_training_dropout",
        ],
        ["a mask has no use in inference"] = ["test_dropout_default_mask", "test_dropout_default_mask_ratio"],
        ["a product of two computed tensors"] = ["test_matmul_4d"],
        ["an exponent per element"] = ["test_pow", "test_pow_bcast_array", "test_pow_types_float32_int32", "test_pow_types_float32_int64"],
        ["statistics as results of their own"] =
        [
            "test_layer_normalization_2d_axis0",
            "test_layer_normalization_2d_axis_negative_1",
            "test_layer_normalization_2d_axis_negative_2",
            "test_layer_normalization_3d_axis2_epsilon",
            "test_layer_normalization_3d_axis_negative_1_epsilon",
            "test_layer_normalization_4d_axis0",
            "test_layer_normalization_4d_axis2",
            "test_layer_normalization_4d_axis_negative_1",
            "test_layer_normalization_4d_axis_negative_2",
            "test_layer_normalization_4d_axis_negative_3",
            "test_layer_normalization_default_axis",
        ],
        ["maps grow by whole factors, to the nearest element"] =
        [
            "test_resize_downsample_scales_cubic_align_corners",
            "test_resize_downsample_scales_linear",
            "test_resize_downsample_scales_linear_align_corners",
            "test_resize_downsample_sizes_cubic",
            "test_resize_downsample_sizes_linear_pytorch_half_pixel",
            "test_resize_downsample_sizes_nearest",
            "test_resize_upsample_scales_cubic",
            "test_resize_upsample_scales_cubic_align_corners",
            "test_resize_upsample_scales_cubic_asymmetric",
            "test_resize_upsample_scales_linear_align_corners",
            "test_resize_upsample_sizes_nearest_ceil_half_pixel",
            "test_resize_upsample_sizes_nearest_floor_align_corners",
            "test_resize_upsample_sizes_nearest_round_prefer_ceil_asymmetric",
        ],
        ["two spatial dimensions, and no extent beyond the kernel's reach"] = ["test_convtranspose_3d", "test_convtranspose_output_shape"],
        ["unsigned integers of 16, 32 and 64 bits"] =
        [
            "test_pow_types_float32_uint32", "test_pow_types_float32_uint64", "test_max_uint32", "test_max_uint64", "test_min_uint32",
        ],
        ["elements of the device's tensors are not reordered"] =
        [
            "test_gemm_transposeA",
            "test_logsoftmax_axis_0",
            "test_logsoftmax_axis_1",
            "test_softmax_axis_1",
            "test_transpose_all_permutations_1",
            "test_transpose_all_permutations_3",
            "test_transpose_all_permutations_4",
            "test_transpose_default",
        ],
    };

    private static IEnumerable<string> All => !Directory.Exists(Folder) ? []
        : Directory.EnumerateDirectories(Folder, "test_*").Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal);

    public static TheoryData<string> Names => [.. All];

    [SharedTheory(Needs)]
    [MemberData(nameof(Names))]
    public void Node_test_computes_what_Onnx_expects_or_is_diagnosed(string name)
    {
        var diagnosed = Run(name, constants: true);
        Run(name, constants: false);
        bool listed = Diagnosed.Values.Any(names => names.Contains(name));
        bool supported = Model(name)
            .Graph.Node.All(n => n.OpType == "Constant" || OperatorSet.Core.Operators.Any(op => op.Imports.Any(r => r.OnnxOp == n.OpType)));
        Assert.True(
            diagnosed is null || listed || !supported,
            $"diagnosed and not listed: {string.Join("; ", diagnosed?.Diagnostics.Select(d => $"{d.Code} {d.Message}") ?? [])}"
        );
        Assert.True(diagnosed is not null || !listed, "is listed as diagnosed and works");
        // `ops` says which operators are supported in part.
        Assert.All(supported ? diagnosed?.Diagnostics.Where(d => d.Code == "TE0105") ?? [] : [],
            d => Assert.True(
                Model(name).Graph.Node.Any(n => OperatorSet.Core.RulesFor(n.Domain, n.OpType).Any(r => r.Form is not null)),
                d.Message
            ));
    }

    public static TheoryData<string> Folded =>
        [
            .. All.Where(n =>
                Model(n).Graph is { Node: [var node], Output.Count: 1 }
                && OperatorSet.Core.RulesFor(node.Domain, node.OpType) is { Count: > 0 } rules
                && (
                    rules[^1].IsOfConstants
                    || node.OpType is "Shape" or "Size"
                    || (rules[^1].Fold is not null && Inputs(n)[0].DataType is 6 or 7)
                )
            ),
        ];

    /// <summary>The inputs of a test in their order.</summary>
    private static List<TensorProto> Inputs(string name) =>
        [
            .. Directory
                .EnumerateFiles(Path.Combine(Folder, name, "test_data_set_0"), "input_*.pb")
                .Order(StringComparer.Ordinal)
                .Select(f => TensorProto.Parser.ParseFrom(File.ReadAllBytes(f))),
        ];

    /// <summary>The test with all inputs constant, and its result cast to real numbers and given out.</summary>
    [SharedTheory(Needs)]
    [MemberData(nameof(Folded))]
    public void Arithmetic_on_constants_is_computed_at_import(string name)
    {
        var model = Model(name);
        string output = model.Graph.Output[0].Name;
        model.Graph.Input.Clear();
        model.Graph.Initializer.Add(Inputs(name));
        var cast = new NodeProto
        {
            OpType = "Cast",
            Input = { output },
            Output = { "given out" },
            Attribute =
            {
                new AttributeProto
                {
                    Name = "to",
                    Type = AttributeProto.Types.AttributeType.Int,
                    I = 1,
                },
            },
        };
        model.Graph.Node.Add(cast);
        model.Graph.Output[0].Name = "given out";
        model.Graph.Input.Add(ModelProto.Parser.ParseFrom(new OnnxModel().Input("given in", 1).Bytes).Graph.Input[0]);
        Graph graph;
        try
        {
            graph = OnnxImporter.Import(model.ToByteArray(), "m", new Dictionary<string, int>(), OperatorSet.Core).Graph;
        }
        catch (DiagnosticException e)
        {
            // Element types that no tensor here has.
            Assert.All(e.Diagnostics, d => Assert.Contains(d.Code, new[] { "TE0114", "TE0105" }));
            return;
        }

        var expected = TensorReader.Read(
            TensorProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(Folder, name, "test_data_set_0", "output_0.pb"))),
            "expected"
        );
        Assert.True(graph.Outputs[0].IsConstant);
        Assert.Equal(expected.Type.Shape, graph.Outputs[0].Type.Shape);
        Assert.Equal(expected.Data, graph.Outputs[0].Data!.Data);
    }

    /// <summary>Runs one test; returns the diagnosis where there is one.</summary>
    private static DiagnosticException? Run(string name, bool constants)
    {
        var model = Model(name);
        var data = Inputs(name).ToDictionary(t => t.Name);
        foreach (
            var input in model
                .Graph.Input.Skip(1)
                .Where(i => constants || data[i.Name].DataType != (int)TensorProto.Types.DataType.Float)
                .ToList()
        )
        {
            model.Graph.Input.Remove(input);
            model.Graph.Initializer.Add(data[input.Name]);
        }

        try
        {
            var imported = OnnxImporter.Import(model.ToByteArray(), "m", new Dictionary<string, int>(), OperatorSet.Core).Graph;
            var shifted = Verifier.Verify(ShiftCodes.Run(imported));
            Check(name, imported, imported, data);
            Check(name, shifted, Canonical(shifted), data);
            return null;
        }
        catch (DiagnosticException e)
        {
            Assert.All(e.Diagnostics, d => Assert.Matches("^TE0[0-9]{3}$", d.Code));
            return e;
        }
    }

    private static Graph Canonical(Graph imported)
    {
        var passes = new Func<Graph, Graph>[] { NumberLayers.Run, EliminateTransposes.Run, FoldChannelAffine.Run, FuseClamps.Run };
        return passes.Aggregate(imported, (graph, pass) => Verifier.Verify(pass(graph)));
    }

    private static void Check(string name, Graph imported, Graph graph, Dictionary<string, TensorProto> data)
    {
        var interpreter = new Interpreter(Numerics.For(Target.Default));
        for (int i = 0; i < graph.Inputs.Length; i++)
        {
            // A map that became NHWC is another value than the imported one.
            var content = TensorReader.Read(data[imported.Inputs[i].Name], imported.Inputs[i].Name);
            content = graph.InputForms.ElementAtOrDefault(i).IsUnsigned
                ? new Tensor(content.Type with { DType = DType.I8 }, [.. content.Data.Select(v => v - 128)])
                : content;
            interpreter[graph.Inputs[i]] = graph.Inputs[i] == imported.Inputs[i] ? content : content.Permute(Layouts.NchwToNhwc);
        }

        interpreter.Infer(graph);
        for (int o = 0; o < graph.Outputs.Length; o++)
        {
            var expected = TensorReader.Read(
                TensorProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(Folder, name, "test_data_set_0", $"output_{o}.pb"))),
                "expected"
            );
            var actual = interpreter[graph.Outputs[o]];
            var meant = actual.Type.Shape.Rank == 4 ? actual.Permute(Layouts.NhwcToNchw) : actual;
            Assert.True(
                Equal(actual) || Equal(meant),
                $"output {o}: {string.Join(' ', actual.Data.Take(12))}, expected {string.Join(' ', expected.Data.Take(12))}"
            );

            bool Equal(Tensor t) =>
                t.Type.Shape.Equals(expected.Type.Shape)
                && t.Data.Zip(expected.Data)
                    .All(p => p.First.Equals(p.Second) || Math.Abs(p.First - p.Second) <= 1e-5 + 1e-3 * Math.Abs(p.Second));
        }
    }

    private static ModelProto Model(string name) =>
        ModelProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(Folder, name, "model.onnx")));
}
