// Seconds from the bytes of a model to the text of its C project, head trained, beside the bar. The first compilation of a process
// also pays for the just-in-time compiler, as a user's does; it is measured apart from the fastest of a few that follow.

using System.Diagnostics;
using System.Globalization;
using TinyEngine.Compiler;

namespace TinyEngine.Benchmarks;

/// <summary>The time of compilation.</summary>
internal static class CompileTime
{
    private const double Bar = 5;
    private const int Repetitions = 3;

    /// <summary>Measures and prints the table; mcunet-5fps comes first, since the bar is for a cold start with it.</summary>
    public static int Run()
    {
        string models = Path.Combine(Directory.GetCurrentDirectory(), "..", "shared", "models");
        string[] names =
        [
            "mcunet-5fps-int8-qdq",
            "mbv2-w0.35-int8-qdq",
            "mobilenetv1-vww-int8-qdq",
            "resnet8-cifar10-int8-qdq",
            "dscnn-kws-int8-qdq",
        ];
        if (names.Any(n => !File.Exists(Path.Combine(models, n + ".onnx"))))
        {
            Console.Error.WriteLine("the time of compilation needs the models in ../shared");
            return 1;
        }

        Console.WriteLine("| model | first s | fastest s | bar s |");
        Console.WriteLine("| --- | --- | --- | --- |");
        foreach (string name in names)
        {
            byte[] model = File.ReadAllBytes(Path.Combine(models, name + ".onnx"));
            double first = Seconds(model), fastest = Enumerable.Range(0, Repetitions).Min(_ => Seconds(model));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {first:0.00} | {fastest:0.00} | {Bar} |"));
        }

        return 0;
    }

    private static double Seconds(byte[] model)
    {
        var watch = Stopwatch.StartNew();
        ModelCompiler.Compile(model, new CompileOptions { Name = "m", Classes = 10, SramBudget = 1 << 22, FlashBudget = 1 << 23 });
        return watch.Elapsed.TotalSeconds;
    }
}
