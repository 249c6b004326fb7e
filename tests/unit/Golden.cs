// Golden text: what a program prints, kept in files that a reviewer reads as a diff.

using System.Runtime.CompilerServices;

namespace TinyEngine.Tests;

/// <summary>Compares texts with files. TINYENGINE_UPDATE_GOLDEN=1 writes the files anew.</summary>
internal static class Golden
{
    /// <summary>Fails unless a file holds this text.</summary>
    public static void Equal(string path, string text)
    {
        if (Environment.GetEnvironmentVariable("TINYENGINE_UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }

        Assert.Equal(File.Exists(path) ? File.ReadAllText(path) : "", text);
    }

    /// <summary>A file in the folder <c>golden</c> beside the source of the test.</summary>
    public static string Beside(string name, [CallerFilePath] string source = "") =>
        Path.Combine(Path.GetDirectoryName(source)!, "golden", name);
}
