// The report of a run: figures of the parts that ran and null for others, names that cannot harm a terminal, sizes as people write
// them, data without labels.

using System.Text.Json;
using TinyEngine.Cli;
using TinyEngine.Data;
using TinyEngine.Tests.Codegen;
using TinyEngine.Tests.Models;

namespace TinyEngine.Tests.Cli;

[Collection("console")]
public sealed class RunCommandTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tinyengine-cli-");

    public void Dispose() => folder.Delete(recursive: true);

    private string At(string name) => Path.Combine(folder.FullName, name);

    private string Model(OnnxModel? model = null)
    {
        File.WriteAllBytes(At("model.onnx"), (model ?? OnnxModel.Classifier()).Bytes);
        return At("model.onnx");
    }

    private string Emitted(params string[] options)
    {
        string output = At("out" + string.Concat(options));
        var result = CommandLine.Run(["compile", Model(), "-o", output, .. options]);
        Assert.True(result.Exit == 0, result.Errors);
        return output;
    }

    private static CommandLine Well(params string[] command)
    {
        var result = CommandLine.Run(command);
        Assert.True(result.Exit == 0, result.Errors + result.Output);
        return result;
    }

    private static JsonElement Json(params string[] command) => JsonDocument.Parse(Well([.. command, "--json"]).Output).RootElement;

    [CompilerFact("arm-none-eabi-gcc", "qemu-system-arm")]
    public void Figure_of_what_did_not_run_is_null()
    {
        string output = Emitted("--classes", "3"), data = At("data.npz");
        SampleFile.Write(data);
        var nothing = Json("emulate", output);
        Assert.Equal("""{"inference":null,"train_step":null}""", JsonSerializer.Serialize(nothing.GetProperty("instructions")));
        Assert.Equal(JsonValueKind.Null, nothing.GetProperty("sram").GetProperty("stack_peak").ValueKind);
        Assert.Equal(JsonValueKind.Null, nothing.GetProperty("rate").ValueKind);
        Assert.Contains("instructions  none counted", Well("emulate", output).Output);

        var evaluated = Json("emulate", output, "--test", data);
        Assert.True(evaluated.GetProperty("instructions").GetProperty("inference").GetInt64() > 0);
        Assert.Equal(JsonValueKind.Null, evaluated.GetProperty("instructions").GetProperty("train_step").ValueKind);
        Assert.DoesNotContain("training step", Well("emulate", output, "--test", data).Output);

        var trained = Json("emulate", output, "--train", data, "--steps", "2");
        Assert.Equal(JsonValueKind.Null, trained.GetProperty("instructions").GetProperty("inference").ValueKind);
        Assert.True(trained.GetProperty("instructions").GetProperty("train_step").GetInt64() > 0);
        Assert.True(trained.GetProperty("sram").GetProperty("stack_peak").GetInt64() > 0);
    }

    [CompilerFact("arm-none-eabi-gcc", "qemu-system-arm")]
    public void Several_memories_give_the_bytes_of_one()
    {
        string data = At("data.npz");
        SampleFile.Write(data);
        string one = Emitted("--train", "last:1"), several = Emitted("--train", "last:1", "--region", "dtcm=800,sram=1K,external=1M");
        Assert.Contains("_arena_", File.ReadAllText(Path.Combine(several, "model.c")), StringComparison.Ordinal);
        foreach (string command in new[] { "simulate", "emulate" })
        {
            var (a, b) = (Run(one), Run(several));
            Assert.Equal(a.Weights, b.Weights);
            Assert.Equal(a.Predictions, b.Predictions);

            (string? Weights, byte[] Predictions) Run(string folder)
            {
                string predictions = At("predictions.npy");
                var run = Json(command, folder, "--train", data, "--test", data, "--steps", "4", "--predictions", predictions);
                return (run.GetProperty("weights_sha256").GetString(), File.ReadAllBytes(predictions));
            }
        }
    }

    [Fact]
    public void Simulate_without_data_says_what_it_did_and_hashes_no_weights_that_do_not_train()
    {
        string output = Emitted("--train", "none");
        Assert.StartsWith("no data       the model was built and started", Well("simulate", output).Output);
        Assert.Contains("weights       none are trained", Well("simulate", output).Output);
        Assert.Equal(JsonValueKind.Null, Json("simulate", output).GetProperty("weights_sha256").ValueKind);
    }

    [Fact]
    public void Rate_that_was_used_is_told()
    {
        string output = Emitted("--classes", "3"), data = At("data.npz");
        SampleFile.Write(data);
        Assert.Contains("rate          0.0025 (cosine)", Well("simulate", output, "--train", data, "--steps", "2").Output);
        Assert.Equal(0.5, Json("simulate", output, "--train", data, "--steps", "2", "--lr", "0.5").GetProperty("rate").GetDouble());
    }

    [Theory]
    [InlineData("cross-entropy")]
    [InlineData("bce")]
    [InlineData("mse")]
    public void Predictions_need_no_labels(string loss)
    {
        string data = At("x.npz"),
            labelled = At("xy.npz"),
            output = At("emitted");
        var plain = new OnnxModel()
            .Input("x", 1, 2, 4, 4)
            .Weights("w", 3, 2, 4, 4)
            .Node("Conv", "x w", "c")
            .Node("Flatten", "c", "y")
            .Output("y");
        Well(
            "compile",
            Model(loss == "cross-entropy" ? null : plain),
            "-o",
            output,
            "--loss",
            loss,
            "--train",
            loss == "cross-entropy" ? "head" : "full"
        );
        SampleFile.Write(data, ("x", SampleFile.X()));
        SampleFile.Write(
            labelled,
            ("x", SampleFile.X()),
            ("y", loss == "mse" ? NpyArray.Of(new float[12], 4, 3) : NpyArray.Of([0, 1, 2, 1], 4))
        );
        var run = Well("simulate", output, "--test", data, "--predictions", At("p.npy"));
        Assert.DoesNotContain("accuracy", run.Output);
        Assert.DoesNotContain("loss", run.Output);
        Assert.Contains("predictions   of 4 samples", run.Output);
        var json = Json("simulate", output, "--test", data, "--predictions", At("p.npy"));
        Assert.All(
            ["accuracy_before", "accuracy_after", "loss_before", "loss_after"],
            name => Assert.False(json.TryGetProperty(name, out _))
        );
        Well("simulate", output, "--test", labelled, "--predictions", At("q.npy"));
        Assert.Equal(File.ReadAllBytes(At("q.npy")), File.ReadAllBytes(At("p.npy")));

        foreach (string[] options in new string[][] { [], ["--confusion", "--predictions", At("r.npy")] })
        {
            Assert.Contains(
                " : error TE0711: ",
                Assert.Single(CommandLine.Run(["simulate", output, "--test", data, .. options]).ErrorLines)
            );
        }

        Assert.Contains(
            " : error TE0711: ",
            Assert.Single(CommandLine.Run("simulate", output, "--train", data, "--test", data, "--predictions", At("r.npy")).ErrorLines)
        );
    }

    [Fact]
    public void Samples_of_doubles_are_rounded_with_a_note()
    {
        string output = Emitted("--classes", "3"), floats = At("f.npz"), doubles = At("d.npz");
        SampleFile.Write(floats);
        var x = SampleFile.X();
        byte[] wide = [.. Enumerable.Range(0, x.Count).SelectMany(i => BitConverter.GetBytes((double)x.SingleAt(i)))];
        SampleFile.Write(doubles, ("x", new NpyArray(NpyType.Float64, x.Shape, wide)), ("y", NpyArray.Of([0, 1, 2, 1], 4)));
        var run = CommandLine.Run("simulate", output, "--train", doubles, "--steps", "5", "--json");
        Assert.Equal($"{output} : note TE0721: {doubles}: x is float64 and was rounded to float32", Assert.Single(run.ErrorLines));
        Assert.Equal(Json("simulate", output, "--train", floats, "--steps", "5").GetProperty("weights_sha256").GetString(),
            JsonDocument.Parse(run.Output).RootElement.GetProperty("weights_sha256").GetString());
    }

    [Theory]
    [InlineData("65536", 65536)]
    [InlineData("65536B", 65536)]
    [InlineData("64K", 65536)]
    [InlineData("64k", 65536)]
    [InlineData("64KB", 65536)]
    [InlineData("64kB", 65536)]
    [InlineData("64KiB", 65536)]
    [InlineData("1M", 1 << 20)]
    [InlineData("1MB", 1 << 20)]
    [InlineData("1MiB", 1 << 20)]
    [InlineData("", null)]
    [InlineData("K", null)]
    [InlineData("0K", null)]
    [InlineData("64 K", null)]
    [InlineData("64Ki", null)]
    [InlineData("64KK", null)]
    [InlineData("64iB", null)]
    [InlineData("-64K", null)]
    [InlineData("1.5M", null)]
    [InlineData("64G", null)]
    [InlineData("64K\n", null)]
    public void Sizes_are_read_as_people_write_them(string text, int? bytes) => Assert.Equal(bytes, ByteSize.Parse(text));

    [Fact]
    public void File_whose_name_begins_with_an_at_sign_is_a_file()
    {
        string here = Directory.GetCurrentDirectory();
        File.Move(Model(), At("@model.onnx"));
        Directory.SetCurrentDirectory(folder.FullName);
        try
        {
            Well("inspect", "@model.onnx");
            Assert.Contains("@absent.onnx : error TE0101: ", Assert.Single(CommandLine.Run("inspect", "@absent.onnx").ErrorLines));
        }
        finally
        {
            Directory.SetCurrentDirectory(here);
        }
    }

    [Fact]
    public void Names_of_a_model_cannot_control_the_terminal()
    {
        const string Name = "a\u001b[31m\nerror:forged\r\u0085\u202e\u2028z";
        string Named(string op) => Model(new OnnxModel().Input("x", 1, 4).Node(op, "x", Name).Output(Name));
        string[] outputs =
        [
            Well("inspect", Named("Relu")).Output,
            CommandLine.Run("inspect", Named("Warp")).Errors,
            CommandLine.Run("inspect", Name).Errors,
            Well("compile", Named("Relu"), "--train", "none", "--stop-after", "import", "--print-after", "import").Output,
            CommandLine.Run("compile", Named("Relu"), "-o", At(Name), "--train", "none").Output,
            CommandLine.Run("compile", Named("Relu"), Name).Errors,
        ];
        Assert.All(outputs, text => Assert.DoesNotMatch(@"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202e]", text));
        Assert.All(outputs, text => Assert.DoesNotMatch("(?m)^error:forged", text));
        Assert.Contains(@"a\u{1B}[31m", outputs[0]);
    }

    [Theory]
    [InlineData("--batch-size 0", "TE0604: --batch-size: 0 is not a positive number")]
    [InlineData("--batch-size -3", "TE0604: --batch-size: -3 is not a positive number")]
    [InlineData("--batch-size 2", "TE0601: --batch-size above 1")]
    public void Batch_size_that_cannot_be_is_told_why(string options, string message) =>
        Assert.Contains(message, Assert.Single(CommandLine.Run(["simulate", At("out"), .. options.Split(' ')]).ErrorLines));

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("NaN")]
    public void Norm_is_above_0(string norm) =>
        Assert.Contains(
            "TE0304: --clip-norm: a norm is a finite number above 0",
            Assert.Single(CommandLine.Run("compile", Model(), "-o", At("out"), "--clip-norm", norm).ErrorLines)
        );

    [Fact]
    public void Doctor_fails_where_a_needed_tool_is_missing_or_broken()
    {
        string? path = Environment.GetEnvironmentVariable("PATH");
        try
        {
            Environment.SetEnvironmentVariable("PATH", folder.FullName);
            File.WriteAllText(At("gcc"), "not a program");
            var result = CommandLine.Run("doctor");
            Assert.Equal(1, result.Exit);
            Assert.StartsWith("broken   gcc", result.Output);
            Assert.Contains("missing  qemu-system-arm", result.Output);
            Assert.Equal(4, result.ErrorLines.Length); // the fifth is only of use
            Assert.All(result.ErrorLines, l => Assert.StartsWith("doctor : error TE0702: ", l));
            var json = CommandLine.Run("doctor", "--json");
            Assert.Equal(
                (1, "", 5),
                (json.Exit, json.Errors, JsonDocument.Parse(json.Output).RootElement.GetProperty("tools").GetArrayLength())
            );
        }
        finally
        {
            Environment.SetEnvironmentVariable("PATH", path);
        }
    }
}
