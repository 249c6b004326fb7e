// Kernels for some cores against their references over random shapes, on a core that they are for. The programs are those of
// tests/kernels-c/dsp, whose script runs each of them on any of the cores.

using TinyEngine.Tests;

namespace TinyEngine.Device.Tests;

public sealed class KernelShapesTests(KernelShapesTests.Objects objects) : IClassFixture<KernelShapesTests.Objects>
{
    [ArmTheory]
    [InlineData("test_kernels.c", "m7")]
    [InlineData("test_f32.c", "m7")]
    [InlineData("test_gradient_f32.c", "m7")]
    [InlineData("test_training.c", "m7")]
    [InlineData("test_kernels.c", "m55")]
    [InlineData("test_training.c", "m55")]
    [InlineData("test_mve.c", "m55")]
    [InlineData("test_tile.c", "m0")]
    [InlineData("test_tile.c", "m3")]
    [InlineData("test_tile_b8.c", "m0")]
    [InlineData("test_tile_b8.c", "m3")]
    [InlineData("test_tile_b16.c", "m0")]
    [InlineData("test_tile_b16.c", "m3")]
    public void No_shape_differs(string program, string core)
    {
        string script = Path.Combine(SharedModels.Root, "tests", "kernels-c", "dsp", "run.sh");
        // The exit code counts, since a program may end before its last line. $0 is the folder.
        string command = $"TMPDIR=$0 sh '{script}' {core} {program} 2>&1 && echo passed";
        Assert.EndsWith("\npassed\n", RowProgram.Run(objects.Folder, "sh", "-c", command, objects.Folder), StringComparison.Ordinal);
    }

    /// <summary>The kernels of each core, compiled once for all its programs.</summary>
    public sealed class Objects : IDisposable
    {
        private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tinyengine-shapes-");

        public string Folder => folder.FullName;

        public void Dispose() => folder.Delete(recursive: true);
    }
}
