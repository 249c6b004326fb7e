// The rules of every stage. Each rule is one method that yields what breaks it; a pass whose result breaks a rule is a fault of
// the compiler, never of the user's model. Does not judge memory plans byte by byte: VerifyPlan does.

namespace TinyEngine.Ir;

/// <summary>Checks graphs.</summary>
public static class Verifier
{
    /// <summary>Passes a graph on that keeps every rule of its stage.</summary>
    /// <exception cref="InvalidOperationException">It breaks some; the message lists them all.</exception>
    public static Graph Verify(Graph graph)
    {
        var violations = Violations(graph).ToList();
        return violations.Count == 0
            ? graph
            : throw new InvalidOperationException(
                string.Join(Environment.NewLine, violations.Prepend($"graph {graph.Name} breaks rules of stage {graph.Stage}:"))
            );
    }

    /// <summary>The faults of a graph, one line each; empty for a correct one.</summary>
    public static IEnumerable<string> Violations(Graph graph) => Violations(graph, byRow: false);

    /// <summary>As the other; <paramref name="byRow"/>: of the body of a region, whose kernels make one row at a time.</summary>
    private static IEnumerable<string> Violations(Graph graph, bool byRow)
    {
        foreach (var violation in Definitions(graph).Concat(graph.Values.SelectMany(Values)).Concat(Phases(graph)).Concat(Plan(graph)))
        {
            yield return violation;
        }

        foreach (var node in graph.Nodes)
        {
            foreach (var violation in OfNode(node, graph, byRow))
            {
                yield return $"{node.Op.Name} '{node.Name}': {violation}";
            }
        }
    }

    /// <summary>
    /// The rules of one node. Operators may take well-formed nodes for granted, so whatever one throws when asked about this
    /// node is a violation too; and if the types are wrong, the rules that depend on them are not checked.
    /// </summary>
    private static List<string> OfNode(Node node, Graph graph, bool byRow)
    {
        try
        {
            var types = Types(node).ToList();
            return types.Count > 0
                ? types
                :
                [
                    .. Staged(node, graph.Stage),
                    .. Blocks(node),
                    .. Mutations(node),
                    .. Kernels(node, graph, byRow),
                    .. Region(node, graph),
                ];
        }
        catch (Exception e)
        {
            return [(e as DiagnosticException)?.Diagnostics[0].Message ?? $"is malformed: {e.Message}"];
        }
    }

    /// <summary>Every value is defined once, and before it is read.</summary>
    private static IEnumerable<string> Definitions(Graph graph)
    {
        var defined = new HashSet<Value>();
        foreach (var input in graph.Inputs.Concat(graph.TrainInputs))
        {
            if (input.Kind != ValueKind.Input || !defined.Add(input))
            {
                yield return $"input {input} is of kind {input.Kind} or given twice";
            }
        }

        bool Known(Value v) => v.Kind is ValueKind.Constant or ValueKind.Parameter or ValueKind.State || defined.Contains(v);
        foreach (var node in graph.Nodes)
        {
            foreach (var value in node.Reads.Where(v => !Known(v)))
            {
                yield return $"{node.Op.Name} '{node.Name}' reads {value}, which nothing defines before it";
            }

            foreach (var value in node.Writes)
            {
                if (value.Kind != ValueKind.Result || !defined.Add(value))
                {
                    yield return $"{node.Op.Name} '{node.Name}' defines {value}, which is of kind {value.Kind} or defined already";
                }
            }
        }

        foreach (var input in graph.TrainInputs.Where(v => !v.Role.IsTrainInput()))
        {
            yield return $"the training input {input} has no role";
        }

        foreach (var output in graph.Outputs.Concat(graph.TrainOutputs).Where(v => !Known(v)))
        {
            yield return $"the output {output} is not defined";
        }
    }

