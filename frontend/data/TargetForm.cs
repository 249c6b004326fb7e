// The target of a sample (docs/data.md).

namespace TinyEngine.Data;

/// <summary>Form of a data set's targets.</summary>
public enum TargetForm
{
    /// <summary>The index of a class.</summary>
    Classes,
    /// <summary>A vector of real numbers, one an output.</summary>
    Reals,
    /// <summary>A vector of numbers from 0 to 1, or the index of the class that has 1 in it.</summary>
    Shares,
    /// <summary>None: the sample itself.</summary>
    Sample,
}
