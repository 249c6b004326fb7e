// The properties of all commands that scripts rely on: --json gives one object, planned commands report TE0601, and the
// help tells defaults in one form.

using System.Text.Json;
using System.Text.RegularExpressions;
using TinyEngine.Tests.Models;

namespace TinyEngine.Tests.Cli;

[Collection("console")]
public sealed class CommandContractTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tinyengine-cli-");

    public void Dispose() => folder.Delete(recursive: true);

    private string Model
    {
        get
        {
            string path = Path.Combine(folder.FullName, "model.onnx");
            File.WriteAllBytes(path, OnnxModel.Classifier().Bytes);
            return path;
        }
    }

    private static JsonElement OneObject(CommandLine result, int exit = 0)
    {
        Assert.Equal((exit, ""), (result.Exit, result.Errors));
        Assert.EndsWith("}\n", result.Output);
        Assert.False(result.Output.EndsWith("\n\n", StringComparison.Ordinal));
        return JsonDocument.Parse(result.Output).RootElement;
    }

    [Fact]
    public void Json_is_one_object_that_ends_its_line()
    {
        string output = Path.Combine(folder.FullName, "out");
        OneObject(CommandLine.Run("ops", "--json"));
        OneObject(CommandLine.Run("inspect", Model, "--json"));
        OneObject(CommandLine.Run("compile", Model, "-o", output, "--json"));
        OneObject(CommandLine.Run("plan", output, "--json"));
        OneObject(CommandLine.Run("plan", "nowhere", "--json"), exit: 1);
    }

    [Theory]
    [InlineData("import", "imported")]
    [InlineData("fuse-clamps", "canonical")]
    [InlineData("plan-memory", "planned")]
    public void Json_of_a_stopped_compilation_says_how_far_it_came(string pass, string stage)
    {
        var json = OneObject(CommandLine.Run("compile", Model, "--stop-after", pass, "--json"));
        Assert.Equal((stage, pass), (json.GetProperty("stage").GetString(), json.GetProperty("pass").GetString()));
    }

    [Theory]
    [InlineData("quantize model.onnx --calibrate data.npz -o q.onnx")]
    [InlineData("verify model.onnx --target host")]
    [InlineData("search model.onnx --train d.npz --test d.npz --sram 128K -o scheme.yaml")]
    [InlineData("export out --weights w.bin -o model.onnx")]
    public void Command_that_is_planned_says_so(string line)
    {
        string name = line.Split(' ')[0];
        var result = CommandLine.Run(line.Split(' '));
        Assert.Equal((1, ""), (result.Exit, result.Output));
        Assert.Equal($"{name} : error TE0601: the command {name} is planned but not built yet", Assert.Single(result.ErrorLines));
        Assert.Equal(
            "TE0601",
            OneObject(CommandLine.Run([.. line.Split(' '), "--json"]), exit: 1)
                .GetProperty("diagnostics")[0]
                .GetProperty("code")
                .GetString()
        );
        Assert.DoesNotMatch($@"(?m)^  {name}\b", CommandLine.Run("--help").Output);
    }

    [Fact]
    public void Command_that_is_unknown_is_wrong_usage() => Assert.Equal(2, CommandLine.Run("brew", "coffee").Exit);

    [Theory]
    [InlineData("compile m.onnx -o out --classes many", "--classes: 'many' is not a whole number of at most 2147483647")]
    [InlineData("compile m.onnx -o out --accumulate 1.5", "--accumulate: '1.5' is not a whole number of at most 2147483647")]
    [InlineData("compile m.onnx -o out --lr-head fast", "--lr-head: 'fast' is not a number")]
    [InlineData("compile m.onnx -o out --input-scale=1/2", "--input-scale: '1/2' is not a number")]
    [InlineData("simulate out --seed -1", "--seed: '-1' is not a whole number from 0 to 4294967295")]
    public void Value_that_is_no_number_is_wrong_usage(string line, string message)
    {
        var result = CommandLine.Run(line.Split(' '));
        Assert.Equal((2, ""), (result.Exit, result.Output));
        Assert.Equal("tinyengine: " + message, result.ErrorLines[0]);
    }

    [Theory]
    [InlineData("compile m.onnx")]
    [InlineData("gradients m.onnx --data d.npz")]
    public void Offset_of_samples_needs_their_scale(string line)
    {
        var result = CommandLine.Run([.. line.Split(' '), "--input-offset", "3"]);
        Assert.Equal(1, result.Exit);
        Assert.Contains("m.onnx : error TE0604: --input-offset: needs --input-scale", result.ErrorLines);
    }

    [Fact]
    public void Help_tells_defaults_in_brackets_once()
    {
        var commands = Regex.Matches(CommandLine.Run("--help").Output, @"(?m)^  ([a-z]+) ").Select(m => m.Groups[1].Value).ToList();
        Assert.Contains("compile", commands);
        foreach (string command in commands)
        {
            var lines = CommandLine.Run(command, "--help").Output.Split('\n');
            Assert.All(lines, l => Assert.DoesNotMatch(@"(?i)\bdefault\b|\] \[", l));
        }
    }
}
