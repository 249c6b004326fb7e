// A pack as somebody else would write it: a domain, one operator with its gradient, and their kernels. It is added to the core by
// OperatorSet.Core + Pack.Operators; nothing of the core knows it.

using TinyEngine.Ir;

namespace TinyEngine.ToyPack;

/// <summary>The pack.</summary>
public static class Pack
{
    /// <summary>The operator domain of the pack in ONNX files.</summary>
    public const string Domain = "toy.example";

    /// <summary>The operators, with their import rules and kernels.</summary>
    public static OperatorSet Operators { get; } = new("toy", [Squash.Op, SquashDx.Op], RuntimeSources.Of(typeof(Pack).Assembly));
}
