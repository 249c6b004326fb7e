// Where the channels of image samples are.

namespace TinyEngine.Data;

/// <summary>Layout of a data set's samples.</summary>
public enum SampleLayout
{
    /// <summary>Found from the shapes; an error where both fit.</summary>
    Auto,
    /// <summary>Channels first.</summary>
    Nchw,
    /// <summary>Channels last.</summary>
    Nhwc,
}
