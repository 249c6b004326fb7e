// Every rule of the verifier, broken alone: each graph here is right except for one thing, and exactly that is named.

using System.Collections.Immutable;
using TinyEngine.Ir;
using TinyEngine.Passes;
using TinyEngine.Tests.Planning;

namespace TinyEngine.Tests.Graphs;

public sealed class VerifierTests
{
    private static readonly QuantParams Codes = new(0.5f, 3);

    [Fact]
    public void Correct_graphs_break_nothing()
    {
        Assert.Empty(Verifier.Violations(Chain()));
        Assert.Empty(Verifier.Violations(Learning()));
        Assert.Empty(Verifier.Violations(PlanningGraphs.Plan(Learning())));
        Assert.Empty(Verifier.Violations(StreamGraph.Build()));
        Assert.Same(Chain().Nodes[0].Op, Verifier.Verify(Chain()).Nodes[0].Op);
    }

    [Fact]
    public void Verify_throws_with_all_violations()
    {
        var message = Assert.Throws<InvalidOperationException>(() => Verifier.Verify(Chain() with { Inputs = [] })).Message;
        Assert.Contains("breaks rules of stage Trained", message);
    }

    // ---- definitions

    [Fact]
    public void Input_given_twice() => Breaks(Chain() is var g ? g with { Inputs = [g.Inputs[0], g.Inputs[0]] } : null!, "given twice");

    [Fact]
    public void Input_of_another_kind() =>
        Breaks(Chain() is var g ? g with { Inputs = [.. g.Inputs, Constant("c")] } : null!, "is of kind Constant");

    [Fact]
    public void Operand_defined_after_its_reader() =>
        Breaks(Chain() is var g ? g with { Nodes = [g.Nodes[1], g.Nodes[0]] } : null!, "which nothing defines before it");

    [Fact]
    public void Result_defined_twice() => Breaks(Chain() is var g ? g with { Nodes = [.. g.Nodes, g.Nodes[1]] } : null!, "defined already");

    [Fact]
    public void Result_of_another_kind() =>
        Breaks(Change(1, n => n with { Outputs = [Constant("c")] }, output: true), "defines \"c\", which is of kind Constant");

    [Fact]
    public void Output_without_definition() =>
        Breaks(Chain() with { Outputs = [new Value("nowhere", Vector(), ValueKind.Result)] }, "the output \"nowhere\" is not defined");

    // ---- values

    [Fact]
    public void State_with_the_role_of_a_parameter() =>
        Breaks(
            Reading(new Value("s", Vector(), ValueKind.State, Tensor.Zeros(Vector()), role: ValueRole.Residual)),
            "\"s\" of kind State is a Residual"
        );

    [Fact]
    public void Training_input_without_a_role() =>
        Breaks(
            Learning() is var g ? g with { TrainInputs = [.. g.TrainInputs, new Value("t", Vector(), ValueKind.Input)] } : null!,
            "the training input \"t\" has no role"
        );

    [Fact]
    public void Constant_without_content() => Breaks(Reading(new Value("c", Vector(), ValueKind.Constant)), "lacks a content");

    [Fact]
    public void Result_with_content() =>
        Breaks(
            Change(1, n => n with { Outputs = [new Value("y", Vector(), ValueKind.Result, Tensor.Zeros(Vector()))] }, output: true),
            "has a content"
        );

    [Fact]
    public void Content_of_another_type() =>
        Breaks(
            Reading(new Value("c", Vector(), ValueKind.Constant, Tensor.Zeros(Vector() with { DType = DType.I8 }))),
            "is of another type"
        );

    [Fact]
    public void Packing_of_another_size() =>
        Breaks(Reading(Value.Constant("c", Tensor.Zeros(Vector()), new Packing(Shape.Of(5), [0]))), "the packing of \"c\"");

    public static TheoryData<DType, float[], int, int?> Misfits =>
        new()
        {
            { DType.F32, [0.5f], 0, null },
            { DType.I8, [0f], 0, null },
            { DType.I8, [-1f], 0, null },
            { DType.I8, [float.NaN], 0, null },
            { DType.I8, [float.PositiveInfinity], 0, null },
            { DType.I8, [0.5f], 128, null },
            { DType.U8, [0.5f], -1, null },
            { DType.I8, [0.5f, 0.5f], 0, null },
            { DType.I8, [0.5f, 0.5f], 0, 0 },
            { DType.I8, [0.5f], 0, 1 },
            { DType.I8, [0.5f], 0, -1 },
        };

