// The state struct of an emitted model: the arena, then all trained parameters without gaps (widest elements first), then
// the counters. The few bytes that round its size up to the arena's alignment are an explicit member and count as state,
// so that sizeof is arena + trained + state on every core; the emitted C checks it.

using System.Collections.Immutable;
using TinyEngine.Ir;

namespace TinyEngine.Image;

/// <summary>Layout of <c>NAME_state</c>.</summary>
/// <param name="ArenaBytes">Bytes of the arena, or of its part in the memory of the state; the trained parameters follow at once.</param>
/// <param name="TrainedBytes">Bytes of all trained parameters.</param>
/// <param name="Trained">The trained parameters.</param>
/// <param name="Counters">The counters: pairs of seed and steps so far.</param>
/// <param name="Padding">Unused bytes between the parameters and the counters.</param>
public sealed record StateLayout(
    long ArenaBytes, long TrainedBytes, ImmutableArray<StateMember> Trained, ImmutableArray<StateMember> Counters, int Padding)
{
    /// <summary>The trained parameters in the order of their hash: values, then residuals, then optimizer state.</summary>
    public required ImmutableArray<StateMember> InWeightsOrder { get; init; }

    /// <summary>Bytes of counters and padding.</summary>
    public long StateBytes => Padding + Counters.Sum(m => m.Value.Type.Bytes);

    /// <summary>Bytes of the whole struct.</summary>
    public long Bytes => ArenaBytes + TrainedBytes + StateBytes;

    /// <summary>The layout for a planned graph.</summary>
    public static StateLayout Of(Graph planned)
    {
        var names = new Identifiers();
        long arena = MemoryPlan.Align(planned.Plan!.HomeBytes);
        var trained = Place(
            planned.OfKind(ValueKind.Parameter).OrderByDescending(v => v.Type.DType.ElementBytes()).ThenBy(Rank),
            arena,
            v => names.Take(v.Name)
        );
        long trainedBytes = trained.Sum(m => m.Value.Type.Bytes);
        long unpadded = trainedBytes + planned.OfKind(ValueKind.State).Sum(v => v.Type.Bytes);
        int padding = (int)(MemoryPlan.Align(unpadded) - unpadded);
        return new StateLayout(
            arena,
            trainedBytes,
            trained,
            Place(planned.OfKind(ValueKind.State), arena + trainedBytes + padding, v => v.Name),
            padding
        )
        {
            InWeightsOrder = [.. trained.OrderBy(m => Rank(m.Value))],
        };
    }

    /// <summary>Values come first, then residuals, then the values that the optimizer keeps.</summary>
    private static int Rank(Value parameter) =>
        parameter.Role switch
        {
            ValueRole.Value => 0,
            ValueRole.Residual => 1,
            _ => 2,
        };

    private static ImmutableArray<StateMember> Place(IEnumerable<Value> values, long offset, Func<Value, string> name)
    {
        var members = ImmutableArray.CreateBuilder<StateMember>();
        foreach (var value in values)
        {
            members.Add(new StateMember(value, name(value), offset));
            offset += value.Type.Bytes;
        }

        return members.ToImmutable();
    }
}
