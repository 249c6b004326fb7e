// Models with random damage to their structure: nodes dropped, doubled, renamed and rewired, attributes, shapes, types and contents
// changed. Each is compiled or diagnosed, soon; nothing else is ever thrown.

using System.Collections.Concurrent;
using System.Diagnostics;
using Google.Protobuf;
using TinyEngine.Compiler;
using TinyEngine.Ir;
using TinyEngine.Onnx.Proto;

namespace TinyEngine.Tests.Models;

public sealed class MutantTests
{
    private const int Mutants = 3500;

    private static readonly long[] Extents = [-1, 0, 1, 2, 3, 5, 1L << 40, long.MaxValue, long.MinValue];

    private static readonly Action<ModelProto, Random>[] Mutations =
    [
        (m, r) => m.Graph.Node.Remove(Any(m.Graph.Node, r)),
        (m, r) => m.Graph.Node.Insert(r.Next(m.Graph.Node.Count + 1), Any(m.Graph.Node, r).Clone()),
        (m, r) => m.Graph.Node.Insert(0, Taken(m.Graph.Node, r)),
        (m, r) =>
            Any(m.Graph.Node, r).OpType = Any(OperatorSet.Core.Rules.ToList(), r).OnnxOp,
        (m, r) => Any(m.Graph.Node, r).Output.Clear(),
        (m, r) => Any(m.Graph.Node, r).Output.Add(Name(m, r)),
        (m, r) => Replace(Any(m.Graph.Node, r).Output, Name(m, r), r),
        (m, r) => Replace(Any(m.Graph.Node, r).Input, Name(m, r), r),
        (m, r) => Replace(Any(m.Graph.Node, r).Input, "", r),
        (m, r) => Any(m.Graph.Node, r).Input.Add(Name(m, r)),
        (m, r) => Any(m.Graph.Node, r).Input.Clear(),
        (m, r) => Any(m.Graph.Node, r).Attribute.Clear(),
        (m, r) => Any(m.Graph.Node, r).Attribute.Add(Any(m.Graph.Node, r).Attribute.Select(a => a.Clone()).ToList()),
        (m, r) => Attribute(m, r, a => a.Type = (AttributeProto.Types.AttributeType)r.Next(12)),
        (m, r) => Attribute(m, r, a => a.I = Any(Extents, r)),
        (m, r) => Attribute(m, r, a => a.F = Any([float.NaN, 0, -1, float.MaxValue, float.PositiveInfinity], r)),
        (m, r) => Attribute(m, r, a => Replace(a.Ints, Any(Extents, r), r)),
        (m, r) => Attribute(m, r, a => a.Ints.Add(Any(Extents, r))),
        (m, r) => Initializer(m, r, t => Replace(t.Dims, Any(Extents, r), r)),
        (m, r) => Initializer(m, r, t => t.Dims.Add(Any(Extents, r))),
        (m, r) => Initializer(m, r, t => t.Dims.Clear()),
        (m, r) => Initializer(m, r, t => t.DataType = r.Next(20)),
        (m, r) => Initializer(m, r, t => (t.RawData, _) = (ByteString.Empty, t.Dims.Count > 0 ? t.Dims[0] = 0 : 0)),
        (m, r) =>
            Initializer(m, r, t => t.RawData = ByteString.CopyFrom([.. t.RawData.Select(b => r.Next(4) == 0 ? (byte)r.Next(256) : b)])),
        (m, r) => Initializer(m, r, t => t.Name = Name(m, r)),
        (m, r) => Dimensions(m, r, d => d.Add(new TensorShapeProto.Types.Dimension { DimValue = Any(Extents, r) })),
        (m, r) => Dimensions(m, r, d => Replace(d, new TensorShapeProto.Types.Dimension { DimValue = Any(Extents, r) }, r)),
        (m, r) => Dimensions(m, r, d => Replace(d, new TensorShapeProto.Types.Dimension { DimParam = "n" }, r)),
        (m, r) => Dimensions(m, r, d => d.Clear()),
        (m, r) => Any(m.Graph.Input, r).Type.TensorType.ElemType = r.Next(20),
        (m, r) => m.Graph.Input.Add(Any(m.Graph.Input, r).Clone()),
        (m, r) => m.Graph.Output.Add(new ValueInfoProto { Name = Name(m, r) }),
        (m, r) => Any(m.Graph.Output, r).Name = Name(m, r),
        (m, r) => m.OpsetImport[0].Version = r.Next(25),
    ];

