// The same model and options give the same bytes.

using TinyEngine.Compiler;

namespace TinyEngine.Tests.Models;

public sealed class DeterminismTests
{
    public static TheoryData<string> Models => [.. SharedModels.All];

    [SharedTheory]
    [MemberData(nameof(Models))]
    public void Compile_twice_gives_identical_files(string model)
    {
        var bytes = SharedModels.Model(model);
        var options = new CompileOptions { Name = "m", Train = TrainMode.None, SramBudget = 1 << 22, FlashBudget = 1 << 23 };
        Assert.Equal(ModelCompiler.Compile(bytes, options).Files, ModelCompiler.Compile(bytes, options).Files);
    }
}