    [Theory]
    [MemberData(nameof(Misfits))]
    public void Quantization_that_does_not_fit(DType type, float[] scales, int zero, int? axis) =>
        Breaks(
            Chain() with
            {
                Inputs =
                [
                    .. Chain().Inputs.Take(0),
                    new Value("q", new TensorType(type, Shape.Of(4), new QuantParams([.. scales], zero, axis)), ValueKind.Input),
                ],
                Nodes = [],
                Outputs = [],
            },
            "quantization parameters that do not fit"
        );

    [Fact]
    public void Bounded_dimension() =>
        Breaks(
            Chain() with
            {
                Inputs = [new Value("x", TensorType.F32(new Shape([new Dim(4, true)])), ValueKind.Input)],
                Nodes = [],
                Outputs = [],
            },
            "has a bounded dimension"
        );

    // ---- phases

    [Fact]
    public void Forward_reads_what_only_training_computes() =>
        Breaks(Change(0, n => n with { Phase = Phase.Train }), "of phase Forward reads \"a\" of phase Train");

    [Fact]
    public void Inference_output_computed_in_training() =>
        Breaks(Change(1, n => n with { Phase = Phase.Train }), "computed in the wrong phase");

    [Fact]
    public void Training_output_computed_in_prediction() =>
        Breaks(
            Change(1, n => n with { Phase = Phase.Predict }) is var g ? g with { TrainOutputs = g.Outputs } : null!,
            "computed in the wrong phase"
        );

    [Fact]
    public void Scheduled_phases_out_of_order()
    {
        var graph = SelectKernels.Run(Learning(), PlanningGraphs.Kernels);
        var moved = graph with
        {
            Stage = Stage.Scheduled,
            Nodes = [graph.Nodes[0], graph.Nodes[2], graph.Nodes[1], .. graph.Nodes.Skip(3)],
        };
        Breaks(moved, "not in the order of phases");
    }

    // ---- nodes

    [Fact]
    public void Result_type_that_the_operator_does_not_make() =>
        Breaks(Change(1, n => n with { Outputs = [new Value("y", TensorType.F32(Shape.Of(5)), ValueKind.Result)] }, output: true), "makes");

    [Fact]
    public void Operands_that_the_operator_refuses() =>
        Breaks(Change(0, n => n with { Op = Conv2d.Op, Inputs = [n.Inputs[0], n.Inputs[0]] }), "must both have rank 4 or 2");

    [Fact]
    public void Operand_missing() => Breaks(Change(0, n => n with { Inputs = [] }), "is malformed: clamp 'a' has no operand 0");

    [Fact]
    public void Operator_past_its_last_stage() =>
        Breaks(Change(1, n => n with { Op = Transpose.Op, Attributes = Attributes.Empty.With("perm", [0]) }), "is not legal in this stage");

    [Fact]
    public void Operator_that_cannot_compute_on_codes()
    {
        var x = new Value("x", new TensorType(DType.I8, Shape.Of(4), Codes), ValueKind.Input);
        var builder = new GraphBuilder();
        var y = builder.Emit(Clamp.Op, "a", [x], type: x.Type with { Quant = new QuantParams(0.25f, 3) });
        Breaks(PlanningGraphs.Of(builder, [x], y), "cannot compute on these codes");
        Assert.Empty(Verifier.Violations(PlanningGraphs.Of(builder, [x], y) with { Stage = Stage.Canonical }));
    }

    [Fact]
    public void Update_outside_the_training_step() =>
        Breaks(
            Learning() is var g
                ? g with
                {
                    Nodes = [.. g.Nodes.Select(n => n.Op == Sgd.Op ? n with { Phase = Phase.Predict } : n)],
                }
                : null!,
            "outside the training step",
            "of phase Predict reads"
        );

    [Fact]
    public void Update_of_a_constant() =>
        Breaks(
            Learning() is var g
                ? g with
                {
                    Nodes = [.. g.Nodes.Select(n => n.Op == Sgd.Op ? n with { Inputs = n.Inputs.SetItem(0, Constant("c")) } : n)],
                }
                : null!,
            "changes something that is no parameter"
        );

    // ---- kernels

    [Fact]
    public void Kernel_before_its_stage() =>
        Breaks(Selected() with { Stage = Stage.Trained }, "has a kernel call that it must not have yet");

    [Fact]
    public void Kernel_missing() => Breaks(ChangeSelected(n => n with { Call = null }), "has no kernel");

