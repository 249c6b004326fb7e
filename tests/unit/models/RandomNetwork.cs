// Random small networks, and a quantizer that writes them in QDQ form as ONNX Runtime's does: ranges of activations from a few
// samples, asymmetric; operators that only choose or move elements keep the codes of their operand; an activation right behind a
// layer takes part in it; biases are int32 at the scale of the sums, or stay real.

namespace TinyEngine.Tests.Models;

/// <summary>How a network is quantized.</summary>
internal sealed record QuantizerChoice(bool UnsignedActivations, bool UnsignedWeights, bool PerChannel)
{
    /// <summary>uint8 weights that are symmetric around 128; else their zero points are where their range asks.</summary>
    public bool Symmetric { get; init; }

    /// <summary>Biases stay fp32.</summary>
    public bool RealBiases { get; init; }
}

/// <summary>A random network; the same one for the same seed.</summary>
internal sealed class RandomNetwork
{
    private sealed record Step(
        string Op,
        string[] Operands,
        string Result,
        (string, object)[] Attributes,
        bool IsQuantized = true,
        bool KeepsCodes = false
    );

    private sealed record Weight(long[] Extents, float[] Values, int Axis, string? Input = null);

    private readonly Random random;
    private readonly List<Step> steps = [];
    private readonly Dictionary<string, Weight> weights = [];
    private readonly Dictionary<string, long[]> shapes = [];
    private readonly Dictionary<string, float[]> numbers = [];
    private readonly long[] input;
    private string at = "x";

    /// <summary>The network of a seed.</summary>
    public RandomNetwork(int seed)
    {
        random = new Random(seed);
        input = random.Next(6) == 0 ? [1, random.Next(3, 20)] : [1, random.Next(1, 5), random.Next(4, 9), random.Next(4, 9)];
        shapes["x"] = input;
        for (int block = random.Next(1, 4); block > 0 && input.Length == 4; block--)
        {
            AddBlock();
        }

        AddTail();
        steps[^1] = steps[^1] with { IsQuantized = true };
    }

    /// <summary>A sample.</summary>
    public float[] Sample(int seed)
    {
        var source = new Random(seed);
        return [.. Enumerable.Range(0, (int)Count(input)).Select(_ => (float)(2 * source.NextDouble() - 0.8))];
    }

    /// <summary>The network in QDQ form.</summary>
    public OnnxModel Quantized(QuantizerChoice choice)
    {
        var (ranges, model) = (Ranges(), new OnnxModel().Input("x", input));
        int least = choice.UnsignedActivations ? 0 : -128;
        var codes = new Dictionary<string, (float Scale, int Zero)>();
        var scaleOfWeights = new Dictionary<string, float[]>();
        Activation("x", null);
        foreach (var step in steps)
        {
            foreach (string name in step.Operands.Where(weights.ContainsKey))
            {
                AddWeights(name, step);
            }

            foreach (string name in step.Operands.Where(numbers.ContainsKey))
            {
                model.Floats(name, numbers[name].Length == 1 ? [] : [numbers[name].Length], numbers[name]);
            }

            model.Node(
                step.Op,
                string.Join(' ', step.Operands.Select(o => codes.ContainsKey(o) || scaleOfWeights.ContainsKey(o) ? o + ".dq" : o)),
                step.Result,
                step.Attributes
            );
            if (step.IsQuantized)
            {
                Activation(step.Result, step.KeepsCodes ? step.Operands[0] : null);
            }
        }

        return model.Node("Identity", at + ".dq", "y").Output("y");

        void Activation(string name, string? like)
        {
            var (low, high) = (Math.Min(ranges[name].Low, 0), Math.Max(ranges[name].High, 0));
            float scale = high > low ? (high - low) / 255 : 1;
            codes[name] =
                like is not null && codes.TryGetValue(like, out var same)
                    ? same
                    : (scale, Math.Clamp((int)MathF.Round(least - (low / scale)), least, least + 255));
            model
                .Floats(name + ".s", [], codes[name].Scale)
                .Bytes8(name + ".z", [], choice.UnsignedActivations, [codes[name].Zero])
                .Node("QuantizeLinear", $"{name} {name}.s {name}.z", name + ".q")
                .Node("DequantizeLinear", $"{name}.q {name}.s {name}.z", name + ".dq");
        }

        void AddWeights(string name, Step step)
        {
            var w = weights[name];
            if (w.Input is { } product)
            {
                if (choice.RealBiases)
                {
                    model.Floats(name, w.Extents, w.Values);
                    return;
                }

                float[] scales = [.. scaleOfWeights[product].Select(s => s * codes[step.Operands[0]].Scale)];
                scaleOfWeights[name] = scales;
                model
                    .Integers(name, w.Extents, [.. w.Values.Select((v, c) => (int)MathF.Round(v / scales[c % scales.Length]))])
                    .Floats(name + ".s", scales.Length == 1 ? [] : [scales.Length], scales)
                    .Integers(name + ".z", scales.Length == 1 ? [] : [scales.Length], new int[scales.Length])
                    .Node("DequantizeLinear", $"{name} {name}.s {name}.z", name + ".dq", ("axis", 0));
                return;
            }

            // Constants of elementwise operators have one scale, as activations do.
            bool perChannel = choice.PerChannel && w.Axis >= 0;
            int channels = perChannel ? (int)w.Extents[w.Axis] : 1;
            int inner = (int)w.Extents.Skip(w.Axis + 1).Aggregate(1L, (a, b) => a * b);
            int ChannelOf(int i) => perChannel ? i / inner % channels : 0;
            var (scale, zero) = (new float[channels], new int[channels]);
            for (int c = 0; c < channels; c++)
            {
                float[] own = [.. w.Values.Where((_, i) => ChannelOf(i) == c)];
                var (low, high) = (Math.Min(own.Min(), 0), Math.Max(own.Max(), 0));
                bool symmetric = !choice.UnsignedWeights || choice.Symmetric;
                scale[c] = Math.Max(symmetric ? Math.Max(-low, high) / 127 : (high - low) / 255, 1e-6f);
                zero[c] = !symmetric ? Math.Clamp((int)MathF.Round(-low / scale[c]), 0, 255) : choice.UnsignedWeights ? 128 : 0;
            }

            scaleOfWeights[name] = scale;
            int smallest = choice.UnsignedWeights ? 0 : -128;
            var quantized = w.Values.Select(
                (v, i) => Math.Clamp((int)MathF.Round(v / scale[ChannelOf(i)]) + zero[ChannelOf(i)], smallest, smallest + 255)
            );
            long[] form = perChannel ? [channels] : [];
            model
                .Bytes8(name, w.Extents, choice.UnsignedWeights, quantized)
                .Floats(name + ".s", form, scale)
                .Bytes8(name + ".z", form, choice.UnsignedWeights, zero)
                .Node("DequantizeLinear", $"{name} {name}.s {name}.z", name + ".dq", ("axis", Math.Max(w.Axis, 0)));
        }
    }

