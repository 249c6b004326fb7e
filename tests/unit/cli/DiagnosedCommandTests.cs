// The answer to a bad file or option: exit code 1, one line with a code for each problem, nothing written.

using System.Text.Json;
using TinyEngine.Cli;
using TinyEngine.Tests.Models;

namespace TinyEngine.Tests.Cli;

[Collection("console")]
public sealed class DiagnosedCommandTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tinyengine-cli-");

    public void Dispose() => folder.Delete(recursive: true);

    public static TheoryData<string, string> Malformed =>
        new()
        {
            { "truncated", "TE0102" },
            { "text", "TE0102" },
            { "operator", "TE0103" },
            { "dynamic", "TE0201" },
            { "cycle", "TE0109" },
            { "initializer", "TE0110" },
            { "scale", "TE0402" },
            { "two inputs", "TE0601" },
            { "two outputs", "TE0601" },
            { "absent", "TE0101" },
        };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void Compile_of_a_malformed_model_says_so_in_one_line(string what, string code)
    {
        string model = Write(what);
        string[] options = what == "scale" ? ["--io", "uint8"] : [];
        string output = Path.Combine(folder.FullName, "out");
        var result = CommandLine.Run(["compile", model, "-o", output, "--train", "none", .. options]);

        Assert.Equal(1, result.Exit);
        Assert.StartsWith($"{model} : error {code}: ", Assert.Single(result.ErrorLines));
        Assert.Equal("", result.Output);
        Assert.False(Path.Exists(output));
        Assert.Equal(what == "absent" ? 0 : 1, folder.GetFileSystemInfos().Length);

        var json = CommandLine.Run(["compile", model, "-o", output, "--train", "none", "--json", .. options]);
        Assert.Equal((1, ""), (json.Exit, json.Errors));
        var diagnostic = JsonDocument.Parse(json.Output).RootElement.GetProperty("diagnostics")[0];
        Assert.Equal(code, diagnostic.GetProperty("code").GetString());
    }

    public static TheoryData<string, string> Options =>
        new()
        {
            { "--name ", "TE0604" },
            { "--name 1abc", "TE0604" },
            { "--name a-b", "TE0604" },
            { "--name é", "TE0604" },
            { "--sram 0", "TE0604" },
            { "--plan best", "TE0604" },
            { "--plan exact:0", "TE0604" },
            { "--region dtcm", "TE0604" },
            { "--region dtcm=64Q", "TE0604" },
            { "--region DTCM=64K,sram=64K", "TE0604" },
            { "--region sram=64K,sram=64K", "TE0604" },
            { "--region dtcm=64K,sram=64K --sram 128K", "TE0604" },
            { "--region dtcm=64K,sram=64K --plan exact", "TE0604" },
            { "--region sram=1", "TE0501" },
            { "--region dtcm=8,sram=8", "TE0505" },
            { "--sram 1T", "TE0604" },
            { "--sram 99999999999M", "TE0604" },
            { "--sram 1", "TE0501" },
            { "--sram 800 --train last:1", "TE0501" },
            { "--flash 1K", "TE0502" },
            { "--train last:99", "TE0303" },
            { "--train last:-1", "TE0604" },
            { "--train last:99999999999", "TE0604" },
            { "--target z80", "TE0604" },
            { "--target cortex-m0plus --sram 1", "TE0501" },
            { "--classes 1", "TE0304" },
            { "--input-scale 0 --io uint8", "TE0604" },
            { "--input-scale NaN", "TE0604" },
            { "--input-scale 1e60", "TE0604" },
            { "--input-scale 1 --input-offset NaN", "TE0604" },
            { "--dim batch=0", "TE0604" },
            { "--dim batch", "TE0604" },
            { "--patch none", "TE0604" },
            { "--patch 0", "TE0604" },
            { "--patch 999", "TE0604" },
            { "--stop-after nowhere", "TE0604" },
            { "--print-after nowhere", "TE0604" },
            { "--print-after differentiate --train none", "TE0604" },
            { "--verbosity loud", "TE0604" },
            { "--head fp16", "TE0604" },
            { "--loss none", "TE0604" },
            { "--lr-weights NaN", "TE0304" },
            { "--lr-head -1", "TE0304" },
        };

    [Theory]
    [MemberData(nameof(Options))]
    public void Compile_with_a_bad_option_says_so(string options, string code)
    {
        string model = Write("good"), output = Path.Combine(folder.FullName, "out");
        var result = CommandLine.Run(["compile", model, "-o", output, .. options.Split(' ')]);
        Assert.True(result.Exit == 1, $"{options}: {result}");
        Assert.Contains($" : error {code}: ", result.ErrorLines[0]);
        Assert.False(Path.Exists(output));
    }

    [Fact]
    public void Budget_too_small_is_an_error_with_planned_proposals()
    {
        var result = CommandLine.Run(
            "compile",
            Write("good"),
            "-o",
            Path.Combine(folder.FullName, "out"),
            "--train",
            "last:1",
            "--sram",
            "1200",
            "--target",
            "cortex-m3"
        );
        Assert.Equal(1, result.Exit);
        Assert.Contains("error TE0501: needs", result.ErrorLines[0]);
        Assert.Contains("at the peak, step", result.ErrorLines[0]);
        Assert.Contains("note TE0503", result.ErrorLines[1]);
        Assert.Contains("--train head needs", result.ErrorLines[1]);
        Assert.Contains("--train none needs", result.ErrorLines[1]);
    }

    [Fact]
    public void Scheme_that_is_wrong_is_blamed_on_its_file_and_line()
    {
        string scheme = Path.Combine(folder.FullName, "bad.yaml"), model = Write("good"), output = Path.Combine(folder.FullName, "out");
        File.WriteAllText(scheme, "biases: last 1\nweights:\n  - {layer: 0, input: 1/2}\nhed: train\n");
        var result = CommandLine.Run("compile", model, "-o", output, "--train", scheme, "--sram", "1T");
        Assert.Equal(1, result.Exit);
        Assert.Contains($"{scheme}(3): error TE0306: scheme: unknown key 'input', did you mean 'inputs'?", result.ErrorLines);
        Assert.Contains($"{scheme}(4): error TE0306: scheme: unknown key 'hed', did you mean 'head'?", result.ErrorLines);
        Assert.Contains(result.ErrorLines, l => l.StartsWith($"{model} : error TE0604: --sram", StringComparison.Ordinal));

        var json = JsonDocument
            .Parse(CommandLine.Run("compile", model, "-o", output, "--train", scheme, "--json").Output)
            .RootElement.GetProperty("diagnostics")[0];
        Assert.Equal((scheme, 3), (json.GetProperty("file").GetString(), json.GetProperty("line").GetInt32()));
        File.WriteAllText(scheme, "weights:\n  - {layer: 7}\n");
        Assert.StartsWith(
            $"{scheme}(2): error TE0306: scheme: there is no layer 7",
            CommandLine.Run("compile", model, "-o", output, "--train", scheme).ErrorLines[0]
        );
        Assert.False(Path.Exists(output));
    }

    [Theory]
    [InlineData("int")]
    [InlineData("for")]
    [InlineData("model")]
    [InlineData("Te")]
    [InlineData("_")]
    public void Model_of_any_name_compiles_and_runs(string name)
    {
        string output = Path.Combine(folder.FullName, "out");
        var result = CommandLine.Run("compile", Write("good"), "-o", output, "--train", "last:1", "--name", name);
        Assert.True(result.Exit == 0, result.Errors);
        var run = CommandLine.Run("simulate", output, "--json");
        Assert.True(run.Exit == 0, run.Errors + run.Output);
    }

    [Fact]
    public void Compile_into_a_folder_without_a_name_says_so() =>
        Assert.Contains(" : error TE0602: ", Assert.Single(CommandLine.Run("compile", Write("good"), "-o", "").ErrorLines));

    [Theory]
    [InlineData("--limit-test 3", "TE0604")]
    [InlineData("--confusion", "TE0604")]
    [InlineData("--predictions OUT", "TE0604")]
    [InlineData("--find-lr --lr 0.1", "TE0604")]
    [InlineData("--find-lr --limit-test 3", "TE0604")]
    [InlineData("--find-lr --weights-out OUT", "TE0604")]
    [InlineData("--plot loss.bmp", "TE0604")]
    [InlineData("--steps 9 --lr 1e38 --plot OUT/loss.png", "TE0602")] // before the run, which would diverge
    [InlineData("--steps 9 --lr 1e38 --weights-out OUT/w.bin", "TE0602")]
    [InlineData("--steps 9 --lr 1e38 --weights-out .", "TE0602")]
    [InlineData("--weights-out ", "TE0602")]
    [InlineData("--weights-in missing.bin", "TE0101")]
    [InlineData("--epochs 2000000000", "TE0720")]
    [InlineData("--steps 9 --lr 1e38 --weights-out OUT", "TE0719")]
    public void Simulate_of_what_cannot_work_says_so_and_writes_nothing(string options, string code)
    {
        string emitted = Path.Combine(folder.FullName, "emitted"), output = Path.Combine(folder.FullName, "output");
        Assert.Equal(0, CommandLine.Run("compile", Write("good"), "-o", emitted, "--classes", "3").Exit);
        var result = CommandLine.Run(["simulate", emitted, "--train", Samples(), .. options.Replace("OUT", output).Split(' ')]);
        Assert.Equal(1, result.Exit);
        Assert.Contains($" : error {code}: ", Assert.Single(result.ErrorLines));
        Assert.False(Path.Exists(output));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"model": "m", "input": null}""")]
    [InlineData("")]
    public void Simulate_of_a_plan_without_content_says_so(string plan)
    {
        File.WriteAllText(Path.Combine(folder.FullName, "plan.json"), plan);
        Assert.Contains(" : error TE0701: ", Assert.Single(CommandLine.Run("simulate", folder.FullName).ErrorLines));
    }

    [Fact]
    public void Stop_after_any_pass_writes_nothing()
    {
        string output = Path.Combine(folder.FullName, "out");
        foreach (string pass in new[] { "import", "fuse-clamps", "plan-memory" })
        {
            var result = CommandLine.Run("compile", Write("good"), "-o", output, "--stop-after", pass, "--print-after", pass);
            Assert.True(result.Exit == 0, result.Errors);
            Assert.StartsWith($"; after {pass}\ntinyengine-ir 1\n", result.Output);
            Assert.False(Path.Exists(output));
        }
    }

    [SharedFact]
    public void Inspect_of_mutated_models_exits_with_0_or_1()
    {
        var original = SharedModels.Model("dscnn-kws-int8-qdq");
        var random = new Random(11);
        string path = Path.Combine(folder.FullName, "mutated.onnx");
        int diagnosed = 0;
        for (int i = 0; i < 500; i++)
        {
            var bytes = (byte[])original.Clone();
            for (int n = random.Next(1, 9); n > 0; n--)
            {
                bytes[random.Next(random.Next(2) == 0 ? 4096 : bytes.Length)] = (byte)random.Next(256);
            }

            File.WriteAllBytes(path, i % 7 == 0 ? bytes[..random.Next(bytes.Length)] : bytes);
            var result = CommandLine.Run("inspect", path);
            Assert.InRange(result.Exit, 0, 1);
            Assert.Equal(result.Exit == 0, result.Errors.Length == 0);
            Assert.All(result.ErrorLines, l => Assert.Matches(@"^.*mutated\.onnx : error TE0[1-4]\d\d: ", l));
            diagnosed += result.Exit;
        }

        Assert.InRange(diagnosed, 100, 499);
    }

    [Fact]
    public void Fault_of_the_compiler_is_one_line()
    {
        var (usual, errors) = (Console.Error, new StringWriter());
        Console.SetError(errors);
        try
        {
            var parsed = new System.CommandLine.RootCommand { Terminal.Json, Terminal.Verbosity }.Parse([]);
            Assert.Equal(1, Terminal.Run(parsed, "m.onnx", _ => throw new KeyNotFoundException("a\nb")));
        }
        finally
        {
            Console.SetError(usual);
        }

        Assert.Equal(
            "m.onnx : error TE0605: internal error, KeyNotFoundException: a b; please report it with the command line and the model "
                + "(--verbosity detailed shows where)",
            errors.ToString().TrimEnd()
        );
    }

    /// <summary>Four samples of the classifier, of classes 0 to 2.</summary>
    private string Samples()
    {
        string path = Path.Combine(folder.FullName, "samples.npz");
        SampleFile.Write(path);
        return path;
    }

    private string Write(string what)
    {
        string path = Path.Combine(folder.FullName, "model.onnx");
        var small = () => new OnnxModel().Input("x", 1, 2, 4, 4).Weights("w", 3, 2, 3, 3);
        byte[]? bytes = what switch
        {
            "good" => OnnxModel.Classifier().Bytes,
            "truncated" => OnnxModel.Classifier().Bytes[..^100],
            "text" => "this is not a model\n"u8.ToArray(),
            "operator" => small().Node("Warp", "x w", "y").Output("y").Bytes,
            "dynamic" => new OnnxModel().Input("x", 1, 2, 0, 0).Node("Relu", "x", "y").Output("y").Bytes,
            "cycle" => small().Node("Add", "x b", "a").Node("Relu", "a", "b").Output("b").Bytes,
            "initializer" => small().Floats("b", [3], 1, 2).Node("Conv", "x w b", "y").Output("y").Bytes,
            "scale" => OnnxModel.Classifier().Bytes,
            "two inputs" => new OnnxModel().Input("x", 1, 4).Input("z", 1, 4).Node("Add", "x z", "y").Output("y").Bytes,
            "two outputs" => new OnnxModel()
                .Input("x", 1, 4)
                .Node("Relu", "x", "y")
                .Node("Softmax", "x", "z")
                .Output("y")
                .Output("z")
                .Bytes,
            _ => null,
        };
        if (bytes is null)
        {
            return path;
        }

        File.WriteAllBytes(path, bytes);
        return path;
    }
}