    [Fact]
    public void Kernel_of_another_family() =>
        Breaks(
            ChangeCall(c => c with { Kernel = PlanningGraphs.Kernels.Find("te_softmax_f32_ref")! }),
            "asks for clamp on cortex-m7 and has te_softmax_f32_ref"
        );

    [Fact]
    public void Kernel_of_another_core() => Breaks(ChangeCall(c => c with { Kernel = c.Kernel with { Core = "mve" } }), "on cortex-m7");

    [Fact]
    public void Scratch_that_the_kernel_does_not_need() =>
        Breaks(ChangeCall(c => c with
        {
            Kernel = c.Kernel with { Parameters = [.. c.Kernel.Parameters, new KernelParameter(ParameterUse.Scratch, false, "u8", "row")] },
            Arguments = [.. c.Arguments, new Value("s", new TensorType(DType.U8, Shape.Of(8)), ValueKind.Result)],
        }), "has other arguments or scratch");

    [Fact]
    public void Table_that_the_kernel_does_not_need() =>
        Breaks(ChangeCall(c => c with { Request = c.Request with { Tables = [Constant("t")] } }), "does not take it");

    [Fact]
    public void Field_that_the_operator_does_not_ask_for() =>
        Breaks(
            ChangeCall(c => c with { Request = c.Request with { Fields = c.Request.Fields.RemoveAt(0) } }),
            "has other parameters or tables than it asks for"
        );

    [Fact]
    public void Argument_that_is_not_the_operand() =>
        Breaks(ChangeCall(c => c with { Arguments = c.Arguments.Reverse().ToImmutableArray() }), "has other arguments or scratch");

    // ---- regions

    [Fact]
    public void Body_of_a_node_that_is_no_stream() => Breaks(Change(0, n => n with { Body = Chain() }), "has a body");

    [Fact]
    public void Stream_without_a_body() => BreaksRegion(n => n with { Body = null }, "no body");

    [Fact]
    public void Body_of_another_stage() =>
        BreaksRegion(n => n with { Body = n.Body! with { Stage = Stage.Imported } }, "has a body of another stage");

    [Fact]
    public void Body_with_other_than_forward_nodes() =>
        BreaksRegion(
            n => n with { Body = n.Body! with { Nodes = [.. n.Body.Nodes.Take(2), n.Body.Nodes[2] with { Phase = Phase.Predict }] } },
            "more than forward nodes"
        );

    [Fact]
    public void Body_that_breaks_a_rule_itself() =>
        BreaksRegion(
            n => n with { Body = n.Body! with { Nodes = [n.Body.Nodes[1], n.Body.Nodes[0], n.Body.Nodes[2]] } },
            "stream 'stem': clamp 'b' reads \"a\""
        );

    [Fact]
    public void Body_that_shares_a_value()
    {
        var graph = StreamGraph.Build();
        var inside = graph.Nodes[0].Body!;
        Breaks(
            graph with
            {
                Inputs = inside.Inputs,
                Nodes = [graph.Nodes[0] with { Inputs = [inside.Inputs[0]] }],
            },
            "shares \"rows\" with its body"
        );
    }

    [Fact]
    public void Operands_that_the_body_does_not_take() =>
        BreaksRegion(n => n with { Inputs = [Constant("c")] }, "do not match the body's inputs");

    [Fact]
    public void Lines_that_are_not_one_for_each_node() =>
        BreaksRegion(n => n with { Attributes = n.Attributes.With("lines", [3, 3]) }, "not one line buffer for each node");

    [Theory]
    [InlineData(0, "holds 0 rows of \"a\" where 1 are needed")]
    [InlineData(1, "holds 2 rows of \"b\" where 3 are needed")]
    [InlineData(2, "holds 3 rows of \"c\" where 4 are needed")]
    public void Line_buffer_that_is_too_short(int node, string fault)
    {
        int[] lines = [.. StreamGraph.Lines];
        Assert.Empty(Verifier.Violations(StreamGraph.Build(lines)));
        lines[node]--;
        Breaks(StreamGraph.Build(lines), fault);
    }

    [Fact]
    public void Body_that_does_not_run_row_by_row()
    {
        var graph = StreamGraph.Build();
        var body = graph.Nodes[0].Body!;
        var builder = new GraphBuilder();
        var first = builder.Copy(body.Nodes[0]).Output;
        var flat = builder.Emit(Reshape.Op, "flat", [first], Attributes.Empty.With("shape", [1, first.Type.Count]));
        body = body with { Nodes = [.. builder.Nodes], Outputs = [flat] };
        var node = graph.Nodes[0] with
        {
            Body = body,
            Outputs = [new Value("y", flat.Type, ValueKind.Result)],
            Attributes = graph.Nodes[0].Attributes.With("lines", [8, 1]),
        };
        Breaks(graph with { Nodes = [node], Outputs = node.Outputs }, "reshape does not run row by row");
    }

