// A built program that executes a run: the host twin or firmware for a board.

namespace TinyEngine.Device;

/// <summary>An executable model.</summary>
/// <param name="Path">The executable or ELF file.</param>
public abstract record DeviceProgram(string Path);

/// <summary>The model built for this machine.</summary>
/// <param name="Path">The executable.</param>
public sealed record HostProgram(string Path) : DeviceProgram(Path);

/// <summary>The model built for an emulated board.</summary>
/// <param name="Path">The ELF file.</param>
/// <param name="Board">The board it is for.</param>
/// <param name="Sizes">Its memory.</param>
public sealed record Firmware(string Path, Board Board, FirmwareSizes Sizes) : DeviceProgram(Path);
