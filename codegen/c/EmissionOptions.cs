// What the user may choose about the emitted C without changing the plan.

namespace TinyEngine.Codegen.C;

/// <summary>Choices of emission.</summary>
/// <param name="CallerInput">True where the caller owns the input and passes it by pointer (<c>--input caller</c>); otherwise it lies in the arena.</param>
/// <param name="Schedule">The schedule of <c>NAME_lr</c>.</param>
public sealed record EmissionOptions(bool CallerInput = false, RateSchedule Schedule = RateSchedule.Constant);
