// Signals that end a command: INT, TERM, HUP and QUIT. Without a handler the process would end where it stands, and leave compilers,
// the emulator and scratch folders behind. With one, work that can be cancelled ends its children and removes its folders first.

using System.Runtime.InteropServices;

namespace TinyEngine.Cli;

/// <summary>The signals of one command.</summary>
internal sealed class Interruption : IDisposable
{
    private static readonly (PosixSignal Signal, string Name, int Number)[] Signals =
    [
        (PosixSignal.SIGHUP, "SIGHUP", 1),
        (PosixSignal.SIGINT, "SIGINT", 2),
        (PosixSignal.SIGQUIT, "SIGQUIT", 3),
        (PosixSignal.SIGTERM, "SIGTERM", 15),
    ];

    // Ending children and removing folders takes far less.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);

    private readonly CancellationTokenSource source = new();
    private readonly ManualResetEventSlim done = new();
    private readonly Lock gate = new();
    private readonly PosixSignalRegistration[] registrations;
    private bool isWatched, isDone, hasEnded;
    private int received = -1;

    /// <summary>Begins to handle signals.</summary>
    public Interruption() =>
        registrations = [.. Signals.Select((s, i) => PosixSignalRegistration.Create(s.Signal, context => Handle(context, i)))];

    /// <summary>Is called once with the name of the signal that ends the command.</summary>
    public Action<string> Ends { get; set; } = _ => { };

    /// <summary>True once a signal has come.</summary>
    public bool IsRequested => received >= 0;

    /// <summary>Is cancelled by a signal.</summary>
    public CancellationToken Token
    {
        get
        {
            lock (gate)
            {
                isWatched = true;
            }

            return source.Token;
        }
    }

    /// <summary>Says which signal ended the command; the exit code of a process that the signal ended, as shells count.</summary>
    public int End()
    {
        lock (gate)
        {
            if (!hasEnded)
            {
                hasEnded = true;
                Ends(Signals[received].Name);
            }
        }

        return 128 + Signals[received].Number;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            isDone = true;
        }

        done.Set();
        foreach (var registration in registrations)
        {
            registration.Dispose();
        }

        source.Dispose();
    }

    private void Handle(PosixSignalContext context, int signal)
    {
        context.Cancel = true; // the usual action ends the process on the spot
        bool waits;
        lock (gate)
        {
            if (isDone)
            {
                return;
            }

            received = received < 0 ? signal : received;
            waits = isWatched;
            if (waits)
            {
                _ = source.CancelAsync();
            }
        }

        if (!waits || !done.Wait(Grace))
        {
            Environment.Exit(End());
        }
    }
}
