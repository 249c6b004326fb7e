// Forward kernels in C against the operators' reference on random shapes, bit for bit, with either way to requantize.

using TinyEngine.Ir;
using TinyEngine.Passes;
using TinyEngine.Tests.Training;

namespace TinyEngine.Tests.Codegen;

public sealed class OperatorKernelTests
{
    private static readonly KernelTable Kernels = OperatorSet.Core.Kernels;

    /// <summary>Makers of random nodes with operands, by name.</summary>
    private static readonly Dictionary<string, Func<Random, (Node, Tensor?[])>> Makers = new()
    {
        ["slice"] = RandomSlice,
        ["place"] = RandomPlace,
        ["upsample"] = RandomUpsample,
        ["rescale"] = Rescale,
        ["conv2d of real maps and coded weights"] = MixedConv,
        ["conv2d_transpose"] = r => Transposed(r, quantized: false),
        ["conv2d_transpose, int8"] = r => Transposed(r, quantized: true),
        ["average_pool2d"] = r => AveragePool(r, Tensors.Real(), null),
        ["average_pool2d, int8"] = r =>
            AveragePool(r, Tensors.Codes(Scale(r), r.Next(-128, 128)), Tensors.Codes(Scale(r), r.Next(-128, 128))),
        ["average_pool2d of codes to reals"] = r => AveragePool(r, Tensors.Codes(Scale(r), r.Next(-128, 128)), null),
    };

    public static TheoryData<string, bool> Cases()
    {
        var data = new TheoryData<string, bool>();
        foreach (var name in Makers.Keys)
        {
            data.Add(name, false);
            data.Add(name, true);
        }

        return data;
    }

    [CompilerTheory("gcc")]
    [MemberData(nameof(Cases))]
    public void Kernel_in_C_equals_reference(string name, bool integerRequantize)
    {
        var cases = Enumerable.Range(0, 60).Select(seed => Makers[name](new Random(seed))).ToList();
        var graph = new Graph { Name = "g", Inputs = [], Outputs = [], Nodes = [.. cases.Select(c => c.Item1)], Stage = Stage.Quantized };
        var selected = SelectKernels.Run(graph, Kernels).Nodes;
        using var native = new NativeKernels(selected, integerRequantize);
        for (int i = 0; i < cases.Count; i++)
        {
            var operands = cases[i].Item2;
            var expected = selected[i].Op.Evaluate(selected[i], operands, new Numerics(false, integerRequantize));
            var actual = native.Evaluate(selected[i], operands);
            Assert.Equal(expected.Length, actual.Length);
            Assert.All(expected.Zip(actual), p => Assert.Equal(p.First.Data, p.Second.Data));
        }
    }

    private static (Node, Tensor?[]) RandomSlice(Random random)
    {
        var (shape, box) = Box(random);
        return Make(Slice.Op, box, null, Content(random, Type(random, shape)));
    }

    private static (Node, Tensor?[]) RandomPlace(Random random)
    {
        var (shape, box) = Box(random);
        var (x, whole) = (Type(random, box.Ints("sizes")), shape);
        int absent = random.Next(3);
        return Make(Place.Op, box.With("shape", shape).With("fill", random.NextDouble() - 0.5), null,
            absent == 1 ? null : Content(random, x), absent == 2 ? null : Content(random, x with { Shape = Shape.Of(whole) }));
    }

    private static (Node, Tensor?[]) RandomUpsample(Random random)
    {
        int rank = random.Next(1, 5);
        int[] shape = [.. Enumerable.Range(0, rank).Select(_ => random.Next(1, 5))];
        return Make(
            Upsample.Op,
            Attributes.Empty.With("factors", shape.Select(_ => random.Next(1, 4))),
            null,
            Content(random, Type(random, shape))
        );
    }

    private static (int[] Shape, Attributes Box) Box(Random random)
    {
        int rank = random.Next(1, 5);
        var (shape, starts, steps, sizes) = (new int[rank], new int[rank], new int[rank], new int[rank]);
        for (int d = 0; d < rank; d++)
        {
            shape[d] = random.Next(1, 7);
            bool whole = random.Next(3) == 0;
            starts[d] = whole ? 0 : random.Next(shape[d]);
            steps[d] = whole ? 1 : random.Next(1, 4);
            sizes[d] = whole ? shape[d] : random.Next(1, (shape[d] - 1 - starts[d]) / steps[d] + 2);
        }

        return (shape, Attributes.Empty.With("starts", starts).With("steps", steps).With("sizes", sizes));
    }

    private static (Node, Tensor?[]) Rescale(Random random)
    {
        var x = Tensors.Codes(Scale(random), random.Next(-128, 128), 1, 256);
        var every = new Tensor(x, [.. Enumerable.Range(-128, 256).Select(c => (double)c)]);
        return Make(
            Quantize.Op,
            Attributes.Empty.Masked(random.Next(2) == 1),
            Tensors.Codes(Scale(random), random.Next(-128, 128), 1, 256),
            every
        );
    }

