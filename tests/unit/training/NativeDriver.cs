// The training kernels of the runtime in C, compiled once with the address and undefined-behaviour sanitizers into a program that
// runs kernels on buffers given to it (native/driver.c).

using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using TinyEngine.Ir;

namespace TinyEngine.Tests.Training;

/// <summary>One call of a kernel: its parameter struct and buffers, null for NULL.</summary>
internal sealed record NativeCall(string Symbol, IReadOnlyList<KernelField> Fields, IReadOnlyList<byte[]?> Buffers);

/// <summary>Compiles and runs the driver.</summary>
public sealed class NativeDriver : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("tinyengine-driver-").FullName;
    private readonly Lazy<string> program;

    /// <summary>A driver that is compiled when it is first needed.</summary>
    public NativeDriver() => program = new(Compile);

    /// <summary>The rows of kernels.def.</summary>
    public static KernelTable Kernels { get; } = KernelTable.Parse(File.ReadAllText(Path.Combine(Runtime(), "kernels.def")));

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>Runs the calls in one process and returns each one's buffers as they are afterwards.</summary>
    internal IReadOnlyList<byte[]?[]> Run(IReadOnlyList<NativeCall> calls)
    {
        using var process = Process.Start(new ProcessStartInfo(program.Value) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        using var output = new MemoryStream();
        var copy = process.StandardOutput.BaseStream.CopyToAsync(output);
        try
        {
            using var writer = new BinaryWriter(process.StandardInput.BaseStream);
            foreach (var call in calls)
            {
                Write(writer, call);
            }
        }
        catch (IOException)
        {
            // The driver ended early; its message and exit code follow.
        }

        process.WaitForExit();
        copy.Wait();
        Assert.True(process.ExitCode == 0, $"the driver ended with {process.ExitCode}: {errors.Result}");
        output.Position = 0;
        using var reader = new BinaryReader(output);
        return [.. calls.Select(c => c.Buffers.Select(b => b is null ? null : reader.ReadBytes(b.Length)).ToArray())];
    }

    private static void Write(BinaryWriter writer, NativeCall call)
    {
        writer.Write(call.Symbol.Length);
        writer.Write(Encoding.ASCII.GetBytes(call.Symbol));
        writer.Write(call.Fields.Count);
        foreach (var field in call.Fields)
        {
            writer.Write(field.IsFloat ? BitConverter.SingleToInt32Bits((float)field.Value) : (int)field.Value);
        }

        writer.Write(call.Buffers.Count);
        foreach (var buffer in call.Buffers)
        {
            writer.Write(buffer?.Length ?? -1);
            writer.Write(buffer ?? []);
        }
    }

    private string Compile()
    {
        string path = Path.Combine(folder, "driver"), source = Path.Combine(Here(), "native", "driver.c");
        string text = File.ReadAllText(source);
        var kernels = Directory.EnumerateFiles(Path.Combine(Runtime(), "src"), "*.c", SearchOption.AllDirectories)
            .Where(f => text.Contains($"CALL({Path.GetFileNameWithoutExtension(f)},", StringComparison.Ordinal));
        string[] arguments = ["-std=c99", "-O1", "-g", "-Wall", "-Wextra", "-Werror", "-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-ffp-contract=off",
            "-I", Path.Combine(Runtime(), "include"), "-o", path, source, .. kernels];
        using var process = Process.Start(new ProcessStartInfo("gcc", arguments) { RedirectStandardError = true })!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors);
        return path;
    }

    /// <summary>The folder runtime-c of the sources.</summary>
    internal static string Runtime() => Path.Combine(Here(), "..", "..", "..", "runtime-c");

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
