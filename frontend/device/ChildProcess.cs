// Runs an external program to its end, within a time limit. Invariant: when the call returns or throws, the program has
// ended, with its children.

using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using TinyEngine.Ir;

namespace TinyEngine.Device;

/// <summary>The outcome of a program: exit code and the text of both output streams, in order of arrival.</summary>
internal sealed record ChildOutput(int ExitCode, string Text);

/// <summary>An external program that is run to its end.</summary>
internal static class ChildProcess
{
    private const int LongestText = 1 << 20;

    private static readonly string[] TemporaryFolders = ["TMPDIR", "TMP", "TEMP"];

    /// <summary>Runs a program.</summary>
    /// <param name="program">Its path.</param>
    /// <param name="arguments">Its arguments, unquoted.</param>
    /// <param name="folder">Its current folder, where it also keeps its temporary files; or null for ours.</param>
    /// <param name="limit">After this time it is ended.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="DiagnosticException">TE0706: it cannot be started; TE0707: time limit.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static async Task<ChildOutput> RunAsync(
        string program,
        IEnumerable<string> arguments,
        string? folder,
        TimeSpan limit,
        CancellationToken cancellation
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        start.WorkingDirectory = folder ?? "";
        start.Environment["LC_ALL"] = "C"; // the linker's messages are recognized in English
        foreach (string variable in folder is null ? [] : TemporaryFolders)
        {
            start.Environment[variable] = folder; // a compiler that is ended leaves its temporary files where the caller removes them
        }

        var text = new StringBuilder();
        void Append(object sender, DataReceivedEventArgs line)
        {
            lock (text)
            {
                if (line.Data is not null && text.Length < LongestText)
                {
                    text.Append(line.Data).Append('\n');
                }
            }
        }

        cancellation.ThrowIfCancellationRequested();
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += Append;
        process.ErrorDataReceived += Append;
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            throw DeviceDiagnostics.RunFailed.Failure($"cannot start {Path.GetFileName(program)}: {e.Message}");
        }

        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timer.CancelAfter(limit);
        try
        {
            process.StandardInput.Close();
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            await process.WaitForExitAsync(timer.Token);
        }
        catch (OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            throw DeviceDiagnostics.TimeLimit.Failure($"{Path.GetFileName(program)} was ended after {limit.TotalSeconds:0} s");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None); // and until no descendant holds its output open
            }
        }

        lock (text)
        {
            return new ChildOutput(process.ExitCode, text.ToString());
        }
    }
}
