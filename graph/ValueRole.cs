// The purpose of a value's bytes, where its kind does not say it. The pass that makes a value says it; nothing guesses it from the type.

namespace TinyEngine.Ir;

/// <summary>The purpose of a value that lives between runs or that a training step takes.</summary>
public enum ValueRole
{
    /// <summary>Nothing beyond its kind.</summary>
    None,
    /// <summary>A parameter: weights or biases, which inference reads.</summary>
    Value,
    /// <summary>A parameter: the remainders of the updates of another, one byte an element.</summary>
    Residual,
    /// <summary>A parameter of the optimizer: the velocities of another.</summary>
    Velocity,
    /// <summary>A parameter of the optimizer: the gradients of another, summed over some steps.</summary>
    Sum,
    /// <summary>A state: seed and steps so far.</summary>
    Counter,
    /// <summary>A training input: the class of the sample, passed by value.</summary>
    Class,
    /// <summary>A training input: the vector that the output should be.</summary>
    Target,
    /// <summary>A training input: the learning rate, passed by value.</summary>
    Rate,
}

/// <summary>Questions about roles.</summary>
public static class ValueRoles
{
    /// <summary>The role of a value of a kind if no other is given.</summary>
    public static ValueRole Default(this ValueKind kind) =>
        kind switch
        {
            ValueKind.Parameter => ValueRole.Value,
            ValueKind.State => ValueRole.Counter,
            _ => ValueRole.None,
        };

    /// <summary>True for roles that a value of this kind can have.</summary>
    public static bool Accepts(this ValueKind kind, ValueRole role) =>
        kind switch
        {
            ValueKind.Parameter => role == ValueRole.Value || role == ValueRole.Residual || role.IsOptimizer(),
            ValueKind.State => role == ValueRole.Counter,
            ValueKind.Input => role == ValueRole.None || role.IsTrainInput(),
            _ => role == ValueRole.None,
        };

    /// <summary>True for values that the optimizer keeps for a parameter.</summary>
    public static bool IsOptimizer(this ValueRole role) => role is ValueRole.Velocity or ValueRole.Sum;

    /// <summary>True for values that the caller gives to a training step.</summary>
    public static bool IsTrainInput(this ValueRole role) => role is ValueRole.Class or ValueRole.Target or ValueRole.Rate;

    /// <summary>True for single numbers that the caller passes by value.</summary>
    public static bool IsByValue(this ValueRole role) => role is ValueRole.Class or ValueRole.Rate;
}