    /// <summary>Contents have the type of their value; quantization parameters make sense; dimensions are fixed.</summary>
    private static IEnumerable<string> Values(Value value)
    {
        if (value.Kind is ValueKind.Constant or ValueKind.Parameter or ValueKind.State != value.Data is not null)
        {
            yield return $"{value} of kind {value.Kind} {(value.Data is null ? "lacks" : "has")} a content";
        }

        if (!value.Kind.Accepts(value.Role))
        {
            yield return $"{value} of kind {value.Kind} is a {value.Role}";
        }

        if (value.Data is { } data && !data.Type.Equals(value.Type))
        {
            yield return $"the content of {value} is of another type";
        }

        if (value.Packing is { } packing && (packing.OnnxShape.Count != value.Type.Count || value.Data is null))
        {
            yield return $"the packing of {value} is of another size";
        }

        if (value.Type is { Quant: { } quant, Shape: var shape, DType: var dtype })
        {
            var (min, max) = dtype.Range();
            bool fits = quant.Axis is { } axis
                ? axis >= 0 && axis < shape.Rank && quant.Scales.Length == shape[axis]
                : quant.Scales.Length == 1;
            if (
                !fits
                || dtype == DType.F32
                || quant.ZeroPoint < min
                || quant.ZeroPoint > max
                || quant.Scales.Any(s => !(s > 0) || float.IsInfinity(s))
            )
            {
                yield return $"{value} has quantization parameters that do not fit its type";
            }
        }

        if (
            value.Type is { Block: { } block } type
            && (
                value.Kind != ValueKind.Result
                || type.DType is not (DType.I8 or DType.I16)
                || block != BlockFormat.BlockElements(type.Shape)
                || type.Quant is { } channels && (channels.ZeroPoint != 0 || channels.Axis != type.Shape.Rank - 1)
            )
        )
        {
            yield return $"{value} is in blocks, which are equal parts of rows of a result, of int8 or int16 mantissas with one scale a "
                + "channel or none";
        }

        if (!value.Type.Shape.IsFixed)
        {
            yield return $"{value} has a bounded dimension, which no operator here accepts";
        }
    }

    /// <summary>Forward nodes read nothing that only inference or only training computes; these two read nothing of each other.</summary>
    private static IEnumerable<string> Phases(Graph graph)
    {
        var phase = graph
            .Nodes.SelectMany(n => n.Writes.Select(v => (v, n.Phase)))
            .GroupBy(p => p.v)
            .ToDictionary(g => g.Key, g => g.First().Phase);
        foreach (var node in graph.Nodes)
        {
            foreach (var value in node.Reads.Where(v => phase.TryGetValue(v, out var made) && made != Phase.Forward && made != node.Phase))
            {
                yield return $"{node.Op.Name} '{node.Name}' of phase {node.Phase} reads {value} of phase {phase[value]}";
            }
        }

        foreach (
            var output in graph
                .Outputs.Where(v => phase.GetValueOrDefault(v) == Phase.Train)
                .Concat(graph.TrainOutputs.Where(v => phase.GetValueOrDefault(v) == Phase.Predict))
        )
        {
            yield return $"the output {output} is computed in the wrong phase";
        }

        if (graph.Stage >= Stage.Scheduled && !graph.Nodes.Select(n => n.Phase).SequenceEqual(graph.Nodes.Select(n => n.Phase).Order()))
        {
            yield return "scheduled nodes are not in the order of phases";
        }
    }

    /// <summary>Result types are those that the operator infers.</summary>
    private static IEnumerable<string> Types(Node node)
    {
        var inferred = node.Op.Infer(node);
        if (!inferred.SequenceEqual(node.Outputs.Select(o => o.Type)))
        {
            yield return $"makes {string.Join(", ", inferred)}, not {string.Join(", ", node.Outputs.Select(o => o.Type))}";
        }
    }

    /// <summary>The operator is legal in the stage, and from the quantized stage on it computes on the codes it was given.</summary>
    private static IEnumerable<string> Staged(Node node, Stage stage)
    {
        if (stage > node.Op.LastStage)
        {
            yield return "is not legal in this stage";
        }

        bool onCodes =
            node.Outputs.Length > 0
            && node.Output.Type.IsQuantized
            && node.Inputs.Length > 0
            && node.Inputs[0] is { Type.IsQuantized: true };
        if (stage >= Stage.Quantized && onCodes && node.Body is null && !node.Op.Quantizes(node))
        {
            yield return "cannot compute on these codes";
        }
    }

    /// <summary>Operators read and make blocks as their rule says, under a scale that they can compute with.</summary>
    private static IEnumerable<string> Blocks(Node node)
    {
        var rule = node.Op.NarrowRule(node);
        for (int i = 0; i < node.Inputs.Length; i++)
        {
            if (
                node.Inputs[i] is { Type.Block: not null } operand
                && rule?.Reads(i, operand.Type, node.Outputs.FirstOrDefault()?.Type.Quant) != true
            )
            {
                yield return $"cannot read {operand} in these blocks";
            }
        }

        if (
            node.Outputs.Any(o => o.Type.Block is not null)
            && (rule is not { MakesBlocks: true } || (!rule.FromReal && rule.Operands.Any(i => node.Input(i).Type.Block is null)))
        )
        {
            yield return "cannot make blocks";
        }
    }

