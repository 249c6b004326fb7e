// Writes emitted files so that a folder is never half-written: everything goes to a new folder beside the target, which then
// takes the target's place. A folder that was not emitted by the compiler is not replaced.

using TinyEngine.Codegen.C;
using TinyEngine.Ir;

namespace TinyEngine.Compiler;

/// <summary>Writes a compilation to disk.</summary>
public static class OutputFolder
{
    /// <summary>Writes the files to <paramref name="folder"/>, replacing what an earlier compilation left there.</summary>
    /// <exception cref="DiagnosticException">TE0602: the folder cannot be written or holds other things.</exception>
    public static void Write(IReadOnlyList<EmittedFile> files, string folder)
    {
        if (folder.Length == 0)
        {
            throw new DiagnosticException(Diagnostics.CannotWrite.At("", "the folder has no name"));
        }

        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any() && !File.Exists(Path.Combine(folder, "plan.json"))))
        {
            throw new DiagnosticException(Diagnostics.CannotWrite.At(folder, "it exists and was not emitted by compile"));
        }

        string fresh = $"{folder}.{Environment.ProcessId}.new";
        try
        {
            foreach (var file in files)
            {
                string path = Path.Combine(fresh, file.Path);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllText(path, file.Content);
            }

            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }

            Directory.Move(fresh, folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException(Diagnostics.CannotWrite.At(folder, e.Message));
        }
        finally
        {
            if (Directory.Exists(fresh))
            {
                Directory.Delete(fresh, recursive: true);
            }
        }
    }
}
