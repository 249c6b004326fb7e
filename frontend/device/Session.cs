// Executes a run: writes the files that runtime-c/port/te_run.h defines into a new temporary folder, runs the host twin or
// the emulator in it, and reads the results back. Invariant: the folder is gone and the program has ended when the call
// returns or throws.

using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using TinyEngine.Ir;

namespace TinyEngine.Device;

/// <summary>Runs built models.</summary>
/// <param name="toolchain">Where the emulator is.</param>
/// <param name="limit">The longest a run may take.</param>
public sealed class Session(Toolchain toolchain, TimeSpan limit)
{
    private const uint Magic = 0x4E554554;
    private const int Version = 1;
    private const int RecordBytes = 16;
    private const int StatsBytes = 40;
    private const int TrainResultBytes = 8;
    private const int FaultExit = 99;

    /// <summary>Exit code of a program that lacks a file of its run (te_run.h).</summary>
    internal const int NoFileExit = 3;

    private static readonly TimeSpan PollingInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Executes a run.</summary>
    /// <param name="program">The host twin or firmware.</param>
    /// <param name="request">What to do.</param>
    /// <param name="progress">Is told how many commands with a result are done, now and then.</param>
    /// <param name="cancellation">Ends the run.</param>
    /// <exception cref="DiagnosticException">TE0702, TE0705 to TE0707.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<RunResult> RunAsync(
        DeviceProgram program,
        RunRequest request,
        IProgress<int>? progress = null,
        CancellationToken cancellation = default
    )
    {
        if (request.Samples.Sum(s => (long)s.Length) > int.MaxValue)
        {
            throw DeviceDiagnostics.RunFailed.Failure("a run cannot use more than 2 GB of samples");
        }

        var folder = Directory.CreateTempSubdirectory("tinyengine-");
        try
        {
            WriteFiles(folder.FullName, request);
            var clock = Stopwatch.StartNew();
            var run = StartAsync(program, folder.FullName, cancellation);
            await ReportAsync(run, Path.Combine(folder.FullName, "results.bin"), request, progress);
            var output = await run;
            if (output.ExitCode != 0)
            {
                throw await DiagnoseAsync(program, output, cancellation);
            }

            return ReadResult(folder.FullName, program, request, clock.Elapsed);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DeviceDiagnostics.RunFailed.Failure($"temporary files: {e.Message}");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private Task<ChildOutput> StartAsync(DeviceProgram program, string folder, CancellationToken cancellation) =>
        program switch
        {
            Firmware firmware => ChildProcess.RunAsync(
                toolchain.Qemu.Require(),
                [
                    "-M",
                    firmware.Board.Machine,
                    "-display",
                    "none",
                    "-monitor",
                    "none",
                    "-serial",
                    "none",
                    "-semihosting-config",
                    "enable=on,target=native",
                    "-icount",
                    $"shift={Board.InstructionShift}",
                    "-kernel",
                    firmware.Path,
                ],
                folder,
                limit,
                cancellation
            ),
            _ => ChildProcess.RunAsync(program.Path, [], folder, limit, cancellation),
        };

    private static void WriteFiles(string folder, RunRequest request)
    {
        using (var samples = File.Create(Path.Combine(folder, "samples.bin")))
        {
            foreach (var block in request.Samples)
            {
                samples.Write(block.Span);
            }
        }

        if (request.Targets is { } targets)
        {
            File.WriteAllBytes(Path.Combine(folder, "targets.bin"), MemoryMarshal.AsBytes(targets.AsSpan()));
        }

        var records = new byte[(request.Commands.Count + 2) * RecordBytes]; // a header first, and an end of zeros
        WriteRecord(records, Magic, (int)request.Seed, Version, 0);
        for (int i = 0; i < request.Commands.Count; i++)
        {
            var command = request.Commands[i];
            WriteRecord(records.AsSpan((i + 1) * RecordBytes), (uint)command.Kind, command.Sample, command.Target, command.LearningRate);
        }

        File.WriteAllBytes(Path.Combine(folder, "run.bin"), records);
        if (request.WeightsIn is { } weights)
        {
            File.WriteAllBytes(Path.Combine(folder, "weights_in.bin"), weights);
        }
    }

    private static void WriteRecord(Span<byte> to, uint command, int sample, int target, float rate)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(to, command);
        BinaryPrimitives.WriteInt32LittleEndian(to[4..], sample);
        BinaryPrimitives.WriteInt32LittleEndian(to[8..], target);
        BinaryPrimitives.WriteSingleLittleEndian(to[12..], rate);
    }

    private static int ResultBytes(RunCommand command, RunRequest request) => command.Kind switch
    {
        RunCommandKind.Infer => request.OutputBytes,
        RunCommandKind.Train => TrainResultBytes,
        _ => 0,
    };

    // Progress is the length of the results, which grows with every command: no second channel is needed.
    private static async Task ReportAsync(Task run, string results, RunRequest request, IProgress<int>? progress)
    {
        long expected = 0;
        int done = 0;
        while (progress is not null && !run.IsCompleted)
        {
            await Task.WhenAny(run, Task.Delay(PollingInterval));
            long length = File.Exists(results) ? new FileInfo(results).Length : 0;
            while (done < request.Commands.Count && expected + ResultBytes(request.Commands[done], request) <= length)
            {
                expected += ResultBytes(request.Commands[done++], request);
            }

            progress.Report(done);
        }
    }

    private async Task<DiagnosticException> DiagnoseAsync(DeviceProgram program, ChildOutput output, CancellationToken cancellation)
    {
        if (output.ExitCode == FaultExit && program is Firmware firmware && Fault.Parse(output.Text) is { } fault)
        {
            string place =
                fault.ProgramCounter == 0
                    ? ""
                    : $", pc 0x{fault.ProgramCounter:x8}{await FunctionAsync(firmware, fault.ProgramCounter, cancellation)}";
            return DeviceDiagnostics.Fault.Failure($"{firmware.Board.Machine}: {fault.Description}{place}");
        }

        string reason = output.ExitCode switch
        {
            NoFileExit =>
                "a file of the run is missing, too short or cannot be written (are the model's input and output the expected ones?)",
            4 =>
                "the program does not know a command of the run: the model may have no training step, "
                    + "or the folder was emitted by another version",
            5 => "the model refused a call",
            _ => $"exit code {output.ExitCode}: {output.Text.Split('\n', 2)[0]}",
        };
        return DeviceDiagnostics.RunFailed.Failure($"{Path.GetFileName(program.Path)}: {reason}");
    }

    private async Task<string> FunctionAsync(Firmware firmware, uint address, CancellationToken cancellation)
    {
        if (toolchain.ArmAddressToLine.Path is not { } tool)
        {
            return "";
        }

        var output = await ChildProcess.RunAsync(tool, ["-f", "-e", firmware.Path, $"0x{address:x}"], null, limit, cancellation);
        string name = output.Text.Split('\n')[0].Trim();
        return output.ExitCode == 0 && !name.StartsWith('?') ? $" in {name}" : "";
    }

    private static RunResult ReadResult(string folder, DeviceProgram program, RunRequest request, TimeSpan elapsed)
    {
        byte[] results = File.ReadAllBytes(Path.Combine(folder, "results.bin"));
        byte[] stats = File.ReadAllBytes(Path.Combine(folder, "stats.bin"));
        if (stats.Length != StatsBytes || results.Length != request.Commands.Sum(c => (long)ResultBytes(c, request)))
        {
            throw DeviceDiagnostics.RunFailed.Failure("the results are incomplete");
        }

        var outputs = new List<ReadOnlyMemory<byte>>();
        var steps = new List<TrainResult>();
        int at = 0;
        foreach (var command in request.Commands)
        {
            int bytes = ResultBytes(command, request);
            if (command.Kind == RunCommandKind.Infer)
            {
                outputs.Add(results.AsMemory(at, bytes));
            }
            else if (command.Kind == RunCommandKind.Train)
            {
                steps.Add(
                    new TrainResult(
                        BinaryPrimitives.ReadSingleLittleEndian(results.AsSpan(at)),
                        BinaryPrimitives.ReadInt32LittleEndian(results.AsSpan(at + 4))
                    )
                );
            }

            at += bytes;
        }

        byte[] Optional(string name) => File.Exists(Path.Combine(folder, name)) ? File.ReadAllBytes(Path.Combine(folder, name)) : [];
        return new RunResult(outputs, steps, Optional("weights_out.bin"), CostOf(stats, program, request), elapsed)
        {
            Profile = Optional("profile.bin"),
        };
    }

    /// <summary>The cost of the calls of a run; null on the host, and for a kind of call that the run did not make.</summary>
    private static RunCost CostOf(ReadOnlySpan<byte> stats, DeviceProgram program, RunRequest request)
    {
        ulong infer = BinaryPrimitives.ReadUInt64LittleEndian(stats);
        ulong train = BinaryPrimitives.ReadUInt64LittleEndian(stats[8..]);
        ulong empty = BinaryPrimitives.ReadUInt64LittleEndian(stats[16..]);
        uint stack = Math.Max(BinaryPrimitives.ReadUInt32LittleEndian(stats[24..]), BinaryPrimitives.ReadUInt32LittleEndian(stats[28..]));
        uint state = BinaryPrimitives.ReadUInt32LittleEndian(stats[32..]);
        if (program is not Firmware { Board: var board })
        {
            return new RunCost(null, null, null, state);
        }

        bool Ran(RunCommandKind kind) => request.Commands.Any(c => c.Kind == kind);
        bool infers = Ran(RunCommandKind.Infer),
            trains = Ran(RunCommandKind.Train);
        return new RunCost(
            infers ? board.Instructions(infer, empty) : null,
            trains ? board.Instructions(train, empty) : null,
            infers || trains ? stack : null,
            state
        );
    }
}
