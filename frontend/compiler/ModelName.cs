// The identifier of a model: it names functions, macros, files, a CMake target. Any C identifier will do unless it belongs to
// somebody else: NAME.h must not hide a header, because the compiler would find NAME.h first, and NAME_init must not be a function of
// the C library.

namespace TinyEngine.Compiler;

/// <summary>Names of models.</summary>
public static class ModelName
{
    /// <summary>The longest name.</summary>
    public const int Longest = 64;

    private const string Prefix = "model_", Suffix = "_net";

    // Headers of C, POSIX, newlib, glibc and the compilers, without their extension.
    private static readonly HashSet<string> Headers = Words("""
        assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign stdarg stdatomic stdbit stdbool
        stdckdint stddef stdint stdio stdlib stdnoreturn string tgmath threads time uchar wchar wctype
        aio cpio dirent dlfcn fcntl fmtmsg fnmatch ftw glob grp iconv langinfo libgen libintl memory monetary mqueue ndbm netdb nl_types poll
        pthread pwd regex sched search semaphore spawn strings syslog tar termios ucontext ulimit unistd utime utmpx wait wordexp
        _ansi _newlib_version _syslist alloca ar argp argz byteswap devctl elf endian envlock envz err error execinfo fastmath features fstab
        fts gcov getopt gshadow ieeefp ifaddrs link malloc mcheck mntent newlib nss obstack omp openacc paths printf quadmath reent regdef
        regexp resolv shadow stdfix stdio_ext syscall sysexits syslimits termio unctrl unwind utmp values varargs cpuid x86gprintrin
        """);

    // Prefixes of families of headers.
    private static readonly string[] HeaderFamilies = ["arm_", "cmsis_", "core_cm"];

    // X_init is a function of the C library.
    private static readonly HashSet<string> LibraryTypes = Words(
        "aio cnd fanotify inotify mtx sem pthread_attr pthread_cond pthread_mutex pthread_rwlock pthread_spin"
    );

    // CMake has targets of these names.
    private static readonly HashSet<string> BuildTargets = Words(
        "all clean help install package package_source test edit_cache rebuild_cache list_install_components"
    );

    // Windows has no files of these names, whatever their extension.
    private static readonly HashSet<string> Devices = Words(
        "con prn aux nul com1 com2 com3 com4 com5 com6 com7 com8 com9 lpt1 lpt2 lpt3 lpt4 lpt5 lpt6 lpt7 lpt8 lpt9"
    );

    /// <summary>True for C identifiers that are short enough.</summary>
    public static bool IsIdentifier(string name) =>
        name.Length is > 0 and <= Longest && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    /// <summary>Why an identifier cannot name a model, or null. Case does not matter, since it does not to some file systems.</summary>
    public static string? Objection(string name)
    {
        string lower = name.ToLowerInvariant();
        return lower.StartsWith("te_", StringComparison.Ordinal) ? "names that begin with te_ are those of the runtime"
            : Headers.Contains(lower)
            || lower.EndsWith("intrin", StringComparison.Ordinal)
            || HeaderFamilies.Any(f => lower.StartsWith(f, StringComparison.Ordinal))
                ? $"{name}.h would hide a header of the compiler or its libraries"
            : LibraryTypes.Contains(lower) ? $"{name}_init is a function of the C library"
            : BuildTargets.Contains(lower) ? "CMake has a target of that name"
            : Devices.Contains(lower) ? "Windows has a device of that name"
            : lower == "main" ? "main.c and main.h are the program's own"
            : null;
    }

    /// <summary>
    /// The name of a file's model: letters, digits and underscores, not starting with a digit and not of underscores alone; with a suffix
    /// if it would be somebody else's.
    /// </summary>
    public static string OfFile(string fileName)
    {
        string stem = Path.GetFileNameWithoutExtension(fileName);
        string id = new([.. stem.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '_')]);
        // Macros of a model called _ would begin with two underscores, which C reserves.
        id = id.Trim('_').Length == 0 || char.IsAsciiDigit(id[0]) ? Prefix + id : id;
        id = id.Length <= Longest ? id : id[..Longest];
        return Objection(id) is null ? id
            : Objection(id + Suffix) is null ? id + Suffix
            : Prefix + id[..Math.Min(id.Length, Longest - Prefix.Length)];
    }

    private static HashSet<string> Words(string text) => [.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)];
}