    private static (Node, Tensor?[]) MixedConv(Random random)
    {
        int groups = random.Next(1, 3), outputs = groups * random.Next(1, 4), inputs = random.Next(1, 4);
        int[] w = [outputs, random.Next(1, 4), random.Next(1, 4), inputs];
        var attributes = Attributes
            .Empty.With("group", groups)
            .With("strides", [random.Next(1, 3), random.Next(1, 3)])
            .With("pads", [1, 1, 1, 1]);
        return Make(
            Conv2d.Op,
            attributes,
            null,
            Content(random, Tensors.Real(1, random.Next(3, 6), random.Next(3, 6), inputs * groups)),
            Content(random, Tensors.Weights([.. Enumerable.Range(0, outputs).Select(_ => Scale(random))], w)),
            random.Next(2) == 0 ? null : Content(random, Tensors.Real(outputs))
        );
    }

    private static (Node, Tensor?[]) Transposed(Random random, bool quantized)
    {
        while (true)
        {
            int groups = random.Next(1, 3),
                inputs = random.Next(1, 4),
                outputs = random.Next(1, 4);
            int[] x = [random.Next(1, 3), random.Next(1, 5), random.Next(1, 5), groups * inputs],
                w = [groups * inputs, random.Next(1, 5), random.Next(1, 5), outputs];
            int[] strides = [random.Next(1, 4), random.Next(1, 4)],
                dilations = [random.Next(1, 3), random.Next(1, 3)],
                pads = [random.Next(2), random.Next(2), random.Next(2), random.Next(2)];
            int[] output =
            [
                .. Enumerable
                    .Range(0, 2)
                    .Select(d =>
                        strides[d] * (x[d + 1] - 1) + random.Next(strides[d]) + dilations[d] * (w[d + 1] - 1) + 1 - pads[d] - pads[d + 2]
                    ),
            ];
            if (output.Any(n => n < 1))
            {
                continue;
            }

            var form = Attributes
                .Empty.With("group", groups)
                .With("strides", strides)
                .With("dilations", dilations)
                .With("pads", pads)
                .With("output", output)
                .Masked(random.Next(2) == 1);
            form = random.Next(2) == 0 ? form : form.Clamped(0, 0.5);
            int channels = groups * outputs;
            float scale = Scale(random);
            return quantized
                ? Make(
                    Conv2dTranspose.Op,
                    form,
                    Tensors.Codes(0.02f, random.Next(-128, 128), 1),
                    Content(random, Tensors.Codes(scale, random.Next(-128, 128), x)),
                    Content(random, Tensors.Codes(0.004f, 0, w)),
                    Tensors.Random(Tensors.Biases([.. Enumerable.Repeat(scale * 0.004f, channels)]), random, 1000)
                )
                : Make(
                    Conv2dTranspose.Op,
                    form,
                    null,
                    Content(random, Tensors.Real(x)),
                    Content(random, Tensors.Real(w)),
                    random.Next(2) == 0 ? null : Content(random, Tensors.Real(channels))
                );
        }
    }

    private static (Node, Tensor?[]) AveragePool(Random random, TensorType x, TensorType? y)
    {
        int[] shape = [random.Next(1, 3), random.Next(3, 7), random.Next(3, 7), random.Next(1, 5)];
        var window =
            random.Next(2) == 0
                ? Attributes.Empty.With("kernel", [shape[1], shape[2]])
                : Attributes
                    .Empty.With("kernel", [random.Next(1, 3), random.Next(1, 4)])
                    .With("strides", [random.Next(1, 3), random.Next(1, 3)])
                    .With("pads", [0, random.Next(2), random.Next(2), 0])
                    .With("count_include_pad", random.Next(2));
        return Make(AveragePool2d.Op, window, y, Content(random, x with { Shape = Shape.Of(shape) }));
    }

    private static TensorType Type(Random random, int[] shape) =>
        random.Next(2) == 0 ? Tensors.Real(shape) : Tensors.Codes(0.25f, random.Next(-128, 128), shape);

    private static Tensor Content(Random random, TensorType type)
    {
        var content = Tensors.Random(type, random);
        return type.DType == DType.I8 ? new Tensor(type, [.. content.Data.Select(_ => (double)random.Next(-127, 128))]) : content;
    }

    private static float Scale(Random random) => (float)Math.Pow(2, 6 * random.NextDouble() - 3);

    private static (Node, Tensor?[]) Make(Op op, NodeForm form, TensorType? result, params Tensor?[] operands)
    {
        Value?[] inputs = [.. operands.Select((t, i) => t is null ? null : Tensors.Input($"operand{i}", t.Type))];
        var builder = new GraphBuilder();
        var shape = builder.Emit(op, "shape", inputs, form).Type.Shape;
        return (builder.EmitNode(op, "case", inputs, form, result is null ? null : result with { Shape = shape }), operands);
    }
}
