// Writes emitted files into a folder that may hold others. Only what the last compilation listed in plan.json is replaced or
// removed. A link to a folder is written through.
//
// An interruption at any moment (a signal, a crash, a full disk) leaves one of three states, none of which a later command takes
// for the result of a compilation:
//   1. New files are written to a staging folder inside the output folder, which is the same file system. Until all of them lie
//      there nothing else changes; a full disk ends here, and a staging folder that was left is emptied by the next compilation.
//   2. plan.json is replaced by a list of all files, old and new, that says "incomplete". Then each file is renamed to its place,
//      and files of the last compilation that are not among the new ones are removed. Renaming takes no space on the disk. A command
//      that reads the folder now is told to compile again, and a compilation knows from the list which files it may replace.
//   3. The new plan.json takes its place last.
// Compilations into one folder run one after the other: each holds a lock file in the staging folder, which the system releases when the
// process ends.

using TinyEngine.Image;
using TinyEngine.Ir;

namespace TinyEngine.Compiler;

/// <summary>Writes a compilation to disk.</summary>
public static class OutputFolder
{
    private const string Staging = ".compile.new", Lock = "lock";
    private const int NamesShown = 4;

    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    /// <summary>Writes the files to <paramref name="folder"/>, replacing what an earlier compilation left there.</summary>
    /// <param name="files">The files of a compilation, plan.json with its list among them.</param>
    /// <param name="folder">The folder; made if it does not exist.</param>
    /// <exception cref="DiagnosticException">TE0602: the folder cannot be written, or holds other things where the files must
    /// go.</exception>
    public static void Write(IReadOnlyList<EmittedFile> files, string folder)
    {
        if (folder.Length == 0)
        {
            throw Refusal("", "the folder has no name");
        }

        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        bool exists = Directory.Exists(folder);
        if (!exists && new FileInfo(folder).LinkTarget is { } target)
        {
            throw Refusal(folder, $"it is a link to {target}, which is not a folder");
        }

        if (!exists && File.Exists(folder))
        {
            throw Refusal(folder, "it is a file, not a folder");
        }

        try
        {
            Directory.CreateDirectory(folder);
            using (EnterStaging(folder))
            {
                Replace(files, Earlier(folder), folder);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refusal(folder, e.Message);
        }
        finally
        {
            RemoveIfEmpty(Path.Combine(folder, Staging));
            if (!exists)
            {
                RemoveIfEmpty(folder);
            }
        }
    }

    private static void Replace(IReadOnlyList<EmittedFile> files, IReadOnlyList<string> earlier, string folder)
    {
        RefuseObstacles(files, earlier, folder);
        string staging = Path.Combine(folder, Staging), plan = Path.Combine(folder, OutputManifest.Plan);
        void MoveIn(string path) => File.Move(Path.Combine(staging, path), Path.Combine(folder, path), overwrite: true);
        try
        {
            foreach (var file in files)
            {
                string path = Path.Combine(staging, file.Path);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllText(path, file.Content);
            }

            var list = files.Select(f => f.Path).ToHashSet();
            string incomplete = Path.Combine(staging, "incomplete.json");
            File.WriteAllText(incomplete, OutputManifest.IncompleteText(list.Union(earlier).Order(StringComparer.Ordinal)));
            File.Move(incomplete, plan, overwrite: true);
            foreach (string path in list.Where(p => p != OutputManifest.Plan))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, path))!);
                MoveIn(path);
            }

            foreach (string path in earlier.Where(p => !list.Contains(p)))
            {
                Remove(folder, path);
            }

            MoveIn(OutputManifest.Plan);
        }
        finally
        {
            Clear(staging);
        }
    }

    /// <summary>The files that the last compilation wrote; none if the folder is empty.</summary>
    private static IReadOnlyList<string> Earlier(string folder)
    {
        if (OutputManifest.Read(folder) is { } manifest)
        {
            return manifest.Files;
        }

        var entries = Directory.EnumerateFileSystemEntries(folder).Select(e => Path.GetFileName(e));
        string[] foreign = [.. entries.Where(n => n != Staging).Order(StringComparer.Ordinal)];
        return foreign.Length == 0 ? [] : throw Refusal(folder, foreign.Contains(OutputManifest.Plan)
            ? $"its {OutputManifest.Plan} was not written by compile, or is damaged; take another folder, or empty this one"
            : $"it holds files that compile did not write ({Names(foreign)}); take a new folder, or an empty one");
    }

    /// <summary>Diagnoses files that compile did not write and that stand where its files must go.</summary>
    private static void RefuseObstacles(IReadOnlyList<EmittedFile> files, IReadOnlyList<string> earlier, string folder)
    {
        var own = earlier.ToHashSet();
        bool Stands(string path) => Directory.Exists(At(path)) || (!own.Contains(path) && File.Exists(At(path)));
        string At(string path) => Path.Combine(folder, path);
        var parents = files.Select(f => Path.GetDirectoryName(f.Path)!).Where(d => d.Length > 0).Distinct();
        string[] obstacles = [.. parents.Where(d => File.Exists(At(d))), .. files.Select(f => f.Path).Where(Stands)];
        if (obstacles.Length > 0)
        {
            throw Refusal(
                folder,
                $"compile must write {Names(obstacles)}, but what stands there is not from compile; move it away, or take another folder"
            );
        }
    }

    /// <summary>Waits until no other compilation writes to the folder; leftovers of a killed one are removed.</summary>
    private static FileStream EnterStaging(string folder)
    {
        string staging = Path.Combine(folder, Staging);
        var deadline = DateTime.UtcNow + LongestWait;
        while (true)
        {
            try
            {
                Directory.CreateDirectory(staging);
                var held = new FileStream(
                    Path.Combine(staging, Lock), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
                Clear(staging);
                return held;
            }
            catch (IOException e) when ((IsRemoved(e) || IsSharingViolation(e)) && DateTime.UtcNow < deadline)
            {
                Thread.Sleep(Poll);
            }
        }
    }

    /// <summary>True where another compilation removed the staging folder while the lock was opened. It is the file that is missing
    /// where a third one has made the folder again by the time that the error is worded.</summary>
    private static bool IsRemoved(IOException e) => e is DirectoryNotFoundException or FileNotFoundException;

    /// <summary>True where another process has the file open for itself: EWOULDBLOCK of Linux or macOS, ERROR_SHARING_VIOLATION.</summary>
    private static bool IsSharingViolation(IOException e) =>
        OperatingSystem.IsWindows() ? (e.HResult & 0xFFFF) == 32 : e.HResult is 11 or 35;

    /// <summary>Empties the staging folder, except for the lock.</summary>
    private static void Clear(string staging)
    {
        foreach (string entry in Directory.EnumerateFileSystemEntries(staging).Where(e => Path.GetFileName(e) != Lock))
        {
            if (Directory.Exists(entry) && new DirectoryInfo(entry).LinkTarget is null)
            {
                Directory.Delete(entry, recursive: true);
            }
            else
            {
                File.Delete(entry);
            }
        }
    }

    /// <summary>Removes a file of the last compilation, and the folders below the output folder that this empties.</summary>
    private static void Remove(string folder, string path)
    {
        string file = Path.Combine(folder, path);
        if (File.Exists(file))
        {
            File.Delete(file);
        }

        for (string parent = Path.GetDirectoryName(file)!; parent.Length > folder.Length; parent = Path.GetDirectoryName(parent)!)
        {
            RemoveIfEmpty(parent);
        }
    }

    private static void RemoveIfEmpty(string folder)
    {
        try
        {
            if (new DirectoryInfo(folder) is { Exists: true, LinkTarget: null } && !Directory.EnumerateFileSystemEntries(folder).Any())
            {
                Directory.Delete(folder);
            }
        }
        catch (IOException)
        {
            // Another compilation has begun there.
        }
    }

    private static string Names(IReadOnlyCollection<string> names) =>
        string.Join(", ", names.Take(NamesShown)) + (names.Count > NamesShown ? $" and {names.Count - NamesShown} more" : "");

    private static DiagnosticException Refusal(string folder, string why) => new(Diagnostics.CannotWrite.At(folder, why));
}
