// The cache of builds never keeps anything empty, damaged or from a compiler that wrote nothing, whatever happened before.

using System.Runtime.Versioning;
using TinyEngine.Ir;

namespace TinyEngine.Device.Tests;

[SupportedOSPlatform("linux")]
public sealed class BuildCacheTests : IDisposable
{
    private readonly EmittedModel model = new();
    private readonly DirectoryInfo tools = Directory.CreateTempSubdirectory("tinyengine-test-");

    public void Dispose()
    {
        model.Dispose();
        tools.Delete(recursive: true);
    }

    private string Cache => Path.Combine(model.Path, "build");

    /// <summary>A gcc that tells the version of the real one and then runs this.</summary>
    private Toolchain Compiler(string script)
    {
        string gcc = Path.Combine(tools.FullName, "gcc");
        File.WriteAllText(gcc, $"#!/bin/sh\n[ \"$1\" = --version ] && exec {model.Tools.HostCompiler.Path} --version\n{script}\n");
        File.SetUnixFileMode(gcc, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return new Toolchain(tools.FullName);
    }

    private Task<string> BuildAsync(Toolchain? toolchain = null) =>
        Task.Run(async () => (await HostBuild.RunAsync(model.Path, toolchain ?? model.Tools)).Path);

    [Theory]
    [InlineData("exit 0", "is not there")]
    [InlineData(": > model", "is empty")]
    [InlineData("echo no program > model", "does not start")]
    [InlineData("echo no program > model; chmod +x model", "does not start")]
    [InlineData("echo 'exit 0' > model; chmod +x model", "does not start")]
    [InlineData("head -c 4000 /proc/self/exe > model; chmod +x model", "does not start")]
    public async Task Compiler_that_writes_no_program_is_diagnosed_and_leaves_nothing(string script, string what)
    {
        var error = await Assert.ThrowsAsync<DiagnosticException>(() => BuildAsync(Compiler(script)));
        Assert.Equal(DeviceDiagnostics.BuildFailed.Code, error.Code);
        Assert.Contains(what, error.Message);
        Assert.False(Directory.Exists(Cache));
        Assert.True(File.Exists(await BuildAsync()));
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("cut")]
    [InlineData("changed")]
    [InlineData("not executable")]
    [InlineData("gone")]
    [InlineData("without its hash")]
    public async Task Damaged_build_is_built_anew(string damage)
    {
        string program = await BuildAsync();
        byte[] sound = File.ReadAllBytes(program);
        switch (damage)
        {
            case "empty": File.WriteAllBytes(program, []); break;
            case "cut": File.WriteAllBytes(program, sound[..(sound.Length / 2)]); break;
            case "changed": File.WriteAllBytes(program, [.. sound[..^100], (byte)~sound[^100], .. sound[^99..]]); break;
            case "not executable": File.SetUnixFileMode(program, UnixFileMode.UserRead); break;
            case "gone": File.Delete(program); break;
            default: File.Delete(program + ".sha256"); break;
        }

        Assert.Equal(program, await BuildAsync());
        Assert.Equal(sound, File.ReadAllBytes(program));
        Assert.True(File.GetUnixFileMode(program).HasFlag(UnixFileMode.UserExecute));
    }

    [Fact]
    public async Task Build_at_the_same_time_is_shared()
    {
        string[] programs = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => BuildAsync()));
        Assert.Single(programs.Distinct());
        Assert.Single(Directory.EnumerateFileSystemEntries(Cache));
    }

    [ArmFact]
    public async Task Damaged_firmware_is_built_anew()
    {
        string elf = (await model.FirmwareAsync("cortex-m7")).Path;
        byte[] sound = File.ReadAllBytes(elf);
        File.WriteAllBytes(elf, sound[..^200]);
        Assert.Equal(elf, (await model.FirmwareAsync("cortex-m7")).Path);
        Assert.Equal(sound, File.ReadAllBytes(elf));
    }

    [Fact]
    public async Task Compilation_that_was_interrupted_is_not_built()
    {
        string plan = Path.Combine(model.Path, "plan.json");
        File.WriteAllText(plan, File.ReadAllText(plan).Replace("{", "{\"incomplete\": true, "));
        Assert.Equal(DeviceDiagnostics.BuildFailed.Code, (await Assert.ThrowsAsync<DiagnosticException>(() => BuildAsync())).Code);
    }
}
