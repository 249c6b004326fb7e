// The diagnostics of data files: they cannot be read, or their contents do not fit the model.

using TinyEngine.Ir;

namespace TinyEngine.Data;

/// <summary>The table of this room's codes, <c>TE07xx</c>. A code is never reused for another meaning.</summary>
public static class DataDiagnostics
{
    /// <summary>A data file cannot be read or is malformed.</summary>
    public static readonly DiagnosticRule BadFile = new("TE0710", "{0}");
    /// <summary>Arrays are missing or do not fit the model.</summary>
    public static readonly DiagnosticRule BadShape = new("TE0711", "{0}");
    /// <summary>The samples' element type does not fit the model's input.</summary>
    public static readonly DiagnosticRule BadElementType = new("TE0712", "{0}");
    /// <summary>Both layouts fit.</summary>
    public static readonly DiagnosticRule AmbiguousLayout = new("TE0713", "{0}");
    /// <summary>A label is not a class.</summary>
    public static readonly DiagnosticRule BadLabel = new("TE0714", "{0}");
    /// <summary>There are no samples to validate with.</summary>
    public static readonly DiagnosticRule NoValidation = new("TE0717", "{0}");
    /// <summary>Classes do not fit: the sub-folders of an image folder and the model, or training and test data.</summary>
    public static readonly DiagnosticRule BadClasses = new("TE0718", "{0}");
    /// <summary>Numbers of data were rounded to float32.</summary>
    public static readonly DiagnosticRule Rounded = new("TE0721", "{0}", Severity.Note);
}
