// The emitted C on the host against ONNX Runtime: accuracy of the int8 classifiers, outputs of the fp32 models.

using TinyEngine.Data;
using TinyEngine.Experiments;
using TinyEngine.Passes;
using TinyEngine.Tests;

namespace TinyEngine.Device.Tests;

public sealed class AccuracyTests
{
    /// <summary>Accuracies are ONNX Runtime's on the same samples, in per cent (shared/models/README.md).</summary>
    [SharedTheory]
    [InlineData("dscnn-kws-int8-qdq", "kws01", new[] { "test" }, 90.2, 0.0, 0.0)]
    [InlineData("resnet8-cifar10-int8-qdq", "cifar10", new[] { "test" }, 87.4, 1.0, 0.0)]
    [InlineData("mobilenetv1-vww-int8-qdq", "vww-coco128", new[] { "train", "test" }, 86.9, 0.00392156886, 0.0)]
    public async Task Accuracy_equals_OnnxRuntime(string name, string data, string[] splits, double expected, double scale, double offset)
    {
        using var model = new SharedModel(name, raw: scale > 0 ? new RawScale(scale, offset) : null);
        double right = 0;
        int count = 0;
        using var npz = Npz.Open(SharedModels.Data(data));
        foreach (string split in splits)
        {
            int samples = npz.Read("y_" + split).Shape[0];
            var result = await model.Experiment.SimulateAsync(
                new ExperimentOptions { Test = model.Part(data, split, 0, samples) },
                new Toolchain()
            );
            right += result.AccuracyBefore!.Value * samples;
            count += samples;
        }

        Assert.InRange(100 * right / count, expected - 0.3, expected + 0.3);
    }

    public static TheoryData<string> Fp32 => [.. SharedModels.Fp32];

    [SharedTheory]
    [MemberData(nameof(Fp32))]
    public async Task Outputs_of_fp32_models_equal_OnnxRuntime(string name)
    {
        using var model = new SharedModel(name, sram: 1 << 21);
        var result = await model.Experiment.SimulateAsync(new ExperimentOptions { Test = model.Samples(4) }, new Toolchain());
        using var golden = Npz.Open(SharedModels.Golden(name));
        var y = golden.Read("y");
        // If outputs are large (decibels, logits), the error of fp32 itself grows with them.
        double scale = Math.Max(1, Enumerable.Range(0, y.Count).Max(i => Math.Abs(y.SingleAt(i))));
        double largest = Enumerable.Range(0, y.Count).Max(i => Math.Abs(y.SingleAt(i) - result.Predictions!.SingleAt(i)));
        Assert.True(largest <= 1e-4 * scale, $"a difference of {largest} where outputs reach {scale}");
    }
}
