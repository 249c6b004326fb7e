// Makes the whole graph NHWC: transposes that import rules put around operators cancel, sink through operators that may
// follow a permutation, or are absorbed by constants and by dense weights. Inputs and outputs of the graph become NHWC.
// A transpose that remains is diagnosed: the graph cannot be laid out.
//
// During the walk, a value whose transpose was taken away is known by its Source: the value that is really stored, how its
// shape is refined, and the permutation and shape under which the graph meant it.

using System.Collections.Immutable;
using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>Cancels and absorbs every transpose.</summary>
public sealed class EliminateTransposes
{
    /// <summary>value = reshape(transpose(reshape(Value, Refined), Permutation), meant shape); Maker made that order of elements.</summary>
    private sealed record Source(Value Value, Shape Refined, ImmutableArray<int> Permutation, string Maker);

    private readonly Graph graph;
    private readonly GraphBuilder builder = new();
    private readonly Dictionary<Value, Source> pending = [];
    private readonly Dictionary<Value, Node> dequantized = [];
    private readonly List<Diagnostic> diagnostics = [];
    private readonly ILookup<Value, Node> consumers;
    private readonly Dictionary<Value, Node> producers;

    private EliminateTransposes(Graph graph) => (this.graph, consumers, producers) = (graph, graph.Consumers(), graph.Producers());

    /// <summary>Runs on an imported graph.</summary>
    /// <exception cref="DiagnosticException">TE0105: an operator needs another order of elements than NHWC.</exception>
    public static Graph Run(Graph graph) => new EliminateTransposes(graph).Run();

    private Graph Run()
    {
        var inputs = graph.Inputs.Select(TakeInput).ToImmutableArray();
        foreach (var node in graph.Nodes)
        {
            Visit(node);
        }

        var outputs = graph.Outputs.Select(TakeOutput).ToImmutableArray();
        return diagnostics.Count == 0
            ? builder.Finish(
                graph with
                {
                    Inputs = inputs,
                    Outputs = outputs,
                    InputForms = InputForms(),
                    OutputForms = OutputForms(outputs),
                }
            )
            : throw new DiagnosticException(diagnostics);
    }

    /// <summary>An input that stays in the file's order has its channels first, unless the file itself takes them from behind.</summary>
    private ImmutableArray<BoundaryForm> InputForms() =>
        [
            .. graph.Inputs.Select(
                (v, i) =>
                    graph.InputForms.ElementAtOrDefault(i) with
                    {
                        ChannelsFirst =
                            v.Type.Shape.Rank == 4 && !pending.ContainsKey(v) && !MeetsTranspose(v, Layouts.NhwcToNchw, behind: true),
                    }
            ),
        ];

    /// <summary>An output that stays in the file's order has its channels first, unless the file itself puts them behind.</summary>
    private ImmutableArray<BoundaryForm> OutputForms(ImmutableArray<Value> taken) =>
        [
            .. graph.Outputs.Select(
                (v, i) =>
                    graph.OutputForms.ElementAtOrDefault(i) with
                    {
                        ChannelsFirst =
                            v.Type.Shape.Rank == 4
                            && !(pending.TryGetValue(v, out var source) && source.Value == taken[i])
                            && !MeetsTranspose(v, Layouts.NchwToNhwc, behind: false),
                    }
            ),
        ];

    /// <summary>An input that some operator wants in NHWC is given in NHWC.</summary>
    private Value TakeInput(Value input)
    {
        if (input.Type.Shape.Rank != 4 || !MeetsTranspose(input, Layouts.NchwToNhwc, behind: true))
        {
            return input;
        }

        var nhwc = new Value(input.Name, input.Type with { Shape = input.Type.Shape.Permute(Layouts.NchwToNhwc) }, ValueKind.Input);
        pending[input] = new Source(nhwc, nhwc.Type.Shape, Layouts.NhwcToNchw, input.Name);
        return nhwc;
    }

