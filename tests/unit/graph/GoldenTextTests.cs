// The IR of a small int8 classifier at every stage, as a reviewer reads it: plain files.

using TinyEngine.Compiler;
using TinyEngine.Ir;
using TinyEngine.Tests.Models;

namespace TinyEngine.Tests.Graphs;

public sealed class GoldenTextTests
{
    [Theory]
    [InlineData("import")]
    [InlineData("fuse-clamps")]
    [InlineData("reexpress-channels")]
    [InlineData("fuse-updates")]
    [InlineData("plan-memory")]
    public void Text_of_a_stage_equals_golden(string pass)
    {
        var options = new CompileOptions { Name = "classifier", Train = TrainMode.Parse("last:1"), StopAfter = pass };
        string text = Printer.Print(ModelCompiler.Compile(OnnxModel.Classifier().Bytes, options).Graph);
        Golden.Equal(Golden.Beside(pass + ".ir"), text);
    }
}
