// The report of a compilation: every byte of SRAM and flash, buffer by buffer and step by step, as plan.json carries it.
// Sizes come from the planned graph and from the bounds of measured.def; nothing is measured here.

using System.Text.Json;
using System.Text.Json.Serialization;
using TinyEngine.Image;
using TinyEngine.Ir;
using TinyEngine.Passes;

namespace TinyEngine.Compiler;

/// <summary>SRAM in bytes; total = arena + trained + state + tables + stack.</summary>
public sealed record SramReport(
    long Total,
    long Arena,
    long Trained,
    long State,
    long Tables,
    long Stack,
    long Input,
    long Budget,
    long LowerBound,
    string StackSource
)
{
    /// <summary>
    /// A proved lower bound of the arena for this order of execution, in bytes. The arena exceeds it by the gap. Absent without a proof.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? ProvenBound { get; init; }
}

/// <summary>Flash in bytes; total = weights + tables + code.</summary>
public sealed record FlashReport(long Total, long Weights, long Tables, long Code, long Budget, string CodeSource);

/// <summary>Multiply-accumulate operations of one run; recomputed are those of the backward pass that make activations again.</summary>
public sealed record MacsReport(long Forward, long Backward, long Recomputed);

/// <summary>A step of the schedule; reads and writes are bytes. A region names all functions of its body as its kernel.</summary>
public sealed record StepReport(int Index, string Phase, string Op, string Kernel, string Name, long Macs, long Reads, long Writes)
{
    /// <summary>Predicted instructions (<see cref="InstructionsReport"/>).</summary>
    public long Instructions { get; init; }

    /// <summary>In a region, the nodes that run row by row, in the order of their first rows; null for a single kernel.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<StageReport>? Body { get; init; }
}

/// <summary>A node of a region: the function that makes a row, the rows of the result, and those that its line buffer holds.</summary>
public sealed record StageReport(string Op, string Kernel, string Name, long Macs, int Rows, int Lines);

/// <summary>
/// A trained parameter, or a tensor that the update keeps beside it (role: value, residual, optimizer). Elements is the number that
/// trains, Of the number of the whole tensor. If the stored order differs from the order of the ONNX file, it is the latter reshaped to
/// <c>onnx_shape</c> with its dimensions permuted. Offset counts from the first parameter in SRAM.
/// </summary>
public sealed record TrainedReport(
    string Name,
    string Dtype,
    long Elements,
    long Of,
    long Bytes,
    long Offset,
    string Role,
    int[] OnnxShape,
    int[] Permutation
)
{
    /// <summary>True for weights and biases.</summary>
    [JsonIgnore]
    public bool IsValue => Role == "value";

    /// <summary>How stored elements follow from those of the ONNX file, or null where they are the same.</summary>
    public Packing? Packing() => Permutation.Length == 0 ? null : new Packing(Shape.Of(OnnxShape), [.. Permutation]);
}

/// <summary>Channels of a node's result that were removed, because nothing depends on them, of how many.</summary>
public sealed record DeadChannelsReport(string Name, int Removed, int Of);

/// <summary>A numbered layer.</summary>
public sealed record LayerReport(int Index, string Name, string Op, int[] Output, long Parameters, long Macs);

/// <summary>An input or output of the model: shape, element type and the meaning of codes.</summary>
public sealed record BoundaryReport(string Name, string Dtype, int[] Shape, float? Scale, int? ZeroPoint)
{
    /// <summary>The layout with channels first.</summary>
    public const string ChannelsFirst = "nchw";

    /// <summary>
    /// The order of four dimensions: nhwc, or nchw where the model computes on its map as the file has it; null for other shapes.
    /// </summary>
    public string? Layout { get; init; }

    /// <summary>True where the file has uint8 codes here, each 128 more than the int8 code.</summary>
    public bool Unsigned { get; init; }

    /// <summary>The report of a graph's input.</summary>
    public static BoundaryReport OfInput(Graph graph) => Of(graph.Inputs[0], graph.InputForms.ElementAtOrDefault(0));

