// Kernels for some cores against their references over random shapes, on a core that they are for. The programs are those of
// tests/kernels-c/dsp, whose script runs each of them on any of the cores.

using System.Text.RegularExpressions;
using TinyEngine.Tests;

namespace TinyEngine.Device.Tests;

public sealed partial class KernelShapesTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tinyengine-shapes-");

    public void Dispose() => folder.Delete(recursive: true);

    [ArmTheory]
    [InlineData("test_kernels.c", "m4")]
    [InlineData("test_f32.c", "m33")]
    [InlineData("test_training.c", "m7")]
    public async Task No_shape_differs(string program, string core)
    {
        string script = Path.Combine(SharedModels.Root, "tests", "kernels-c", "dsp", "run.sh");
        var run = await ChildProcess.RunAsync("env", [$"TMPDIR={folder.FullName}", "sh", script, core, program], null, Limit, default);
        Assert.True(run.ExitCode == 0, run.Text);
        var counts = Counts().Matches(run.Text);
        Assert.NotEmpty(counts);
        Assert.All(counts, m => Assert.Equal("0", m.Groups[1].Value));
    }

    [GeneratedRegex(@": (\d+) of \d+ .*differ")]
    private static partial Regex Counts();
}