    // ---- plan

    [Fact]
    public void Planned_graph_without_plan() => Breaks(PlanningGraphs.Plan(Learning()) with { Plan = null }, "lacks its plan");

    [Fact]
    public void Plan_before_its_stage() =>
        Breaks(PlanningGraphs.Plan(Learning()) with { Stage = Stage.Scheduled }, "a plan before the planned stage");

    [Fact]
    public void Plan_that_places_a_stranger()
    {
        var graph = PlanningGraphs.Plan(Learning());
        var stranger = new Placement(new Value("stranger", Vector(), ValueKind.Result), 0, 16, 0, 0);
        Breaks(graph with { Plan = graph.Plan! with { Placements = graph.Plan.Placements.Add(stranger) } }, "the plan places \"stranger\"");
    }

    /// <summary>Some rule is broken, and every violation names one of these.</summary>
    private static void Breaks(Graph graph, params string[] faults)
    {
        var violations = Verifier.Violations(graph).ToList();
        Assert.Contains(violations, v => v.Contains(faults[0], StringComparison.Ordinal));
        Assert.All(violations, v => Assert.True(faults.Any(f => v.Contains(f, StringComparison.Ordinal)), v));
    }

    private static void BreaksRegion(Func<Node, Node> change, string fault) =>
        Breaks(StreamGraph.Build() is var g ? g with { Nodes = [change(g.Nodes[0])] } : null!, fault);

    private static TensorType Vector() => TensorType.F32(Shape.Of(4));

    private static Value Constant(string name) => Value.Constant(name, Tensor.Zeros(Vector()));

    /// <summary>x -> clamp a -> clamp y, at the trained stage.</summary>
    private static Graph Chain()
    {
        var builder = new GraphBuilder();
        var x = new Value("x", Vector(), ValueKind.Input);
        var a = builder.Emit(Clamp.Op, "a", [x], Attributes.Empty.Clamped(min: 0.0));
        return PlanningGraphs.Of(builder, [x], builder.Emit(Clamp.Op, "b", [a], Attributes.Empty.Clamped(max: 6.0), outputName: "y"));
    }

    /// <summary>A forward node, a predicted output, and a training step that changes a parameter.</summary>
    private static Graph Learning()
    {
        var builder = new GraphBuilder();
        var (x, lr) = (
            new Value("x", TensorType.F32(Shape.Of(1, 4)), ValueKind.Input),
            new Value("lr", TensorType.F32(Shape.Of(1)), ValueKind.Input, role: ValueRole.Rate)
        );
        var a = builder.Emit(Clamp.Op, "a", [x], Attributes.Empty.Clamped(min: 0.0));
        builder.Phase = Phase.Predict;
        var y = builder.Emit(Softmax.Op, "y", [a]);
        builder.Phase = Phase.Train;
        var g = builder.Emit(ChannelSum.Op, "g", [a]);
        builder.EmitNode(Sgd.Op, "step", [new Value("w", g.Type, ValueKind.Parameter, Tensor.Zeros(g.Type)), g, lr]);
        return PlanningGraphs.Of(builder, [x], y) with { TrainInputs = [lr] };
    }

    private static Graph Selected() => SelectKernels.Run(Chain(), PlanningGraphs.Kernels);

    private static Graph ChangeSelected(Func<Node, Node> change) =>
        Selected() is var g ? g with { Nodes = g.Nodes.SetItem(1, change(g.Nodes[1])) } : null!;

    private static Graph ChangeCall(Func<KernelCall, KernelCall> change) => ChangeSelected(n => n with { Call = change(n.Call!) });

    /// <summary>The chain with one node changed, and the output with it.</summary>
    private static Graph Change(int index, Func<Node, Node> change, bool output = false)
    {
        var graph = Chain();
        graph = graph with { Nodes = graph.Nodes.SetItem(index, change(graph.Nodes[index])) };
        return output ? graph with { Outputs = graph.Nodes[1].Outputs } : graph;
    }

    /// <summary>The chain, whose second node adds a constant.</summary>
    private static Graph Reading(Value constant) => Change(1, n => n with { Op = Add.Op, Inputs = [n.Inputs[0], constant] });
}
