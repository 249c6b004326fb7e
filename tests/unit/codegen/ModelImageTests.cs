// A model image by itself: the listing of a second printer against its golden text, and what every image must hold.

using TinyEngine.Image;
using TinyEngine.Ir;

namespace TinyEngine.Tests.Codegen;

public sealed class ModelImageTests
{
    [Fact]
    public void Listing_of_a_second_printer_equals_golden()
    {
        Golden.Equal(Golden.Beside("tiny.listing.golden"), ListingPrinter.Print(Tiny()));
    }

    [Fact]
    public void Every_step_that_runs_a_kernel_is_called_in_one_phase()
    {
        var image = Tiny();
        var phases = image.FrozenSteps.Concat(image.ForwardSteps).Concat(image.InferSteps).Concat(image.TrainSteps);
        Assert.Equal(image.AllSteps.Select(s => s.Step), phases.Select(c => c.Step).Order());
        Assert.Equal(image.Graph.Nodes.Count(n => !n.Op.IsView), image.AllSteps.Length);
    }

    [Fact]
    public void Every_argument_has_a_place_and_views_share_that_of_their_operand()
    {
        var image = Tiny();
        Assert.All(image.AllCalls.SelectMany(c => c.Values), v => Assert.NotNull(image.PlaceOf(v)));
        var view = image.Graph.Nodes.First(n => n.Op.IsView);
        Assert.Equal(image.PlaceOf(view.Input(0)).Offset, image.PlaceOf(view.Output).Offset);
    }

    private static ModelImage Tiny() => ModelImage.Of(TinyModel.Build("tiny", StubRuntime.Create(), Target.Default), RateSchedule.Constant);
}