    /// <summary>
    /// True where a transpose by this permutation reads a value, or made it, maybe with operators between them that follow any order.
    /// </summary>
    private bool MeetsTranspose(Value value, ImmutableArray<int> permutation, bool behind)
    {
        var seen = new HashSet<Value> { value };
        var next = new Queue<Value>(seen);
        while (next.TryDequeue(out var v))
        {
            foreach (var node in behind ? consumers[v] : producers.TryGetValue(v, out var producer) ? [producer] : [])
            {
                var operands = node.Inputs.OfType<Value>().Where(i => i.Type.Shape.Rank == permutation.Length).ToList();
                if (node.Op is Transpose)
                {
                    if (node.Attributes.Ints("perm").SequenceEqual(permutation))
                    {
                        return true;
                    }
                }
                else if (operands.Count > 0 && node.Op.Permuted(node, permutation) is not null)
                {
                    foreach (
                        var further in (behind ? [node.Output] : operands).Where(i =>
                            i.Type.Shape.Rank == permutation.Length && seen.Add(i)
                        )
                    )
                    {
                        next.Enqueue(further);
                    }
                }
            }
        }

        return false;
    }

    /// <summary>A map that leaves the graph stays NHWC; a matrix must be in the order it is meant.</summary>
    private Value TakeOutput(Value output)
    {
        if (!pending.TryGetValue(output, out var source))
        {
            return builder.Current(output);
        }

        if (!IsWhole(source) || IsUnitMove(source) || !source.Permutation.SequenceEqual(Layouts.NhwcToNchw))
        {
            return Materialize(output, "output");
        }

        return source.Value;
    }

    private void Visit(Node node)
    {
        if (node.Op is Transpose)
        {
            VisitTranspose(node);
        }
        else if (node.Op.IsView && pending.TryGetValue(node.Input(0), out var source))
        {
            VisitView(node, source);
        }
        else if (node.Inputs.Any(v => v is not null && pending.ContainsKey(v)))
        {
            VisitPermuted(node);
        }
        else
        {
            var copy = builder.Copy(node);
            if (node.Op is Dequantize && copy.Input(0).IsConstant)
            {
                dequantized[node.Output] = copy;
            }
        }
    }

    private void VisitTranspose(Node node)
    {
        var (x, perm) = (node.Input(0), node.Attributes.Ints("perm"));
        if (Constant(x, v => Layouts.PermuteConstant(v, perm)) is { } constant)
        {
            builder.Replace(node.Output, constant);
        }
        else if (!pending.TryGetValue(x, out var source))
        {
            Defer(node.Output, new Source(builder.Current(x), x.Type.Shape, [.. perm], node.Name));
        }
        else if (source.Permutation.Length == perm.Length && x.Type.Shape.Equals(source.Refined.Permute(source.Permutation)))
        {
            Defer(
                node.Output,
                source with
                {
                    Permutation = [.. perm.Select(p => source.Permutation[p])],
                    Maker = IsOfLayout(perm) ? source.Maker : node.Name,
                }
            );
        }
        else
        {
            Report(node, source);
        }
    }

    private void VisitView(Node node, Source source)
    {
        var shape = node.Output.Type.Shape;
        if (IsUnitMove(source))
        {
            builder.Replace(node.Output, Reshaped(node.Name, source.Value, shape, node.Output.Name));
        }
        else if (shape.Rank == 2 && shape[0] == source.Refined[0] && source.Permutation[0] == 0)
        {
            // Flattened in NCHW order: flatten the stored value and let the consumer's weights take the order.
            Defer(node.Output, source with { Value = Reshaped(node.Name, source.Value, shape, node.Output.Name) });
        }
        else
        {
            Report(node, source);
        }
    }

