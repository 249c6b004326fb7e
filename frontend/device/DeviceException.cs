// The one way in which this assembly reports a fault that the user can put right: a stable code and one line of text.

namespace TinyEngine.Device;

/// <summary>A diagnosed failure: bad data, a missing tool, a build or a run that failed.</summary>
/// <param name="code">A code of <see cref="DeviceCode"/>.</param>
/// <param name="message">One line without a final full stop.</param>
public sealed class DeviceException(string code, string message) : Exception(message.ReplaceLineEndings(" "))
{
    /// <summary>Stable code, <c>TE07xx</c>.</summary>
    public string Code { get; } = code;
}
