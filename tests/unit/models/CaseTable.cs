// The models that people broke the tool with, kept beside the checkout. A README there says row by row what is right.

using System.Text.RegularExpressions;
using TinyEngine.Compiler;
using TinyEngine.Data;
using TinyEngine.Ir;

namespace TinyEngine.Tests.Models;

/// <summary>One folder of cases.</summary>
internal sealed class CaseTable(string folder)
{
    private readonly string path = Path.Combine(SharedModels.Folder ?? "", "cases", folder);

    /// <summary>The names in the first column of the README's table.</summary>
    public IReadOnlyList<string> Rows =>
        [
            .. File.ReadLines(Path.Combine(path, "README.md"))
                .Select(l => Regex.Match(l, @"^\| ([a-z0-9]+(-[a-z0-9]+)+) \|"))
                .Where(m => m.Success)
                .Select(m => m.Groups[1].Value),
        ];

    /// <summary>Every row is checked here, or named in the test file that is said to check it, or to come.</summary>
    public void IsCovered(IEnumerable<string> here, IReadOnlyDictionary<string, string> elsewhere, params IEnumerable<string> toCome)
    {
        Assert.Equal(Rows.Order(), here.Concat(elsewhere.Keys).Concat(toCome).Order());
        Assert.All(elsewhere, e => Assert.Contains(e.Key, File.ReadAllText(Path.Combine(SharedModels.Root, "tests", e.Value))));
    }

    /// <summary>The bytes of a model.</summary>
    public byte[] Model(string name) => File.ReadAllBytes(Path.Combine(path, name + ".onnx"));

    /// <summary>The only diagnosis of a model.</summary>
    public Diagnostic Refused(string name) =>
        Assert.Single(Assert.Throws<DiagnosticException>(() => ModelCompiler.Inspect(Model(name), Options(name))).Diagnostics);

    /// <summary>The compiled model.</summary>
    public Compilation Compiled(string name, string train = "none") =>
        ModelCompiler.Compile(Model(name), Options(name) with { Train = TrainMode.Parse(train) });

    /// <summary>The results of the reference for the samples of NAME.npz are those that stand there, in ONNX's layout.</summary>
    public void Computes(string name, double tolerance)
    {
        using var data = Npz.Open(Path.Combine(path, name + ".npz"));
        var (x, expected) = (data.Read("x"), data.Read("expected"));
        var graph = ModelCompiler.Inspect(Model(name), Options(name) with { Io = Passes.BoundaryType.Float32 }).Graph;
        var (input, output) = (graph.Inputs[0], graph.Outputs[0]);
        int samples = x.Shape[0], size = (int)input.Type.Count, results = (int)output.Type.Count;
        Assert.Equal((samples * size, samples * results), (x.Count, expected.Count));
        for (int s = 0; s < samples; s++)
        {
            var sample = new Tensor(
                TensorType.F32(Shape.Of([1, .. x.Shape.Skip(1)])),
                [.. Enumerable.Range(s * size, size).Select(i => (double)x.NumberAt(i))]
            );
            var interpreter = new Interpreter(Numerics.For(graph.Target))
            {
                [input] = (sample.Type.Shape.Rank == 4 ? sample.Permute(Layouts.NchwToNhwc) : sample).As(input.Type),
            };
            interpreter.Infer(graph);
            var actual = interpreter[output].Type.Shape.Rank == 4 ? interpreter[output].Permute(Layouts.NhwcToNchw) : interpreter[output];
            Assert.All(
                actual.Data.Select((v, i) => (v, e: (double)expected.NumberAt(s * results + i))),
                p => Assert.InRange(p.v - p.e, -tolerance, tolerance)
            );
        }
    }

    private static CompileOptions Options(string name) => new() { Name = ModelName.OfFile(name), Train = TrainMode.None };
}