    [Fact]
    public void Mutants_are_compiled_or_diagnosed_soon()
    {
        byte[][] models =
        [
            OnnxModel.Classifier().Bytes,
            .. OddModels.Supported.Where(m => !m.Key.StartsWith("wide", StringComparison.Ordinal)).Select(m => m.Value().Bytes),
        ];
        var faults = new ConcurrentBag<string>();
        int compiled = 0;
        Parallel.For(0, Mutants, new ParallelOptions { MaxDegreeOfParallelism = 2 }, seed =>
        {
            var random = new Random(seed);
            byte[] mutant = Mutant(models[random.Next(models.Length)], random);
            string mode = random.Next(5) switch { 0 => "head", 1 => "full", _ => "none" };
            // A mutant that is slow once may have waited for other tests; only one that is slow twice counts.
            string? fault = Fault(mutant, mode, ref compiled);
            if ((fault?.StartsWith("slow", StringComparison.Ordinal) == true ? Fault(mutant, mode, ref compiled) : fault) is { } lasting)
            {
                faults.Add($"seed {seed}, {mode}: {lasting}");
            }
        });
        Assert.Empty(faults);
        Assert.InRange(compiled, Mutants / 10, Mutants);
    }

    private static string? Fault(byte[] model, string mode, ref int compiled)
    {
        var watch = Stopwatch.StartNew();
        try
        {
            ModelCompiler.Inspect(model, new CompileOptions { Name = "m", Train = TrainMode.Parse(mode) });
            Interlocked.Increment(ref compiled);
        }
        catch (DiagnosticException e) when (e.Diagnostics.Count > 0 && e.Diagnostics.All(d => !d.Message.Contains('\n')))
        {
            // Said as it should be.
        }
        catch (Exception e)
        {
            return $"{e.GetType().Name} {e.Message} {string.Concat(e.StackTrace?.Split('\n').Take(3).Select(l => l.Trim()) ?? [])}";
        }

        return watch.Elapsed.TotalSeconds > 5 ? $"slow, {watch.Elapsed}" : null;
    }

    private static byte[] Mutant(byte[] model, Random random)
    {
        var mutant = ModelProto.Parser.ParseFrom(model);
        for (int n = random.Next(1, 4); n > 0 && mutant.Graph.Node.Count > 0 && mutant.Graph.Input.Count > 0; n--)
        {
            Any(Mutations, random)(mutant, random);
        }

        return mutant.ToByteArray();
    }

    private static T Any<T>(IList<T> items, Random random) => items[random.Next(items.Count)];

    private static T Taken<T>(IList<T> items, Random random)
    {
        var item = Any(items, random);
        items.Remove(item);
        return item;
    }

    private static string Name(ModelProto model, Random random) =>
        Any(["new", "", .. model.Graph.Node.SelectMany(n => n.Input.Concat(n.Output)), .. model.Graph.Input.Select(i => i.Name)], random);

    private static void Replace<T>(IList<T> items, T by, Random random)
    {
        if (items.Count > 0)
        {
            items[random.Next(items.Count)] = by;
        }
    }

    private static void Attribute(ModelProto model, Random random, Action<AttributeProto> change)
    {
        if (model.Graph.Node.SelectMany(n => n.Attribute).ToList() is { Count: > 0 } all)
        {
            change(Any(all, random));
        }
    }

    private static void Initializer(ModelProto model, Random random, Action<TensorProto> change)
    {
        if (model.Graph.Initializer.Count > 0)
        {
            change(Any(model.Graph.Initializer, random));
        }
    }

    private static void Dimensions(ModelProto model, Random random, Action<IList<TensorShapeProto.Types.Dimension>> change)
    {
        if (Any(model.Graph.Input, random).Type.TensorType.Shape is { } shape)
        {
            change(shape.Dim);
        }
    }
}