    private void VisitPermuted(Node node)
    {
        var sources = node.Inputs.Select(v => v is null ? null : pending.GetValueOrDefault(v)).ToList();
        var source = sources.First(s => s is not null)!;
        if (sources[0] is not null && !IsWhole(source) && node.Op.Layer(node) is { Contracted: { } axis } form
            && Constant(node.Input(form.Weights), w => PermuteColumns(w, axis, source)) is { } weights)
        {
            var inputs = node.Inputs.SetItem(0, source.Value).SetItem(form.Weights, weights);
            builder.Rebuild(node, inputs: inputs);
            return;
        }

        if (node.Op.Permuted(node, source.Permutation) is { } attributes && Following(node, sources, source) is { } following)
        {
            bool flat = !IsWhole(source);
            var stored = flat ? source.Value.Type.Shape : node.Output.Type.Shape.Permute(Shape.Inverse(source.Permutation));
            var type = node.Output.Type.IsQuantized ? node.Output.Type with { Shape = stored } : null;
            var permuted = node.Form with { Attributes = attributes };
            var result = builder.EmitNode(node.Op, node.Name, following, permuted, type, node.Output.Name);
            Defer(node.Output, source with { Value = result.Output, Refined = flat ? source.Refined : result.Output.Type.Shape });
            return;
        }

        // The operator needs the order it was written for: possible where the permutation moves only extents of 1.
        if (sources.All(s => s is null || IsUnitMove(s)))
        {
            var materialized = node.Inputs.Select((v, i) => sources[i] is null ? v : Materialize(v!, node.Name)).ToArray();
            builder.Rebuild(node, inputs: materialized);
            return;
        }

        Report(node, source);
    }

    /// <summary>All operands in the order of <paramref name="leader"/>; null where one cannot follow.</summary>
    private Value?[]? Following(Node node, List<Source?> sources, Source leader)
    {
        Value?[] following = [.. node.Inputs.Select((v, i) => v is null ? null : AlignTo(v, sources[i], leader))];
        return following.Zip(node.Inputs).All(p => p.First is not null || p.Second is null) ? following : null;
    }

    /// <summary>
    /// An operand in the order of <paramref name="leader"/>, whose result will have that order: one that is permuted alike, a constant,
    /// which is permuted here, or a computed value in which only extents of 1 change places. Missing leading dimensions count as 1,
    /// as in broadcasting. Null where a copy would be needed.
    /// </summary>
    private Value? AlignTo(Value operand, Source? source, Source leader)
    {
        bool flat = !IsWhole(leader);
        if (source is not null)
        {
            return source.Permutation.SequenceEqual(leader.Permutation) && (flat ? source.Refined.Equals(leader.Refined) : IsWhole(source))
                ? source.Value
                : null;
        }

        int rank = leader.Permutation.Length;
        if (operand.Type.Shape.Rank > rank)
        {
            return null; // the result would have more dimensions than the permutation
        }

        if (operand.Type.Count == 1 || flat)
        {
            return operand.Type.Count == 1 ? operand : null;
        }

        var padded = Broadcast.Padded(operand.Type.Shape, rank);
        var inverse = Shape.Inverse(leader.Permutation);
        return Constant(operand, v => Layouts.PermuteConstant(Value.Constant(v.Name, v.Data!.As(Broadcast.Padded(v.Type, rank))), inverse))
            ?? (padded.KeepsOrder(inverse) ? Reshaped(operand.Name, operand, padded.Permute(inverse), operand.Name) : null);
    }

    /// <summary>Remembers where a value comes from, or replaces it where nothing is permuted any more.</summary>
    private void Defer(Value value, Source source)
    {
        if (source.Permutation.SequenceEqual(Enumerable.Range(0, source.Permutation.Length)) && IsWhole(source))
        {
            builder.Replace(value, source.Value);
        }
        else
        {
            pending[value] = source;
        }
    }

    /// <summary>The value in the order it is meant, as a view; reports it where that would need a copy.</summary>
    private Value Materialize(Value value, string node)
    {
        var source = pending[value];
        if (!IsUnitMove(source))
        {
            diagnostics.Add(Diagnostics.UnsupportedForm.At(node, "layout", Order(source)));
        }

        return Reshaped(value.Name, source.Value, value.Type.Shape, value.Name);
    }

    private Value Reshaped(string name, Value value, Shape shape, string outputName) =>
        value.Type.Shape.Equals(shape) ? value
            : builder.Emit(Reshape.Op, name, [value], Attributes.Empty.With("shape", shape.ToArray()), outputName: outputName);