    /// <summary>The report of a graph's output.</summary>
    public static BoundaryReport OfOutput(Graph graph) => Of(graph.Outputs[0], graph.OutputForms.ElementAtOrDefault(0));

    private static BoundaryReport Of(Value v, BoundaryForm form) =>
        new(v.Name, v.Type.DType.Name(), v.Type.Shape.ToArray(), v.Type.Quant?.Scale, v.Type.Quant?.ZeroPoint)
        {
            Layout =
                v.Type.Shape.Rank != 4 ? null
                : form.ChannelsFirst ? ChannelsFirst
                : "nhwc",
            Unsigned = form.IsUnsigned && v.Type.DType == DType.I8,
        };

    /// <summary>The shape of one sample: without the batch dimension where that is 1.</summary>
    public int[] SampleShape() => Shape is [1, _, ..] ? Shape[1..] : Shape;
}

/// <summary>plan.json. Analytic is the memory of the sparse update as the literature counts it, in bytes (<see cref="AnalyticMemory"/>).
/// TrainedLayers says what trains besides the head: none, biases or weights (and biases) of layers.</summary>
public sealed record PlanReport(
    string Model,
    string ModelSha256,
    string Target,
    string Command,
    SramReport Sram,
    FlashReport Flash,
    MacsReport Macs,
    BoundaryReport Input,
    BoundaryReport Output,
    bool Trainable,
    string TrainedLayers,
    string Loss,
    string Targets,
    double Momentum,
    long Analytic,
    string Numerics,
    IReadOnlyList<BufferReport> Buffers,
    IReadOnlyList<StepReport> Steps,
    IReadOnlyList<TrainedReport> Trained,
    IReadOnlyList<LayerReport> Layers
)
{
    /// <summary>
    /// The activation behind the operand of the loss, such as sigmoid: inference gives its results. Empty without such an activation.
    /// </summary>
    public string Activation { get; init; } = "";

    /// <summary>The nodes that lost channels.</summary>
    public IReadOnlyList<DeadChannelsReport> DeadChannels { get; init; } = [];

    /// <summary>Instructions of inference and step.</summary>
    public InstructionsReport? Instructions { get; init; }

    /// <summary>What each objective of the choice of kernels gives.</summary>
    public IReadOnlyList<ObjectiveReport> Objectives { get; init; } = [];

    /// <summary>The memories, where the device has several.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<RegionReport>? Regions { get; init; }

    /// <summary>True where everything fits the budgets.</summary>
    [JsonIgnore]
    public bool Fits =>
        Sram.Total <= Sram.Budget && Flash.Total <= Flash.Budget && (Regions is null || Regions.All(r => r.Used <= r.Bytes));

    /// <summary>All files of the compilation, paths below its folder in ordinal order (<see cref="OutputManifest"/>).</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>The report of a model image.</summary>
    public static PlanReport Of(ModelImage image, CompileOptions options, Footprints footprints)
    {
        var (graph, state) = (image.Graph, image.State);
        var plan = graph.Plan!;
        var plain = StreamOp.Inlined(graph);
        var producers = graph.Producers();
        var kernels = image.AllCalls.Select(c => c.Call.Kernel).Distinct().ToList();
        long stack = footprints.Stack(graph);
        var tables = plain.Nodes.SelectMany(n => n.Tables).ToHashSet();
        var (tableBytes, weightBytes) = (0L, 0L);
        foreach (var array in image.Flash)
        {
            long bytes = MemoryPlan.Align(array.Value.Type.Bytes);
            (tableBytes, weightBytes) = tables.Contains(array.Value)
                ? (tableBytes + bytes, weightBytes)
                : (tableBytes, weightBytes + bytes);
        }

        long code = footprints.Code(graph, kernels);
        long input = graph.CallerOwnsInputs && !options.InputRows ? graph.Inputs.Sum(v => v.Type.Bytes) : 0;
        var sram = new SramReport(
            MemoryPlan.Align(plan.ArenaBytes) + state.TrainedBytes + state.StateBytes + stack,
            MemoryPlan.Align(plan.ArenaBytes),
            state.TrainedBytes,
            state.StateBytes,
            0,
            stack,
            input,
            options.AllSram,
            plan.LowerBound,
            "bound"
        )
        {
            ProvenBound = plan.ProvenBound,
        };
        return new PlanReport(
            options.Name,
            image.Origin.ModelSha256,
            graph.Target.Name,
            options.Command,
            sram,
            new FlashReport(weightBytes + tableBytes + code, weightBytes, tableBytes, code, options.FlashBudget, "bound"),
            new MacsReport(
                CountMacs(graph, n => n.Phase != Phase.Train),
                CountMacs(graph, n => n.Phase == Phase.Train),
                Recompute.Macs(plain)
            ),
            BoundaryReport.OfInput(graph),
            BoundaryReport.OfOutput(graph),
            graph.Trains,
            TrainedOfLayers(plain),
            options.Loss.Loss.Title,
            options.Loss.TargetOf(graph.Inputs[0].Type, graph.Outputs[0].Type).ToString().ToLowerInvariant(),
            options.Optimizer.Momentum,
            graph.Trains ? AnalyticMemory.Of(plain) : 0,
            graph.Target.HasFpu
                ? "requantization in fp32, no fused multiply-add"
                : "requantization by exact integer products (differs from fp32 by at most 1), no fused multiply-add",
            [
                .. plan.Placements.Select(p => new BufferReport(
                    p.Value.Name,
                    KindOf(producers, p.Value),
                    p.Offset,
                    p.Bytes,
                    p.First,
                    p.Last
                )
                {
                    Over = p.Over?.Name,
                    Lead = p.Over is null ? null : p.Lead,
                    Region = plan.BankOf(p.Offset)?.Bank.Name,
                }),
            ],
            [
                .. graph.Nodes.Select(
                    (n, i) =>
                        new StepReport(
                            i,
                            n.Phase.ToString().ToLowerInvariant(),
                            n.Op.Name,
                            string.Join(
                                ' ',
                                image.AllSteps.Where(s => s.Step == i).SelectMany(s => s.Calls).Select(c => c.Symbol).Distinct()
                            ),
                            n.Name,
                            n.Op.Macs(n),
                            n.Loads.Sum(v => v.Type.Bytes),
                            n.Writes.Sum(v => v.Type.Bytes)
                        )
                        {
                            Instructions = InstructionsReport.OfNode(n, graph.Target),
                            Body = image.AllSteps.FirstOrDefault(s => s.Step == i) is ImageRegion region ? Stages(region) : null,
                        }
                ),
            ],
            [
                .. state.InWeightsOrder.Select(p => new TrainedReport(
                    p.Value.Name,
                    p.Value.Type.DType.Name(),
                    p.Value.Type.Count,
                    WholeCount(plain, p.Value),
                    p.Value.Type.Bytes,
                    p.Offset - state.ArenaBytes,
                    p.Value.Role.IsOptimizer() ? "optimizer" : p.Value.Role.ToString().ToLowerInvariant(),
                    p.Value.Packing?.OnnxShape.ToArray() ?? [],
                    [.. p.Value.Packing?.Permutation ?? []]
                )),
            ],
            [
                .. plain
                    .Nodes.Where(n => n is { Phase: not Phase.Train, Layer: not null })
                    .OrderBy(n => n.Layer)
                    .Select(n => new LayerReport(
                        n.Layer!.Value,
                        n.Name,
                        n.Op.Name,
                        n.Output.Type.Shape.ToArray(),
                        n.Inputs.Skip(1).Sum(v => v?.Type.Count ?? 0),
                        n.Op.Macs(n)
                    )),
            ]
        )
        {
            DeadChannels =
            [
                .. plain
                    .Nodes.Where(n => n.Form.LostChannels > 0)
                    .Select(n => new DeadChannelsReport(n.Name, n.Form.LostChannels, n.Form.LostChannels + n.Output.Type.Shape[-1])),
            ],
            Instructions = InstructionsReport.Of(graph),
            Regions = RegionReport.Of(graph, sram),
            Activation = plain.Source(plain.Outputs[0]) is { } last && options.Loss.Loss.Contains(last.Op) ? last.Op.Name : "",
        };
    }

    /// <summary>The text of plan.json.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, PlanJson.Default.PlanReport).ReplaceLineEndings("\n") + "\n";

    /// <summary>Reads a plan.json.</summary>
    /// <exception cref="JsonException">The text is not a report.</exception>
    public static PlanReport FromJson(string json) =>
        JsonSerializer.Deserialize(json, PlanJson.Default.PlanReport) ?? throw new JsonException("plan.json is empty");

    /// <summary>Diagnoses budgets that are exceeded; the text names the values that are alive at the peak.</summary>
    internal IEnumerable<Diagnostic> CheckBudgets(PeakText peak)
    {
        if (Sram.Total > Sram.Budget && Regions is null)
        {
            yield return Diagnostics.OverSram.At(
                "",
                Sram.Total,
                Sram.Total - Sram.Budget,
                Sram.Budget,
                peak.Step(),
                peak.Alive(peak.Plan, peak.Plan.PeakStep)
                    + FormattableString.Invariant($"; arena {Sram.Arena:N0}, trained parameters {Sram.Trained:N0}, stack {Sram.Stack:N0}")
            );
        }

        foreach (var problem in Regions is { } regions ? RegionReport.Check(regions, peak.Plan, peak.Alive) : [])
        {
            yield return problem;
        }

        if (Flash.Total > Flash.Budget)
        {
            yield return Diagnostics.OverFlash.At("", Flash.Total, Flash.Total - Flash.Budget, Flash.Budget);
        }
    }

    private static StageReport[] Stages(ImageRegion region)
    {
        int[] lines = region.Node.Attributes.Ints(StreamOp.LinesName);
        return
        [
            .. region
                .Order.Select(node => (Call: region.ByNode[node], Lines: lines[node]))
                .Where(p => p.Call is not null)
                .Select(p => new StageReport(
                    p.Call!.Node.Op.Name,
                    p.Call.Symbol,
                    p.Call.Node.Name,
                    p.Call.Node.Op.Macs(p.Call.Node),
                    RowSchedule.RowsOf(p.Call.Node.Output),
                    p.Lines
                )),
        ];
    }

    /// <summary>Elements of the tensor that a parameter is a part of.</summary>
    private static long WholeCount(Graph graph, Value parameter) =>
        graph.Nodes.FirstOrDefault(n => n.Op is OverlayChannels && n.Input(1) == parameter)?.Output.Type.Count
        ?? graph.Nodes.Select(n => Rest(n, parameter)).FirstOrDefault(r => r is not null)?.Type.Count + parameter.Type.Count
        ?? parameter.Type.Count;

    /// <summary>The weights that a layer reads beside its trained part, if this parameter is that part.</summary>
    private static Value? Rest(Node node, Value parameter) =>
        node.Op.Layer(node) is { Part: { } part } form && node.Input(part) == parameter ? node.Input(form.Weights) : null;

    private static string TrainedOfLayers(Graph graph)
    {
        bool Trains(Func<LayerForm, int?> operand) =>
            graph.Nodes.Any(n =>
                n is { Layer: not null, Phase: Phase.Forward }
                && n.Op.Layer(n) is { } form
                && operand(form) is { } index
                && n.Optional(index) is { IsConstant: false }
            );
        return !graph.Trains ? "none"
            : Trains(form => form.Weights) || Trains(form => form.Part) ? "weights"
            : Trains(form => form.Weights + 1) ? "biases"
            : "none";
    }

    private static long CountMacs(Graph graph, Func<Node, bool> where) => graph.Nodes.Where(where).Sum(n => n.Op.Macs(n));

    private static string KindOf(Dictionary<Value, Node> producers, Value value) =>
        !producers.TryGetValue(value, out var node) ? "input"
        : node.Lines == value ? "lines"
        : node.Scratch == value ? "scratch"
        : node.Phase == Phase.Train && !Recompute.IsRepeated(node) ? "gradient"
        : value.Type.DType == DType.Bit ? "mask"
        : "activation";
}

/// <summary>Serialization of the report: snake_case names, indented.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    WriteIndented = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(PlanReport))]
internal sealed partial class PlanJson : JsonSerializerContext;
