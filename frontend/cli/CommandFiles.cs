// The files that one command reads and writes, so that no output takes the place of an input, whatever both are called: by a link, by
// another spelling, by a second name. An output may replace an earlier output of its kind, and nothing else. All commands
// that write files say so here, before anything runs.

using System.CommandLine;
using TinyEngine.Compiler;
using TinyEngine.Data;
using TinyEngine.Experiments;
using TinyEngine.Ir;

namespace TinyEngine.Cli;

/// <summary>The files of one command.</summary>
internal sealed class CommandFiles
{
    private readonly List<(string Path, string Use)> inputs = [];
    private readonly List<(string Option, string Path, OutputKind? Kind)> outputs = [];

    /// <summary>A file or folder that an option names and the command reads; nothing where the option is not given.</summary>
    public CommandFiles Reads(Option<string?> option, ParseResult result)
    {
        if (result.GetValue(option) is { Length: > 0 } path)
        {
            inputs.Add((path, $"{option.Name} reads it"));
        }

        return this;
    }

    /// <summary>A file that the command reads.</summary>
    /// <param name="path">The file.</param>
    /// <param name="use">Its use, for the message.</param>
    public CommandFiles Reads(string path, string use)
    {
        inputs.Add((path, use));
        return this;
    }

    /// <summary>The files that compile wrote into a folder, which the command reads.</summary>
    public CommandFiles ReadsEmitted(string folder)
    {
        inputs.AddRange(EmittedIn(folder).Select(f => (f, "compile wrote it")));
        return this;
    }

    /// <summary>A file that an option names and the command writes; nothing where the option is not given.</summary>
    public CommandFiles Writes(Option<string?> option, ParseResult result, OutputKind kind)
    {
        if (result.GetValue(option) is { } path)
        {
            outputs.Add((option.Name, path, kind));
        }

        return this;
    }

    /// <summary>The files of an earlier compilation in a folder, which the command replaces.</summary>
    public CommandFiles ReplacesEmitted(Option option, string folder)
    {
        outputs.AddRange(EmittedIn(folder).Select(f => (option.Name, f, (OutputKind?)null)));
        return this;
    }

    /// <summary>The reasons why the command cannot write its outputs: TE0602 and TE0606.</summary>
    public IEnumerable<Diagnostic> Problems()
    {
        for (int i = 0; i < outputs.Count; i++)
        {
            var (option, path, kind) = outputs[i];
            var others = inputs.Concat(kind is null ? [] : outputs.Take(i).Select(o => (o.Path, $"{o.Option} writes it")));
            if (kind is not null && Unwritable(path) is { } reason)
            {
                yield return Diagnostics.CannotWrite.At(option, reason);
            }
            else if (others.Select(o => Clash(path, o.Item1, o.Item2)).FirstOrDefault(c => c is not null) is { } clash)
            {
                yield return Diagnostics.WouldOverwrite.At(option, path, clash);
            }
            else if (kind is not null && !kind.MayReplace(path))
            {
                yield return Diagnostics.WouldOverwrite.At(option, path, $"it is not {kind.Name}");
            }
        }
    }

    private static IEnumerable<string> EmittedIn(string folder) =>
        (OutputManifest.Read(folder)?.Files ?? []).Select(f => Path.Combine(folder, f));

    /// <summary>Why a file cannot be written, as far as its name tells.</summary>
    private static string? Unwritable(string file) =>
        file.Length == 0 ? "the file has no name"
        : Directory.Exists(file) ? $"{file} is a folder"
        : Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder && !Directory.Exists(folder) ? $"there is no folder {folder}"
        : null;

    /// <summary>The reason why a file must not be written because of another, or null.</summary>
    private static string? Clash(string output, string other, string use)
    {
        string written = RealPath(output, 0), kept = RealPath(other, 0);
        string below = Path.TrimEndingDirectorySeparator(kept) + Path.DirectorySeparatorChar;
        return written == kept ? use
            : Directory.Exists(kept) && written.StartsWith(below, StringComparison.Ordinal) ? $"it lies in {other}, and {use}"
            : File.Exists(written) && File.Exists(kept) && IsOneFile(written, kept) ? use
            : null;
    }

    /// <summary>The path without links.</summary>
    private static string RealPath(string path, int links)
    {
        const int MostLinks = 40; // beyond, they go in a circle
        string full = Path.GetFullPath(path), real = Path.GetPathRoot(full)!;
        foreach (string part in full[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            string next = Path.Combine(real, part);
            real = links < MostLinks && new FileInfo(next).LinkTarget is { } target ? RealPath(Path.Combine(real, target), ++links) : next;
        }

        return real;
    }

    /// <summary>Whether two names are of one file: while it is open under one name, an exclusive open under the other fails.</summary>
    private static bool IsOneFile(string a, string b)
    {
        try
        {
            using var shared = new FileStream(a, FileMode.Open, FileAccess.Read, FileShare.Read);
            using var alone = new FileStream(b, FileMode.Open, FileAccess.Read, FileShare.None);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false; // then neither can it be written, or read
        }
    }
}

/// <summary>A kind of output file.</summary>
/// <param name="Name">Its name in messages.</param>
/// <param name="Is">Whether a file that begins with these bytes is one.</param>
internal sealed record OutputKind(string Name, OutputKind.Recognizer Is)
{
    private const int HeadBytes = 64;

    /// <summary>Whether a file that begins with these bytes is of a kind.</summary>
    public delegate bool Recognizer(ReadOnlySpan<byte> head);

    /// <summary>An array for NumPy.</summary>
    public static readonly OutputKind Array = new("an .npy array", NpyArray.IsHead);

    /// <summary>Trained parameters.</summary>
    public static readonly OutputKind Weights = new("a weights file", WeightsFile.IsHead);

    /// <summary>A picture.</summary>
    public static readonly OutputKind Picture = new("a .png or .svg", PlotFile.IsHead);

    /// <summary>True for files that do not exist or are empty (so are devices and pipes), or are of this kind.</summary>
    public bool MayReplace(string path)
    {
        try
        {
            if (!File.Exists(path) || new FileInfo(path).Length == 0)
            {
                return true;
            }

            using var file = File.OpenRead(path);
            var head = new byte[HeadBytes];
            return Is(head.AsSpan(0, file.ReadAtLeast(head, HeadBytes, throwOnEndOfStream: false)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