    /// <summary>
    /// A constant, or the dequantized form of one, changed by <paramref name="change"/>; null where the value is computed.
    /// </summary>
    private Value? Constant(Value value, Func<Value, Value> change)
    {
        var current = builder.Current(value);
        return current.IsConstant ? change(current)
            : dequantized.TryGetValue(current, out var node)
                ? Remember(builder.EmitNode(node.Op, node.Name, [change(node.Input(0))], node.Form, outputName: node.Output.Name))
            : null;
    }

    private Value Remember(Node dequantize)
    {
        dequantized[dequantize.Output] = dequantize;
        return dequantize.Output;
    }

    /// <summary>Weights whose input dimension was in the meant order, put into the stored order.</summary>
    private static Value PermuteColumns(Value weights, int axis, Source source)
    {
        var meant = source.Refined.Permute(source.Permutation).ToArray()[1..];
        int[] before = weights.Type.Shape.ToArray()[..axis];
        var refined = Shape.Of([.. before, .. meant, .. weights.Type.Shape.ToArray()[(axis + 1)..]]);
        // Stored dimension d is meant dimension inverse[d - 1]; dimension 0, the batch, stays.
        int[] inverse = Shape.Inverse(source.Permutation)[1..];
        int[] permutation =
        [
            .. Enumerable.Range(0, axis),
            .. inverse.Select(i => axis + i - 1),
            .. Enumerable.Range(axis + meant.Length, refined.Rank - axis - meant.Length),
        ];
        var data = weights.Data!.As(weights.Type with { Shape = refined, Quant = null }).Permute(permutation).As(weights.Type);
        if (
            weights.Packing is null
            || weights.Packing.OnnxShape.Equals(weights.Type.Shape)
                && weights.Packing.Permutation.SequenceEqual(Enumerable.Range(0, weights.Type.Shape.Rank))
        )
        {
            return Value.Constant(weights.Name, data, new Packing(refined, [.. permutation]));
        }

        // The matrix was stored transposed in the file ([in, out]): refine its first dimension instead.
        int[] rows = [.. meant, .. before];
        return Value.Constant(weights.Name, data, new Packing(Shape.Of(rows), [meant.Length, .. inverse.Select(i => i - 1)]));
    }

    /// <summary>True where the value was not reshaped since it was permuted.</summary>
    private static bool IsWhole(Source source) => source.Refined.Equals(source.Value.Type.Shape);

    /// <summary>True where the permutation moves only extents of 1, so that the elements keep their order.</summary>
    private static bool IsUnitMove(Source source) => source.Refined.KeepsOrder(source.Permutation);

    /// <summary>True for the transposes between NCHW and NHWC, which import rules put around operators.</summary>
    private static bool IsOfLayout(IReadOnlyList<int> permutation) =>
        permutation.SequenceEqual(Layouts.NchwToNhwc) || permutation.SequenceEqual(Layouts.NhwcToNchw);

    /// <summary>The order of elements that is asked for, the node that makes it, and what the model could do instead.</summary>
    private static string Order(Source source) =>
        source.Permutation.SequenceEqual(Layouts.NhwcToNchw)
            ? $"the NCHW order that '{source.Maker}' gives, of {source.Refined} stored as NHWC (flatten it to [N, all] before a dense "
                + "layer, or transpose by [0,2,3,1] first)"
        : source.Permutation.SequenceEqual(Layouts.NchwToNhwc)
            ? $"the NHWC order of '{source.Maker}', which is {source.Refined} in the order of the file (let a map of rank 4 be the "
                + "model's input, or the result of an operator on maps)"
        : $"the order of dimensions [{string.Join(',', source.Permutation)}] of {source.Refined} that '{source.Maker}' makes (leave that "
            + "transpose out, or undo it before this node)";

    private void Report(Node node, Source source)
    {
        diagnostics.Add(Diagnostics.UnsupportedForm.At(node.Name, node.Op.Name, Order(source)));
        foreach (var output in node.Outputs)
        {
            builder.Replace(output, Value.Constant(output.Name, Tensor.Zeros(output.Type)));
        }
    }
}
