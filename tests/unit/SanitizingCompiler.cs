// A host compiler that adds strict warnings and the address and undefined-behaviour sanitizers to whatever it is asked: a script
// called gcc, for a separate search path. Its version differs, so no earlier build is taken for one of its own.

using TinyEngine.Device;

namespace TinyEngine.Tests;

/// <summary>The compiler, as long as the test lives.</summary>
internal sealed class SanitizingCompiler : IDisposable
{
    /// <summary>The flags under which everything emitted must compile.</summary>
    public const string Strict =
        "-std=c99 -Wall -Wextra -pedantic -Wconversion -Wundef -Wvla -Werror -ffp-contract=off -fno-strict-aliasing";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tinyengine-tools-");

    /// <summary>Writes the script.</summary>
    public SanitizingCompiler()
    {
        string gcc = Path.Combine(folder.FullName, "gcc");
        File.WriteAllText(
            gcc,
            $"#!/bin/sh\n[ \"$1\" = --version ] && echo sanitizing && exit\nexec {new Toolchain().HostCompiler.Require()} {Strict} "
                + "-fsanitize=address,undefined -fno-sanitize-recover=all \"$@\"\n"
        );
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(gcc, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }

    /// <summary>A toolchain that builds with it.</summary>
    public Toolchain Tools => new(folder.FullName);

    /// <inheritdoc/>
    public void Dispose() => folder.Delete(recursive: true);
}
