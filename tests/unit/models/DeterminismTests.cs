// The same model and options give the same bytes, quickly.

using System.Diagnostics;
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

    [SharedFact]
    public void Compile_of_mcunet_takes_seconds()
    {
        var watch = Stopwatch.StartNew();
        ModelCompiler.Compile(SharedModels.Model("mcunet-5fps-int8-qdq"), new CompileOptions { Name = "m", Classes = 10 });
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"{watch.Elapsed}");
    }
}
