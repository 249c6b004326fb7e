// No output takes the place of an input, whatever both are called, or of anything but an earlier output of its kind.

using TinyEngine.Tests.Models;

namespace TinyEngine.Tests.Cli;

[Collection("console")]
public sealed class OverwriteTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tinyengine-cli-");
    private readonly string model, emitted, data;

    public OverwriteTests()
    {
        (model, emitted, data) = (At("model.onnx"), At("out"), At("data.npz"));
        File.WriteAllBytes(model, OnnxModel.Classifier().Bytes);
        SampleFile.Write(data);
        Assert.Equal(0, CommandLine.Run("compile", model, "-o", emitted).Exit);
        Assert.Equal(0, CommandLine.Run("simulate", emitted, "--weights-out", At("w.bin")).Exit);
        File.Copy(At("w.bin"), At("in.bin"));
        File.WriteAllText(At("notes.txt"), "mine");
        Directory.CreateDirectory(At("sub"));
        File.CreateSymbolicLink(At("link.npz"), data);
        File.CreateSymbolicLink(At("sub/second.npz"), "../link.npz");
        Directory.CreateSymbolicLink(At("linked"), emitted);
    }

    public void Dispose() => folder.Delete(recursive: true);

    private string At(string name) => Path.Combine(folder.FullName, name);

    private Dictionary<string, byte[]> Contents() =>
        Directory.EnumerateFiles(folder.FullName, "*", SearchOption.AllDirectories).ToDictionary(f => f, File.ReadAllBytes);

    private string Refused(string option, string file, params string[] command)
    {
        var before = Contents();
        var result = CommandLine.Run([.. command, option, file]);
        Assert.Equal(1, result.Exit);
        var after = Contents();
        Assert.Equal(before.Keys.Order(), after.Keys.Order());
        Assert.All(before, f => Assert.Equal(f.Value, after[f.Key]));
        string line = Assert.Single(result.ErrorLines);
        Assert.Contains($" : error TE0606: {option}: would overwrite {file}: ", line);
        return line;
    }

    [Theory]
    [InlineData("data.npz", "--train reads it")]
    [InlineData("sub/../data.npz", "--train reads it")]
    [InlineData("link.npz", "--train reads it")]
    [InlineData("sub/second.npz", "--train reads it")]
    [InlineData("test.npz", "--test reads it")]
    [InlineData("in.bin", "--weights-in reads it")]
    [InlineData("out/plan.json", "compile wrote it")]
    [InlineData("linked/firmware/startup.c", "compile wrote it")]
    [InlineData("model.onnx", "it is not")]
    [InlineData("notes.txt", "it is not")]
    public void Output_over_an_input_is_refused_before_anything_runs(string file, string why)
    {
        File.Copy(data, At("test.npz"));
        string[] run = ["simulate", emitted, "--train", data, "--test", At("test.npz"), "--weights-in", At("in.bin"), "--steps", "2"];
        Assert.Contains(why, Refused("--predictions", At(file), run));
        Assert.Contains(why, Refused("--weights-out", At(file), run));
        Assert.Contains(why, Refused("--weights-out", At(file), ["emulate", .. run[1..]]));
    }

    [Fact]
    public void Second_name_of_a_file_is_that_file()
    {
        using var link = System.Diagnostics.Process.Start("ln", [data, At("twin.npz")]);
        link.WaitForExit();
        Assert.Contains(
            "--train reads it",
            Refused("--predictions", At("twin.npz"), "simulate", emitted, "--train", data, "--test", data, "--steps", "2")
        );
    }

    [Fact]
    public void Picture_over_an_input_is_refused_in_every_command()
    {
        // A folder of samples is an input with all that lies in it: a picture there would become a sample.
        Directory.CreateDirectory(At("photos/a"));
        Assert.Contains(
            $"it lies in {At("photos")}, and --train reads it",
            Refused("--plot", At("photos/a/loss.png"), "simulate", emitted, "--train", At("photos"))
        );
        File.Copy(data, At("samples.png"));
        Assert.Contains(
            "--train reads it",
            Refused("--plot", At("samples.png"), "simulate", emitted, "--train", At("samples.png"), "--steps", "2")
        );
        File.Move(At("samples.png"), At("samples.svg"));
        Assert.Contains("it is not a .png or .svg", Refused("--plot", At("samples.svg"), "plan", emitted));
        Assert.Contains("compile wrote it", Refused("--plot", At("linked/report.html"), "plan", emitted));
    }

    [Fact]
    public void Model_or_scheme_in_the_place_of_an_emitted_file_is_refused()
    {
        File.Copy(model, At("out/report.html"), overwrite: true);
        var result = CommandLine.Run("compile", At("linked/report.html"), "-o", emitted, "--name", "m");
        Assert.Contains(
            $"TE0606: -o: would overwrite {Path.Combine(emitted, "report.html")}: it is the model",
            Assert.Single(result.ErrorLines).Replace("--output", "-o")
        );
        Assert.Equal(File.ReadAllBytes(model), File.ReadAllBytes(At("out/report.html")));
    }

    [Fact]
    public void Two_outputs_are_two_files()
    {
        string both = At("both");
        var result = CommandLine.Run(
            "simulate",
            emitted,
            "--train",
            data,
            "--test",
            data,
            "--steps",
            "2",
            "--weights-out",
            both,
            "--predictions",
            both
        );
        Assert.Contains("TE0606: --predictions: would overwrite " + both + ": --weights-out writes it", Assert.Single(result.ErrorLines));
        Assert.False(File.Exists(both));
    }

    [Fact]
    public void Output_replaces_an_earlier_one_of_its_kind_and_empty_files()
    {
        File.WriteAllBytes(At("empty.npy"), []);
        string[] run =
        [
            "simulate",
            emitted,
            "--train",
            data,
            "--test",
            data,
            "--steps",
            "2",
            "--weights-out",
            At("w.bin"),
            "--plot",
            At("l.png"),
        ];
        var first = CommandLine.Run([.. run, "--predictions", At("empty.npy")]);
        Assert.True(first.Exit == 0, first.Errors);
        byte[] weights = File.ReadAllBytes(At("w.bin"));
        var second = CommandLine.Run([.. run, "--predictions", At("empty.npy"), "--lr", "0.5"]);
        Assert.True(second.Exit == 0, second.Errors);
        Assert.NotEqual(weights, File.ReadAllBytes(At("w.bin")));
    }
}
