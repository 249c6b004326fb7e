// The C program of a sample, as its README says: the commands of the block that names main.c run in a new folder, with
// strict warnings and sanitizers beside, and what the program prints is the block that follows "prints". It does not run the
// emulated demos.

using System.Diagnostics;
using System.Text.RegularExpressions;
using TinyEngine.Tests.Codegen;

namespace TinyEngine.Tests.Samples;

public sealed partial class SampleProgramTests : IDisposable
{
    private const string Strict = "-Wall -Wextra -pedantic -Wconversion -Wvla -Werror -fsanitize=undefined,address";

    private readonly string folder = Directory.CreateTempSubdirectory("tinyengine").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [CompilerFact("gcc")]
    public void Program_of_keywords_prints_what_its_page_says() => Check("keywords");

    [CompilerFact("gcc")]
    public void Program_of_anomaly_prints_what_its_page_says() => Check("anomaly");

    [CompilerFact("gcc")]
    public void Program_of_image_transfer_prints_what_its_page_says() => Check("image-transfer");

    private void Check(string sample)
    {
        string page = File.ReadAllText(Path.Combine(SharedModels.Root, "samples", sample, "README.md"));
        var match = Program().Match(page);
        Assert.True(match.Success, $"the page of {sample} has no block with main.c and no block of what it prints");
        Assert.Equal(match.Groups["output"].Value, Run(match.Groups["commands"].Value.Replace("gcc -std=c99", $"gcc -std=c99 {Strict}")));
    }

    /// <summary>The output of the last command.</summary>
    private string Run(string commands)
    {
        Directory.CreateSymbolicLink(Path.Combine(folder, "samples"), Path.Combine(SharedModels.Root, "samples"));
        string script =
            "set -e\n" + commands.TrimEnd().Replace(
                "./tinyengine compile",
                $"dotnet '{Path.Combine(AppContext.BaseDirectory, "tinyengine.dll")}' compile --verbosity quiet"
            );
        using var shell = Process.Start(
            new ProcessStartInfo("sh", ["-c", script])
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var errors = shell.StandardError.ReadToEndAsync();
        string output = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        Assert.True(shell.ExitCode == 0, $"{script}\n{errors.Result}\n{output}");
        return output;
    }

    [GeneratedRegex("^```sh\n(?<commands>[^`]*/main\\.c[^`]*)```\n\nprints\n\n```\n(?<output>[^`]*)```$", RegexOptions.Multiline)]
    private static partial Regex Program();
}
