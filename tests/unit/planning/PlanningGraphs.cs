// Graphs for the planning tests: a kernel table of in-place and other rows, a generator of random graphs of real operators
// in all three phases, and the passes up to a plan.

using CsCheck;
using TinyEngine.Ir;
using TinyEngine.Passes;

namespace TinyEngine.Tests.Planning;

/// <summary>The graphs of planning tests.</summary>
internal static class PlanningGraphs
{
    /// <summary>
    /// The core's operators with kernels only for those that the random graphs use: elementwise ones in place, softmax with scratch.
    /// </summary>
    public static readonly OperatorSet Operators = new(
        "planning",
        OperatorSet.Core.Operators,
        new RuntimeSources([KeyValuePair.Create("include/kernels.def", Rows(inPlace: 0))])
    );

    /// <summary>The kernels of that set.</summary>
    public static readonly KernelTable Kernels = Operators.Kernels;

    /// <summary>The same rows without any in-place rule.</summary>
    public static readonly KernelTable ApartKernels = KernelTable.Parse(Rows(inPlace: -1));

    /// <summary>A random graph at <see cref="Stage.Trained"/>: each step names an operator and picks its operands.</summary>
    public static readonly Gen<Graph> Random =
        Gen.Select(Gen.Int[0, 6], Gen.Int[0, 999], Gen.Int[0, 999]).Array[1, 24].Select(Build);

    /// <summary>A random graph, planned with <see cref="Kernels"/>.</summary>
    public static readonly Gen<Graph> RandomPlanned = Random.Select(g => Plan(g));

    /// <summary>Selects kernels and plans in the given order.</summary>
    public static Graph PlanAsGiven(Graph graph, KernelTable? kernels = null) =>
        PlanMemory.Run(SelectKernels.Run(graph, kernels ?? Kernels) with { Stage = Stage.Scheduled });

    /// <summary>Selects kernels, schedules and plans.</summary>
    public static Graph Plan(Graph graph, KernelTable? kernels = null) =>
        PlanMemory.Run(Schedule.Run(SelectKernels.Run(graph, kernels ?? Kernels)));

    /// <summary>A graph of these nodes, all in the forward phase unless they say otherwise.</summary>
    public static Graph Of(GraphBuilder builder, Value[] inputs, params Value[] outputs) =>
        new() { Name = "test", Stage = Stage.Trained, Inputs = [.. inputs], Nodes = [.. builder.Nodes], Outputs = [.. outputs] };

    /// <summary>An fp32 input of these extents.</summary>
    public static Value Input(string name, params int[] extents) => new(name, TensorType.F32(Shape.Of(extents)), ValueKind.Input);

    private static string Rows(int inPlace) =>
        $"""
        KERNEL(te_add_f32_ref, add, te_binary, IN(f32, a) IN(f32, b) OUT(f32, y) OPT_OUT(bit, mask), any, "", "0", {inPlace}, "-", none, "0", "-", "by element")
        KERNEL(te_clamp_f32_ref, clamp, te_clamp, IN(f32, x) OUT(f32, y) OPT_OUT(bit, mask), any, "", "0", {inPlace}, "-", none, "0", "-", "by element")
        KERNEL(te_quantize_f32_i8_ref, quantize, te_affine, IN(f32, x) OUT(i8, y) OPT_OUT(bit, mask), any, "", "0", {inPlace}, "-", none, "0", "-", "by element")
        KERNEL(te_dequantize_i8_f32_ref, dequantize, te_affine, IN(i8, x) OUT(f32, y), any, "", "0", -1, "-", none, "0", "-", "by element")
        KERNEL(te_softmax_f32_ref, softmax, te_softmax, IN(f32, x) OUT(f32, y) SCRATCH(f32, row), any, "", "columns*4", -1, "-", none, "0", "-", "by row")
        KERNEL(te_channel_sum_f32_ref, channel_sum, te_rows, IN(f32, x) OUT(f32, sum), any, "", "0", -1, "-", none, "0", "-", "by row")
        KERNEL(te_lookup_i8_ref, lookup, te_elements, IN(u8, x) TABLE(i8, table) OUT(i8, y), any, "count > 1", "0", -1, "-", none, "0", "-", "by element")
        KERNEL(te_sgd_f32_ref, sgd, te_sgd, INOUT(f32, p) IN(f32, g) IN(f32, lr) OPT_IN(u32, random), any, "", "0", -1, "-", none, "0", "-", "by element")
        """;

    private static Graph Build((int Op, int A, int B)[] steps)
    {
        Value[] inputs = [Input("x", 1, 3, 4, 3), Input("y", 1, 5, 7)];
        var learningRate = new Value("lr", TensorType.F32(Shape.Of(1)), ValueKind.Input, role: ValueRole.Rate);
        var builder = new GraphBuilder();
        List<Value> forward = [.. inputs], outputs = [], trainOutputs = [];
        for (int i = 0; i < steps.Length; i++)
        {
            builder.Phase = i * 5 < steps.Length * 2 ? Phase.Forward : i * 5 < steps.Length * 3 ? Phase.Predict : Phase.Train;
            // Prediction and training read the forward phase and themselves, never each other.
            var pool = forward
                .Concat(builder.Nodes.Where(n => n.Phase == builder.Phase && n.Outputs.Length > 0).Select(n => n.Output))
                .Distinct()
                .ToList();
            var made = Emit(builder, $"n{i}", steps[i], pool, learningRate);
            switch (builder.Phase)
            {
                case Phase.Forward when made is not null: forward.Add(made); break;
                case Phase.Train when made is not null: trainOutputs = [made]; break;
                case Phase.Predict when made is not null: outputs = [made]; break;
            }
        }

        return Of(builder, inputs, [.. outputs, forward[^1]]) with { TrainInputs = [learningRate], TrainOutputs = [.. trainOutputs] };
    }

    /// <summary>Adds one node and returns its result, or null for a node without one.</summary>
    private static Value? Emit(GraphBuilder builder, string name, (int Op, int A, int B) step, List<Value> pool, Value learningRate)
    {
        var a = pool[step.A % pool.Count];
        if (a.Type.IsQuantized)
        {
            return step.Op % 2 == 0 ? builder.Emit(Dequantize.Op, name, [a]) : Flat(a);
        }

        switch (step.Op)
        {
            case 0:
                var same = pool.Where(v => v.Type == a.Type).ToList();
                return builder.Emit(Add.Op, name, [a, same[step.B % same.Count]]);
            case 1:
                return builder.Emit(Clamp.Op, name, [a], Attributes.Empty.Clamped(min: 0.0).Masked(step.B % 2 == 1));
            case 2:
                return Flat(a);
            case 3:
                return builder.Emit(Softmax.Op, name, [a]);
            case 4:
                return builder.Emit(Quantize.Op, name, [a], type: a.Type with { DType = DType.I8, Quant = new QuantParams(0.5f, 3) });
            case 5 when builder.Phase == Phase.Train:
                var parameter = new Value(name + ".w", a.Type, ValueKind.Parameter, Tensor.Zeros(a.Type));
                builder.EmitNode(Sgd.Op, name, [parameter, a, learningRate]);
                return null;
            default:
                return builder.Emit(ChannelSum.Op, name, [a]);
        }

        Value Flat(Value value) => builder.Emit(Reshape.Op, name, [value], Attributes.Empty.With("shape", [1L, value.Type.Count]));
    }
}
