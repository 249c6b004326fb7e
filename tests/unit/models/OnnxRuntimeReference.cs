// ONNX Runtime as a reference: what a model is defined to compute. Its default optimizations change that: they compute averages
// and softmax of codes in integers and, on x86, int8 layers on uint8 activations, which saturate where the machine has no VNNI.

using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace TinyEngine.Tests.Models;

/// <summary>Opens all sessions of the tests.</summary>
internal static class OnnxRuntimeReference
{
    /// <summary>A session that evaluates every node as it stands in the file.</summary>
    public static InferenceSession Open(byte[] model)
    {
        using var options = new SessionOptions { GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL };
        options.AddSessionConfigEntry("session.qdqisint8allowed", "1");
        return new InferenceSession(model, options);
    }

    /// <summary>The first output, in the order of the file, of a model with one fp32 input.</summary>
    public static Tensor<float> Run(InferenceSession session, float[] x) => RunAll(session, x)[0];

    /// <summary>All outputs.</summary>
    public static Tensor<float>[] RunAll(InferenceSession session, float[] x)
    {
        var (input, extents) = session.InputMetadata.Select(m => (m.Key, m.Value.Dimensions)).Single();
        using var results = session.Run([NamedOnnxValue.CreateFromTensor(input, new DenseTensor<float>(x, extents))]);
        return [.. results.Select(r => r.AsTensor<float>().Clone())];
    }
}
