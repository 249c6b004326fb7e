// The first steps of the forward phase that depend on the input alone: no trained parameter reaches them, so the bytes that they
// leave in the arena are the same in every epoch. A test bench may keep those bytes instead of computing them again.

using System.Collections.Immutable;
using TinyEngine.Ir;

namespace TinyEngine.Image;

/// <summary>The frozen steps of a planned graph.</summary>
/// <param name="Steps">Number of the nodes that belong to it, from the first on; 0 if nothing trains or nothing is frozen.</param>
/// <param name="Live">Bytes of the arena that later steps read, as ascending ranges of offset and length.</param>
public sealed record FrozenPrefix(int Steps, ImmutableArray<(long Offset, long Bytes)> Live)
{
    /// <summary>Finds the frozen steps.</summary>
    public static FrozenPrefix Of(Graph planned)
    {
        // The bench keeps ranges of one arena.
        int steps = planned.Trains && planned.Plan!.Banks.IsEmpty
            ? planned
                .Nodes.TakeWhile(n => n.Phase == Phase.Forward && n.Reads.All(v => v.Kind is not (ValueKind.Parameter or ValueKind.State)))
                .Count()
            : 0;
        if (planned.Nodes.Take(steps).All(n => n.Op.IsView))
        {
            return new FrozenPrefix(0, []);
        }

        var live = new List<(long Offset, long Bytes)>();
        foreach (var place in planned.Plan!.Placements.Where(p => p.First < steps && p.Last >= steps).OrderBy(p => p.Offset))
        {
            if (live.Count > 0 && live[^1] is var (offset, bytes) && place.Offset <= offset + bytes)
            {
                live[^1] = (offset, Math.Max(bytes, place.End - offset));
            }
            else
            {
                live.Add((place.Offset, place.Bytes));
            }
        }

        return new FrozenPrefix(steps, [.. live]);
    }
}
