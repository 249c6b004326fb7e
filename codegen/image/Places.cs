// The place of every value of a planned graph: results and the input in the arena, constants in flash, parameters and counters in
// the state, the caller's arguments with the caller. It follows the plan and decides nothing.

using System.Collections.Immutable;
using TinyEngine.Ir;

namespace TinyEngine.Image;

/// <summary>Places by value.</summary>
internal sealed class Places
{
    private readonly Dictionary<Value, Place> places = [];
    private readonly MemoryPlan plan;

    /// <summary>Finds the places.</summary>
    public Places(Graph planned, StateLayout state, ImmutableArray<FlashArray> flash)
    {
        plan = planned.Plan!;
        foreach (var array in flash.Where(a => a.Value.IsConstant))
        {
            Add(PlaceKind.Flash, array.Symbol, array.Value);
        }

        foreach (var member in state.Trained.Concat(state.Counters))
        {
            Add(PlaceKind.State, member.Name, member.Value, member.Offset);
        }

        foreach (var argument in planned.TrainInputs)
        {
            Add(PlaceKind.Argument, argument.Name, argument);
        }

        var blocks = planned.Nodes.Select(n => n.Lines).OfType<Value>().ToHashSet();
        var scratch = planned.Nodes.Select(n => n.Scratch).OfType<Value>().ToHashSet();
        var views = planned.Nodes.Where(n => n.Op.IsView).ToList();
        var results = views.Select(n => n.Output).ToHashSet();
        var names = new Identifiers("");
        foreach (var placement in plan.Placements.Where(p => !results.Contains(p.Value) && !blocks.Contains(p.Value)))
        {
            var kind = scratch.Contains(placement.Value) ? PlaceKind.Scratch : PlaceKind.Arena;
            Add(kind, names.Take(placement.Value.Name), placement.Value, placement.Offset, (placement.First, placement.Last));
        }

        if (planned.CallerOwnsInputs)
        {
            Add(PlaceKind.Argument, "input", planned.Inputs[0]);
        }

        // A view has the place of its operand, which it may need for longer.
        var lives = plan.Placements.ToDictionary(p => p.Value);
        foreach (var view in views)
        {
            if (places.TryGetValue(view.Input(0), out var place))
            {
                places[view.Output] = place;
                if (lives.TryGetValue(view.Output, out var life))
                {
                    Extend(place, life.Last);
                }
            }
        }

        foreach (var region in planned.Nodes.Where(n => n.Body is not null))
        {
            AddRegion(region, names);
        }
    }

    /// <summary>The places in the arena.</summary>
    public IEnumerable<Place> Arena => places.Values.Where(p => p.IsInArena).Distinct();

    /// <summary>The place of a value.</summary>
    /// <exception cref="InvalidOperationException">There is no place for it.</exception>
    public Place Of(Value value) =>
        places.TryGetValue(value, out var place) ? place : throw new InvalidOperationException($"value {value} has no place");

    /// <summary>Operands and results of a region have their places; each line buffer is a part of its block.</summary>
    private void AddRegion(Node region, Identifiers names)
    {
        var body = region.Body!;
        foreach (var (outside, inside) in region.Inputs.Select(v => v!).Zip(body.Inputs).Concat(region.Outputs.Zip(body.Outputs)))
        {
            if (places.TryGetValue(outside, out var place))
            {
                places[inside] = place;
            }
        }

        if (region.Lines is not { } block || plan.Find(block) is not { } at)
        {
            return;
        }

        var (lines, buffers) = (region.Attributes.Ints(StreamOp.LinesName), StreamOp.Lines(region));
        for (int i = 0; i < body.Nodes.Length; i++)
        {
            var (node, steps) = (body.Nodes[i], (at.First, at.Last));
            if (buffers.Offsets[i] is { } ring)
            {
                Add(PlaceKind.Arena, names.Take(node.Output.Name), node.Output, at.Offset + ring, steps);
                places[node.Output] = places[node.Output] with { Lines = lines[i] };
            }

            if (node.Scratch is { } scratch)
            {
                Add(PlaceKind.Scratch, names.Take(scratch.Name), scratch, at.Offset + buffers.ScratchOffset, steps);
            }
        }
    }

    private void Add(PlaceKind kind, string name, Value value, long offset = 0, (int First, int Last) steps = default)
    {
        var part = kind is PlaceKind.Arena or PlaceKind.Scratch ? plan.BankOf(offset) : null;
        places[value] = new Place(kind, name, value, offset - (part?.Offset ?? 0))
        {
            Steps = steps,
            Bank = part is null || part == plan.Banks[plan.Home] ? null : part.Bank.Name,
        };
    }

    private void Extend(Place place, int last)
    {
        var longer = place with { Steps = (place.Steps.First, Math.Max(place.Steps.Last, last)) };
        foreach (var value in places.Where(p => p.Value == place).Select(p => p.Key).ToList())
        {
            places[value] = longer;
        }
    }
}