    /// <summary>Only parameters and counters change in place, and only in the training step.</summary>
    private static IEnumerable<string> Mutations(Node node)
    {
        if (
            node.Op.Mutates >= 0
            && (node.Phase != Phase.Train || node.Optional(node.Op.Mutates)?.Kind is not (ValueKind.Parameter or ValueKind.State))
        )
        {
            yield return "changes something that is no parameter, or outside the training step";
        }
    }

    /// <summary>Kernels, tables and scratch exist from the selected stage on, and answer the request of the operator.</summary>
    private static IEnumerable<string> Kernels(Node node, Graph graph, bool byRow)
    {
        if (graph.Stage < Stage.Selected || !node.Op.HasKernel)
        {
            if (node.Call is not null)
            {
                yield return "has a kernel call that it must not have yet, or never";
            }

            yield break;
        }

        if (node.Call is not { } call)
        {
            yield return "has no kernel";
            yield break;
        }

        var plain = node.Op.Request(node);
        var again = KernelCall.Bind(call.Kernel, node, call.Request);
        if (
            again is null
            || call.Kernel.Packed(node, plain) is not { } request
            || !graph.Target.Runs(call.Kernel.Core)
            || !call.Kernel.Holds(request)
        )
        {
            yield return $"asks for {plain.Family} on {graph.Target.Name} and has {call.Kernel.Symbol}, which does not take it";
        }
        else if (
            !call.Request.Fields.SequenceEqual(request.Fields)
            || !call.Request.Tables.Select(t => t?.Type).SequenceEqual(request.Tables.Select(t => t?.Type))
        )
        {
            yield return "has other parameters or tables than it asks for";
        }
        else if (
            (byRow ? again.ByRow(node) : again).Scratch?.Type.Bytes != call.Scratch?.Type.Bytes
            || !again.WithScratch(call.Scratch).Arguments.SequenceEqual(call.Arguments)
        )
        {
            yield return $"has other arguments or scratch than {call.Kernel.Symbol} takes";
        }
    }

    /// <summary>A body keeps all rules itself, and its line buffers hold the rows that its windows need.</summary>
    private static IEnumerable<string> Region(Node node, Graph graph)
    {
        if (node.Op is not StreamOp)
        {
            return node.Body is null ? [] : ["has a body"];
        }

        // The order of a body follows from its rows, so schedule and plan pass it by.
        var body = StreamOp.Body(node);
        var stage = graph.Stage < Stage.Selected ? graph.Stage : Stage.Selected;
        bool HandsOutMask(Node n) => n.Outputs.Length == 2 && n.Mask is { } mask && body.Outputs.Contains(mask);
        if (
            body.Stage != stage
            || body.Nodes.Any(n => n.Phase != Phase.Forward || (n.Outputs.Length != 1 && !HandsOutMask(n)) || n.Op.Mutates >= 0)
        )
        {
            return ["has a body of another stage, or one with more than forward nodes of one result and a mask that the region hands out"];
        }

        var inside = Violations(body, byRow: true)
            .Concat(
                body.Values.Intersect(graph.Values)
                    .Where(v => !v.IsConstant)
                    .Select(v => $"shares {v} with its body, whose values are its own")
            )
            .ToList();
        return inside.Count > 0 ? inside : Lines(node, body, stage);
    }

    private static IEnumerable<string> Lines(Node node, Graph body, Stage stage)
    {
        var lines = node.Attributes.Ints(StreamOp.LinesName);
        if (lines.Length != body.Nodes.Length)
        {
            return ["has not one line buffer for each node of its body"];
        }

        if (RowSchedule.Of(body) is not { } schedule)
        {
            return ["has no order of rows: a node of its body is not the only one that waits for another"];
        }

        long bytes = stage < Stage.Selected ? 0 : StreamOp.Lines(node).Bytes;
        return schedule.Rings.Zip(lines, body.Nodes).Where(p => p.Second < p.First)
            .Select(p => $"holds {p.Second} rows of {p.Third.Output} where {p.First} are needed")
            .Concat((node.Lines?.Type.Bytes ?? 0) == bytes ? [] : [$"has no block of {bytes} bytes for its lines"]);
    }

    /// <summary>A plan exists exactly in the planned stage and places values of the graph.</summary>
    private static IEnumerable<string> Plan(Graph graph)
    {
        if ((graph.Stage == Stage.Planned) != (graph.Plan is not null))
        {
            yield return graph.Plan is null ? "a planned graph lacks its plan" : "a plan before the planned stage";
        }

        var values = graph.Values.ToHashSet();
        foreach (var place in graph.Plan?.Placements.Where(p => !values.Contains(p.Value)) ?? [])
        {
            yield return $"the plan places {place.Value}, which is not in the graph";
        }
    }
}
