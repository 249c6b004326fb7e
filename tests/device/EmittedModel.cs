// The stand-in model in a folder of its own, built and run: what the tests of builds and runs share.

using System.Text.Json;

namespace TinyEngine.Device.Tests;

/// <summary>The behaviour of the stand-in besides inference; see model/fake.h.</summary>
public enum Mode : sbyte { Plain, StoreBelow, StoreAbove, StoreFlash, StackOverflow, Stack1024, Loop, Undefined, Forever, Refuse }

/// <summary>A model folder that is built once for all tests of a class.</summary>
public sealed class EmittedModel : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tinyengine-test-");

    public EmittedModel()
    {
        string source = System.IO.Path.Combine(AppContext.BaseDirectory, "model");
        foreach (string file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            string to = System.IO.Path.Combine(Path, System.IO.Path.GetRelativePath(source, file));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }

        var files = Directory
            .EnumerateFiles(Path, "*", SearchOption.AllDirectories)
            .Select(f => System.IO.Path.GetRelativePath(Path, f).Replace('\\', '/'));
        File.WriteAllText(System.IO.Path.Combine(Path, "plan.json"), JsonSerializer.Serialize(new { files = files.Append("plan.json") }));
    }

    public string Path => folder.FullName;

    public Toolchain Tools { get; } = new();

    public static RunRequest Request(params (sbyte X1, sbyte X2, Mode Mode)[] samples) => new(7,
        [samples.SelectMany(s => new[] { (byte)2, (byte)s.X1, (byte)s.X2, (byte)s.Mode }).ToArray()], 12,
        [.. samples.Select((_, i) => new RunCommand(RunCommandKind.Infer, i))]);

    public Task<Firmware> FirmwareAsync(string target, long sram = 65536) =>
        FirmwareBuild.RunAsync(Path, Board.Of(target), sram, 262144, Tools);

    public async Task<RunResult> RunAsync(string target, RunRequest request, long sram = 65536) =>
        await new Session(Tools, TimeSpan.FromSeconds(60)).RunAsync(
            target == "host" ? await HostBuild.RunAsync(Path, Tools) : await FirmwareAsync(target, sram),
            request
        );

    public void Dispose() => folder.Delete(recursive: true);
}
