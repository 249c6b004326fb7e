// The C# of README.md between the marks: the page shows this text, and the test runs it.


using TinyEngine.Compiler;
using TinyEngine.Device;
using TinyEngine.Experiments;

namespace TinyEngine.Docs.Tests;

internal static class ApiSnippet
{
    public static async Task<ExperimentResult> RunAsync()
    {
        // begin
        var compilation = ModelCompiler.Compile(
            File.ReadAllBytes("samples/keywords/keywords.onnx"),
            new CompileOptions { Name = "keywords", Train = TrainMode.Last(2), Classes = 8 });
        OutputFolder.Write(compilation.Files, "out/keywords-api");
        Console.WriteLine($"{compilation.Report!.Sram.Total} bytes of SRAM");

        const string Data = "samples/keywords/keywords.npz";
        var result = await Experiment.Open("out/keywords-api").SimulateAsync(
            new ExperimentOptions { Train = Data, Test = Data, Epochs = 1, LearningRate = 0.03f }, new Toolchain());
        Console.WriteLine($"accuracy {result.AccuracyBefore:P0} before, {result.AccuracyAfter:P0} after");
        // end
        return result;
    }
}
