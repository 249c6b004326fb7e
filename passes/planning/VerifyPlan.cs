// Checks a memory plan by running it without computing: a map says which value wrote each byte of the arena last, and every
// read must find its own bytes. Inference (forward, predict) and training (forward, train) are run apart, as on the device.
// Written independently of the planner: it shares only the IR and the plan's types. It does not judge whether a plan is good.

using TinyEngine.Ir;

namespace TinyEngine.Passes;

/// <summary>The verifier of memory plans.</summary>
public static class VerifyPlan
{
    /// <summary>Runs on a graph at <see cref="Stage.Planned"/> and returns it unchanged.</summary>
    /// <exception cref="InvalidOperationException">The plan is wrong; the message lists every violation.</exception>
    public static Graph Run(Graph planned)
    {
        var violations = Violations(planned);
        return violations.Count == 0
            ? planned
            : throw new InvalidOperationException(
                $"the memory plan of {planned.Name} is wrong:{Environment.NewLine}{string.Join(Environment.NewLine, violations)}"
            );
    }

    /// <summary>Every violation, one line each, without repetition; empty for a correct plan.</summary>
    public static IReadOnlyList<string> Violations(Graph planned)
    {
        if (planned.Plan is not { } plan)
        {
            return ["there is no plan"];
        }

        var violations = new List<string>();
        if (plan.ArenaBytes < plan.LowerBound || plan.ArenaBytes % MemoryPlan.Alignment != 0 || plan.ArenaBytes > Array.MaxLength)
        {
            violations.Add(
                $"arena of {plan.ArenaBytes} bytes: not a multiple of {MemoryPlan.Alignment}, "
                    + $"below its lower bound {plan.LowerBound}, or too large"
            );
            return violations;
        }

        long end = 0;
        foreach (var part in plan.Banks)
        {
            bool follows = part.Offset == end && part.Bytes >= 0 && part.Bytes % MemoryPlan.Alignment == 0;
            violations.AddRange(follows ? [] : [$"the part of {part.Bank.Name} does not follow the others: [{part.Offset}, {part.End})"]);
            end = part.End;
        }

        if (!plan.Banks.IsEmpty && end != plan.ArenaBytes)
        {
            violations.Add($"the parts have {end} bytes and the arena {plan.ArenaBytes}");
        }

        var places = CheckPlaces(planned, plan, violations);
        foreach (var skipped in new[] { Phase.Train, Phase.Predict })
        {
            new PlanSimulation(planned, plan.ArenaBytes, places, violations).Run(skipped);
        }

        return [.. violations.Distinct()];
    }

    /// <summary>Checks every place for itself and returns those that the simulation can use.</summary>
    private static Dictionary<Value, Placement> CheckPlaces(Graph graph, MemoryPlan plan, List<string> violations)
    {
        var expected = ArenaValues(graph);
        var places = new Dictionary<Value, Placement>();
        foreach (var place in plan.Placements)
        {
            string? fault =
                !expected.Contains(place.Value) ? "is not an arena value"
                : places.ContainsKey(place.Value) ? "has a second place"
                : place.Offset % MemoryPlan.Alignment != 0 ? $"is misaligned at {place.Offset}"
                : place.Bytes != place.Value.Type.Bytes ? $"has a place of {place.Bytes} bytes and needs {place.Value.Type.Bytes}"
                : place.Offset < 0 || place.End > plan.ArenaBytes
                    ? $"lies outside the arena of {plan.ArenaBytes} bytes: [{place.Offset}, {place.End})"
                : !plan.Banks.IsEmpty && !plan.Banks.Any(b => b.Offset <= place.Offset && place.End <= b.End)
                    ? $"does not lie in one memory: [{place.Offset}, {place.End})"
                : null;
            if (fault is null)
            {
                places.Add(place.Value, place);
            }
            else
            {
                violations.Add($"{place.Value} {fault}");
            }
        }

        var planned = plan.Placements.Select(p => p.Value).ToHashSet();
        violations.AddRange(expected.Where(v => !planned.Contains(v)).Select(v => $"{v} has no place"));
        return places;
    }

    /// <summary>Inputs that the caller does not own, results and scratch, without views of anything that is not in the arena.</summary>
    private static HashSet<Value> ArenaValues(Graph graph)
    {
        var values = graph.ArenaInputs.ToHashSet();
        foreach (var node in graph.Nodes)
        {
            if (!node.Op.IsView || values.Contains(node.Input(0)))
            {
                values.UnionWith(node.Writes);
            }
        }

        return values;
    }
}
