// Firmware under QEMU with a stand-in model: equal to the host twin, exact counts and stacks, faults outside the budget.

using TinyEngine.Ir;

namespace TinyEngine.Device.Tests;

public sealed class FirmwareTests(EmittedModel model) : IClassFixture<EmittedModel>
{
    public static TheoryData<string> Targets => [.. Board.All.Select(b => b.Target)];

    [ArmTheory]
    [MemberData(nameof(Targets))]
    public async Task Board_run_equals_host_twin(string target)
    {
        var request = EmittedModel.Request((3, 5, Mode.Plain), (-7, 100, Mode.Plain)) with
        {
            WeightsIn = [.. new float[] { 0.5f, 1, 2 }.SelectMany(BitConverter.GetBytes)],
            Commands =
            [
                new(RunCommandKind.Infer, 1),
                new(RunCommandKind.Train, 0, 2, 0.25f),
                new(RunCommandKind.SaveWeights),
                new(RunCommandKind.LoadWeights),
                new(RunCommandKind.Infer, 0),
                new(RunCommandKind.SaveWeights),
            ],
        };
        var device = await model.RunAsync(target, request);
        var host = await model.RunAsync("host", request);

        Assert.Equal(host.Outputs.Select(o => o.ToArray()), device.Outputs.Select(o => o.ToArray()));
        Assert.Equal([new TrainResult(0.75f, 2)], device.Steps);
        Assert.Equal(host.Steps, device.Steps);
        Assert.Equal(host.WeightsOut, device.WeightsOut);
        Assert.Equal(request.WeightsIn, device.WeightsOut[12..]);
        Assert.Equal(1.5f, BitConverter.ToSingle(device.Outputs[1].Span));
        Assert.Equal(32, device.Cost.StateBytes);
    }

    [ArmTheory]
    [MemberData(nameof(Targets))]
    public async Task Counter_known_loop_is_exact(string target)
    {
        async Task<long> CountAsync(sbyte units, sbyte millions) =>
            (await model.RunAsync(target, EmittedModel.Request((units, millions, Mode.Loop)))).Cost.InferenceInstructions!.Value;

        long once = await CountAsync(1, 0);
        Assert.Equal(once + 2, await CountAsync(2, 0));
        Assert.Equal(once + (2 * 99), await CountAsync(100, 0));
        Assert.Equal(once + 2_000_000, await CountAsync(1, 1));
        Assert.Equal(once + 60_000_000, await CountAsync(1, 30));
    }

    [ArmTheory]
    [MemberData(nameof(Targets))]
    public async Task Stack_painted_is_exact(string target)
    {
        long plain = (await model.RunAsync(target, EmittedModel.Request((1, 1, Mode.Plain)))).Cost.StackPeak!.Value;
        long deep = (await model.RunAsync(target, EmittedModel.Request((1, 1, Mode.Plain), (1, 1, Mode.Stack1024), (1, 1, Mode.Plain))))
            .Cost
            .StackPeak!
            .Value;
        Assert.InRange(deep - plain, 1024 - 128, 1024 + 128); // what is below the deepest frame of the plain call may overlap
        Assert.InRange(plain, 0, 128);
    }

    [ArmTheory]
    [MemberData(nameof(Targets))]
    public async Task Fault_outside_budget_is_diagnosed(string target)
    {
        const long Odd = 35360; // neither a power of two nor near one
        async Task<string> MessageAsync(Mode mode) =>
            (await Assert.ThrowsAsync<DiagnosticException>(() => model.RunAsync(target, EmittedModel.Request((0, 0, mode)), Odd)))
                is { Code: "TE0705" } e
                ? e.Message
                : "another code";

        uint sram = target switch
        {
            "cortex-m33" => 0x38000000u,
            "cortex-m55" => 0x21000000u,
            _ => 0x20000000u,
        };
        Assert.Contains($"outside the memory budget, or store to flash, at 0x{sram - 0x20000:x8}", await MessageAsync(Mode.StoreBelow));
        Assert.Contains($"outside the memory budget, or store to flash, at 0x{sram + Odd + 256:x8}", await MessageAsync(Mode.StoreAbove));
        Assert.Contains("store to flash", await MessageAsync(Mode.StoreFlash));
        Assert.Contains("stack overflowed", await MessageAsync(Mode.StackOverflow));
        Assert.Contains("status 0x00010000", await MessageAsync(Mode.Undefined));
    }

    [ArmFact]
    public async Task Sizes_static_part_is_the_state()
    {
        var firmware = await model.FirmwareAsync("cortex-m7");
        Assert.Equal(32, firmware.Sizes.StaticSram);
        Assert.Equal(65536 - 32, firmware.Sizes.StackSpace);
        Assert.InRange(firmware.Sizes.Flash, 100, 4096);
    }

    [ArmFact]
    public async Task Budget_too_small_is_diagnosed()
    {
        var sram = await Assert.ThrowsAsync<DiagnosticException>(() =>
            FirmwareBuild.RunAsync(model.Path, Board.Of("cortex-m7"), 32, 64, model.Tools)
        );
        Assert.Equal(DeviceDiagnostics.DoesNotFit.Code, sram.Code);
        var board = await Assert.ThrowsAsync<DiagnosticException>(() => model.FirmwareAsync("cortex-m7", 1L << 30));
        Assert.Equal(DeviceDiagnostics.DoesNotFit.Code, board.Code);
        Assert.Equal(DeviceDiagnostics.NoBoard.Code, Assert.Throws<DiagnosticException>(() => Board.Of("host")).Code);
    }

    [ArmFact]
    public async Task Run_that_hangs_is_ended()
    {
        var firmware = await model.FirmwareAsync("cortex-m4");
        var request = EmittedModel.Request((0, 0, Mode.Forever));
        var late = await Assert.ThrowsAsync<DiagnosticException>(() =>
            new Session(model.Tools, TimeSpan.FromSeconds(1)).RunAsync(firmware, request)
        );
        Assert.Equal(DeviceDiagnostics.TimeLimit.Code, late.Code);
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new Session(model.Tools, TimeSpan.FromMinutes(1)).RunAsync(firmware, request, null, cancellation.Token)
        );
    }

    [Fact]
    public async Task Model_error_is_diagnosed()
    {
        var refused = await Assert.ThrowsAsync<DiagnosticException>(() =>
            model.RunAsync("host", EmittedModel.Request((0, 0, Mode.Refuse))));
        Assert.Equal(DeviceDiagnostics.RunFailed.Code, refused.Code);
        Assert.Contains("refused", refused.Message);
    }

    [Fact]
    public async Task Tool_missing_names_the_package()
    {
        var none = new Toolchain(searchPath: "");
        var missing = await Assert.ThrowsAsync<DiagnosticException>(() =>
            FirmwareBuild.RunAsync(model.Path, Board.Of("cortex-m7"), 65536, 65536, none)
        );
        Assert.Equal(DeviceDiagnostics.ToolMissing.Code, missing.Code);
        Assert.Contains("gcc-arm-none-eabi", missing.Message);
    }
}
