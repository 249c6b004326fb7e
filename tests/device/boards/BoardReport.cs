// The figures of plan.json against the bytes that the linker placed and the board used.

using TinyEngine.Compiler;
using TinyEngine.Experiments;

namespace TinyEngine.Device.Tests;

/// <summary>Assertions on reports.</summary>
internal static class BoardReport
{
    /// <summary>Bytes that a bound may be above what was painted: a model need not take the deepest way through a kernel, such as that of
    /// the last odd channel, and a region calls the function of rows without the one around it.</summary>
    private const long TightStack = 384;

    /// <summary>Static SRAM to the byte; painted stack at most the bound and near it; flash at most the bound.</summary>
    public static void IsTrue(PlanReport plan, ExperimentResult device)
    {
        var sizes = device.Firmware!.Sizes;
        Assert.Equal(plan.Sram.Arena + plan.Sram.Trained + plan.Sram.State + plan.Sram.Tables, sizes.StaticSram);
        long painted = device.Cost.StackPeak!.Value;
        Assert.True(painted <= plan.Sram.Stack && plan.Sram.Stack <= painted + TightStack, $"painted {painted}, bound {plan.Sram.Stack}");
        Assert.True(
            sizes.Flash <= plan.Flash.Total,
            $"flash {sizes.Flash} ({sizes.Code} of code), bound {plan.Flash.Total} ({plan.Flash.Code} of code)"
        );
    }
}