    /// <summary>The least and largest value of every tensor over a few samples.</summary>
    private Dictionary<string, (float Low, float High)> Ranges()
    {
        var model = new OnnxModel().Input("x", input);
        foreach (var (name, w) in weights)
        {
            model.Floats(name, w.Extents, w.Values);
        }

        foreach (var (name, values) in numbers)
        {
            model.Floats(name, values.Length == 1 ? [] : [values.Length], values);
        }

        foreach (var step in steps)
        {
            model.Node(step.Op, string.Join(' ', step.Operands), step.Result, step.Attributes).Output(step.Result);
        }

        using var session = OnnxRuntimeReference.Open(model.Bytes);
        var samples = Enumerable.Range(100, 4).Select(Sample).ToList();
        var results = samples.Select(s => OnnxRuntimeReference.RunAll(session, s)).ToList();
        var ranges = steps
            .Select((s, i) => (s.Result, Low: results.Min(r => r[i].Min()), High: results.Max(r => r[i].Max())))
            .ToDictionary(r => r.Result, r => (r.Low, r.High));
        ranges["x"] = (samples.Min(s => s.Min()), samples.Max(s => s.Max()));
        return ranges;
    }

    private void AddBlock()
    {
        var (channels, height, width) = (shapes[at][1], shapes[at][2], shapes[at][3]);
        string before = at;
        switch (random.Next(14))
        {
            case 0 or 1 or 2:
                AddConv(random.Next(1, 7), random.Next(1, 4), 1);
                AddActivation();
                break;
            case 3:
                AddConv(channels, 3, channels);
                AddActivation();
                break;
            case 4 when height > 2 && width > 2:
                Add(
                    "MaxPool",
                    [at],
                    [1, channels, height / 2, width / 2],
                    true,
                    ("kernel_shape", (long[])[2, 2]),
                    ("strides", (long[])[2, 2])
                );
                break;
            case 5 when height > 2 && width > 2:
                Add(
                    "AveragePool",
                    [at],
                    [1, channels, height / 2, width / 2],
                    random.Next(2) == 0,
                    ("kernel_shape", (long[])[2, 2]),
                    ("strides", (long[])[2, 2])
                );
                break;
            case 6:
                AddConv(channels, 1, 1);
                Add("Add", [at, before], shapes[at]);
                AddActivation();
                break;
            case 7:
                AddConv(channels, 1, 1);
                Add("Sigmoid", [at], shapes[at]);
                Add("Mul", [before, at], shapes[at]);
                break;
            case 8:
                AddConv(random.Next(1, 4), 1, 1);
                string left = at;
                at = before;
                AddConv(random.Next(1, 4), 1, 1);
                Add("Concat", [left, at], [1, shapes[left][1] + shapes[at][1], height, width], false, ("axis", 1));
                break;
            case 9 when height * width < 40:
                numbers[Name("scales")] = [1, 1, 2, 2];
                Add(
                    "Resize",
                    [at, "-", LastNumber],
                    [1, channels, height * 2, width * 2],
                    true,
                    ("mode", "nearest"),
                    ("coordinate_transformation_mode", "asymmetric"),
                    ("nearest_mode", "floor")
                );
                break;
            case 10:
                Add("LeakyRelu", [at], shapes[at], false, ("alpha", 0.1f));
                break;
            case 11:
                Add(random.Next(2) == 0 ? "Tanh" : "HardSigmoid", [at], shapes[at]);
                break;
            case 12:
                AddWeight("scale", [channels, 1, 1], -1);
                Add(random.Next(2) == 0 ? "Mul" : "Add", [at, LastWeight], shapes[at]);
                break;
            default:
                AddConv(random.Next(1, 5), 2, 1);
                break;
        }
    }

