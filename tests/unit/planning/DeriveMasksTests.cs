// Masks that are made from saved results are the masks that the forward phase would have written: training gives the same parameters.

using TinyEngine.Compiler;
using TinyEngine.Ir;
using TinyEngine.Passes;

namespace TinyEngine.Tests.Planning;

public sealed class DeriveMasksTests
{
    [SharedFact]
    public void Masks_made_from_results_train_the_same_parameters_in_less_memory()
    {
        var options = new CompileOptions
        {
            Name = "m",
            Train = TrainMode.Parse("full"),
            Gradients = DType.I8,
            StopAfter = "schedule",
        };
        var written = ModelCompiler.Compile(SharedModels.Model("dscnn-kws-int8-qdq"), options).Graph;
        var derived = DeriveMasks.Run(written, OperatorSet.Core.Kernels);

        // Of nine masks one is of a result that nobody reads later.
        Assert.Equal(8, derived.Nodes.Count(n => n.Op is MaskOf));
        Assert.Equal(8 * 1000, Lifetimes.Of(written).PeakBytes - Lifetimes.Of(derived).PeakBytes);
        Assert.Equal(RecomputeTests.Trained(written), RecomputeTests.Trained(derived));
    }
}
