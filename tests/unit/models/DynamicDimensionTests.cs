// Dynamic dimensions: which value each gets, what is said of it, and that the advice of the message works.

using Google.Protobuf;
using TinyEngine.Compiler;
using TinyEngine.Ir;
using TinyEngine.Onnx.Proto;
using TinyEngine.Tests.Cli;

namespace TinyEngine.Tests.Models;

[Collection("console")]
public sealed class DynamicDimensionTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tinyengine-dim-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Leading_dimension_is_a_batch_of_one_with_a_note()
    {
        var compilation = ModelCompiler.Inspect(Model(["batch", "3"]), Options());
        Assert.Equal(Shape.Of(1, 3), compilation.Graph.Inputs[0].Type.Shape);
        var note = Assert.Single(compilation.Notes);
        Assert.Equal(("TE0204", Severity.Note, "x"), (note.Code, note.Severity, note.Node));
        Assert.Contains("Dims batch=N", note.Message);
    }

    [Fact]
    public void Leading_dimension_can_be_given()
    {
        var compilation = ModelCompiler.Inspect(Model(["batch", "3"]), Options(("batch", 2)));
        Assert.Equal(Shape.Of(2, 3), compilation.Graph.Inputs[0].Type.Shape);
        Assert.Empty(compilation.Notes);
    }

    [Theory]
    [InlineData("n,n", "n")] // a name that stands elsewhere too is no batch
    [InlineData("n", "n")] // nor is the length of a vector
    [InlineData("1,?,t,?", "x:1 t x:3")]
    [InlineData("?,a b,it's", "'a b' 'it'\\''s'")]
    public void Dimensions_without_a_value_are_named_at_once(string shape, string words)
    {
        var only = Assert.Single(
            Assert.Throws<DiagnosticException>(() => ModelCompiler.Inspect(Model(shape.Split(',')), Options())).Diagnostics
        );
        Assert.Equal("TE0201", only.Code);
        Assert.EndsWith("as in " + string.Join(' ', Words(words).Select(w => $"Dims {w}=1")), only.Message);
    }

    [Theory]
    [InlineData("1,?,t,?")]
    [InlineData("1,a=b,c:d,?")]
    public void Advice_works_when_it_is_pasted(string shape)
    {
        string path = Path.Combine(folder.FullName, "model.onnx");
        File.WriteAllBytes(path, Model(shape.Split(',')));
        foreach (
            string[] command in new[]
            {
                new[] { "inspect", path },
                ["compile", path, "--train", "none", "-o", Path.Combine(folder.FullName, "out")],
            }
        )
        {
            var refused = CommandLine.Run(command);
            Assert.Equal(1, refused.Exit);
            string advice = Assert.Single(refused.ErrorLines).Split(", as in ")[1];
            var taken = CommandLine.Run([.. command, .. advice.Split(' ')]);
            Assert.True(taken.Exit == 0, taken.Errors);
        }
    }

    [Fact]
    public void Position_reaches_a_named_dimension_wherever_it_stands()
    {
        var graph = ModelCompiler.Inspect(Model(["1", "n", "n"]), Options(("x:2", 5))).Graph;
        Assert.Equal(Shape.Of(1, 5, 5), graph.Inputs[0].Type.Shape);
    }

    [Theory]
    [InlineData("1,?,t", "nowhere", "there are x:1, t")]
    [InlineData("1,?,t", "x:0", "there are x:1, t")]
    [InlineData("1,3", "batch", "it has none")]
    public void Value_for_nothing_is_an_error_that_lists_what_there_is(string shape, string name, string text)
    {
        var diagnostics = Assert
            .Throws<DiagnosticException>(() => ModelCompiler.Inspect(Model(shape.Split(',')), Options((name, 2))))
            .Diagnostics;
        Assert.Equal("TE0205", diagnostics[0].Code);
        Assert.EndsWith(text, diagnostics[0].Message);
    }

    [Fact]
    public void Two_values_for_one_dimension_are_an_error()
    {
        var diagnostics = Assert
            .Throws<DiagnosticException>(() => ModelCompiler.Inspect(Model(["1", "n", "n"]), Options(("n", 2), ("x:1", 3))))
            .Diagnostics;
        Assert.Equal("TE0604", Assert.Single(diagnostics).Code);
    }

    [Fact]
    public void Every_command_that_reads_a_model_has_the_option() =>
        Assert.All(new[] { "inspect", "compile", "gradients" }, c => Assert.Contains("--dim NAME=N", CommandLine.Run(c, "--help").Output));

    private static CompileOptions Options(params (string Name, int Value)[] dims) =>
        new() { Name = "m", Train = TrainMode.None, Dims = dims.ToDictionary(d => d.Name, d => d.Value) };

    private static List<string> Words(string text) =>
        [.. System.Text.RegularExpressions.Regex.Matches(text, @"('[^']*'|\\'|[^ '])+").Select(m => m.Value)];

    /// <summary>Relu of an input whose dimensions are numbers, names, or ? without either.</summary>
    private static byte[] Model(string[] shape)
    {
        var model = ModelProto.Parser.ParseFrom(new OnnxModel().Input("x").Node("Relu", "x", "y").Output("y").Bytes);
        model
            .Graph.Input[0]
            .Type.TensorType.Shape.Dim.Add(
                shape.Select(d =>
                    d == "?" ? new TensorShapeProto.Types.Dimension()
                    : long.TryParse(d, out long n) ? new TensorShapeProto.Types.Dimension { DimValue = n }
                    : new TensorShapeProto.Types.Dimension { DimParam = d }
                )
            );
        return model.ToByteArray();
    }
}
