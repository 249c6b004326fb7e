// Names of the attributes that say how windows walk over a map: ONNX's, which convolutions, pools and their gradients share.

namespace TinyEngine.Ir;

/// <summary>Attributes of operators with windows.</summary>
public static class WindowNames
{
    /// <summary>Steps of the window, down and right.</summary>
    public const string Strides = "strides";

    /// <summary>Rows and columns of zeros around the map: top, left, bottom, right.</summary>
    public const string Pads = "pads";

    /// <summary>Distances of taps, down and right.</summary>
    public const string Dilations = "dilations";

    /// <summary>Number of groups of channels.</summary>
    public const string Group = "group";
}
