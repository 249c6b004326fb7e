// A C program that calls functions given as text, with kernels of the runtime beside them, on buffers that the test sends
// (native/driver.c). It is compiled under the strict warnings and the address and undefined-behaviour sanitizers.

using System.Diagnostics;
using System.Globalization;

namespace TinyEngine.Tests;

/// <summary>The program, running as long as the test lives.</summary>
internal sealed class NativeProgram : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("tinyengine-native-").FullName;
    private readonly Process process;
    private readonly Task<string> errors;

    /// <summary>Compiles and starts the program.</summary>
    /// <param name="functions">C definitions of <c>function_0</c>, <c>function_1</c> and so on, each taking <c>void **b</c>, its
    /// buffers.</param>
    /// <param name="kernels">Symbols of the kernels they call.</param>
    /// <param name="integerRequantize">Requantize as a core without a floating point unit does.</param>
    public NativeProgram(IReadOnlyList<string> functions, IEnumerable<string> kernels, bool integerRequantize)
    {
        foreach (var runtime in NativeKernels.Operators.Runtimes)
        {
            foreach (string path in runtime.Below("include/").Concat(runtime.Below("src/")))
            {
                File.WriteAllText(Path.Combine(folder, Path.GetFileName(path)), runtime.Read(path));
            }
        }

        string headers = string.Concat(
            NativeKernels.Operators.Runtimes.Select(r => $"#include \"{Path.GetFileName(r.Header)}\"\n")
        );
        string table = string.Join(", ", functions.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"function_{i}")));
        File.WriteAllText(
            Path.Combine(folder, "functions.h"),
            $"#include <math.h>\n{headers}#include \"te_update.h\"\n{string.Concat(functions)}static void (*const functions[])(void **b) "
                + $"= {{{table}}};\n"
        );
        File.Copy(Path.Combine(SharedModels.Root, "tests", "unit", "native", "driver.c"), Path.Combine(folder, "driver.c"));
        string sources = string.Concat(NativeKernels.SourcesOf(kernels).Select(file => $" {file}"));
        using (
            var compiler = Start(
                "gcc",
                $"{SanitizingCompiler.Strict} -O1 -fsanitize=address,undefined -fno-sanitize-recover=all "
                    + $"-DTE_REQUANTIZE_INTEGER={(integerRequantize ? 1 : 0)} -o driver driver.c{sources}"
            )
        )
        {
            string messages = compiler.StandardError.ReadToEnd();
            compiler.WaitForExit();
            Assert.True(compiler.ExitCode == 0, messages);
        }

        process = Start(Path.Combine(folder, "driver"), "");
        errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Calls a function and returns its buffers after the call; null is NULL.</summary>
    public byte[]?[] Call(int function, IReadOnlyList<byte[]?> buffers)
    {
        try
        {
            using var message = new MemoryStream();
            using var writer = new BinaryWriter(message);
            writer.Write(function);
            writer.Write(buffers.Count);
            foreach (byte[]? buffer in buffers)
            {
                writer.Write(buffer?.Length ?? -1);
                writer.Write(buffer ?? []);
            }

            message.WriteTo(process.StandardInput.BaseStream);
            process.StandardInput.BaseStream.Flush();
            return [.. buffers.Select(b => b is null ? null : Take(b.Length))];
        }
        catch (IOException)
        {
            process.WaitForExit();
            Assert.Fail($"function {function} ended the program with {process.ExitCode}: {errors.Result}");
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private byte[] Take(int length)
    {
        var bytes = new byte[length];
        process.StandardOutput.BaseStream.ReadExactly(bytes);
        return bytes;
    }

    private Process Start(string program, string arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        WorkingDirectory = folder,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;
}
