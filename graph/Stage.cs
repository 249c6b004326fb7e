// The stages a graph goes through, in order. The verifier knows what is legal in each.

namespace TinyEngine.Ir;

/// <summary>How far a graph has come.</summary>
public enum Stage
{
    /// <summary>As read from the file: ONNX layouts hidden behind transposes, QDQ pairs around real operators.</summary>
    Imported,
    /// <summary>NHWC without transposes, batch normalization folded, activations fused into clamps.</summary>
    Canonical,
    /// <summary>QDQ pairs fused into quantized operators; the boundary types are the device's.</summary>
    Quantized,
    /// <summary>With backward and update nodes, where a training mode asks for them.</summary>
    Trained,
    /// <summary>Every node has a kernel, its tables and its scratch.</summary>
    Selected,
    /// <summary>The order of nodes is the order of execution.</summary>
    Scheduled,
    /// <summary>Every arena value has an offset.</summary>
    Planned,
}
