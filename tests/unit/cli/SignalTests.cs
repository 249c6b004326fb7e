// A signal to the command alone, as a build server sends it: children end with it, scratch folders go, and the exit code says so.

using System.Diagnostics;
using TinyEngine.Compiler;
using TinyEngine.Tests.Codegen;
using TinyEngine.Tests.Models;

namespace TinyEngine.Tests.Cli;

[Collection("console")]
public sealed class SignalTests : IDisposable
{
    private const string Mark = "TINYENGINE_TEST_MARK";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tinyengine-signals-");
    private readonly string emitted, data, model;

    public SignalTests()
    {
        (model, emitted, data) = (At("model.onnx"), At("out"), At("data.npz"));
        File.WriteAllBytes(model, OnnxModel.Classifier().Bytes);
        SampleFile.Write(data);
        Assert.Equal(0, CommandLine.Run("compile", model, "-o", emitted).Exit);
    }

    public void Dispose() => folder.Delete(recursive: true);

    private string At(string name) => Path.Combine(folder.FullName, name);

    /// <summary>Names of the living processes that inherited the mark of a command: the command and all its descendants.</summary>
    private static List<string> Marked(string mark)
    {
        var names = new List<string>();
        foreach (string process in Directory.EnumerateDirectories("/proc").Where(d => int.TryParse(Path.GetFileName(d), out _)))
        {
            try
            {
                bool isDead = File.ReadAllText(Path.Combine(process, "stat")).Split(") ")[^1][0] is 'Z' or 'X'; // not collected yet
                if (!isDead && File.ReadAllText(Path.Combine(process, "environ")).Contains($"{Mark}={mark}", StringComparison.Ordinal))
                {
                    names.Add(File.ReadAllText(Path.Combine(process, "comm")).Trim());
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It has ended, or is somebody else's.
            }
        }

        return names;
    }

    private static Process Start(string scratch, string mark, params string[] command)
    {
        Directory.CreateDirectory(scratch);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "tinyengine.dll"), .. command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        (start.Environment["TMPDIR"], start.Environment[Mark]) = (scratch, mark);
        return Process.Start(start)!;
    }

    private static void Kill(string signal, Process process)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process.Id.ToString()]);
        kill.WaitForExit();
    }

    /// <summary>Starts a command, waits until something of it can be seen, sends a signal and looks at what is left.</summary>
    private void Interrupt(string signal, int exit, int delay, string child, params string[] command)
    {
        string mark = Guid.NewGuid().ToString("N"), scratch = At("scratch");
        using var process = Start(scratch, mark, command);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        var deadline = Stopwatch.StartNew();
        while (
            !process.HasExited
            && deadline.Elapsed < TimeSpan.FromSeconds(60)
            && !Marked(mark).Exists(n => n.StartsWith(child, StringComparison.Ordinal))
        )
        {
            Thread.Sleep(5);
        }

        Thread.Sleep(delay);
        if (process.HasExited)
        {
            Assert.Fail($"the command ended before the signal, looking for {child}: {errors.Result}{output.Result}");
        }

        Kill(signal, process);
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(30)), $"SIG{signal} to {command[0]}");
        Assert.Equal([], Marked(mark));
        Assert.Equal([], Directory.EnumerateFileSystemEntries(scratch));
        Assert.Equal(exit, process.ExitCode);
        Assert.Equal($"{command[1]} : error TE0607: ended by SIG{signal}; no result was written\n", errors.Result);
        Assert.Equal(
            [],
            Directory.Exists(Path.Combine(emitted, "build")) ? Directory.EnumerateDirectories(Path.Combine(emitted, "build"), "*.new") : []
        );
    }

    [CompilerFact("gcc")]
    public void Simulate_ends_its_compiler_and_its_program()
    {
        string[] command = ["simulate", emitted, "--train", data, "--epochs", "400000", "--lr", "0", "--weights-out", At("w.bin")];
        Interrupt("INT", 130, 0, "gcc", command);
        Interrupt("TERM", 143, 30, "cc1", command);
        Assert.Equal(0, CommandLine.Run("simulate", emitted).Exit); // builds the program
        Interrupt("INT", 130, 0, "model", command);
        Interrupt("TERM", 143, 100, "model", command);
        Interrupt("HUP", 129, 20, "model", command);
        Assert.False(File.Exists(At("w.bin")));
    }

    [CompilerFact("arm-none-eabi-gcc", "qemu-system-arm")]
    public void Emulate_ends_its_compiler_and_the_emulator()
    {
        string[] command = ["emulate", emitted, "--train", data, "--epochs", "400000", "--lr", "0"];
        Interrupt("INT", 130, 20, "arm-none-eabi-g", command);
        Interrupt("TERM", 143, 0, "cc1", command);
        Assert.Equal(0, CommandLine.Run("emulate", emitted).Exit);
        Interrupt("INT", 130, 0, "qemu-system-arm", command);
        Interrupt("TERM", 143, 50, "qemu-system-arm", command);
        Interrupt("QUIT", 131, 20, "qemu-system-arm", command);
    }

    [Fact]
    public void Compile_leaves_a_whole_folder_or_none()
    {
        string output = At("fresh");
        foreach (int delay in new[] { 150, 220, 300 })
        {
            using var process = Start(At("scratch"), "", "compile", model, "-o", output);
            Thread.Sleep(delay);
            Kill("TERM", process);
            process.WaitForExit();
            Assert.False(Directory.Exists(output) && OutputManifest.Read(output) is not { IsComplete: true });
            Assert.False(Directory.Exists(Path.Combine(output, ".compile.new")));
        }
    }
}
