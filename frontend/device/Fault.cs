// The line that firmware prints when it faults, in words. Bits are those of the Configurable Fault Status Register
// (Armv7-M and Armv8-M architecture reference manuals).

using System.Globalization;
using System.Text.RegularExpressions;

namespace TinyEngine.Device;

/// <summary>A fault of firmware.</summary>
/// <param name="Status">CFSR.</param>
/// <param name="MemoryAddress">MMFAR: the address, if the status says that it is valid.</param>
/// <param name="BusAddress">BFAR, likewise.</param>
/// <param name="ProgramCounter">Where it happened; 0 where unknown.</param>
/// <param name="StackStart">Lowest address of the model's stack.</param>
public sealed partial record Fault(uint Status, uint MemoryAddress, uint BusAddress, uint ProgramCounter, uint StackStart)
{
    private const uint InstructionAccess = 1 << 0,
        DataAccess = 1 << 1,
        StackingError = 1 << 4,
        FloatStackingError = 1 << 5,
        MemoryAddressValid = 1 << 7,
        AnyBusFault = 0x7F00,
        BusAddressValid = 1 << 15,
        StackOverflow = 1 << 20;

    // Frames larger than this may jump over the guard below the stack, and look like a stray store.
    private const uint LargestFrame = 1 << 16;

    /// <summary>The fault in words.</summary>
    public string Description =>
        this switch
        {
            { IsStackOverflow: true } => "the stack overflowed the memory budget",
            { Status: var s } when (s & DataAccess) != 0 && (s & MemoryAddressValid) != 0 =>
                $"access outside the memory budget, or store to flash, at 0x{MemoryAddress:x8}",
            { Status: var s } when (s & InstructionAccess) != 0 => "execution outside the flash",
            { Status: var s } when (s & AnyBusFault) != 0 => (s & BusAddressValid) != 0 ? $"bus fault at 0x{BusAddress:x8}" : "bus fault",
            _ => $"fault with status 0x{Status:x8}",
        };

    private bool IsStackOverflow =>
        (Status & (StackOverflow | StackingError | FloatStackingError)) != 0
        || ((Status & MemoryAddressValid) != 0 && MemoryAddress < StackStart && StackStart - MemoryAddress <= LargestFrame);

    /// <summary>Finds the line in what firmware printed, or null.</summary>
    public static Fault? Parse(string text)
    {
        var match = Line().Match(text);
        uint Field(int group) => uint.Parse(match.Groups[group].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return match.Success ? new Fault(Field(1), Field(2), Field(3), Field(4), Field(5)) : null;
    }

    [GeneratedRegex(
        "TE-FAULT cfsr=([0-9a-f]{8}) hfsr=[0-9a-f]{8} mmfar=([0-9a-f]{8}) bfar=([0-9a-f]{8}) pc=([0-9a-f]{8}) stack=([0-9a-f]{8})"
    )]
    private static partial Regex Line();
}