    private void AddTail()
    {
        if (shapes[at].Length == 4)
        {
            long channels = shapes[at][1];
            switch (random.Next(5))
            {
                case 0: return;
                case 1: Add("GlobalAveragePool", [at], [1, channels, 1, 1], random.Next(2) == 0); goto default;
                case 2: Add("ReduceMean", [at], [1, channels, 1, 1], false, ("axes", (long[])[2, 3])); goto default;
                default: Add("Flatten", [at], [1, Count(shapes[at])], true); break;
            }
        }

        for (int layer = random.Next(1, 3); layer > 0; layer--)
        {
            AddDense(random.Next(2, 9));
        }

        if (random.Next(4) == 0)
        {
            Add(random.Next(2) == 0 ? "Softmax" : "Sigmoid", [at], shapes[at]);
        }
    }

    private void AddDense(long outputs)
    {
        long inputs = shapes[at][1];
        bool transposed = random.Next(2) == 0, isProduct = random.Next(3) == 0;
        AddWeight("w", isProduct || !transposed ? [inputs, outputs] : [outputs, inputs], isProduct || !transposed ? 1 : 0);
        string w = LastWeight;
        if (isProduct)
        {
            Add("MatMul", [at, w], [1, outputs]);
            if (random.Next(2) == 0)
            {
                AddWeight("b", [outputs], -1);
                Add("Add", [at, LastWeight], [1, outputs]);
            }
        }
        else
        {
            bool biased = random.Next(3) > 0;
            if (biased)
            {
                AddWeight("b", [outputs], 0, w);
            }

            Add("Gemm", biased ? [at, w, LastWeight] : [at, w], [1, outputs], false, ("transB", transposed ? 1 : 0));
        }

        AddActivation();
    }

    private void AddConv(long outputs, long kernel, long groups)
    {
        var (channels, height, width) = (shapes[at][1], shapes[at][2], shapes[at][3]);
        long stride = random.Next(3) == 0 ? 2 : 1, pad = random.Next(2);
        kernel = Math.Min(kernel, Math.Min(height, width));
        (stride, pad) = kernel == 1 ? (1, 0) : (stride, pad);
        AddWeight("w", [outputs, channels / groups, kernel, kernel], 0);
        string w = LastWeight;
        bool biased = random.Next(3) > 0;
        if (biased)
        {
            AddWeight("b", [outputs], 0, w);
        }

        long Extent(long n) => ((n + (2 * pad) - kernel) / stride) + 1;
        Add(
            "Conv",
            biased ? [at, w, LastWeight] : [at, w],
            [1, outputs, Extent(height), Extent(width)],
            false,
            ("kernel_shape", (long[])[kernel, kernel]),
            ("pads", (long[])[pad, pad, pad, pad]),
            ("strides", (long[])[stride, stride]),
            ("group", groups)
        );
    }

    /// <summary>Nothing, or an activation; Relu and Clip are quantized together with what is before them.</summary>
    private void AddActivation()
    {
        switch (random.Next(4))
        {
            case 0:
                steps[^1] = steps[^1] with { IsQuantized = false };
                Add("Relu", [at], shapes[at]);
                break;
            case 1:
                steps[^1] = steps[^1] with { IsQuantized = false };
                (numbers[Name("low")], numbers[Name("high")]) = ([0], [0.7f]);
                Add("Clip", [at, $"low{steps.Count}", $"high{steps.Count}"], shapes[at]);
                break;
            case 2: Add("LeakyRelu", [at], shapes[at], false, ("alpha", 0.1f)); break;
            default: break;
        }
    }

    private void Add(string op, string[] operands, long[] shape, bool keepsCodes = false, params (string, object)[] attributes)
    {
        string result = $"t{steps.Count}";
        shapes[result] = shape;
        steps.Add(new Step(op, operands, result, attributes, KeepsCodes: keepsCodes));
        at = result;
    }

    private void AddWeight(string name, long[] extents, int axis, string? input = null)
    {
        float reach = 1 / MathF.Sqrt(Count(extents) / (float)Math.Max(1, axis < 0 ? Count(extents) : extents[axis]));
        weights[$"{name}{weights.Count}"] = new Weight(
            extents,
            [.. Enumerable.Range(0, (int)Count(extents)).Select(_ => (float)((2.2 * random.NextDouble()) - 1) * reach)],
            axis,
            input
        );
    }

    private string Name(string name) => $"{name}{steps.Count}";

    private string LastWeight => weights.Keys.Last();

    private string LastNumber => numbers.Keys.Last();

    private static long Count(long[] extents) => extents.Aggregate(1L, (a, b) => a * b);
}
