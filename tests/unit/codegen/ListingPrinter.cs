// A second printer of model images: it lists places and calls as plain text. It knows nothing of C, which shows that an image holds
// everything that the printer of another language needs.

using System.Text;
using TinyEngine.Image;
using TinyEngine.Ir;

namespace TinyEngine.Tests.Codegen;

/// <summary>Prints a model image as a listing.</summary>
internal sealed class ListingPrinter(ModelImage image)
{
    private readonly StringBuilder text = new();

    /// <summary>The listing of a model.</summary>
    public static string Print(ModelImage image)
    {
        var printer = new ListingPrinter(image);
        printer.text.Append($"model {image.Name} for {image.Graph.Target.Name}\n");
        printer.Places();
        printer.text.Append("init\n");
        foreach (var (member, factory) in image.Init)
        {
            printer.text.Append($"  {member.Name} = {factory?.Symbol ?? "zeros"}\n");
        }

        printer.Calls("frozen", image.FrozenSteps.SelectMany(s => s.Calls));
        printer.Calls("forward", image.ForwardSteps.SelectMany(s => s.Calls));
        printer.Calls("infer", image.InferSteps.SelectMany(s => s.Calls));
        printer.Calls("train", image.TrainSteps.SelectMany(s => s.Calls));
        return printer.text.ToString();
    }

    private void Places()
    {
        foreach (var array in image.Flash)
        {
            text.Append($"flash {array.Symbol}: {array.Value.Type.Bytes} bytes\n");
        }

        text.Append($"state {image.State.Bytes} bytes, arena {image.State.ArenaBytes} of them\n");
        foreach (var member in image.State.Trained.Concat(image.State.Counters))
        {
            text.Append($"  {member.Name} at {member.Offset}: {member.Value.Type.Bytes} bytes, {member.Value.Role}\n");
        }
    }

    private void Calls(string phase, IEnumerable<ImageCall> calls)
    {
        text.Append(phase).Append('\n');
        foreach (var call in calls)
        {
            var arguments = call.Call.Kernel.Parameters.Zip(call.Call.Arguments, (p, a) => $"{p.Name} {(a is null ? "-" : Where(a))}");
            text.Append($"  {call.Step} {call.Call.Kernel.Symbol}: {string.Join(", ", arguments)}\n");
        }
    }

    private string Where(Value value) =>
        image.PlaceOf(value) is { IsInArena: true } place ? $"{place.Name}@{place.Offset}" : image.PlaceOf(value).Name;
}
